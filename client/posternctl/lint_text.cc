#include "client/posternctl/lint_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/printable.h"
#include "client/posternctl/tlsa_text.h"
#include "client/posternctl/words.h"

namespace postern::posternctl {
namespace {

std::string ResultText(HostLint::Result result, bool colour) {
  switch (result) {
    case HostLint::GOOD:
      return Coloured("GOOD", Colour::kGood, colour);
    case HostLint::BAD:
      return Coloured("BAD", Colour::kBad, colour);
    case HostLint::NO_RECORDS:
      return Coloured("NO RECORDS", Colour::kWarning, colour);
    default:
      return Coloured("LOOKUP FAILED", Colour::kWarning, colour);
  }
}

std::string StateText(const RecordLint& record, bool colour) {
  switch (record.state()) {
    case RecordLint::MATCHES:
      return absl::StrCat(Coloured("matches", Colour::kGood, colour), " at depth ", record.depth(),
                          record.has_next_depth() ? ", and the next chain too" : "");
    case RecordLint::MATCHES_NEXT:
      return absl::StrCat("matches the next chain at depth ", record.next_depth());
    case RecordLint::STALE:
      return Coloured("stale", Colour::kWarning, colour) +
             ": matches nothing that the server sends";
    default:
      return Words(record.record().unusable_reason());
  }
}

std::string HostText(const HostLint& host, const TextOptions& options) {
  std::vector<std::vector<std::string>> records;
  for (const RecordLint& record : host.records()) {
    records.push_back({ShortRecord(record.record()), StateText(record, options.colour)});
  }
  std::vector<std::vector<std::string>> notes;
  for (const std::string& problem : host.problems()) {
    notes.push_back({host.result() == HostLint::BAD ? "problem" : "why", Printable(problem)});
  }
  for (int i = 0; i < host.steps_size(); ++i) {
    notes.push_back({absl::StrCat("step ", i + 1), Printable(host.steps(i))});
  }
  return absl::StrCat("\n", Printable(host.host()), "  ", ResultText(host.result(), options.colour),
                      host.owner().empty() ? "" : "  ", Printable(host.owner()), "\n",
                      Table("    ", records), Table("    ", notes));
}

}  // namespace

std::string LintText(const TlsaLint& lint, const TextOptions& options) {
  std::string text = absl::StrCat(Printable(lint.domain()), "  ", Name(lint.verdict()), "  ",
                                  Words(lint.reason()), "\n");
  for (const HostLint& host : lint.hosts()) text += HostText(host, options);
  return text;
}

int ExitStatusOf(const TlsaLint& lint) {
  bool good = false;
  bool failed = lint.verdict() == v1::DomainPolicy::DEFER;
  for (const HostLint& host : lint.hosts()) {
    if (host.result() == HostLint::BAD) return kExitRefusal;
    failed = failed || host.result() == HostLint::LOOKUP_FAILED;
    good = good || host.result() == HostLint::GOOD;
  }
  if (failed) return kExitDefer;
  return good ? kExitFavourable : kExitRefusal;
}

}  // namespace postern::posternctl
