#include "server/core/handshake/verify_pkix.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/core/handshake/peer_chain.h"
#include "server/core/x509/chain_verifier.h"
#include "server/core/x509/name_match.h"

namespace postern {

HandshakeVerdict VerifyPkix(const HandshakeQuestion& question, const TrustAnchors& anchors,
                            absl::Time now, std::vector<UniqueX509>& path) {
  using Reason = HandshakeVerdict::Reason;
  HandshakeVerdict verdict;
  if (question.certificates.empty()) {
    verdict.reason = Reason::kNoCertificate;
    verdict.detail = question.raw_public_key.empty()
                         ? "the server sent no certificate"
                         : "the server sent a raw public key, which no trust anchor vouches for";
    return verdict;
  }
  absl::StatusOr<PeerChain> chain = ReadPeerChain(question.certificates);
  if (absl::Status status = chain.ok() ? ParsePaths(*chain) : chain.status(); !status.ok()) {
    verdict.reason = Reason::kCertificateMalformed;
    verdict.detail = std::string(status.message());
    return verdict;
  }
  const std::vector<X509*> sent = Parsed(*chain);
  ChainResult result = VerifyChain(*sent.front(), sent, anchors, now);
  verdict.valid_until = NextDate(sent, now);
  for (const UniqueX509& certificate : result.chain) {
    verdict.valid_until = std::min(verdict.valid_until, NextDate({certificate.get()}, now));
  }
  if (result.error != X509_V_OK) {
    SetChainError(result, verdict);
    return verdict;
  }
  const std::vector<std::string> presented = NamesOfChain(result.chain);
  const std::string* const name = FindPresented(presented, question.pkix_names);
  if (name == nullptr) {
    verdict.reason = Reason::kNameMismatch;
    verdict.x509_error = X509_V_ERR_HOSTNAME_MISMATCH;
    verdict.detail = "the certificate presents no reference identifier";
    return verdict;
  }
  verdict.verdict = HandshakeVerdict::Verdict::kVerifiedPkix;
  verdict.reason = Reason::kPkixVerified;
  verdict.matched_depth = result.chain.size() - 1;
  verdict.matched_name = *name;
  path = std::move(result.chain);
  return verdict;
}

}  // namespace postern
