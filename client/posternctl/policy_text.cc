#include "client/posternctl/policy_text.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/posternctl/printable.h"
#include "client/posternctl/tlsa_text.h"
#include "client/posternctl/words.h"

namespace postern::posternctl {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Colour ColourOf(v1::DomainPolicy::Verdict verdict) {
  if (verdict == v1::DomainPolicy::HOSTS) return Colour::kGood;
  return verdict == v1::DomainPolicy::DEFER ? Colour::kWarning : Colour::kBad;
}

Colour ColourOf(v1::HostPolicy::Verdict verdict) {
  switch (verdict) {
    case v1::HostPolicy::DANE:
      return Colour::kGood;
    case v1::HostPolicy::TLS_UNAUTHENTICATED:
    case v1::HostPolicy::OPPORTUNISTIC:
      return Colour::kWarning;
    default:
      return Colour::kBad;
  }
}

// Adds a row if there is a value. Values are what a server or the DNS says.
void Add(Rows& rows, const char* label, const std::string& value) {
  if (!value.empty()) rows.push_back({label, Printable(value)});
}

template <typename Strings>
std::string Joined(const Strings& strings) {
  return absl::StrJoin(strings, ", ");
}

std::string HostText(const v1::HostPolicy& host, const TextOptions& options) {
  Rows rows;
  Add(rows, "base domain", host.tlsa_base_domain());
  Add(rows, "identifiers", Joined(host.reference_identifiers()));
  if (host.verdict() != v1::HostPolicy::SKIP) Add(rows, "SNI", host.sni());
  const char* label = "TLSA";
  for (const v1::TlsaRecord& record : host.tlsa_records()) {
    rows.push_back({std::exchange(label, ""), RecordText(record)});
  }
  if (host.request_ocsp()) Add(rows, "staple", "ask for one");
  if (host.verdict() == v1::HostPolicy::DANE && !host.mx_secure()) {
    Add(rows, "MX answer", "insecure: the host is authenticated, not that it serves the domain");
  }
  if (host.audit()) Add(rows, "audit", "log a failed authentication, do not obey it");
  if (host.mode() != v1::Dane::MODE_UNSPECIFIED && host.mode() != v1::Dane::OPPORTUNISTIC) {
    Add(rows, "mode", absl::AsciiStrToLower(Name(host.mode())));
  }
  Add(rows, "addresses", Joined(host.addresses()));
  if (host.has_tlsrpt_result_type()) Add(rows, "TLSRPT", Name(host.tlsrpt_result_type()));
  Add(rows, "detail", host.detail());
  if (host.has_expire_time()) Add(rows, "expires", When(host.expire_time(), options.now));
  return absl::StrCat("\n", host.preference(), " ", Printable(host.host()), "  ",
                      Coloured(Name(host.verdict()), ColourOf(host.verdict()), options.colour),
                      "  ", Words(host.reason()), "\n", Table("    ", rows));
}

std::string TraceText(const v1::DomainPolicy& policy) {
  Rows rows = {{"name", "type", "state", "rcode", "ttl", "records", ""}};
  for (const v1::DnsQuery& query : policy.trace()) {
    std::string note = query.canonical_name().empty() ? "" : "-> " + query.canonical_name();
    if (!query.detail().empty()) absl::StrAppend(&note, note.empty() ? "" : "  ", query.detail());
    rows.push_back({Printable(query.name()), Printable(query.type()), Name(query.state()),
                    Printable(query.rcode()), absl::StrCat(query.ttl()),
                    absl::StrCat(query.record_count()), Printable(note)});
  }
  return absl::StrCat("\nDNS queries\n", Table("    ", rows));
}

}  // namespace

std::string PolicyText(const v1::DomainPolicy& policy, const TextOptions& options) {
  std::string text =
      absl::StrCat(Printable(policy.domain()), "  ",
                   Coloured(Name(policy.verdict()), ColourOf(policy.verdict()), options.colour),
                   "  ", Words(policy.reason()));
  if (policy.reason() == v1::DomainPolicy::MX_FOUND) {
    absl::StrAppend(&text, policy.mx_secure() ? " (secure)" : " (insecure)");
  }
  Rows rows;
  Add(rows, "alias of", policy.expanded_domain());
  if (policy.has_tlsrpt_result_type()) Add(rows, "TLSRPT", Name(policy.tlsrpt_result_type()));
  if (policy.fail_permanently()) Add(rows, "refuse", "at once: the server's rule says fail");
  if (policy.omitted_hosts() > 0)
    Add(rows, "left out", absl::StrCat(policy.omitted_hosts(), " hosts"));
  Add(rows, "detail", policy.detail());
  if (policy.has_expire_time()) Add(rows, "expires", When(policy.expire_time(), options.now));
  absl::StrAppend(&text, "\n", Table("    ", rows));
  for (const v1::HostPolicy& host : policy.hosts()) text += HostText(host, options);
  if (policy.trace_size() > 0) text += TraceText(policy);
  return text;
}

}  // namespace postern::posternctl
