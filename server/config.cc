#include "server/config.h"

#include <cerrno>
#include <cstdio>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/config_address.h"
#include "server/config_anchor.h"
#include "server/config_errors.h"
#include "server/config_policy.h"
#include "server/config_reader.h"
#include "server/config_yaml.h"
#include "server/core/dns/name.h"
#include "server/memory_shares.h"

namespace postern {
namespace {

constexpr size_t kKiB = size_t{1} << 10;
constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kGiB = size_t{1} << 30;
constexpr size_t kMaxPathBytes = 4095;
constexpr size_t kMaxNameBytes = kMaxInputBytes;

void ReadSocketMode(ConfigReader& map, uint32_t& mode) {
  std::string text;
  if (!map.Text("unix_socket_mode", 16, text)) return;
  const bool octal = (text.size() == 4 && text[0] == '0') || text.size() == 3;
  uint32_t value = 0;
  for (const char digit : text) {
    // What is no octal digit makes it too large.
    value = octal && digit >= '0' && digit <= '7' ? value * 8 + static_cast<uint32_t>(digit - '0')
                                                  : uint32_t{1} << 20;
  }
  if (value <= 0777 && (value & 0600) == 0600 && (value & 0111) == 0) {
    mode = value;
    return;
  }
  map.Wrong("unix_socket_mode",
            absl::StrCat(QuoteForError(text),
                         " is no mode of a socket; allowed: 0600 (this user), "
                         "0660 (and its group), 0666 (everybody), and others like them"));
}

void ReadListen(ConfigReader map, ListenConfig& listen) {
  map.Bool("insecure", listen.insecure);
  map.Text("unix_socket", 107, listen.unix_socket);
  ReadSocketMode(map, listen.unix_socket_mode);
  std::vector<std::string> addresses;
  const auto take = [&](const std::string& text) -> std::string {
    addresses.push_back(text);
    const absl::StatusOr<ListenAddress> address = ParseListenAddress(text);
    if (!address.ok()) {
      return absl::StrCat(QuoteForError(text), " is ", address.status().message());
    }
    if (address->loopback || listen.insecure) return "";
    return absl::StrCat(QuoteForError(text),
                        " is open to the network without TLS; allowed: localhost, 127.0.0.0/8, "
                        "[::1], or any with listen.insecure: true");
  };
  if (map.Texts("addresses", 16, kMaxNameBytes, take)) {
    if (addresses.empty() && listen.unix_socket.empty()) {
      map.Wrong("addresses", "nothing to listen on; give an address, or a unix_socket");
    }
    listen.addresses = std::move(addresses);
  }
  map.Finish();
}

// ReadZoneName reads a host name or "." for the root.
std::string ReadZoneName(const std::string& text, std::string& zone) {
  if (text == ".") {
    zone = text;
    return "";
  }
  const absl::StatusOr<std::string> name = ParseHostName(text);
  if (!name.ok()) {
    return absl::StrCat(QuoteForError(text), " is no domain name: ", name.status().message(),
                        "; allowed: a name such as example.org, or . for the root");
  }
  zone = *name;
  return "";
}

void ReadName(ConfigReader& map, absl::string_view key, std::string& zone) {
  std::string text;
  if (!map.Text(key, kMaxNameBytes, text)) return;
  const std::string what = ReadZoneName(text, zone);
  if (!what.empty()) map.Wrong(key, what);
}

void ReadZones(ConfigReader& map, absl::string_view key, std::vector<ZoneServers>& zones) {
  map.Maps(key, 1000, [&](ConfigReader& entry) {
    ZoneServers servers;
    if (!entry.Has("zone")) entry.errors().Add(entry.path(), entry.line(), "zone is missing");
    ReadName(entry, "zone", servers.zone);
    const auto take = [&](const std::string& text) -> std::string {
      servers.addresses.push_back(text);
      const absl::Status status = CheckServerAddress(text);
      return status.ok() ? "" : absl::StrCat(QuoteForError(text), " is ", status.message());
    };
    const bool listed = entry.Texts("addresses", 64, 64, take);
    if (!entry.Has("addresses") || (listed && servers.addresses.empty())) {
      entry.errors().Add(entry.path(), entry.line(), "addresses is missing; give at least one");
    }
    zones.push_back(std::move(servers));
  });
}

std::string Run(const ConfigChecks::Check& check, const std::string& value) {
  return check ? check(value) : std::string();
}

// CheckPath runs a check of a path that is given, and notes what is wrong.
void CheckPath(ConfigReader& map, absl::string_view key, const ConfigChecks::Check& check,
               const std::string& path) {
  const std::string wrong = path.empty() ? "" : Run(check, path);
  if (!wrong.empty()) map.Wrong(key, wrong);
}

void ReadSelfTest(ConfigReader map, SelfTestConfig& self_test) {
  ReadName(map, "name", self_test.name);
  map.Choice<RrType>("type",
                     {{"A", RrType::kA},
                      {"AAAA", RrType::kAaaa},
                      {"MX", RrType::kMx},
                      {"NS", RrType::kNs},
                      {"SOA", RrType::kSoa},
                      {"TLSA", RrType::kTlsa}},
                     self_test.type);
  map.Duration("interval", absl::Seconds(1), absl::Hours(24), self_test.interval);
  map.Finish();
}

void ReadResolver(ConfigReader map, const ConfigChecks& checks, ResolverConfig& resolver) {
  map.Integer("threads", 0, 64, resolver.threads);
  map.Duration("question_deadline", absl::Milliseconds(10), absl::Minutes(1),
               resolver.question_deadline);
  map.Duration("lookup_deadline", absl::Milliseconds(10), absl::Minutes(2),
               resolver.lookup_deadline);
  if (resolver.lookup_deadline < resolver.question_deadline) {
    map.Wrong(map.Has("lookup_deadline") ? "lookup_deadline" : "question_deadline",
              absl::StrCat("lookup_deadline (", absl::FormatDuration(resolver.lookup_deadline),
                           ") is shorter than question_deadline (",
                           absl::FormatDuration(resolver.question_deadline),
                           "); allowed: the same, or longer"));
  }
  map.Integer("questions_in_flight", 1, 1'000'000, resolver.questions_in_flight);
  map.Bool("use_root_anchors", resolver.use_root_anchors);
  map.Texts("trust_anchors", 1000, 4096, [&](const std::string& text) {
    resolver.trust_anchors.push_back(text);
    const std::string wrong = CheckTrustAnchor(text);
    return wrong.empty() ? Run(checks.trust_anchor, text) : wrong;
  });
  map.Texts("trust_anchor_files", 100, kMaxPathBytes, [&](const std::string& text) {
    resolver.trust_anchor_files.push_back(text);
    return Run(checks.trust_anchor_file, text);
  });
  if (map.Text("root_hints", kMaxPathBytes, resolver.root_hints)) {
    CheckPath(map, "root_hints", checks.root_hints, resolver.root_hints);
  }
  ReadZones(map, "stub_zones", resolver.stub_zones);
  ReadZones(map, "forwarders", resolver.forwarders);
  map.Choice<ResolverConfig::Ipv6>("ipv6",
                                   {{"auto", ResolverConfig::Ipv6::kAuto},
                                    {"yes", ResolverConfig::Ipv6::kYes},
                                    {"no", ResolverConfig::Ipv6::kNo}},
                                   resolver.ipv6);
  ReadSelfTest(map.Map("self_test"), resolver.self_test);
  map.Finish();
}

void ReadHandshake(ConfigReader map, const ConfigChecks& checks, HandshakeConfig& handshake) {
  if (map.Text("trust_anchor_file", kMaxPathBytes, handshake.trust_anchor_file)) {
    CheckPath(map, "trust_anchor_file", checks.pem_file, handshake.trust_anchor_file);
  }
  map.Finish();
}

// The default has room for as many threads as there may be.
static_assert(MaxResolverThreads(size_t{512} << 20) == kMaxUnboundThreads);

void ReadMemory(ConfigReader map, int resolver_threads, MemoryConfig& memory) {
  map.Size("budget", 16 * kMiB, 1024 * kGiB, memory.budget);
  const size_t threads = static_cast<size_t>(resolver_threads);
  const size_t most = MaxResolverThreads(memory.budget);
  if (threads > most) {
    map.Wrong(
        "budget",
        absl::StrCat("memory.budget (", memory.budget >> 20, "MiB) has no room for the caches of ",
                     threads, " resolver.threads; allowed: a budget of at least ",
                     BudgetForThreads(threads) >> 20, "MiB, or at most ", most, " threads"));
  }
  map.Finish();
}

void ReadLimits(ConfigReader map, LimitsConfig& limits) {
  const absl::Duration second = absl::Seconds(1);
  map.Integer("calls_in_flight", 1, 1'000'000, limits.calls_in_flight);
  map.Size("max_message_bytes", kKiB, 16 * kMiB, limits.max_message_bytes);
  map.Size("max_metadata_bytes", kKiB, 64 * kKiB, limits.max_metadata_bytes);
  map.Integer("max_concurrent_streams", 1, 65535, limits.max_concurrent_streams);
  map.Duration("handshake_timeout", second, absl::Minutes(2), limits.handshake_timeout);
  map.Duration("keepalive_time", 10 * second, absl::Hours(2), limits.keepalive_time);
  map.Duration("keepalive_timeout", second, absl::Minutes(5), limits.keepalive_timeout);
  map.Duration("min_ping_interval", second, absl::Minutes(10), limits.min_ping_interval);
  map.Duration("connection_idle", second, absl::Hours(24), limits.connection_idle);
  map.Duration("connection_age", second, absl::Hours(24), limits.connection_age);
  map.Duration("connection_age_grace", second, absl::Hours(1), limits.connection_age_grace);
  map.Finish();
}

void ReadDrain(ConfigReader map, DrainConfig& drain) {
  map.Duration("delay", absl::ZeroDuration(), absl::Minutes(10), drain.delay);
  map.Duration("timeout", absl::ZeroDuration(), absl::Minutes(10), drain.timeout);
  map.Finish();
}

void ReadLog(ConfigReader map, LogConfig& log) {
  map.Choice<LogConfig::Level>("level",
                               {{"debug", LogConfig::Level::kDebug},
                                {"info", LogConfig::Level::kInfo},
                                {"warning", LogConfig::Level::kWarning},
                                {"error", LogConfig::Level::kError}},
                               log.level);
  map.Choice<LogConfig::Format>(
      "format", {{"text", LogConfig::Format::kText}, {"json", LogConfig::Format::kJson}},
      log.format);
  map.Finish();
}

}  // namespace

absl::StatusOr<Config> ParseConfig(absl::string_view yaml, absl::string_view file_name,
                                   const ConfigChecks& checks) {
  ConfigErrors errors;
  const YamlNode root = ParseYaml(yaml, errors);
  Config config;
  ConfigReader map(&root, "", errors);
  ReadListen(map.Map("listen"), config.listen);
  ReadResolver(map.Map("resolver"), checks, config.resolver);
  ReadHandshake(map.Map("handshake"), checks, config.handshake);
  ReadRevocation(map.Map("revocation"), config.revocation);
  ReadStaples(map.Map("staples"), config.staples);
  ReadMemory(map.Map("memory"), config.resolver.threads, config.memory);
  ReadPolicyRules(map.Map("policy"), config.policy);
  ReadLimits(map.Map("limits"), config.limits);
  ReadDrain(map.Map("drain"), config.drain);
  ReadLog(map.Map("log"), config.log);
  map.Finish();
  if (!errors.Empty()) return errors.ToStatus(file_name);
  return config;
}

absl::StatusOr<Config> LoadConfig(const std::string& path, const ConfigChecks& checks) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) {
    return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot open the configuration"));
  }
  // One byte more than ParseConfig takes, so that it can refuse a longer file.
  std::string text(kMaxYamlBytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot read the configuration"));
  }
  return ParseConfig(text, path, checks);
}

}  // namespace postern
