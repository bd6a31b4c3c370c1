// What the operator decides: one YAML file, checked whole, as plain values.
//
// For main, which makes adapters and services of it. docs/configuration.md tells
// of every key, docs/posternd.example.yaml shows them. A Config is a value; the
// functions are thread safe.
//
//   absl::StatusOr<Config> config =
//       LoadConfig("/etc/postern/posternd.yaml", SystemConfigChecks());
//   if (!config.ok()) { std::cerr << config.status().message() << "\n"; return 78; }
#ifndef POSTERN_SERVER_CONFIG_H_
#define POSTERN_SERVER_CONFIG_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/config_revocation.h"
#include "server/core/dane/policy.h"
#include "server/core/dns/answer.h"

namespace postern {

// ListenConfig is where clients find the server. At least one of addresses and
// unix_socket is given.
struct ListenConfig {
  // "HOST:PORT" each; port 0 is any free one. Not checked to exist.
  std::vector<std::string> addresses = {"localhost:8425"};
  // A path of at most 107 bytes; empty: none.
  std::string unix_socket;
  // Who may connect to it: its file mode, at least 0600.
  uint32_t unix_socket_mode = 0660;
  // Whether an address other than loopback may be served without TLS.
  bool insecure = false;
};

// ZoneServers says which name servers to ask for a zone and what is below it.
struct ZoneServers {
  std::string zone;                    // normal form, core/dns/name.h; "." for all
  std::vector<std::string> addresses;  // as libunbound reads them: "192.0.2.1@53"
};

// SelfTestConfig is the question whose answer must be secure for the server to
// be ready (RFC 7672, section 2.1.1).
struct SelfTestConfig {
  std::string name = ".";  // normal form
  RrType type = RrType::kNs;
  absl::Duration interval = absl::Seconds(60);
};

// ResolverConfig shapes the validating resolver.
struct ResolverConfig {
  enum class Ipv6 { kAuto, kYes, kNo };

  // 1 to 64; 0: one for each core, at most 64 and as many as the memory has room for.
  int threads = 0;
  // For one question, and for all the questions of one policy; the first is not
  // longer than the second.
  absl::Duration question_deadline = absl::Seconds(5);
  absl::Duration lookup_deadline = absl::Seconds(10);
  // Of all threads together; beyond, a question is refused.
  size_t questions_in_flight = 4096;
  // The root's keys that are shipped with the server.
  bool use_root_anchors = true;
  // DS or DNSKEY records in zone file text, and files of such records.
  std::vector<std::string> trust_anchors;
  std::vector<std::string> trust_anchor_files;
  // A root hints file; empty: those built in.
  std::string root_hints;
  std::vector<ZoneServers> stub_zones;  // authoritative servers
  std::vector<ZoneServers> forwarders;  // recursive servers; answers are validated here
  // Whether name servers are asked over IPv6; kAuto: if this machine has a route.
  Ipv6 ipv6 = Ipv6::kAuto;
  SelfTestConfig self_test;
};

// kMaxPemFileBytes bounds a file of certificates.
inline constexpr size_t kMaxPemFileBytes = size_t{4} << 20;

// HandshakeConfig shapes the judging of TLS handshakes.
struct HandshakeConfig {
  // The PEM certificates that PKIX chains end at; empty: none.
  std::string trust_anchor_file = "/etc/ssl/certs/ca-certificates.crt";
};

// MemoryConfig bounds memory.
struct MemoryConfig {
  // Bytes for the policy cache, libunbound's caches and remembered handshakes together.
  size_t budget = size_t{512} << 20;
};

// LimitsConfig bounds what clients can take.
struct LimitsConfig {
  // Calls being answered, a stream's questions one by one; beyond:
  // RESOURCE_EXHAUSTED.
  size_t calls_in_flight = 4096;
  size_t max_message_bytes = size_t{256} << 10;
  size_t max_metadata_bytes = size_t{8} << 10;
  int max_concurrent_streams = 256;  // a connection
  // How long a new connection may take to become an HTTP/2 connection.
  absl::Duration handshake_timeout = absl::Seconds(10);
  // The server's pings, and how often a client may ping without being cut off.
  absl::Duration keepalive_time = absl::Seconds(60);
  absl::Duration keepalive_timeout = absl::Seconds(10);
  absl::Duration min_ping_interval = absl::Seconds(10);
  // When a connection is closed: without calls, and at the latest; then calls
  // under way have the grace.
  absl::Duration connection_idle = absl::Minutes(15);
  absl::Duration connection_age = absl::Minutes(30);
  absl::Duration connection_age_grace = absl::Minutes(1);
};

// DrainConfig shapes the end, after SIGTERM.
struct DrainConfig {
  // Between "not serving" and no longer accepting: for load balancers to see it.
  absl::Duration delay = absl::ZeroDuration();
  // For calls under way, after the delay; then they are cancelled.
  absl::Duration timeout = absl::Seconds(20);
};

// LogConfig shapes the log, on standard error.
struct LogConfig {
  enum class Level { kDebug, kInfo, kWarning, kError };
  enum class Format { kText, kJson };

  Level level = Level::kInfo;
  Format format = Format::kText;
};

// Config is the whole file. `Config()` holds what is embedded: what holds without
// a file.
struct Config {
  ListenConfig listen;
  ResolverConfig resolver;
  HandshakeConfig handshake;
  RevocationConfig revocation;
  StaplesConfig staples;
  MemoryConfig memory;
  PolicyRules policy;
  LimitsConfig limits;
  DrainConfig drain;
  LogConfig log;
};

// ConfigChecks look at what is beyond the text of the file, while it is read, so that
// what they find has its line too. Each returns what is wrong, empty if nothing; one
// that is empty itself finds nothing. config_files.h has those of the machine.
struct ConfigChecks {
  using Check = std::function<std::string(const std::string& value)>;
  Check trust_anchor;       // a DS or DNSKEY record
  Check trust_anchor_file;  // a path
  Check root_hints;         // a path
  Check pem_file;           // a path, of certificates
};

// ParseConfig checks the text of a file, at most 1 MiB, whole. INVALID_ARGUMENT
// holds one line for each error, in the order of the file:
// "FILE: KEY.PATH: line N: what is wrong; what is allowed". `file_name` is only
// shown there. Pure but for what `checks` do; never throws, whatever the bytes.
absl::StatusOr<Config> ParseConfig(absl::string_view yaml, absl::string_view file_name,
                                   const ConfigChecks& checks = {});

// LoadConfig is ParseConfig of a file's content. NOT_FOUND, PERMISSION_DENIED
// or another status names the file if it cannot be read.
absl::StatusOr<Config> LoadConfig(const std::string& path, const ConfigChecks& checks);

}  // namespace postern

#endif  // POSTERN_SERVER_CONFIG_H_
