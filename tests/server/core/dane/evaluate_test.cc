// What the decision table does not show: time, order, bounds.
#include "server/core/dane/evaluate.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/dns_records.h"

namespace postern {
namespace {

using testing::ElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

PolicyQuestion Question(std::string next_hop = "d.test") {
  PolicyQuestion question;
  question.next_hop = std::move(next_hop);
  return question;
}

DomainPolicy Decide(absl::string_view dns, const PolicyRules& rules = {},
                    const PolicyQuestion& question = Question()) {
  const DnsRecords records(dns);
  AnswerMap answers;
  Evaluation evaluation;
  while (!(evaluation = Evaluate(question, rules, answers, kNow)).Done()) {
    for (const DnsQuestion& wanted : evaluation.wanted) {
      answers[wanted] = records.Answer(wanted, kNow);
    }
  }
  return evaluation.policy;
}

int64_t Lifetime(const DomainPolicy& policy) {
  return absl::ToInt64Seconds(policy.expire_time - kNow);
}

constexpr char kDane[] =
    "d.test MX[S] 10 mx1.test ttl=3600; mx1.test A[S] 192.0.2.1 ttl=900;"
    "_25._tcp.mx1.test TLSA[S] 3 1 1 ttl=60";

TEST(Expiry, IsTheLeastTtlOfAllThatTheVerdictRestsOnD53A24) {
  EXPECT_EQ(Lifetime(Decide(kDane)), 60);
  EXPECT_EQ(Lifetime(Decide("d.test MX[S] 10 mx1.test ttl=30; mx1.test A[S] 192.0.2.1 ttl=900;"
                            "_25._tcp.mx1.test TLSA[S] 3 1 1 ttl=60")),
            30);
  EXPECT_EQ(Lifetime(Decide("d.test MX[S] 10 mx1.test; mx1.test A[S] 192.0.2.1 ttl=7;"
                            "_25._tcp.mx1.test TLSA[S] 3 1 1 ttl=60")),
            7);
}

TEST(Expiry, CountsTheLinksOfAliasesD53) {
  EXPECT_EQ(Lifetime(Decide("d.test MX[S] 10 mx1.test; mx1.test CNAME[S] t.test ttl=40;"
                            "t.test A[S] 192.0.2.1; _25._tcp.t.test TLSA[S] 3 1 1")),
            40);
}

TEST(Expiry, CountsDenialsN2) {
  EXPECT_EQ(Lifetime(Decide("d.test MX[S] 10 mx1.test; mx1.test A[S] 192.0.2.1;"
                            "_25._tcp.mx1.test TLSA[S] none ttl=50")),
            50);
  EXPECT_EQ(Lifetime(Decide("d.test NXDOMAIN[S] ttl=60")), 60);
  EXPECT_EQ(Lifetime(Decide("d.test NXDOMAIN[I] ttl=0")), 0) << "no SOA: not kept";
}

TEST(Expiry, OfAHostIsNoLaterThanOfTheMxAnswer) {
  const DomainPolicy policy =
      Decide("d.test MX[S] 10 mx1.test ttl=30; mx1.test A[S] 192.0.2.1 ttl=900");
  EXPECT_EQ(absl::ToInt64Seconds(policy.hosts[0].expire_time - kNow), 30);
}

TEST(Expiry, OfAFailureIsSecondsWhateverTheAnswerSaysD53) {
  PolicyRules rules;
  rules.failure_ttl = absl::Seconds(3);
  EXPECT_EQ(Lifetime(Decide("d.test MX[B] 10 mx1.test ttl=3600", rules)), 3)
      << "the TTL of a bogus answer is the forger's";
  EXPECT_EQ(Lifetime(Decide("d.test MX[S] 10 mx1.test; mx1.test A[S] 192.0.2.1;"
                            "_25._tcp.mx1.test TLSA[F]",
                            rules)),
            3);
}

TEST(Expiry, DoesNotSufferFromTheFailedFamilyOfAHostThatHasTheOtherD44) {
  EXPECT_EQ(Lifetime(Decide("d.test MX[I] 10 mx1.test; mx1.test A[I] 192.0.2.1 ttl=900;"
                            "mx1.test AAAA[F]")),
            900);
}

TEST(Evaluate, SkipsHostsPastTheBoundOnTheTlsaDataOfAllHosts) {
  // Nine hosts of 30,000 bytes each: eight are below 256 KiB.
  const std::string data = std::string(size_t{2} * 3'000, 'a');
  std::string dns = "d.test MX[S] ";
  for (int i = 0; i < 9; ++i) absl::StrAppend(&dns, i == 0 ? "" : ", ", i, " mx", i, ".test");
  for (int i = 0; i < 9; ++i) {
    absl::StrAppend(&dns, "; mx", i, ".test A[S] 192.0.2.1; _25._tcp.mx", i, ".test TLSA[S] 3 1 1");
    for (int j = 0; j < 10; ++j) absl::StrAppend(&dns, ", 3 1 0 ", data);
  }
  const DomainPolicy policy = Decide(dns);
  ASSERT_EQ(policy.hosts.size(), 9u);
  EXPECT_EQ(policy.verdict, DomainPolicy::Verdict::kHosts);
  for (size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(policy.hosts[i].verdict, HostPolicy::Verdict::kDane) << policy.hosts[i].detail;
    EXPECT_EQ(policy.hosts[i].tlsa.size(), 11u);
  }
  EXPECT_EQ(policy.hosts[8].verdict, HostPolicy::Verdict::kSkip);
  EXPECT_EQ(policy.hosts[8].reason, HostPolicy::Reason::kTlsaError);
  EXPECT_EQ(policy.hosts[8].detail,
            "the TLSA records of the domain's hosts are too many bytes together");
  EXPECT_TRUE(policy.hosts[8].tlsa.empty());
}

TEST(Expiry, IsADayAtMost) {
  EXPECT_EQ(Lifetime(Decide("d.test MX[I] 10 mx1.test ttl=9999999;"
                            "mx1.test A[I] 192.0.2.1 ttl=9999999")),
            86400);
}

TEST(Evaluate, AsksTheMxThenAddressesThenTlsaD36) {
  const DnsRecords records(kDane);
  AnswerMap answers;
  const auto wanted = [&answers] {
    return Evaluate(Question(), PolicyRules(), answers, kNow).wanted;
  };
  const DnsQuestion mx{"d.test", RrType::kMx};
  const DnsQuestion a{"mx1.test", RrType::kA};
  const DnsQuestion aaaa{"mx1.test", RrType::kAaaa};
  const DnsQuestion tlsa{"_25._tcp.mx1.test", RrType::kTlsa};
  EXPECT_THAT(wanted(), ElementsAre(mx));
  answers[mx] = records.Answer(mx, kNow);
  EXPECT_THAT(wanted(), ElementsAre(a, aaaa));
  answers[a] = records.Answer(a, kNow);
  EXPECT_THAT(wanted(), ElementsAre(aaaa, tlsa)) << "one secure family is enough to go on";
  answers[aaaa] = records.Answer(aaaa, kNow);
  answers[tlsa] = records.Answer(tlsa, kNow);
  EXPECT_TRUE(wanted().empty());
}

TEST(Evaluate, WaitsForBothFamiliesWhereTheFirstIsInsecureD44) {
  const DnsRecords records(
      "d.test MX[S] 10 mx1.test; mx1.test A[I] 192.0.2.1; mx1.test AAAA[S] 2001:db8::1");
  AnswerMap answers;
  for (const DnsQuestion& known :
       {DnsQuestion{"d.test", RrType::kMx}, DnsQuestion{"mx1.test", RrType::kA}}) {
    answers[known] = records.Answer(known, kNow);
  }
  EXPECT_THAT(Evaluate(Question(), PolicyRules(), answers, kNow).wanted,
              ElementsAre(DnsQuestion{"mx1.test", RrType::kAaaa}));
}

TEST(Evaluate, GivesTheSamePolicyInWhateverOrderTheAnswersCome) {
  const DnsRecords records(
      "d.test MX[S] 10 mx1.test, 20 mx2.test; mx1.test CNAME[S] t.test; t.test A[I] 192.0.2.1;"
      "_25._tcp.mx1.test TLSA[S] 3 1 1; mx2.test A[S] 192.0.2.2; _25._tcp.mx2.test TLSA[B]");
  std::mt19937 random(1);  // a fixed seed: the same orders each time
  std::string first;
  for (int run = 0; run < 50; ++run) {
    AnswerMap answers;
    std::vector<DnsQuestion> asked;
    Evaluation evaluation;
    while (!(evaluation = Evaluate(Question(), PolicyRules(), answers, kNow)).Done()) {
      std::shuffle(evaluation.wanted.begin(), evaluation.wanted.end(), random);
      const DnsQuestion& next = evaluation.wanted.front();
      answers[next] = records.Answer(next, kNow);
    }
    std::string text;
    for (const HostPolicy& host : evaluation.policy.hosts) {
      absl::StrAppend(&text, host.host, " ", static_cast<int>(host.reason), ";");
    }
    for (const auto& query : evaluation.policy.trace) {
      absl::StrAppend(&text, query.question.name, " ", RrTypeName(query.question.type), ";");
    }
    if (first.empty()) first = text;
    EXPECT_EQ(text, first);
  }
}

TEST(Evaluate, TracesEachQuestionOnce) {
  const DomainPolicy policy = Decide(kDane);
  std::vector<std::string> names;
  for (const auto& query : policy.trace) {
    names.push_back(absl::StrCat(query.question.name, " ", RrTypeName(query.question.type)));
  }
  EXPECT_THAT(names,
              ElementsAre("d.test MX", "mx1.test A", "mx1.test AAAA", "_25._tcp.mx1.test TLSA"));
}

TEST(Evaluate, SkipsAHostWhoseTlsaSetIsPastBoundsAndNeverTakesItForNone) {
  for (const auto& [records, usable] : {std::pair<int, bool>{64, true}, {65, false}}) {
    std::string tlsa = "_25._tcp.mx1.test TLSA[S] 3 1 0";
    for (int i = 1; i < records; ++i) absl::StrAppend(&tlsa, ", 3 1 0");
    const DomainPolicy policy =
        Decide("d.test MX[S] 10 mx1.test; mx1.test A[S] 192.0.2.1; " + tlsa);
    ASSERT_EQ(policy.hosts.size(), 1u);
    EXPECT_EQ(policy.hosts[0].verdict,
              usable ? HostPolicy::Verdict::kDane : HostPolicy::Verdict::kSkip);
  }
  std::string big = "_25._tcp.mx1.test TLSA[S] 3 1 1";
  for (int i = 0; i < 1024; ++i) absl::StrAppend(&big, ", 3 1 1");
  EXPECT_EQ(Decide("d.test MX[S] 10 mx1.test; mx1.test A[S] 192.0.2.1; " + big).hosts[0].reason,
            HostPolicy::Reason::kTlsaError);
}

TEST(Evaluate, DoesNotFailForGoodWhereHostsWereLeftOut) {
  PolicyRules rules;
  rules.mandatory_failure = MandatoryFailure::kFail;
  PolicyQuestion question = Question();
  question.mode = DaneMode::kMandatory;
  constexpr char kDns[] =
      "d.test MX[S] 10 mx1.test, 20 mx2.test; mx1.test A[S] 192.0.2.1; mx2.test A[S] 192.0.2.2;"
      "_25._tcp.mx2.test TLSA[S] 3 1 1";
  rules.max_hosts = 1;
  EXPECT_FALSE(Decide(kDns, rules, question).fail_permanently);
  EXPECT_TRUE(Decide("d.test MX[S] 10 mx1.test; mx1.test A[S] 192.0.2.1", rules, question)
                  .fail_permanently);
}

TEST(Evaluate, LeavesHostsOutPastTheLimitAndSaysHowMany) {
  std::string mx = "d.test MX[I] 500 last.test";
  for (int i = 0; i < 200; ++i) absl::StrAppend(&mx, ", ", 200 - i, " mx", i, ".test");
  PolicyRules rules;
  rules.max_hosts = 100;
  const DomainPolicy policy = Decide(mx, rules);
  EXPECT_EQ(policy.hosts.size(), 100u);
  EXPECT_EQ(policy.omitted_hosts, 101u);
  EXPECT_EQ(policy.hosts[0].host, "mx199.test") << "those of lowest preference stay";
  EXPECT_EQ(policy.trace.size(), 201u) << "the others are not asked for";
}

TEST(Evaluate, AsksForNoTlsaNameThatIsTooLongToExist) {
  const std::string host = std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                           std::string(60, 'c') + "." + std::string(62, 'd');
  const DomainPolicy policy =
      Decide(absl::StrCat("d.test MX[S] 10 ", host, "; ", host, " A[S] 192.0.2.1"));
  ASSERT_EQ(policy.hosts.size(), 1u);
  EXPECT_EQ(policy.hosts[0].reason, HostPolicy::Reason::kNoTlsa);
  EXPECT_EQ(policy.trace.size(), 3u);
}

TEST(RestsOnFailure, TellsFailuresFromDenials) {
  EXPECT_FALSE(RestsOnFailure(Decide(kDane)));
  EXPECT_FALSE(RestsOnFailure(Decide("d.test NXDOMAIN[S]")));
  EXPECT_TRUE(RestsOnFailure(Decide("d.test MX[F]")));
  EXPECT_TRUE(
      RestsOnFailure(Decide("d.test MX[S] 10 mx1.test, 20 mx2.test; mx1.test A[B];"
                            "mx2.test A[S] 192.0.2.2")));
}

}  // namespace
}  // namespace postern
