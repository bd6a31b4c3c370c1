// Certificates for tests of the client's TLS, made in memory.
#ifndef POSTERN_TESTS_CLIENT_PEM_H_
#define POSTERN_TESTS_CLIENT_PEM_H_

#include <string>

namespace postern {

// Pem is a certificate and its private key.
struct Pem {
  std::string certificate;
  std::string key;
};

// SelfSigned makes a certificate for a subject alternative name as OpenSSL writes
// it, such as "IP:127.0.0.1", signed by its own new key (ECDSA P-256), valid from
// an hour ago for a day.
Pem SelfSigned(const std::string& subject_alternative_name);

}  // namespace postern

#endif  // POSTERN_TESTS_CLIENT_PEM_H_
