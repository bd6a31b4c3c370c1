// CheckStaple with what OpenSSL's responder makes: nothing that is right is refused.
#include <openssl/evp.h>
#include <openssl/ocsp.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/revocation_reason.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/openssl_types.h"
#include "tests/server/core/revocation/staples.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

using UniqueBasic = std::unique_ptr<OCSP_BASICRESP, OpensslFree<OCSP_BASICRESP_free>>;
using UniqueCertId = std::unique_ptr<OCSP_CERTID, OpensslFree<OCSP_CERTID_free>>;
using UniqueResponse = std::unique_ptr<OCSP_RESPONSE, OpensslFree<OCSP_RESPONSE_free>>;
using UniqueTime = std::unique_ptr<ASN1_GENERALIZEDTIME, OpensslFree<ASN1_GENERALIZEDTIME_free>>;

// Request is what OpenSSL is to answer.
struct Request {
  const EVP_MD* cert_id_digest = EVP_sha1();
  int status = V_OCSP_CERTSTATUS_GOOD;
  int reason = OCSP_REVOKED_STATUS_NOSTATUS;
  bool is_by_key = false;
  bool has_nonce = false;
  const EVP_MD* digest = EVP_sha256();
};

UniqueX509 Parse(const TestCertificate& certificate) {
  const auto* begin = reinterpret_cast<const unsigned char*>(certificate.der.data());
  return UniqueX509(d2i_X509(nullptr, &begin, static_cast<long>(certificate.der.size())));
}

UniqueTime TimeOf(absl::Time time) {
  return UniqueTime(ASN1_GENERALIZEDTIME_set(nullptr, absl::ToTimeT(time)));
}

std::string Answer(const Staples& staples, const TestCertificate& signer, const Request& request) {
  const UniqueX509 leaf = Parse(staples.leaf);
  const UniqueX509 issuer = Parse(staples.root);
  const UniqueX509 signing = Parse(signer);
  const UniqueCertId id(OCSP_cert_to_id(request.cert_id_digest, leaf.get(), issuer.get()));
  const UniqueTime revoked = TimeOf(TestNow() - absl::Hours(100));
  const UniqueTime this_update = TimeOf(TestNow() - absl::Hours(1));
  const UniqueTime next_update = TimeOf(TestNow() + absl::Hours(23));
  const UniqueBasic basic(OCSP_BASICRESP_new());
  EXPECT_NE(OCSP_basic_add1_status(basic.get(), id.get(), request.status, request.reason,
                                   revoked.get(), this_update.get(), next_update.get()),
            nullptr);
  unsigned char nonce[] = "12345678";
  if (request.has_nonce) {
    EXPECT_EQ(OCSP_basic_add1_nonce(basic.get(), nonce, 8), 1);
  }
  // It would set the system's time.
  EXPECT_NE(ASN1_GENERALIZEDTIME_set(
                const_cast<ASN1_GENERALIZEDTIME*>(OCSP_resp_get0_produced_at(basic.get())),
                absl::ToTimeT(TestNow() - absl::Hours(1))),
            nullptr);
  const unsigned long flags = OCSP_NOTIME | (request.is_by_key ? OCSP_RESPID_KEY : 0);
  EXPECT_EQ(OCSP_basic_sign(basic.get(), signing.get(), signer.key, request.digest, nullptr, flags),
            1);
  const UniqueResponse response(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  unsigned char* bytes = nullptr;
  const int size = i2d_OCSP_RESPONSE(response.get(), &bytes);
  EXPECT_GT(size, 0);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

TEST(OpensslsResponse, IsGoodBySignerCertIdAndResponderId) {
  const Staples staples;
  for (const TestCertificate* signer : {&staples.root, &staples.delegate}) {
    for (const EVP_MD* digest : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
      for (const bool is_by_key : {false, true}) {
        for (const bool has_nonce : {false, true}) {
          Request request;
          request.cert_id_digest = digest;
          request.is_by_key = is_by_key;
          request.has_nonce = has_nonce;
          const StapleVerdict verdict = staples.CheckDer(Answer(staples, *signer, request));
          EXPECT_EQ(verdict.status, StapleVerdict::Status::kGood)
              << EVP_MD_get0_name(digest) << is_by_key << has_nonce << verdict.detail;
          EXPECT_EQ(verdict.use_until, TestNow() + absl::Hours(23));
        }
      }
    }
  }
}

TEST(OpensslsResponse, IsRevokedForEveryReason) {
  const Staples staples;
  Request request;
  request.status = V_OCSP_CERTSTATUS_REVOKED;
  StapleVerdict verdict = staples.CheckDer(Answer(staples, staples.root, request));
  EXPECT_EQ(verdict.status, StapleVerdict::Status::kRevoked);
  EXPECT_EQ(verdict.revocation_reason, std::nullopt);
  EXPECT_EQ(verdict.revocation_time, TestNow() - absl::Hours(100));
  for (const int reason : {OCSP_REVOKED_STATUS_UNSPECIFIED, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
                           OCSP_REVOKED_STATUS_SUPERSEDED, OCSP_REVOKED_STATUS_CERTIFICATEHOLD}) {
    request.reason = reason;
    verdict = staples.CheckDer(Answer(staples, staples.root, request));
    EXPECT_EQ(verdict.status, StapleVerdict::Status::kRevoked) << reason;
    EXPECT_EQ(verdict.revocation_reason, RevocationReasonOf(reason));
  }
}

TEST(OpensslsResponse, IsUnknownIfItSaysSo) {
  const Staples staples;
  Request request;
  request.status = V_OCSP_CERTSTATUS_UNKNOWN;
  EXPECT_EQ(staples.CheckDer(Answer(staples, staples.root, request)).status,
            StapleVerdict::Status::kUnknown);
}

TEST(OpensslsResponse, IsGoodByEveryKindOfKey) {
  Staples staples;
  for (EVP_PKEY* key :
       {EcKey(1), EcKeyOf("P-384"), EcKeyOf("P-521"), RsaKey(2048), RsaKey(4096), Ed25519Key()}) {
    const bool is_edwards = key == Ed25519Key();
    CertificateSpec root = CaSpec("root", key);
    if (is_edwards) root.digest = nullptr;
    staples.root = Build(root);
    CertificateSpec leaf = Staples::LeafWithSerial(300);
    if (is_edwards) leaf.digest = nullptr;  // of the issuer's signature
    staples.leaf = Build(leaf, &staples.root);
    for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
      Request request;
      request.digest = is_edwards ? nullptr : digest;
      const StapleVerdict verdict = staples.CheckDer(Answer(staples, staples.root, request));
      EXPECT_EQ(verdict.status, StapleVerdict::Status::kGood) << verdict.detail;
    }
  }
}

TEST(OpensslsResponse, IsGoodForSerialNumbersOfEveryLength) {
  Staples staples;
  for (const long serial : {0L, 1L, 127L, 128L, 255L, 256L, 32768L, 0x7fffffffffffffffL}) {
    staples.leaf = Build(Staples::LeafWithSerial(serial), &staples.root);
    EXPECT_EQ(staples.CheckDer(Answer(staples, staples.root, Request())).status,
              StapleVerdict::Status::kGood)
        << serial;
  }
}

TEST(OpensslsResponse, OfAnErrorIsNoStatementO7) {
  const Staples staples;
  const UniqueResponse response(OCSP_response_create(OCSP_RESPONSE_STATUS_UNAUTHORIZED, nullptr));
  unsigned char* bytes = nullptr;
  const int size = i2d_OCSP_RESPONSE(response.get(), &bytes);
  ASSERT_GT(size, 0);
  const std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  const StapleVerdict verdict = staples.CheckDer(der);
  EXPECT_EQ(verdict.status, StapleVerdict::Status::kUnknown);
  EXPECT_EQ(verdict.reason, StapleVerdict::Reason::kResponderUnauthorized);
}

}  // namespace
}  // namespace postern
