#include "tests/support/certificates.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

const TestCertificate& Certificate() {
  static const auto* const certificate = [] {
    CertificateSpec spec;
    spec.common_names = {"mx1.test"};
    // For who asks a server that has the system's clock.
    spec.not_before = absl::Now() - absl::Hours(1);
    spec.not_after = absl::Now() + absl::Hours(24);
    return new TestCertificate(Build(spec));
  }();
  return *certificate;
}

}  // namespace

const std::string& SelfSignedCertificateDer() { return Certificate().der; }
const std::string& PublicKeyDer() { return Certificate().public_key_info; }

}  // namespace postern
