#include "server/core/revocation/delegate.h"

#include <openssl/evp.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/x509/outline.h"
#include "server/core/x509/signature.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using Fault = DelegateCheck::Fault;

// Checks a certificate of `root`, whose key is EcKey(1).
DelegateCheck Check(const CertificateSpec& spec, SignaturePolicy policy = {}) {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  const std::string der = Build(spec, root).der;
  const absl::StatusOr<CertificateOutline> issuer = ReadOutline(root->der);
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
  EXPECT_TRUE(issuer.ok() && outline.ok());
  return CheckDelegate(*outline, issuer->subject_name, *EcKey(1), TestNow(), policy);
}

CertificateSpec Good() { return DelegateSpec("responder", EcKey(2)); }

TEST(CheckDelegate, TakesWhomTheIssuerAppointedO3) {
  const DelegateCheck check = Check(Good());
  EXPECT_EQ(check.fault, Fault::kNone) << check.detail;
  EXPECT_TRUE(check.has_nocheck);
  EXPECT_EQ(check.not_after, TestNow() + absl::Hours(24));
}

TEST(CheckDelegate, NotesTheMissingNocheckO11) {
  CertificateSpec spec = Good();
  spec.raw_extensions.clear();
  const DelegateCheck check = Check(spec);
  EXPECT_EQ(check.fault, Fault::kNone);
  EXPECT_FALSE(check.has_nocheck);
}

TEST(CheckDelegate, ReadsConstraintsAndUsageStrictly) {
  const std::string basic_constraints = "2.5.29.19";
  const std::string key_usage = "2.5.29.15";
  const struct {
    std::string id;
    std::string value;
    bool is_authorized;
  } rows[] = {
      {basic_constraints, Tlv(0x30, ""), true},
      {basic_constraints, Tlv(0x30, Tlv(0x01, std::string(1, '\0'))), true},
      {basic_constraints, Tlv(0x30, Tlv(0x01, "\xff")), false},
      {basic_constraints, Tlv(0x30, Tlv(0x01, "\x01")), false},
      {basic_constraints, Tlv(0x30, "") + "x", false},
      {basic_constraints, "", false},
      {key_usage, Tlv(0x03, std::string("\x07\x80", 2)), true},
      {key_usage, Tlv(0x03, std::string("\x06\xc0", 2)), true},
      {key_usage, Tlv(0x03, std::string("\x06\x40", 2)), false},
      {key_usage, Tlv(0x03, std::string("\x00", 1)), false},
      {key_usage, Tlv(0x04, std::string("\x07\x80", 2)), false},
      {key_usage, "", false},
  };
  for (const auto& row : rows) {
    CertificateSpec spec = Good();
    spec.key_usage.clear();
    spec.raw_extensions = {{row.id, row.value}};
    EXPECT_EQ(Check(spec).fault == Fault::kNone, row.is_authorized)
        << row.id << " " << row.value.size();
  }
}

TEST(CheckDelegate, ReadsPurposesToTheLast) {
  const std::string ocsp = Tlv(0x06, "\x2b\x06\x01\x05\x05\x07\x03\x09");
  const std::string longer = Tlv(0x06, "\x2b\x06\x01\x05\x05\x07\x03\x09\x01");
  const struct {
    std::string value;
    bool is_authorized;
  } rows[] = {
      {Tlv(0x30, ocsp), true},        {Tlv(0x30, longer + ocsp), true}, {Tlv(0x30, longer), false},
      {Tlv(0x30, ocsp + "x"), false}, {Tlv(0x30, ocsp) + "x", false},   {ocsp, false},
      {Tlv(0x30, ""), false},
  };
  for (const auto& row : rows) {
    CertificateSpec spec = Good();
    spec.extended_key_usage.clear();
    spec.raw_extensions = {{"2.5.29.37", row.value}};
    EXPECT_EQ(Check(spec).fault == Fault::kNone, row.is_authorized) << row.value.size();
  }
}

TEST(CheckDelegate, TellsAWeakSignatureFromNone) {
  CertificateSpec spec = Good();
  spec.digest = EVP_sha1();
  EXPECT_EQ(Check(spec).fault, Fault::kWeakSignature);
  EXPECT_EQ(Check(spec, {/*allow_sha1=*/true}).fault, Fault::kNone);
  spec.digest = EVP_sha256();
  spec.has_wrong_signature = true;
  EXPECT_EQ(Check(spec).fault, Fault::kUnauthorized);
}

}  // namespace
}  // namespace postern
