// Handshakes by chance, the same for a seed: chains and records that are mostly
// related to each other, and mostly right.
#ifndef POSTERN_TESTS_SUPPORT_HANDSHAKE_GENERATOR_H_
#define POSTERN_TESTS_SUPPORT_HANDSHAKE_GENERATOR_H_

#include <openssl/evp.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "server/core/dns/answer.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"

namespace postern {

// What a certificate was made as.
struct Sample {
  CertificateSpec spec;
  TestCertificate built;
};

// World is a few authorities and servers that are related to each other.
struct World {
  std::vector<Sample> authorities;
  std::vector<Sample> servers;
};

// HandshakeGenerator makes them. Not thread safe.
class HandshakeGenerator {
 public:
  explicit HandshakeGenerator(unsigned seed) : random_(seed) {}

  World MakeWorld();

  // A handshake with a server of a world; a few certificates are of another.
  TestHandshake MakeHandshake(const World& world, const World& other);

 private:
  bool OneIn(int n) { return Below(n) == 0; }
  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  size_t Index(int n) { return static_cast<size_t>(Below(n)); }

  template <typename T>
  const T& OneOf(const std::vector<T>& list) {
    return list[Index(static_cast<int>(list.size()))];
  }

  void Vary(CertificateSpec& spec);
  CertificateSpec Authority(const std::string& name);
  CertificateSpec Server();
  EVP_PKEY* Key(int first);
  TlsaRecord MakeRecord(const World& world, const World& other, const Sample& server);

  std::mt19937 random_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_HANDSHAKE_GENERATOR_H_
