#include "server/core/rate/rate_rule.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/net/client_address.h"
#include "server/core/net/ip_address.h"
#include "server/core/net/prefix_table.h"
#include "server/core/rate/network_limits.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {
namespace {

RateRule Rule() {
  RateRule rule;
  rule.name = "connections";
  rule.limit = 100;
  rule.period = absl::Minutes(1);
  return rule;
}

std::shared_ptr<const NetworkLimits> Networks(absl::string_view text) {
  return std::make_shared<const NetworkLimits>(
      NetworkLimits::Parse(text, PrefixOrder::kLongest).value());
}

// Subject shows who is counted: "192.0.2.1/32 100", or "exempt".
std::string Subject(const RateRule& rule, absl::string_view client) {
  const RateSubject subject =
      RuleMatcher::Create(rule).value().SubjectOf(ParseClientAddress(client).value());
  if (subject.exempt) return "exempt";
  return absl::StrCat(subject.prefix.address.ToString(), "/", subject.prefix.length, " ",
                      subject.limit.limit());
}

TEST(RateRuleSection2, CountsIpv4AddressesAndIpv6NetworksOf64BitsByDefault) {
  EXPECT_EQ(Subject(Rule(), "192.0.2.1"), "192.0.2.1/32 100");
  EXPECT_EQ(Subject(Rule(), "2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64 100");
  EXPECT_EQ(Subject(Rule(), "::ffff:192.0.2.1"), "192.0.2.1/32 100");
  EXPECT_EQ(Subject(Rule(), "64:ff9b::192.0.2.1"), "192.0.2.1/32 100");
}

TEST(RateRuleSection2, CountsByThePrefixLengthsOfTheRule) {
  RateRule rule = Rule();
  rule.prefix_length_v4 = 24;
  rule.prefix_length_v6 = 48;
  EXPECT_EQ(Subject(rule, "192.0.2.1"), "192.0.2.0/24 100");
  EXPECT_EQ(Subject(rule, "2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48 100");
  rule.prefix_length_v4 = rule.prefix_length_v6 = 0;
  EXPECT_EQ(Subject(rule, "192.0.2.1"), "0.0.0.0/0 100") << "one rate for all";
  EXPECT_EQ(Subject(rule, "2001:db8::1"), "::/0 100");
}

TEST(RateRuleSection2, TakesTheLimitOfTheClientsNetwork) {
  RateRule rule = Rule();
  rule.networks = Networks(
      "192.0.2.0/24: 7\n198.51.100.0/24: 50 shared\n\"2001:db8::/32\": 9\n"
      "\"2001:db8:ffff::/48\": 90 shared\n203.0.113.0/24: unlimited\n");
  EXPECT_EQ(Subject(rule, "192.0.2.1"), "192.0.2.1/32 7") << "for each address";
  EXPECT_EQ(Subject(rule, "198.51.100.9"), "198.51.100.0/24 50") << "for all of the network";
  EXPECT_EQ(Subject(rule, "2001:db8:1:2::1"), "2001:db8:1:2::/64 9");
  EXPECT_EQ(Subject(rule, "2001:db8:ffff:2::1"), "2001:db8:ffff::/48 90");
  EXPECT_EQ(Subject(rule, "203.0.113.1"), "exempt");
  EXPECT_EQ(Subject(rule, "8.8.8.8"), "8.8.8.8/32 100") << "the rule's own";
}

TEST(RateRuleSection1, TellsWhatSetTheLimit) {
  RateRule rule = Rule();
  rule.networks = Networks("192.0.2.0/24: 7\n*: 9\n");
  const RuleMatcher matcher = RuleMatcher::Create(rule).value();
  const RateSubject subject = matcher.SubjectOf(ParseClientAddress("192.0.2.1").value());
  ASSERT_TRUE(subject.network.has_value());
  EXPECT_EQ(subject.network->address.ToString(), "192.0.2.0");
  EXPECT_EQ(subject.network->length, 24);
  EXPECT_FALSE(matcher.SubjectOf(ParseClientAddress("192.0.3.1").value()).network.has_value());
}

TEST(RateRuleSection2, TakesTheDefaultOfTheFileBeforeTheRulesOwnLimit) {
  RateRule rule = Rule();
  rule.networks = Networks("*: 3\n");
  EXPECT_EQ(Subject(rule, "8.8.8.8"), "8.8.8.8/32 3");
  rule.networks = Networks("*: unlimited\n");
  EXPECT_EQ(Subject(rule, "8.8.8.8"), "exempt");
}

TEST(RateRuleSection2, CountsANetworkThatIsSmallerThanThePrefixApart) {
  RateRule rule = Rule();
  rule.networks = Networks("\"2001:db8::25\": 500\n\"2001:db8::80/124\": 50 shared\n");
  EXPECT_EQ(Subject(rule, "2001:db8::25"), "2001:db8::25/128 500");
  EXPECT_EQ(Subject(rule, "2001:db8::8f"), "2001:db8::80/124 50");
  EXPECT_EQ(Subject(rule, "2001:db8::26"), "2001:db8::/64 100") << "its neighbours";
}

TEST(RateRuleSection2, LetsExceptionsGoBeforeEverything) {
  RateRule rule = Rule();
  rule.networks = Networks("127.0.0.0/8: 0\n");
  rule.exceptions = {ParseClientPrefix("127.0.0.1").value(), ParseClientPrefix("::/8").value()};
  EXPECT_EQ(Subject(rule, "127.0.0.1"), "exempt");
  EXPECT_EQ(Subject(rule, "::1"), "exempt");
  EXPECT_EQ(Subject(rule, "127.0.0.2"), "127.0.0.2/32 0");
}

TEST(RateRuleSection2, KeepsTheHistoryOfAKeyWhenALimitChanges) {
  RateRule rule = Rule();
  const RuleMatcher before = RuleMatcher::Create(rule).value();
  rule.limit = 2;
  rule.networks = Networks("192.0.2.0/24: 1\n");
  const RuleMatcher after = RuleMatcher::Create(rule).value();
  const IpAddress client = ParseClientAddress("192.0.2.1").value();
  const RateSubject old_subject = before.SubjectOf(client);
  const RateSubject new_subject = after.SubjectOf(client);
  EXPECT_EQ(old_subject.prefix.address, new_subject.prefix.address);
  EXPECT_EQ(old_subject.prefix.length, new_subject.prefix.length);
  const RateState state =
      before.Decide(old_subject, rule.mode, EventCount(), 1'000'000'000, RateState()).next;
  const RateOutcome outcome =
      after.Decide(new_subject, rule.mode, EventCount(), 2'000'000'000, state);
  EXPECT_GT(outcome.verdict.rate, 1.9);
  EXPECT_TRUE(outcome.verdict.over);
  EXPECT_EQ(outcome.verdict.limit, 1);
}

TEST(RateRuleSection1, DecidesByTheAlgorithmOfTheRule) {
  RateRule rule = Rule();
  rule.limit = 2;
  const IpAddress client = ParseClientAddress("192.0.2.1").value();
  const auto third = [&](const RateRule& of) {
    const RuleMatcher matcher = RuleMatcher::Create(of).value();
    const RateSubject subject = matcher.SubjectOf(client);
    return matcher.Decide(subject, of.mode, EventCount(), 0, {0, 2});
  };
  EXPECT_TRUE(third(rule).verdict.over);
  rule.algorithm = RateAlgorithm::kGcra;
  EXPECT_TRUE(third(rule).verdict.over);
  rule.burst = 3;
  EXPECT_FALSE(third(rule).verdict.over) << "the third fits in exactly";
  const RuleMatcher gcra = RuleMatcher::Create(rule).value();
  const RateLimit limit = gcra.SubjectOf(client).limit;
  EXPECT_TRUE(gcra.IsSpent(limit, EventCount(), 60'000'000'000, {0, 2})) << "two have run out";
  rule.algorithm = RateAlgorithm::kSmoothed;
  rule.burst.reset();
  EXPECT_FALSE(
      RuleMatcher::Create(rule).value().IsSpent(limit, EventCount(), 60'000'000'000, {0, 2}));
}

TEST(RateRuleSection2, TellsAllThatIsWrongWithARuleAtOnce) {
  RateRule rule;
  rule.name = "no spaces";
  rule.limit = -1;
  rule.burst = std::numeric_limits<double>::quiet_NaN();
  rule.prefix_length_v4 = 33;
  rule.prefix_length_v6 = -1;
  rule.reply.code = 250;
  rule.reply.text = "two\r\nlines";
  const absl::Status status = CheckRule(rule);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "name has to be 1 to 64 letters, digits, '-', '_' and '.'\n"
            "limit is -1; it has to be 0 (which refuses everything) to 1e+15\n"
            "period is 0; it has to be 1ms to 8784h\n"
            "burst is of the algorithm gcra; leave it out, or change the algorithm\n"
            "burst is nan; it has to be 0 to 1e+15\n"
            "prefix_length_v4 is 33; it has to be 0 to 32\n"
            "prefix_length_v6 is -1; it has to be 0 to 128\n"
            "reply code is 250; it has to be 400 to 499 (try again) or 500 to 599 (do not)\n"
            "reply text has to be 1 to 400 printing ASCII characters, on one line");
  EXPECT_EQ(RuleMatcher::Create(rule).status(), status);
}

TEST(RateRuleSection2, BoundsNamesTextsAndExceptions) {
  RateRule rule = Rule();
  EXPECT_TRUE(CheckRule(rule).ok());
  rule.name = std::string(kMaxRuleNameBytes, 'n');
  rule.reply.text = std::string(kMaxReplyTextBytes, 't');
  rule.exceptions.resize(kMaxExceptions);
  EXPECT_TRUE(CheckRule(rule).ok());
  for (const char* name : {"", "a b", "a:b", "a\n", "ä"}) {
    rule.name = name;
    EXPECT_FALSE(CheckRule(rule).ok()) << name;
  }
  rule = Rule();
  rule.name = std::string(kMaxRuleNameBytes + 1, 'n');
  EXPECT_FALSE(CheckRule(rule).ok());
  rule = Rule();
  rule.reply.text = std::string(kMaxReplyTextBytes + 1, 't');
  EXPECT_FALSE(CheckRule(rule).ok());
  rule = Rule();
  rule.exceptions.resize(kMaxExceptions + 1);
  EXPECT_FALSE(CheckRule(rule).ok());
}

TEST(RateRuleSection2, SaysTheWordsThatOperatorsKnow) {
  EXPECT_EQ(RateRule().reply.text, "Too many connections from this IP right now");
  EXPECT_EQ(RateRule().reply.code, 451);
}

}  // namespace
}  // namespace postern
