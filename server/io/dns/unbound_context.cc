#include "server/io/dns/unbound_context.h"

#include <sys/stat.h>
#include <unbound-event.h>
#include <unbound.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/io/dns/ipv6_route.h"
#include "server/io/dns/root_anchors.h"
#include "server/io/dns/unbound_upstreams.h"
#include "server/io/mutex.h"

namespace postern {
namespace {

// libunbound's configuration parser, log and random seed are global to the process.
Mutex& GlobalMutex() {
  static Mutex* mutex = new Mutex;
  return *mutex;
}

// A context's sockets: UDP, one for each query in flight, so that it bounds the queries a
// second; and TCP.
constexpr size_t kTcpSockets = 64;
size_t UdpSockets(const UnboundOptions& options) {
  return std::clamp<size_t>(options.in_flight_limit / options.threads + 1, 128, 4096);
}

// Octets of a UDP answer that are asked for, at most: what passes without fragments.
// Longer answers come by TCP.
constexpr char kEdnsBufferOctets[] = "1232";

// After how many milliseconds without an answer a server counts as down, and how often
// one question is sent to a server.
constexpr char kInfraMaxRttMs[] = "1000";
constexpr char kOutboundRetries[] = "3";

// Of a thread: its contexts, and what its event loop and they keep open besides.
constexpr size_t kContexts = 2;
constexpr size_t kLoopFiles = 16;

absl::Status InRange(absl::string_view option, size_t value, size_t least, size_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(option, ": ", value, " is not between ", least, " and ", most));
}

absl::Status Refused(absl::string_view option, absl::string_view value, int error) {
  return absl::InvalidArgumentError(
      absl::StrCat(option, ": libunbound refuses \"", value, "\": ", ub_strerror(error)));
}

// libunbound takes a file without any anchor, and would validate nothing with it.
bool HoldsAnchor(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    const std::string record = absl::AsciiStrToUpper(line.substr(0, line.find(';')));
    if (absl::StrContains(record, "DNSKEY") || absl::StrContains(record, "DS")) return true;
  }
  return false;
}

// A context that is made to try something, and a name in it that asks nobody.
constexpr char kTriedName[] = "tried.invalid.";

UbCtxPtr ContextToTry() {
  UbCtxPtr context(ub_ctx_create());
  if (context != nullptr) ub_ctx_debugout(context.get(), nullptr);
  return context;
}

// libunbound goes round for ever in a directory.
bool IsRegularFile(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), R_OK) == 0;
}

absl::Status NoContext() { return absl::ResourceExhaustedError("libunbound: no context"); }

// Builtin local zones answer NXDOMAIN for names that the public tree does not have
// (RFC 6303, RFC 6761). Those that an upstream is given for are real.
constexpr absl::string_view kBuiltinZones[] = {"localhost.",      "test.",      "invalid.",
                                               "onion.",          "home.arpa.", "127.in-addr.arpa.",
                                               "10.in-addr.arpa."};

std::string WithFinalDot(absl::string_view zone) {
  return absl::EndsWith(zone, ".") ? std::string(zone) : absl::StrCat(zone, ".");
}

bool Covers(absl::string_view builtin, absl::string_view zone) {
  return zone == builtin || absl::EndsWithIgnoreCase(zone, absl::StrCat(".", builtin));
}

struct Option {
  std::string name;
  std::string value;
};

std::vector<Option> OptionList(const UnboundOptions& options, size_t cache) {
  const size_t in_flight = options.in_flight_limit / options.threads + 1;
  const bool ipv6 =
      options.ipv6 == UseIpv6::kYes || (options.ipv6 == UseIpv6::kAuto && HasIpv6Route());
  std::vector<Option> list = {
      {"module-config:", "validator iterator"},
      {"val-permissive-mode:", "no"},
      {"harden-dnssec-stripped:", "yes"},
      // The reason comes with a bogus answer only at this level.
      {"val-log-level:", "2"},
      // docs/decisions/0003-no-qname-minimisation.md
      {"qname-minimisation:", "no"},
      {"do-ip6:", ipv6 ? "yes" : "no"},
      {"edns-buffer-size:", kEdnsBufferOctets},
      {"outgoing-range:", absl::StrCat(UdpSockets(options))},
      {"num-queries-per-thread:", absl::StrCat(std::clamp<size_t>(in_flight, 1024, 65536))},
      {"outgoing-num-tcp:", absl::StrCat(kTcpSockets)},
      {"infra-cache-max-rtt:", kInfraMaxRttMs},
      {"outbound-msg-retry:", kOutboundRetries},
      // Both are global to the process, whatever context they are set for.
      {"cache-max-ttl:", "86400"},
      {"cache-max-negative-ttl:", "300"},
      // RRsets take about twice the bytes of the messages that name them.
      {"rrset-cache-size:", absl::StrCat(cache / 100 * 60)},
      {"msg-cache-size:", absl::StrCat(cache / 100 * 30)},
      {"key-cache-size:", absl::StrCat(cache / 100 * 8)},
      {"neg-cache-size:", absl::StrCat(cache / 100 * 2)},
      {"do-not-query-localhost:", HasLoopbackUpstream(options) ? "no" : "yes"},
  };
  if (!options.root_hints_file.empty()) list.push_back({"root-hints:", options.root_hints_file});
  for (absl::string_view builtin : kBuiltinZones) {
    const auto covered = [builtin](const UpstreamZone& upstream) {
      return Covers(builtin, WithFinalDot(upstream.zone));
    };
    if (std::any_of(options.stub_zones.begin(), options.stub_zones.end(), covered) ||
        std::any_of(options.forwarders.begin(), options.forwarders.end(), covered)) {
      // "nodefault" is taken, but without effect, when set by this call. A transparent
      // zone takes the builtin one's place, and without data it lets all pass.
      list.push_back({"local-zone:", absl::StrCat(builtin, " transparent")});
    }
  }
  return list;
}

absl::Status Named(absl::string_view option, const std::string& value, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(option, ": \"", value, "\" ", status.message()));
}

}  // namespace

size_t MaxUnboundFiles(const UnboundOptions& options) {
  return options.threads * (kContexts * (UdpSockets(options) + kTcpSockets) + kLoopFiles);
}

// libunbound reads anchors when a context is finished, and does not say which one it
// could not read: so each is tried in a context of its own. Any change of local data
// finishes a context.
absl::Status TryTrustAnchor(const std::string& record) {
  MutexLock lock(GlobalMutex());
  const UbCtxPtr context = ContextToTry();
  if (context == nullptr) return NoContext();
  int error = ub_ctx_add_ta(context.get(), record.c_str());
  if (error == 0) error = ub_ctx_zone_add(context.get(), kTriedName, "static");
  if (error == 0 && !record.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "is no DS or DNSKEY record; write \"example. IN DS 20326 8 2 E06D44B8...\"");
}

absl::Status TryTrustAnchorFile(const std::string& path) {
  const bool holds_anchor = IsRegularFile(path) && HoldsAnchor(path);
  MutexLock lock(GlobalMutex());
  const UbCtxPtr context = ContextToTry();
  if (context == nullptr) return NoContext();
  if (holds_anchor && ub_ctx_add_ta_file(context.get(), path.c_str()) == 0 &&
      ub_ctx_zone_add(context.get(), kTriedName, "static") == 0) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("is no readable file of DS or DNSKEY records, one a line");
}

// Hints are read at the first question, here of a name that local data answers.
absl::Status TryRootHintsFile(const std::string& path) {
  const bool regular = IsRegularFile(path);
  MutexLock lock(GlobalMutex());
  const UbCtxPtr context = ContextToTry();
  if (context == nullptr) return NoContext();
  ub_result* result = nullptr;
  const bool good =
      regular && ub_ctx_set_option(context.get(), "root-hints:", path.c_str()) == 0 &&
      ub_ctx_zone_add(context.get(), kTriedName, "static") == 0 &&
      ub_resolve(context.get(), kTriedName, /*rrtype=*/1, /*rrclass=*/1, &result) == 0;
  ub_resolve_free(result);
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError("is no readable root hints file");
}

void UbCtxDelete::operator()(ub_ctx* context) const { ub_ctx_delete(context); }

absl::Status CheckUnboundOptions(const UnboundOptions& options) {
  absl::Status status = InRange("threads", options.threads, 1, kMaxUnboundThreads);
  status.Update(InRange("in_flight_limit", options.in_flight_limit, 1, 1u << 20));
  status.Update(InRange("cache_bytes", options.cache_bytes, kMinUnboundCacheBytes * options.threads,
                        size_t{1} << 40));
  status.Update(CheckUpstreams("stub_zones", options.stub_zones));
  status.Update(CheckUpstreams("forwarders", options.forwarders));
  if (const std::string& hints = options.root_hints_file; !hints.empty()) {
    status.Update(Named("root_hints_file", hints, TryRootHintsFile(hints)));
  }
  for (const std::string& anchor : options.trust_anchors) {
    status.Update(Named("trust_anchors", anchor, TryTrustAnchor(anchor)));
  }
  for (const std::string& file : options.trust_anchor_files) {
    status.Update(Named("trust_anchor_files", file, TryTrustAnchorFile(file)));
  }
  return status;
}

absl::StatusOr<UbCtxPtr> CreateUnboundContext(event_base* base, const UnboundOptions& options,
                                              size_t cache_bytes) {
  MutexLock lock(GlobalMutex());
  UbCtxPtr context(ub_ctx_create_event(base));
  if (context == nullptr) return absl::ResourceExhaustedError("libunbound: no context");
  ub_ctx_debugout(context.get(), nullptr);
  for (const Option& option : OptionList(options, cache_bytes)) {
    const int error = ub_ctx_set_option(context.get(), option.name.c_str(), option.value.c_str());
    if (error != 0) return Refused(option.name, option.value, error);
  }
  if (options.use_root_anchors) {
    for (const char* anchor : kRootAnchors) {
      if (int error = ub_ctx_add_ta(context.get(), anchor); error != 0) {
        return Refused("root anchor", anchor, error);
      }
    }
  }
  for (const std::string& anchor : options.trust_anchors) {
    if (int error = ub_ctx_add_ta(context.get(), anchor.c_str()); error != 0) {
      return Refused("trust_anchors", anchor, error);
    }
  }
  for (const std::string& file : options.trust_anchor_files) {
    if (int error = ub_ctx_add_ta_file(context.get(), file.c_str()); error != 0) {
      return Refused("trust_anchor_files", file, error);
    }
  }
  if (absl::Status status = AddUpstreams(context.get(), options); !status.ok()) return status;
  return context;
}

}  // namespace postern
