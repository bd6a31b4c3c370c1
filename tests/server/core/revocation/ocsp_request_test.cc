#include "server/core/revocation/ocsp_request.h"

#include <openssl/ocsp.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/outline.h"
#include "tests/server/core/revocation/staples.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

using UniqueRequest = std::unique_ptr<OCSP_REQUEST, OpensslFree<OCSP_REQUEST_free>>;

UniqueRequest ReadWithOpenssl(const std::string& der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = begin + der.size();
  UniqueRequest request(d2i_OCSP_REQUEST(nullptr, &begin, static_cast<long>(der.size())));
  EXPECT_EQ(begin, end) << "bytes are left";
  return request;
}

std::string EncodeWithOpenssl(const Certificate& certificate, const Certificate& issuer) {
  const UniqueRequest request(OCSP_REQUEST_new());
  OCSP_request_add0_id(request.get(),
                       OCSP_cert_to_id(nullptr, certificate.x509.get(), issuer.x509.get()));
  unsigned char* bytes = nullptr;
  const int size = i2d_OCSP_REQUEST(request.get(), &bytes);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

// The fixture: a name, a key and a serial number whose request was written by hand.
TEST(OcspRequest, IsTheFixtureO12) {
  const std::string key_info =
      Der(0x30, Der(0x30, DerOid("1.2.3")) + Der(0x03, std::string("\x00key", 4)));
  CertificateOutline certificate;
  certificate.issuer_name = "name";
  certificate.serial = "\x01\x2c";
  CertificateOutline issuer;
  issuer.public_key_info = key_info;
  EXPECT_EQ(absl::BytesToHexString(MakeOcspRequest(certificate, issuer)),
            "3043"  // OCSPRequest
            "3041"  // tbsRequest
            "303f"  // requestList
            "303d"  // Request
            "303b"  // reqCert
            "3009"  // hashAlgorithm: SHA-1, NULL
            "06052b0e03021a0500"
            "0414"  // SHA-1 of "name"
            "6ae999552a0d2dca14d62e2bc8b764d377b1dd6c"
            "0414"  // SHA-1 of "key"
            "a62f2225bf70bfaccbc7f1ef2a397836717377de"
            "0202012c");
}

TEST(OcspRequest, OpensslReadsItAndWritesTheSame) {
  const Staples staples;
  const Certificate leaf = Parsed(staples.leaf);
  const Certificate root = Parsed(staples.root);
  const std::string der = MakeOcspRequest(leaf.outline, root.outline);
  EXPECT_EQ(absl::BytesToHexString(der), absl::BytesToHexString(EncodeWithOpenssl(leaf, root)));
}

TEST(OcspRequest, AsksOneQuestionWithoutNonceSignatureOrExtensionO12O16) {
  const Staples staples;
  const UniqueRequest request =
      ReadWithOpenssl(MakeOcspRequest(Parsed(staples.leaf).outline, Parsed(staples.root).outline));
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(OCSP_request_onereq_count(request.get()), 1);
  EXPECT_EQ(OCSP_REQUEST_get_ext_count(request.get()), 0);
  EXPECT_EQ(OCSP_request_is_signed(request.get()), 0);
  EXPECT_EQ(OCSP_ONEREQ_get_ext_count(OCSP_request_onereq_get0(request.get(), 0)), 0);
}

TEST(OcspRequest, TakesASerialNumberOfAnyLength) {
  const Staples staples;
  const Certificate root = Parsed(staples.root);
  for (const size_t size : {1U, 20U, 127U, 128U, 300U, 70'000U}) {
    CertificateOutline certificate = root.outline;
    const std::string serial(size, '\x11');
    certificate.serial = serial;
    const UniqueRequest request = ReadWithOpenssl(MakeOcspRequest(certificate, root.outline));
    ASSERT_NE(request, nullptr) << size;
    ASN1_INTEGER* read = nullptr;
    OCSP_id_get0_info(nullptr, nullptr, nullptr, &read,
                      OCSP_onereq_get0_id(OCSP_request_onereq_get0(request.get(), 0)));
    EXPECT_EQ(ASN1_STRING_length(read), static_cast<int>(size));
  }
}

}  // namespace
}  // namespace postern
