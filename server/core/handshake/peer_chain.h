// The chain that a server sent, read.
#ifndef POSTERN_SERVER_CORE_HANDSHAKE_PEER_CHAIN_H_
#define POSTERN_SERVER_CORE_HANDSHAKE_PEER_CHAIN_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/handshake/handshake.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/chain_verifier.h"
#include "server/core/x509/openssl_types.h"

namespace postern {

// kMaxNameChecks bounds the subject alternative names of a chain times its name
// constraints: each name may be compared with each constraint.
inline constexpr size_t kMaxNameChecks = 32768;

// PeerChain is the certificates of one handshake, the server's own first.
struct PeerChain {
  std::vector<Certificate> owned;  // at least one
  std::vector<X509*> certificates;

  X509& leaf() const { return *certificates.front(); }
};

// ReadPeerChain reads all certificates. Fails with INVALID_ARGUMENT, with the
// depth of the first that cannot be read, or that has a key which no signature may
// be verified with, the server's own aside. `certificates` is not empty.
absl::StatusOr<PeerChain> ReadPeerChain(absl::Span<const absl::string_view> certificates);

// NextDate returns the first instant after now at which one of the certificates
// begins or ends to be valid: until then their dates change no verdict.
absl::Time NextDate(absl::Span<X509* const> certificates, absl::Time now);

// SetChainError makes a verdict's reason of what OpenSSL says of a chain.
void SetChainError(const ChainResult& result, HandshakeVerdict& verdict);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_HANDSHAKE_PEER_CHAIN_H_
