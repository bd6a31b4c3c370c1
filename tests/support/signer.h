// Signatures over any bytes, for tests: of what no library would encode.
#ifndef POSTERN_TESTS_SUPPORT_SIGNER_H_
#define POSTERN_TESTS_SUPPORT_SIGNER_H_

#include <openssl/evp.h>

#include <string>

namespace postern {

// SignerSpec says how to sign.
struct SignerSpec {
  EVP_PKEY* key = nullptr;
  const EVP_MD* digest = EVP_sha256();  // null for Ed25519 and Ed448
  // RSA-PSS alone.
  bool is_pss = false;
  const EVP_MD* mask_digest = nullptr;  // null: `digest`
  int salt_length = 32;
};

// MadeSignature is a signature and the AlgorithmIdentifier that tells how it was made.
struct MadeSignature {
  std::string algorithm;  // DER
  std::string octets;
};

// Sign makes one.
MadeSignature Sign(const std::string& bytes, const SignerSpec& spec);

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_SIGNER_H_
