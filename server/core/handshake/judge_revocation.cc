#include "server/core/handshake/judge_revocation.h"

#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/core/revocation/must_staple.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/outline.h"

namespace postern {
namespace {

using Reason = HandshakeVerdict::Reason;
using Status = RevocationVerdict::Status;

// PathCertificate is a certificate of the path, in both readings.
struct PathCertificate {
  std::string der;
  std::optional<Certificate> certificate;  // nothing where it has no outline
};

// Reads one into its place: the outline points into it.
void Read(X509& x509, PathCertificate& to) {
  to.der = DerOf(x509);
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(to.der);
  if (!outline.ok()) return;
  X509_up_ref(&x509);
  to.certificate = Certificate{UniqueX509(&x509), *outline, {}};
}

void Fail(Reason reason, std::string detail, HandshakeVerdict& verdict) {
  verdict.verdict = HandshakeVerdict::Verdict::kFailed;
  verdict.reason = reason;
  verdict.detail = std::move(detail);
  verdict.matched_record.reset();
  verdict.matched_depth.reset();
}

bool IsGood(const std::optional<StapleVerdict>& staple) {
  return staple && staple->status == StapleVerdict::Status::kGood;
}

// RevocationJudge judges one path.
class RevocationJudge {
 public:
  RevocationJudge(const HandshakeQuestion& question, absl::Span<const UniqueX509> path,
                  const CrlIndex& crls, const RevocationOptions& options, absl::Time now,
                  HandshakeVerdict& verdict)
      : question_(question),
        crls_(crls),
        options_(options),
        now_(now),
        path_(path.size()),
        verdict_(verdict) {
    for (size_t depth = 0; depth < path.size(); ++depth) Read(*path[depth], path_[depth]);
  }

  void Run() {
    JudgeOwn();
    if (verdict_.revocation.status == Status::kRevoked) {
      return Fail(Reason::kCertificateRevoked, "the server's certificate is revoked", verdict_);
    }
    for (size_t depth = 1; depth + 1 < path_.size(); ++depth) {
      if (IsIssuerRevoked(depth)) {
        return Fail(Reason::kCertificateRevoked,
                    absl::StrCat("the certificate at depth ", depth, " is revoked"), verdict_);
      }
    }
    JudgeDemands();
  }

 private:
  // The server's own certificate. Who issued it is not known where that is a key that
  // only a TLSA record holds, or where the certificate is the anchor itself.
  void JudgeOwn() {
    if (!path_.front().certificate) return;
    const Certificate& own = *path_.front().certificate;
    const bool status_requested = question_.status_requested && !question_.session_resumed;
    if (path_.size() < 2 || !path_[1].certificate) {
      StapleOffer offer;
      offer.status_request_sent = status_requested;
      offer.staple_received = !question_.staple.empty();
      verdict_.revocation.must_staple = JudgeMustStaple(own.outline, offer);
      return;
    }
    const RevocationQuestion question{own, *path_[1].certificate, question_.staple,
                                      status_requested, true};
    verdict_.revocation = CheckRevocation(question, crls_, options_, now_);
    verdict_.valid_until = std::min(verdict_.valid_until, verdict_.revocation.valid_until);
  }

  // Of the others only a "revoked" counts, by a staple of their own (RFC 8446, section
  // 4.4.2.1) or a CRL. `depth` is not the last.
  bool IsIssuerRevoked(size_t depth) {
    if (!path_[depth].certificate || !path_[depth + 1].certificate) return false;
    const RevocationQuestion question{*path_[depth].certificate, *path_[depth + 1].certificate,
                                      StapleOf(path_[depth].der), false, true};
    const RevocationVerdict known = CheckRevocation(question, crls_, options_, now_);
    verdict_.valid_until = std::min(verdict_.valid_until, known.valid_until);
    return known.status == Status::kRevoked;
  }

  // The staple that came with an issuer's certificate.
  absl::string_view StapleOf(absl::string_view der) const {
    const size_t count = std::min(question_.issuer_staples.size() + 1,  // the first is depth 1
                                  question_.certificates.size());
    for (size_t i = 1; i < count; ++i) {
      if (question_.certificates[i] == der) return question_.issuer_staples[i - 1];
    }
    return {};
  }

  std::string LackOfStaple() const {
    if (question_.staple.empty()) return "none came";
    const std::optional<StapleVerdict>& staple = verdict_.revocation.staple;
    if (!staple) return "it cannot be checked without its issuer's certificate";
    if (staple->reason == StapleVerdict::Reason::kNone) {
      return absl::StrCat("it is ", NameOf(staple->status));
    }
    return absl::StrCat("it is ", NameOf(staple->status), ": ", NameOf(staple->reason));
  }

  void JudgeDemands() {
    const RevocationVerdict& known = verdict_.revocation;
    if (known.must_staple == MustStaple::kMissing) {
      return Fail(Reason::kMustStaple,
                  absl::StrCat("the certificate demands a staple, and ", LackOfStaple()), verdict_);
    }
    if (question_.policy.require_ocsp && !IsGood(known.staple)) {
      return Fail(Reason::kStapleRequired,
                  absl::StrCat("the policy demands a good staple, and ", LackOfStaple()), verdict_);
    }
    if (question_.policy.require_revocation_status && known.status != Status::kGood) {
      Fail(Reason::kRevocationUnknown,
           "the policy demands to know that the certificate is not revoked, and no staple and "
           "no CRL at hand says so",
           verdict_);
    }
  }

  const HandshakeQuestion& question_;
  const CrlIndex& crls_;
  const RevocationOptions& options_;
  const absl::Time now_;
  std::vector<PathCertificate> path_;
  HandshakeVerdict& verdict_;
};

}  // namespace

void JudgeRevocation(const HandshakeQuestion& question, absl::Span<const UniqueX509> path,
                     const CrlIndex& crls, const RevocationOptions& options, absl::Time now,
                     HandshakeVerdict& verdict) {
  RevocationJudge(question, path, crls, options, now, verdict).Run();
}

}  // namespace postern
