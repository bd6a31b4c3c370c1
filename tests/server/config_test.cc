#include "server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

Config Good(absl::string_view yaml) {
  absl::StatusOr<Config> config = ParseConfig(yaml, "f.yaml");
  EXPECT_TRUE(config.ok()) << config.status().message() << "\nin\n" << yaml;
  return config.ok() ? *config : Config();
}

std::vector<std::string> Errors(absl::string_view yaml) {
  const absl::StatusOr<Config> config = ParseConfig(yaml, "f.yaml");
  if (config.ok()) return {};
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  return absl::StrSplit(std::string(config.status().message()), '\n');
}

// OneKey makes "listen.unix_socket" and "x" to a file with that one value.
std::string OneKey(absl::string_view path, absl::string_view value) {
  const std::vector<std::string> parts = absl::StrSplit(path, '.');
  std::string yaml;
  for (size_t i = 0; i < parts.size(); ++i) {
    absl::StrAppend(&yaml, i == 0 ? "" : "\n", std::string(2 * i, ' '), parts[i], ":");
  }
  return absl::StrCat(yaml, " ", value, "\n");
}

TEST(Config, AnEmptyFileIsTheEmbeddedDefaults) {
  for (const char* yaml : {"", "\n", "# nothing\n", "---\n", "listen:\nlimits:\n", "{}"}) {
    const Config config = Good(yaml);
    EXPECT_THAT(config.listen.addresses, ElementsAre("localhost:8425")) << yaml;
    EXPECT_EQ(config.limits.calls_in_flight, 4096u) << yaml;
  }
}

TEST(Config, FiveMistakesGiveFiveLinesEachWithFilePathAndLine) {
  EXPECT_THAT(
      Errors("listen:\n"
             "  adresses: [localhost:1]\n"
             "resolver:\n"
             "  threads: many\n"
             "  question_deadline: 5\n"
             "policy:\n"
             "  max_hosts: 0\n"
             "  rules:\n"
             "    - domain: example.org\n"
             "      mx_host: mx.example.org\n"
             "      mode: mandatory\n"),
      ElementsAre(
          "f.yaml: listen.adresses: line 2: unknown key; did you mean addresses?",
          "f.yaml: resolver.threads: line 4: \"many\" is no number; allowed: a whole number "
          "from 0 to 64",
          "f.yaml: resolver.question_deadline: line 5: \"5\" is no duration; allowed: 10ms "
          "to 1m, with the unit ms, s, m or h",
          "f.yaml: policy.max_hosts: line 7: 0 is out of range; allowed: a whole number "
          "from 1 to 100",
          "f.yaml: policy.rules[0]: line 9: give exactly one of domain, mx_host"));
}

TEST(Config, AnUnknownKeyFarFromEveryKeyShowsThoseAllowed) {
  EXPECT_THAT(Errors("drain:\n  something: 1s\n"),
              ElementsAre("f.yaml: drain.something: line 2: unknown key; allowed: delay, timeout"));
}

TEST(Config, AKeyGivenTwiceIsAnError) {
  EXPECT_THAT(Errors("drain:\n  delay: 1s\n  timeout: 2s\n  delay: 3s\n"),
              ElementsAre("f.yaml: drain.delay: line 4: given twice, first in line 2; remove one "
                          "of them"));
}

TEST(Config, ShowsAtMostAHundredErrorsAndCountsTheRest) {
  std::string yaml = "drain:\n";
  for (int i = 0; i < 150; ++i) absl::StrAppend(&yaml, "  bad", i, ": 1\n");
  const std::vector<std::string> errors = Errors(yaml);
  ASSERT_THAT(errors, SizeIs(101));
  EXPECT_EQ(errors.back(), "f.yaml: and 50 more errors, not shown");
}

TEST(Config, NamesNoFileWhereThereIsNone) {
  EXPECT_THAT(std::string(ParseConfig("drain: 1", "").status().message()),
              StartsWith("drain: line 1: "));
}

TEST(Config, ValuesStandBetweenTheirBounds) {
  struct Case {
    const char* path;
    std::vector<const char*> good;
    std::vector<const char*> bad;
  };
  const Case cases[] = {
      {"listen.unix_socket", {"/run/p.sock", "\"\"", "5"}, {"[]", "{}", "~", "\"\\0\"", ""}},
      {"listen.unix_socket_mode",
       {"0660", "\"0600\"", "0666", "660", "0640"},
       {"0770", "0400", "0060", "0o660", "rw-rw----", "66", "00660", "1660", "0668", "[]", "\"\""}},
      {"listen.insecure", {"true", "false"}, {"yes", "\"true\"", "1", "[true]", "~"}},
      {"listen.addresses", {"[]", "[localhost:1]"}, {"localhost:1", "{}", "~", "[[]]", "[~]"}},
      {"resolver.threads", {"0", "64"}, {"-1", "65", "1.5", "\"4\"", "0x4", "1e1", "", "[]"}},
      {"resolver.question_deadline", {"10ms", "10s"}, {"9ms", "11s", "61s", "inf", "-1s", "5"}},
      {"resolver.lookup_deadline", {"5s", "2m"}, {"4s", "121s", "x"}},
      {"resolver.questions_in_flight",
       {"1", "1000000"},
       {"0", "1000001", "99999999999999999999", "-0x1"}},
      {"resolver.use_root_anchors", {"true", "false"}, {"on"}},
      {"resolver.trust_anchors",
       {"[]", "[\"a. IN DS 1 13 3 00\"]", "[\". 3600 IN DNSKEY 257 3 13 AAAA\"]"},
       {"[\"a. IN A 192.0.2.1\"]", "[DS]", "[\"\"]", "x"}},
      {"resolver.trust_anchor_files", {"[]", "[/a, b]"}, {"[\"\"]", "/a"}},
      {"resolver.root_hints", {"/a", "\"\""}, {"[/a]"}},
      {"resolver.stub_zones", {"[]", "[{zone: a.example, addresses: [192.0.2.1]}]"}, {"{}", "[a]"}},
      {"resolver.forwarders",
       {"[{zone: ., addresses: [\"192.0.2.1@53\", \"::1\"]}]"},
       {"[{zone: .}]", "[{addresses: [192.0.2.1]}]", "[{zone: a..b, addresses: [192.0.2.1]}]",
        "[{zone: ., addresses: [ns.example]}]", "[{zone: ., addresses: [\"192.0.2.1:53\"]}]",
        "[{zone: ., addresses: [\"192.0.2.1@0\"]}]",
        "[{zone: ., addresses: [\"192.0.2.1@65536\"]}]", "[{zone: ., addresses: []}]"}},
      {"resolver.ipv6", {"auto", "yes", "no"}, {"true", "4", "~"}},
      {"resolver.self_test.name", {".", "example.org", "_x.example"}, {"\"\"", "a..b", "\"a b\""}},
      {"resolver.self_test.type", {"NS", "TLSA", "AAAA"}, {"ns", "CNAME", "TXT", "2"}},
      {"resolver.self_test.interval", {"1s", "24h"}, {"999ms", "25h"}},
      {"memory.budget",
       {"16MiB", "16384KiB", "16777216B", "1024GiB"},
       {"16777216", "15MiB", "1025GiB", "1.5GiB", "16 MiB", "16MB", "MiB", "-16MiB",
        "99999999999999999999GiB", "9223372036854775807GiB"}},
      {"policy.default_mode", {"\"off\"", "off", "opportunistic", "mandatory"}, {"dane", "OFF"}},
      {"policy.mandatory_failure", {"defer", "fail"}, {"bounce"}},
      {"policy.insecure_mx", {"dane", "opportunistic"}, {"off"}},
      {"policy.digests", {"\"sha512,sha256\"", "sha256"}, {"md9", "\"sha256,sha256\"", "[sha256]"}},
      {"policy.request_ocsp_otherwise", {"true", "false"}, {"maybe"}},
      {"policy.failure_ttl", {"0s", "5m"}, {"-1s", "301s"}},
      {"policy.max_hosts", {"1", "100"}, {"0", "101"}},
      {"policy.rules", {"[]", "[{domain: \"*\", mode: off}]"}, {"{}", "[x]"}},
      {"limits.calls_in_flight", {"1", "1000000"}, {"0", "1000001"}},
      {"limits.max_message_bytes", {"1KiB", "16MiB"}, {"1023B", "17MiB"}},
      {"limits.max_metadata_bytes", {"1KiB", "64KiB"}, {"1023B", "65KiB"}},
      {"limits.max_concurrent_streams", {"1", "65535"}, {"0", "65536"}},
      {"limits.handshake_timeout", {"1s", "2m"}, {"0s", "121s"}},
      {"limits.keepalive_time", {"10s", "2h"}, {"9s", "3h"}},
      {"limits.keepalive_timeout", {"1s", "5m"}, {"0s", "6m"}},
      {"limits.min_ping_interval", {"1s", "10m"}, {"0s", "11m"}},
      {"limits.connection_idle", {"1s", "24h"}, {"0s", "25h"}},
      {"limits.connection_age", {"1s", "24h"}, {"0s", "25h"}},
      {"limits.connection_age_grace", {"1s", "1h"}, {"0s", "2h"}},
      {"drain.delay", {"0s", "0", "10m"}, {"-1s", "11m"}},
      {"drain.timeout", {"0s", "10m"}, {"11m"}},
      {"log.level", {"debug", "info", "warning", "error"}, {"trace", "INFO"}},
      {"log.format", {"text", "json"}, {"xml"}},
  };
  for (const Case& c : cases) {
    // An empty list of addresses needs a socket.
    const std::string before =
        absl::string_view(c.path) == "listen.addresses" ? "listen:\n  unix_socket: s\n  " : "";
    for (const char* value : c.good) {
      const std::string yaml =
          before.empty() ? OneKey(c.path, value) : absl::StrCat(before, "addresses: ", value, "\n");
      EXPECT_THAT(Errors(yaml), IsEmpty()) << yaml;
    }
    for (const char* value : c.bad) {
      const std::string yaml =
          before.empty() ? OneKey(c.path, value) : absl::StrCat(before, "addresses: ", value, "\n");
      const std::vector<std::string> errors = Errors(yaml);
      ASSERT_THAT(errors, SizeIs(1)) << yaml;
      EXPECT_THAT(errors[0], StartsWith(absl::StrCat("f.yaml: ", c.path))) << yaml;
      EXPECT_THAT(errors[0], HasSubstr(": line ")) << yaml;
    }
  }
}

TEST(Config, ValuesReachTheirFields) {
  const Config config = Good(
      "listen: {addresses: ['[::1]:0'], unix_socket: /s}\n"
      "resolver:\n"
      "  threads: 3\n"
      "  lookup_deadline: 1m30s\n"
      "  trust_anchors: ['a. IN DS 1 13 3 00']\n"
      "  stub_zones: [{zone: Lab.Test., addresses: ['127.0.0.1@5300', '::1']}]\n"
      "  ipv6: 'no'\n"
      "  self_test: {name: Secure.Test, type: MX}\n"
      "memory: {budget: 1GiB}\n"
      "log: {level: warning, format: json}\n");
  EXPECT_THAT(config.listen.addresses, ElementsAre("[::1]:0"));
  EXPECT_EQ(config.listen.unix_socket, "/s");
  EXPECT_EQ(config.resolver.threads, 3);
  EXPECT_EQ(config.resolver.lookup_deadline, absl::Seconds(90));
  EXPECT_THAT(config.resolver.trust_anchors, ElementsAre("a. IN DS 1 13 3 00"));
  ASSERT_THAT(config.resolver.stub_zones, SizeIs(1));
  EXPECT_EQ(config.resolver.stub_zones[0].zone, "lab.test");
  EXPECT_THAT(config.resolver.stub_zones[0].addresses, ElementsAre("127.0.0.1@5300", "::1"));
  EXPECT_EQ(config.resolver.ipv6, ResolverConfig::Ipv6::kNo);
  EXPECT_EQ(config.resolver.self_test.name, "secure.test");
  EXPECT_EQ(config.resolver.self_test.type, RrType::kMx);
  EXPECT_EQ(config.memory.budget, size_t{1} << 30);
  EXPECT_EQ(config.log.level, LogConfig::Level::kWarning);
  EXPECT_EQ(config.log.format, LogConfig::Format::kJson);
}

TEST(Config, ServesTheNetworkWithoutTlsOnlyIfItSaysInsecure) {
  for (const char* open :
       {"0.0.0.0:1", "[::]:1", "192.0.2.1:1", "mail.example:1", "[::2]:1", "localhost.example:1"}) {
    const std::string yaml = absl::StrCat("listen:\n  addresses: ['", open, "']\n");
    const std::vector<std::string> errors = Errors(yaml);
    ASSERT_THAT(errors, SizeIs(1)) << open;
    EXPECT_THAT(errors[0], StartsWith("f.yaml: listen.addresses[0]: line 2: ")) << open;
    EXPECT_THAT(errors[0], HasSubstr("listen.insecure: true")) << open;
    EXPECT_THAT(Errors(absl::StrCat(yaml, "  insecure: true\n")), IsEmpty()) << open;
  }
  for (const char* closed :
       {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:0", "LocalHost:1"}) {
    EXPECT_THAT(Errors(absl::StrCat("listen:\n  addresses: ['", closed, "']\n")), IsEmpty())
        << closed;
  }
}

TEST(Config, RefusesToListenOnNothing) {
  EXPECT_THAT(Errors("listen: {addresses: []}"), SizeIs(1));
  EXPECT_THAT(Errors("listen: {addresses: [], unix_socket: /s}"), IsEmpty());
}

TEST(Config, WhatTheChecksFindHasItsPathAndLineBesideAllElse) {
  ConfigChecks checks;
  checks.trust_anchor = [](const std::string&) { return "record refused"; };
  checks.trust_anchor_file = [](const std::string& path) {
    return path == "bad" ? "file refused" : "";
  };
  checks.root_hints = [](const std::string&) { return "hints refused"; };
  const absl::StatusOr<Config> config = ParseConfig(
      "resolver:\n"
      "  trust_anchors:\n"
      "    - a. IN DS 1 13 3 00\n"
      "    - a. IN DS 70000 13 3 00\n"
      "  trust_anchor_files:\n"
      "    - good\n"
      "    - bad\n"
      "  root_hints: h\n"
      "  threads: x\n",
      "f.yaml", checks);
  EXPECT_THAT(absl::StrSplit(std::string(config.status().message()), '\n'),
              ElementsAre("f.yaml: resolver.trust_anchors[0]: line 3: record refused",
                          StartsWith("f.yaml: resolver.trust_anchors[1]: line 4: \"a. IN DS 70000"),
                          "f.yaml: resolver.trust_anchor_files[1]: line 7: file refused",
                          "f.yaml: resolver.root_hints: line 8: hints refused",
                          StartsWith("f.yaml: resolver.threads: line 9: ")));
}

TEST(Config, TheMemoryBudgetMustHaveRoomForTheThreads) {
  EXPECT_THAT(
      Errors("resolver: {threads: 64}\nmemory:\n  budget: 16MiB\n"),
      ElementsAre("f.yaml: memory.budget: line 3: memory.budget (16MiB) has no room for the "
                  "caches of 64 resolver.threads; allowed: a budget of at least 50MiB, or "
                  "at most 20 threads"));
  EXPECT_THAT(Errors("resolver: {threads: 64}\nmemory:\n  budget: 50MiB\n"), IsEmpty());
  EXPECT_THAT(Errors("resolver: {threads: 20}\nmemory:\n  budget: 16MiB\n"), IsEmpty());
  EXPECT_THAT(Errors("resolver: {threads: 21}\nmemory:\n  budget: 16MiB\n"), SizeIs(1));
}

TEST(Config, SaysWhichDeadlineIsTheShorter) {
  EXPECT_THAT(Errors("resolver:\n  question_deadline: 20s\n"),
              ElementsAre(HasSubstr("resolver.question_deadline: line 2: lookup_deadline (10s) is "
                                    "shorter than question_deadline (20s)")));
}

TEST(Config, RulesFillPolicyRulesInNormalForm) {
  const PolicyRules rules = Good(
                                "policy:\n"
                                "  default_mode: mandatory\n"
                                "  mandatory_failure: fail\n"
                                "  insecure_mx: opportunistic\n"
                                "  digests: sha256\n"
                                "  rules:\n"
                                "    - domain: B\xC3\xBC"
                                "cher.Example.\n"
                                "      mode: off\n"
                                "    - mx_host: .MX.example\n"
                                "      audit: true\n"
                                "    - domain: '*'\n"
                                "      mandatory_failure: defer\n")
                                .policy;
  EXPECT_EQ(rules.default_mode, DaneMode::kMandatory);
  EXPECT_EQ(rules.mandatory_failure, MandatoryFailure::kFail);
  EXPECT_FALSE(rules.dane_for_insecure_mx);
  ASSERT_THAT(rules.digests, SizeIs(1));
  EXPECT_EQ(rules.digests[0].name, "sha256");
  ASSERT_THAT(rules.rules, SizeIs(3));
  EXPECT_EQ(rules.rules[0].subject, PolicyRule::Subject::kDomain);
  EXPECT_EQ(rules.rules[0].pattern, "xn--bcher-kva.example");
  EXPECT_EQ(rules.rules[0].mode, DaneMode::kOff);
  EXPECT_EQ(rules.rules[0].audit, std::nullopt);
  EXPECT_EQ(rules.rules[1].subject, PolicyRule::Subject::kMxHost);
  EXPECT_EQ(rules.rules[1].pattern, ".mx.example");
  EXPECT_EQ(rules.rules[1].audit, true);
  EXPECT_EQ(rules.rules[1].mode, std::nullopt);
  EXPECT_EQ(rules.rules[2].pattern, "*");
  EXPECT_EQ(rules.rules[2].mandatory_failure, MandatoryFailure::kDefer);
}

TEST(Config, RulesSayWhatIsAskedAndDemandedOfRevocation) {
  const PolicyRules rules = Good(
                                "policy:\n"
                                "  rules:\n"
                                "    - domain: a.example\n"
                                "      request_ocsp: always\n"
                                "    - domain: b.example\n"
                                "      request_ocsp: never\n"
                                "      require_revocation_status: true\n"
                                "    - mx_host: mx.example\n"
                                "      require_ocsp: true\n"
                                "      request_ocsp: auto\n")
                                .policy;
  ASSERT_THAT(rules.rules, SizeIs(3));
  EXPECT_EQ(rules.rules[0].request_ocsp, RequestOcsp::kAlways);
  EXPECT_FALSE(rules.rules[0].require_ocsp);
  EXPECT_FALSE(rules.rules[0].require_revocation_status);
  EXPECT_EQ(rules.rules[1].request_ocsp, RequestOcsp::kNever);
  EXPECT_TRUE(rules.rules[1].require_revocation_status);
  EXPECT_EQ(rules.rules[2].request_ocsp, RequestOcsp::kAuto);
  EXPECT_TRUE(rules.rules[2].require_ocsp);
  EXPECT_EQ(Good("policy: {rules: [{domain: a, mode: off}]}").policy.rules[0].request_ocsp,
            std::nullopt);
}

TEST(Config, RefusesRulesThatMakeNoSense) {
  struct Case {
    const char* rule;
    const char* wrong;
  };
  const Case cases[] = {
      {"{mode: off}", "give exactly one of domain, mx_host"},
      {"{domain: a, mx_host: b, mode: off}", "give exactly one of domain, mx_host"},
      {"{domain: a}", "sets nothing"},
      {"{domain: a, mode: mandatory, audit: true}", "audit"},
      {"{domain: a, require_ocsp: true, request_ocsp: never}", "request_ocsp"},
      {"{domain: a, request_ocsp: maybe}", "request_ocsp"},
      {"{domain: a, require_ocsp: sometimes}", "require_ocsp"},
      {"{domain: '*.a', mode: off}", "is no pattern"},
      {"{domain: '', mode: off}", "is no pattern"},
      {"{domain: ., mode: off}", "is no pattern"},
      {"{domain: a..b, mode: off}", "is no pattern"},
      {"{mx_host: 'a b', mode: off}", "is no pattern"},
      {"{mx_host: a, mod: off, audit: true}", "did you mean mode?"},
  };
  for (const Case& c : cases) {
    const std::vector<std::string> errors =
        Errors(absl::StrCat("policy:\n  rules:\n    - ", c.rule, "\n"));
    ASSERT_THAT(errors, SizeIs(1)) << c.rule;
    EXPECT_THAT(errors[0], StartsWith("f.yaml: policy.rules[0]")) << c.rule;
    EXPECT_THAT(errors[0], HasSubstr("line 3: ")) << c.rule;
    EXPECT_THAT(errors[0], HasSubstr(c.wrong)) << c.rule;
  }
}

TEST(Config, ErrorsStayOnTheirLineWhateverTheBytes) {
  EXPECT_THAT(Errors("\"a\\nb\\x01\": 1\nlog: {level: \"x\\ny\"}\n"), SizeIs(2));
}

TEST(LoadConfig, NamesAFileThatIsNotThere) {
  const absl::StatusOr<Config> config = LoadConfig("/nonexistent/posternd.yaml", {});
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("/nonexistent/posternd.yaml"));
}

TEST(LoadConfig, RefusesADirectory) { EXPECT_FALSE(LoadConfig("/", {}).ok()); }

}  // namespace
}  // namespace postern
