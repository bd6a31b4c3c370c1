#include "tests/support/signer.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "server/core/x509/openssl_types.h"

namespace postern {
namespace {

// A signer that fails is a broken test.
void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "signer: %s failed\n", what);
  abort();
}

void SetPss(EVP_PKEY_CTX* context, const SignerSpec& spec) {
  const EVP_MD* const mask = spec.mask_digest == nullptr ? spec.digest : spec.mask_digest;
  Require(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
              EVP_PKEY_CTX_set_rsa_mgf1_md(context, mask) > 0 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(context, spec.salt_length) > 0,
          "RSA-PSS");
}

std::string AlgorithmOf(EVP_PKEY_CTX* context) {
  unsigned char bytes[256];
  OSSL_PARAM params[] = {
      OSSL_PARAM_octet_string(OSSL_SIGNATURE_PARAM_ALGORITHM_ID, bytes, sizeof bytes),
      OSSL_PARAM_END};
  Require(EVP_PKEY_CTX_get_params(context, params) == 1, "the algorithm");
  return {reinterpret_cast<const char*>(bytes), params[0].return_size};
}

}  // namespace

MadeSignature Sign(const std::string& bytes, const SignerSpec& spec) {
  const std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  Require(EVP_DigestSignInit(context.get(), &key_context, spec.digest, nullptr, spec.key) == 1,
          "preparing");
  if (spec.is_pss) SetPss(key_context, spec);
  MadeSignature made;
  made.algorithm = AlgorithmOf(key_context);
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
  size_t size = 0;
  Require(EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) == 1, "the size");
  made.octets.resize(size);
  Require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(&made.octets[0]), &size,
                         data, bytes.size()) == 1,
          "signing");
  made.octets.resize(size);
  return made;
}

}  // namespace postern
