#include "tests/fuzz/staple_input.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <cstdlib>
#include <memory>

#include "absl/strings/escaping.h"
#include "server/core/x509/openssl_types.h"
#include "tests/support/ocsp_builder.h"
#include "tests/support/signer.h"

namespace postern {
namespace {

using UniqueBuilder = std::unique_ptr<OSSL_PARAM_BLD, OpensslFree<OSSL_PARAM_BLD_free>>;
using UniqueParams = std::unique_ptr<OSSL_PARAM, OpensslFree<OSSL_PARAM_free>>;
using UniqueContext = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;

// The public part of the private key 1: the curve's base point.
constexpr absl::string_view kBasePoint =
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

EVP_PKEY* MakeKey() {
  const std::string point = absl::HexStringToBytes(kBasePoint);
  const UniqueBuilder builder(OSSL_PARAM_BLD_new());
  const UniqueContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, BN_value_one()) != 1) {
    abort();
  }
  const UniqueParams params(OSSL_PARAM_BLD_to_param(builder.get()));
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
    abort();
  }
  return key;
}

EVP_PKEY* FixedKey() {
  static EVP_PKEY* const key = MakeKey();
  return key;
}

}  // namespace

const TestCertificate& FixedIssuer() {
  static const auto* const issuer = new TestCertificate(Build(CaSpec("root", FixedKey())));
  return *issuer;
}

const TestCertificate& FixedCertificate() {
  static const auto* const certificate =
      new TestCertificate(Build(LeafSpec("mx1.test"), &FixedIssuer()));
  return *certificate;
}

std::string SignedResponse(absl::string_view contents) {
  const std::string data = Tlv(0x30, std::string(contents));
  SignerSpec signer;
  signer.key = FixedKey();
  const MadeSignature made = Sign(data, signer);
  const std::string basic =
      Tlv(0x30, data + made.algorithm + Tlv(0x03, std::string(1, '\0') + made.octets));
  return Tlv(0x30, Tlv(0x0a, std::string(1, '\0')) +
                       Tlv(0xa0, Tlv(0x30, Tlv(0x06, "\x2b\x06\x01\x05\x05\x07\x30\x01\x01") +
                                               Tlv(0x04, basic))));
}

}  // namespace postern
