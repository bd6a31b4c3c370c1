// The chain that a server sent, read.
#ifndef POSTERN_SERVER_CORE_HANDSHAKE_PEER_CHAIN_H_
#define POSTERN_SERVER_CORE_HANDSHAKE_PEER_CHAIN_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/handshake/handshake.h"
#include "server/core/x509/chain_verifier.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/outline.h"

namespace postern {

// kMaxNameChecks bounds the subject alternative names of a chain times its name
// constraints: each name may be compared with each constraint.
inline constexpr size_t kMaxNameChecks = 32768;

// PeerCertificate is one certificate of a handshake.
struct PeerCertificate {
  absl::string_view der;
  CertificateOutline outline;
  bool is_anchor = false;  // to be set: what ends every path that leads to it
  UniqueX509 x509;         // null unless ParsePaths found it on a path
};

// PeerChain is the certificates of one handshake, the server's own first; at least
// one.
using PeerChain = std::vector<PeerCertificate>;

// ReadPeerChain reads the outlines of certificates. Fails with INVALID_ARGUMENT,
// with the depth of the first that has none. `certificates` is not empty.
absl::StatusOr<PeerChain> ReadPeerChain(absl::Span<const absl::string_view> certificates);

// ParsePaths parses the server's own certificate and those that may be on a path
// from it: whose subject is the issuer of one that is, byte for byte, and not above
// an anchor. What reading them costs is most of a verdict, and the others change
// none. Fails with INVALID_ARGUMENT, with the depth of the first that cannot be
// read, or that has a key which no signature may be verified with, the server's
// own aside.
absl::Status ParsePaths(PeerChain& chain);

// Parsed returns the certificates that ParsePaths parsed, in their order.
std::vector<X509*> Parsed(const PeerChain& chain);

// NextDate returns the first instant after now at which one of the certificates
// begins or ends to be valid: until then their dates change no verdict.
absl::Time NextDate(absl::Span<X509* const> certificates, absl::Time now);

// SetChainError makes a verdict's reason of what OpenSSL says of a chain.
void SetChainError(const ChainResult& result, HandshakeVerdict& verdict);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_HANDSHAKE_PEER_CHAIN_H_
