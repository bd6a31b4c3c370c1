#include "tests/support/certificates.h"

#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

const TestCertificate& Certificate() {
  static const auto* const certificate = new TestCertificate(Build(CertificateSpec()));
  return *certificate;
}

}  // namespace

const std::string& SelfSignedCertificateDer() { return Certificate().der; }
const std::string& PublicKeyDer() { return Certificate().public_key_info; }

}  // namespace postern
