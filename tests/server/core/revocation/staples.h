// The authority, certificate and responder that the tests of staples share.
#ifndef POSTERN_TESTS_SERVER_CORE_REVOCATION_STAPLES_H_
#define POSTERN_TESTS_SERVER_CORE_REVOCATION_STAPLES_H_

#include <ostream>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/check_staple.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {

inline Certificate Parsed(const TestCertificate& certificate) {
  absl::StatusOr<Certificate> parsed = ParseIssuer(certificate.der);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return *std::move(parsed);
}

// Staples has a CA, whose key is EcKey(1), a server's certificate that it issued, with
// serial number 300, and a responder that it appointed, with EcKey(2).
struct Staples {
  TestCertificate root = Build(CaSpec("root", EcKey(1)));
  TestCertificate leaf = Build(LeafWithSerial(300), &root);
  TestCertificate delegate = Build(DelegateSpec("responder", EcKey(2)), &root);
  StapleOptions options;
  absl::Time now = TestNow();

  static CertificateSpec LeafWithSerial(long serial) {
    CertificateSpec spec = LeafSpec("mx1.test");
    spec.serial = serial;
    return spec;
  }

  OcspSpec Good() const { return GoodSpec(leaf, root); }
  OcspSpec Delegated() const { return DelegatedSpec(leaf, root, delegate); }
  OcspSpec DelegatedBy(const CertificateSpec& spec) const {
    return DelegatedSpec(leaf, root, Build(spec, &root));
  }

  StapleVerdict CheckDer(const std::string& der) const {
    return CheckStaple(der, Parsed(leaf), Parsed(root), now, options);
  }
  StapleVerdict Check(const OcspSpec& spec) const { return CheckDer(BuildOcsp(spec)); }
  StapleVerdict::Reason ReasonOf(const OcspSpec& spec) const { return Check(spec).reason; }
  StapleVerdict::Status StatusOf(const OcspSpec& spec) const { return Check(spec).status; }
};

inline void PrintTo(StapleVerdict::Status status, std::ostream* out) { *out << NameOf(status); }
inline void PrintTo(StapleVerdict::Reason reason, std::ostream* out) { *out << NameOf(reason); }
inline void PrintTo(StapleVerdict::Signer signer, std::ostream* out) { *out << NameOf(signer); }

}  // namespace postern

#endif  // POSTERN_TESTS_SERVER_CORE_REVOCATION_STAPLES_H_
