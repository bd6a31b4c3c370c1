#include "server/config_revocation.h"

#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/config_errors.h"
#include "server/io/http/fetch_checks.h"

namespace postern {
namespace {

constexpr size_t kMaxPathBytes = 4095;
constexpr size_t kMaxUrlBytes = 1024;
constexpr size_t kMaxResponderBytes = 260;
constexpr size_t kMaxStapleNameBytes = 255;

void ReadResponders(ConfigReader& map, HttpFetcherOptions& fetch) {
  map.Maps("responders", 1000, [&](ConfigReader& entry) {
    std::string name;
    ResponderOptions options;
    if (!entry.Text("responder", kMaxResponderBytes, name) && !entry.Has("responder")) {
      entry.errors().Add(entry.path(), entry.line(), "responder is missing");
    }
    entry.Bool("disabled", options.disabled);
    entry.Integer("max_active", 1, 1000, options.max_active);
    if (!entry.Has("disabled") && !entry.Has("max_active")) {
      entry.errors().Add(entry.path(), entry.line(),
                         "sets nothing; give at least one of disabled, max_active");
    }
    HttpFetcherOptions alone;
    alone.responders[name] = options;
    if (!name.empty() && !CheckFetcherOptions(alone).ok()) {
      entry.Wrong("responder",
                  absl::StrCat(QuoteForError(name),
                               " is no responder; allowed: HOST:PORT in lower case, such as "
                               "ocsp.example.org:80"));
    } else if (!fetch.responders.emplace(name, options).second) {
      entry.Wrong("responder", absl::StrCat(QuoteForError(name), " is given twice"));
    }
  });
}

void ReadPorts(ConfigReader& map, HttpFetcherOptions& fetch) {
  std::vector<uint16_t> ports;
  const auto take = [&](const std::string& text) -> std::string {
    uint32_t port = 0;
    for (const char digit : text) {
      port = digit >= '0' && digit <= '9' && port <= 65535
                 ? port * 10 + static_cast<uint32_t>(digit - '0')
                 : uint32_t{65536};
    }
    if (port == 0 || port > 65535) {
      return absl::StrCat(QuoteForError(text), " is no port; allowed: 1 to 65535");
    }
    ports.push_back(static_cast<uint16_t>(port));
    return "";
  };
  if (!map.Texts("allowed_ports", 64, 16, take)) return;
  if (ports.empty()) map.Wrong("allowed_ports", "holds no port; give at least one");
  fetch.allowed_ports = std::move(ports);
}

void ReadFetch(ConfigReader map, HttpFetcherOptions& fetch) {
  map.Texts("allowed_addresses", 1000, 64, [&](const std::string& text) -> std::string {
    const absl::StatusOr<IpPrefix> prefix = ParseIpPrefix(text);
    if (!prefix.ok()) {
      return absl::StrCat(QuoteForError(text), ": ", prefix.status().message(),
                          "; allowed: an address, or a prefix such as 10.0.0.0/8");
    }
    fetch.allowed_addresses.push_back(*prefix);
    return "";
  });
  ReadPorts(map, fetch);
  map.Integer("max_redirects", 0, 5, fetch.max_redirects);
  if (map.Text("proxy", kMaxUrlBytes, fetch.proxy) && !CheckFetcherOptions(fetch).ok()) {
    map.Wrong("proxy",
              absl::StrCat(QuoteForError(fetch.proxy),
                           " is no proxy; allowed: http://HOST:PORT, without credentials"));
    fetch.proxy.clear();
  }
  map.Text("ca_file", kMaxPathBytes, fetch.ca_file);
  map.Duration("connect_timeout", absl::Milliseconds(10), absl::Minutes(1), fetch.connect_timeout);
  map.Duration("total_timeout", absl::Milliseconds(10), absl::Minutes(10), fetch.total_timeout);
  map.Integer("max_active", 1, 1000, fetch.max_active);
  map.Integer("max_active_per_responder", 1, 1000, fetch.max_active_per_responder);
  ReadResponders(map, fetch);
  map.Finish();
}

void ReadCrl(ConfigReader map, CrlConfig& crl) {
  map.Size("max_bytes", size_t{1} << 10, kMaxCrlBytes, crl.max_bytes);
  map.Bool("peers", crl.peers);
  map.Text("folder", kMaxPathBytes, crl.folder);
  map.Finish();
}

void ReadCertificates(ConfigReader& entry, CertificatesConfig& certificates) {
  const int given = int{entry.Has("file")} + int{entry.Has("glob")} + int{entry.Has("folder")};
  if (given != 1) {
    entry.errors().Add(entry.path(), entry.line(), "give exactly one of file, glob, folder");
  }
  entry.Text("file", kMaxPathBytes, certificates.file);
  entry.Text("glob", kMaxPathBytes, certificates.glob);
  entry.Text("folder", kMaxPathBytes, certificates.folder);
  entry.Text("name", kMaxStapleNameBytes, certificates.name);
  if (entry.Has("name") && !entry.Has("file")) {
    entry.Wrong("name", "names one certificate; allowed: together with file");
  }
  entry.Text("issuer_file", kMaxPathBytes, certificates.issuer_file);
  entry.Text("responder", kMaxUrlBytes, certificates.responder);
  if (!certificates.responder.empty() && !absl::StartsWith(certificates.responder, "http://") &&
      !absl::StartsWith(certificates.responder, "https://")) {
    entry.Wrong("responder", absl::StrCat(QuoteForError(certificates.responder),
                                          " is no responder; allowed: an http or https URL"));
  }
}

void ReadFormats(ConfigReader& map, StaplesConfig& staples) {
  bool der = false;
  bool pem = false;
  const auto take = [&](const std::string& text) -> std::string {
    (text == "der" ? der : pem) = true;
    if (text == "der" || text == "pem") return "";
    return absl::StrCat(QuoteForError(text), " is no format; allowed: der, pem");
  };
  if (!map.Texts("output_formats", 2, 16, take)) return;
  if (!der && !pem) map.Wrong("output_formats", "holds no format; allowed: der, pem");
  staples.write_der = der;
  staples.write_pem = pem;
}

}  // namespace

void ReadRevocation(ConfigReader map, RevocationConfig& revocation) {
  RevocationOptions& checks = revocation.checks;
  map.Bool("allow_sha1", checks.allow_sha1);
  map.Bool("allow_missing_next_update", checks.allow_missing_next_update);
  absl::Duration age;
  if (map.Has("max_staple_age")) {
    age = kMaxStapleAge;
    map.Duration("max_staple_age", absl::Minutes(1), kMaxStapleAgeOfCa, age);
    checks.max_staple_age = age;
  }
  map.Bool("must_staple_out_of_band", checks.must_staple_out_of_band);
  ReadFetch(map.Map("fetch"), revocation.fetch);
  ReadCrl(map.Map("crl"), revocation.crl);
  map.Finish();
}

void ReadStaples(ConfigReader map, StaplesConfig& staples) {
  map.Maps("certificates", 1000, [&](ConfigReader& entry) {
    CertificatesConfig certificates;
    ReadCertificates(entry, certificates);
    staples.certificates.push_back(std::move(certificates));
  });
  map.Duration("reload_interval", absl::Seconds(1), absl::Hours(1), staples.reload_interval);
  map.Text("state_folder", kMaxPathBytes, staples.state_folder);
  map.Text("output_folder", kMaxPathBytes, staples.output_folder);
  ReadFormats(map, staples);
  map.Bool("beside_certificates", staples.beside_certificates);
  map.Choice<bool>("at_expiry", {{"remove", false}, {"keep", true}}, staples.keep_expired);
  map.Texts("hook", 64, kMaxPathBytes, [&](const std::string& text) -> std::string {
    staples.hook.push_back(text);
    if (staples.hook.size() > 1 || absl::StartsWith(text, "/")) return "";
    return absl::StrCat(QuoteForError(text), " is no command; allowed: an absolute path first");
  });
  if (!staples.hook.empty() && staples.output_folder.empty() && !staples.beside_certificates) {
    map.Wrong("hook",
              "would never run: it does after a change of files, and none are written; "
              "set output_folder or beside_certificates");
  }
  map.Duration("hook_timeout", absl::Seconds(1), absl::Minutes(10), staples.hook_timeout);
  map.Finish();
}

}  // namespace postern
