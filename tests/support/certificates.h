// Certificates and keys for tests, made in memory.
#ifndef POSTERN_TESTS_SUPPORT_CERTIFICATES_H_
#define POSTERN_TESTS_SUPPORT_CERTIFICATES_H_

#include <string>

namespace postern {

// SelfSignedCertificateDer returns one certificate, the same for a whole process, of
// mx1.test by its common name, valid now by the system's clock.
const std::string& SelfSignedCertificateDer();

// PublicKeyDer returns the SubjectPublicKeyInfo of that certificate.
const std::string& PublicKeyDer();

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_CERTIFICATES_H_
