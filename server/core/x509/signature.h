// Signatures over bytes as they were received (RFC 5280, section 4.1.1.2), and how
// strong they must be: of OCSP responses, CRLs and certificates alike. The TLS
// library asks for strength in chains alone, and verifies what it encodes anew.
//
//   RSA (PKCS #1 and PSS) of 2048 bits to kMaxRsaBits, ECDSA with P-256, P-384 or
//   P-521, each with SHA-2; Ed25519, Ed448.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_SIGNATURE_H_
#define POSTERN_SERVER_CORE_X509_SIGNATURE_H_

#include <openssl/evp.h>

#include <optional>

#include "absl/strings/string_view.h"
#include "server/core/x509/outline.h"

namespace postern {

// SignedBytes is what was signed and how. It points to the bytes of others.
struct SignedBytes {
  absl::string_view bytes;      // tbs..., as received, with tag and length
  absl::string_view algorithm;  // contents of the AlgorithmIdentifier
  absl::string_view signature;  // octets of the BIT STRING
};

// SignaturePolicy is what may be weaker than it should.
struct SignaturePolicy {
  bool allow_sha1 = false;
};

enum class SignatureCheck {
  kValid,
  kInvalid,           // not these bytes, not this key, or not a key of the algorithm
  kUnknownAlgorithm,  // or one whose parameters cannot be read
  kWeakAlgorithm,     // MD5; SHA-1 where the policy does not allow it
  kUnknownKey,        // of a kind, or on a curve, that nothing is verified with
  kWeakKey,           // RSA below 2048 bits
};

// CheckSignature verifies. The key is one that CheckSigningKey (outline.h) takes:
// others may be dear.
SignatureCheck CheckSignature(const SignedBytes& data, EVP_PKEY& key, SignaturePolicy policy = {});

// ReadSignature returns the octets of a BIT STRING by its contents. Nothing where it
// has unused bits: no signature has.
std::optional<absl::string_view> ReadSignature(absl::string_view bit_string);

// CheckCertificateSignature is CheckSignature for a certificate. kInvalid also where
// the algorithm that was signed is another than that of the signature (RFC 5280,
// section 4.1.1.2).
SignatureCheck CheckCertificateSignature(const CertificateOutline& certificate, EVP_PKEY& key,
                                         SignaturePolicy policy = {});

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_SIGNATURE_H_
