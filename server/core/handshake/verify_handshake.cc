#include "server/core/handshake/verify_handshake.h"

#include <utility>
#include <vector>

#include "server/core/handshake/judge_revocation.h"
#include "server/core/handshake/verify_dane.h"
#include "server/core/handshake/verify_pkix.h"
#include "server/core/x509/openssl_types.h"

namespace postern {
namespace {

using Verdict = HandshakeVerdict::Verdict;
using Action = HandshakeVerdict::Action;
using Reason = HandshakeVerdict::Reason;
using Tls = HandshakeQuestion::Tls;

HandshakeVerdict Failed(Reason reason, const char* detail) {
  HandshakeVerdict verdict;
  verdict.reason = reason;
  verdict.detail = detail;
  return verdict;
}

// What was found, whatever the policy makes of a failure.
HandshakeVerdict Find(const HandshakeQuestion& question, absl::Span<const JudgedTlsa> records,
                      const TrustAnchors& anchors, absl::Span<const DigestAlgorithm> digests,
                      absl::Time now, std::vector<UniqueX509>& path) {
  const HostPolicy::Verdict policy = question.policy.verdict;
  if (policy == HostPolicy::Verdict::kSkip) {
    return Failed(Reason::kPolicySkip, "the policy is not to connect to this host");
  }
  // RFC 7672, section 6: such a host is SKIP in every policy that was made by the rules.
  if (policy == HostPolicy::Verdict::kOpportunistic &&
      question.policy.mode == DaneMode::kMandatory) {
    return Failed(Reason::kPolicySkip, "DANE is mandatory, and the policy is not DANE");
  }
  if (question.tls == Tls::kNotOffered) {
    return Failed(Reason::kStarttlsNotOffered, "the server does not offer STARTTLS");
  }
  if (question.tls == Tls::kFailed) {
    return Failed(Reason::kHandshakeFailed, "the TLS handshake failed");
  }
  if (policy == HostPolicy::Verdict::kOpportunistic) {
    return VerifyPkix(question, anchors, now, path);
  }
  // What is not there is not unusable: the records were lost on the way here.
  if (records.empty()) {
    return Failed(Reason::kTlsaMismatch, "the policy demands TLS, and holds no TLSA record");
  }
  // RFC 7672, section 2.2: no usable record is no authentication, and nothing else
  // takes its place.
  if (UsageBits(records) == 0) {
    return Failed(Reason::kTlsaUnusable, "TLSA records exist, and none is usable");
  }
  return VerifyDane(question, records, digests, now, path);
}

// Whether the policy lets mail go where the server is not authenticated for this
// reason.
bool MayProceed(const HandshakeQuestion& question, Reason reason) {
  switch (question.policy.verdict) {
    case HostPolicy::Verdict::kOpportunistic:
      return !DemandsAuthentication(question) && reason != Reason::kPolicySkip;
    case HostPolicy::Verdict::kDane:
    case HostPolicy::Verdict::kTlsUnauthenticated:
      // RFC 7671, section 10.3: TLS without authentication, unless DANE is mandatory.
      // PKIX does not take the records' place, so that who demands it does not get it.
      return reason == Reason::kTlsaUnusable && question.policy.mode != DaneMode::kMandatory &&
             !DemandsAuthentication(question);
    case HostPolicy::Verdict::kSkip:
      return false;
  }
  return false;
}

// RFC 7672, section 9.1: a failure of DANE is told, not obeyed. Who demands
// authentication does not get it by that.
bool IsAudited(const HandshakeQuestion& question, Reason reason) {
  return question.policy.audit && reason != Reason::kPolicySkip && !DemandsAuthentication(question);
}

}  // namespace

HandshakeVerdict VerifyHandshake(const HandshakeQuestion& question, const TrustAnchors& anchors,
                                 absl::Span<const DigestAlgorithm> digests, const CrlIndex& crls,
                                 const RevocationOptions& revocation, absl::Time now) {
  std::vector<JudgedTlsa> records = JudgeTlsaRecords(question.policy.tlsa, digests);
  std::vector<UniqueX509> path;
  HandshakeVerdict verdict = Find(question, records, anchors, digests, now, path);
  // RFC 7672, section 3.1.1: there is no path, and no revocation, with DANE-EE(3).
  if (!path.empty()) JudgeRevocation(question, path, crls, revocation, now, verdict);
  verdict.tlsa = std::move(records);
  if (verdict.verdict != Verdict::kFailed) {
    verdict.action = Action::kProceed;
    return verdict;
  }
  if (MayProceed(question, verdict.reason)) {
    verdict.verdict = Verdict::kUnauthenticated;
    verdict.action = Action::kProceed;
  } else if (IsAudited(question, verdict.reason)) {
    verdict.action = Action::kProceed;
    verdict.audit_failure = true;
  }
  return verdict;
}

}  // namespace postern
