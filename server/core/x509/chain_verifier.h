// OpenSSL's chain verification (RFC 5280, section 6), with all that it rests on
// given: certificates, anchors and the time.
#ifndef POSTERN_SERVER_CORE_X509_CHAIN_VERIFIER_H_
#define POSTERN_SERVER_CORE_X509_CHAIN_VERIFIER_H_

#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/trust_anchors.h"

namespace postern {

// kSecurityLevel is the strength that keys and signatures of a chain must have, by
// OpenSSL's level 2: RSA 2048, P-224, SHA-224.
inline constexpr int kSecurityLevel = 2;

// kMaxIntermediates is how many certificates a chain may have between the server's
// and the trust anchor. Each is one more signature to verify, and a signature by
// P-384 takes as long as ten by P-256.
inline constexpr int kMaxIntermediates = 4;

// ChainResult says what came of a verification.
struct ChainResult {
  int error = X509_V_OK;  // OpenSSL's number
  int depth = 0;          // of the error, 0 is the server's certificate
  // As far as it could be built: the server's certificate first and, if there is
  // no error, the trust anchor last.
  std::vector<UniqueX509> chain;
};

// VerifyChain verifies a TLS server's certificate: signatures, dates, constraints,
// purpose and strength, not names. `sent` are the certificates to build from. Any
// anchor ends a chain, also one that is not self-signed.
ChainResult VerifyChain(X509& certificate, absl::Span<X509* const> sent,
                        const TrustAnchors& anchors, absl::Time now);

// The same, with certificates as the anchors.
ChainResult VerifyChain(X509& certificate, absl::Span<X509* const> sent,
                        absl::Span<X509* const> anchors, absl::Time now);

// VerifySignature verifies that a key signed a certificate, and the strength of key
// and signature. Returns OpenSSL's number for the error.
int VerifySignature(X509& certificate, EVP_PKEY& key);

// IsWithoutAnchor tells whether an error says that the chain leads to no anchor.
bool IsWithoutAnchor(int error);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_CHAIN_VERIFIER_H_
