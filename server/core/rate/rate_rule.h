// A rate rule: how often a client may do a thing, which clients count as one, what
// differs by network, and what is said to who is over.
//
// Values, thread safe. Whether a rule is a good one, CheckRule says; the functions on
// rules are for those.
#ifndef POSTERN_SERVER_CORE_RATE_RATE_RULE_H_
#define POSTERN_SERVER_CORE_RATE_RATE_RULE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/core/net/ip_address.h"
#include "server/core/net/prefix_table.h"
#include "server/core/rate/network_limits.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {

enum class RateAlgorithm {
  kSmoothed,  // Exim's
  kGcra,
};

// SmtpReply is what a server may say to a client that is over.
struct SmtpReply {
  int code = 451;  // 400 to 599
  std::string text = "Too many connections from this IP right now";
};

struct RateRule {
  // name is 1 to kMaxRuleNameBytes letters, digits, '-', '_' and '.'.
  std::string name;

  // limit and period are those where no network says another limit.
  double limit = 0;
  absl::Duration period;

  RateAlgorithm algorithm = RateAlgorithm::kSmoothed;
  RateMode mode = RateMode::kLeaky;

  // burst is what gcra.h lets through at once, the limit in force if it is not given.
  // Of kGcra only.
  std::optional<double> burst;

  // Clients whose addresses agree in so many bits are one: 0 to 32, 0 to 128.
  int prefix_length_v4 = 32;
  int prefix_length_v6 = 64;

  // networks has limits that go before the rule's, or is null.
  std::shared_ptr<const NetworkLimits> networks;

  // Clients in exceptions are never over, and not counted.
  std::vector<IpPrefix> exceptions;  // canonical (client_address.h)

  // A shadow rule decides and counts, and denies nobody.
  bool shadow = false;

  SmtpReply reply;
};

inline constexpr size_t kMaxRuleNameBytes = 64;
inline constexpr size_t kMaxReplyTextBytes = 400;
inline constexpr size_t kMaxExceptions = 100'000;

// CheckRule tells all that is wrong with a rule, as INVALID_ARGUMENT with a line of text
// for each: "limit is -1; ...".
absl::Status CheckRule(const RateRule& rule);

// RateSubject is who is counted for a rule, and against which limit. Its key is the rule's
// name and `prefix`: neither a limit nor an algorithm is part of that.
struct RateSubject {
  IpPrefix prefix;
  RateLimit limit;
  double burst = 0;  // of kGcra
  // Nothing is to be decided or counted: an exception, or an unlimited network.
  bool exempt = false;
  // network is what set the limit, or nothing where the rule or a "*" did.
  std::optional<IpPrefix> network;
};

// RuleMatcher is a rule that was checked, ready to be asked.
class RuleMatcher {
 public:
  // Create fails as CheckRule does.
  static absl::StatusOr<RuleMatcher> Create(RateRule rule);

  const RateRule& rule() const { return rule_; }

  // SubjectOf says who is counted for a client, a canonical address (client_address.h).
  // For a network that shares a limit that is the network; else it is the client's
  // prefix, or a longer one where the network is smaller than that.
  RateSubject SubjectOf(const IpAddress& client) const;

  // Decide measures an event of a subject that is not exempt, by the rule's algorithm.
  // The mode is the rule's, or kReadOnly for who only looks.
  RateOutcome Decide(const RateSubject& subject, RateMode mode, EventCount count, int64_t now,
                     const RateState& state) const;

  // IsSpent tells whether a subject's state may be forgotten, if events are of `least`
  // or more.
  bool IsSpent(const RateLimit& limit, EventCount least, int64_t now, const RateState& state) const;

 private:
  RuleMatcher(RateRule rule, RateLimit limit, PrefixTable exceptions);

  RateRule rule_;
  RateLimit limit_;
  PrefixTable exceptions_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_RATE_RATE_RULE_H_
