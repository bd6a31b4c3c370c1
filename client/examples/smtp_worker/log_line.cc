#include "client/examples/smtp_worker/log_line.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "postern/v1/handshake.pb.h"

namespace postern::smtp_worker {
namespace {

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (char c : text.substr(0, 200)) {
    quoted += absl::ascii_isprint(static_cast<unsigned char>(c)) && c != '"' ? c : '?';
  }
  return quoted + "\"";
}

absl::string_view Word(AttemptResult result) {
  switch (result) {
    case AttemptResult::kDelivered:
      return "delivered";
    case AttemptResult::kRefused:
      return "refused";
    case AttemptResult::kHostRefuses:
      return "host-refuses";
    case AttemptResult::kUnreachable:
      return "unreachable";
    case AttemptResult::kTemporary:
      return "temporary";
    case AttemptResult::kNextHost:
      return "next-host";
    case AttemptResult::kRetryInClearText:
      return "retry-in-clear-text";
  }
  return "unknown";
}

// A name without a space or an end of line: the server's validation saw to it, and
// this line does not hang on that.
std::string Name(absl::string_view name) {
  std::string safe;
  for (char c : name.substr(0, 255)) {
    safe += absl::ascii_isgraph(static_cast<unsigned char>(c)) ? c : '?';
  }
  return safe.empty() ? "-" : safe;
}

std::string RecordText(const v1::TlsaRecord& record) {
  return absl::StrCat(record.certificate_usage(), " ", record.selector(), " ",
                      record.matching_type(), " ",
                      absl::BytesToHexString(record.certificate_association_data()));
}

// "OCSP=good", "=revoked", "=unknown", "=invalid"; nothing where no staple was looked at.
std::string StapleText(const v1::RevocationVerdict& revocation) {
  if (!revocation.has_staple()) return "";
  return absl::StrCat(
      " OCSP=",
      absl::AsciiStrToLower(Name(v1::StapleVerdict::Status_Name(revocation.staple().status()))));
}

std::string VerdictText(const HandshakeAnswer& answer) {
  const v1::HandshakeVerdict& verdict = answer.handshake;
  std::string text =
      absl::StrCat(" CV=", Name(verdict.cv()), StapleText(verdict.revocation()),
                   " verdict=", Name(v1::HandshakeVerdict::Verdict_Name(verdict.verdict())),
                   " reason=", Name(v1::HandshakeVerdict::Reason_Name(verdict.reason())),
                   " action=", Name(v1::HandshakeVerdict::Action_Name(verdict.action())),
                   " service=", answer.from_server ? "answered" : "away");
  if (verdict.has_matched_record()) {
    absl::StrAppend(&text, " record=", Quoted(RecordText(verdict.matched_record())));
  }
  if (verdict.has_matched_depth()) absl::StrAppend(&text, " depth=", verdict.matched_depth());
  if (!verdict.matched_name().empty()) {
    absl::StrAppend(&text, " name=", Name(verdict.matched_name()));
  }
  if (verdict.audit_failure()) absl::StrAppend(&text, " audit=failed");
  return text;
}

std::string HostText(const v1::HostPolicy& host, absl::string_view address) {
  return absl::StrCat("host=", Name(host.host()), " address=", Name(address),
                      " policy=", Name(v1::HostPolicy::Verdict_Name(host.verdict())),
                      " policy-reason=", Name(v1::HostPolicy::Reason_Name(host.reason())));
}

}  // namespace

std::string DomainLine(const v1::DomainPolicy& policy, bool from_server) {
  return absl::StrCat("domain=", Name(policy.domain()),
                      " policy=", Name(v1::DomainPolicy::Verdict_Name(policy.verdict())),
                      " policy-reason=", Name(v1::DomainPolicy::Reason_Name(policy.reason())),
                      " hosts=", policy.hosts_size(),
                      " service=", from_server ? "answered" : "away",
                      " detail=", Quoted(policy.detail()));
}

std::string HostLine(const v1::HostPolicy& host, absl::string_view address,
                     const Attempt& attempt) {
  return absl::StrCat(HostText(host, address),
                      attempt.answer ? VerdictText(*attempt.answer) : " CV=no",
                      " tls=", Name(attempt.tls_version), " cipher=", Name(attempt.cipher),
                      " result=", Word(attempt.result), " detail=", Quoted(attempt.note));
}

std::string SkippedLine(const v1::HostPolicy& host) {
  return absl::StrCat(HostText(host, ""), " CV=no result=skipped detail=", Quoted(host.detail()));
}

}  // namespace postern::smtp_worker
