#include "server/io/dns/unbound_resolver.h"

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/ask.h"
#include "tests/support/dns_packet.h"
#include "tests/support/scripted_nameserver.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Query = ScriptedNameserver::Query;

// Deadlines that must pass for a test to end, and such that must not.
constexpr absl::Duration kShort = absl::Milliseconds(50);

std::string Denial(const Query& query) {
  DnsPacket reply = query.Reply();
  reply.authority = {SoaRecord("test", 3600, 60)};
  return reply.Build();
}

// Answers names of the unsigned zone "test" by their first label.
std::string UnsignedZone(const Query& query) {
  const std::string& name = query.question.name;
  DnsPacket reply = query.Reply();
  if (absl::StartsWith(name, "silent")) return "";
  if (absl::StartsWith(name, "garbage")) return "garbage";
  if (absl::StartsWith(name, "servfail")) reply.rcode = 2;
  if (absl::StartsWith(name, "notimp")) reply.rcode = 4;
  if (absl::StartsWith(name, "refused")) reply.rcode = 5;
  if (reply.rcode != 0) return reply.Build();
  if (absl::StartsWith(name, "nx")) {
    reply.rcode = 3;
    reply.authority = {SoaRecord("test", 3600, 60)};
    return reply.Build();
  }
  if (query.question.type == RrType::kMx && absl::StartsWith(name, "mail")) {
    reply.answer = {MxRr(name, 300, 10, "mx." + name)};
    return reply.Build();
  }
  if (query.question.type == RrType::kA && absl::StartsWith(name, "host")) {
    reply.answer = {ARecord(name, 300, "192.0.2.1")};
    return reply.Build();
  }
  if (query.question.type == RrType::kA && absl::StartsWith(name, "large")) {
    if (!query.tcp) {
      reply.flags |= 0x0200;
      return reply.Build();
    }
    for (int i = 0; i < 400; ++i) {
      reply.answer.push_back(ARecord(name, 300, absl::StrCat("192.0.", i / 250, ".", i % 250)));
    }
    return reply.Build();
  }
  if (absl::StartsWith(name, "loop")) {
    reply.answer = {CnameRecord(name, 300, "loop2.test"), CnameRecord("loop2.test", 300, name)};
    return reply.Build();
  }
  if (absl::StartsWith(name, "chain")) {
    // One link an answer: chain1 -> chain2 -> ... -> chain8 -> host.
    const int link = name[5] - '0';
    const std::string target = link == 8 ? "host" : absl::StrCat("chain", link + 1);
    reply.answer = {CnameRecord(name, 200, target + ".test")};
    return reply.Build();
  }
  if (absl::StartsWith(name, "alias") && query.question.type != RrType::kTlsa) {
    reply.answer = {CnameRecord(name, 200, "host.test")};
    return reply.Build();
  }
  return Denial(query);
}

UnboundOptions OptionsFor(const ScriptedNameserver& server) {
  UnboundOptions options;
  options.threads = 2;
  options.cache_bytes = size_t{4} << 20;
  options.use_root_anchors = false;
  options.stub_zones = {{"test", {server.Address()}}};
  options.ipv6 = UseIpv6::kNo;
  return options;
}

std::unique_ptr<UnboundResolver> Create(const UnboundOptions& options) {
  absl::StatusOr<std::unique_ptr<UnboundResolver>> resolver = UnboundResolver::Create(options);
  EXPECT_TRUE(resolver.ok()) << resolver.status();
  return resolver.ok() ? *std::move(resolver) : nullptr;
}

class UnboundResolverTest : public ::testing::Test {
 protected:
  UnboundResolverTest() : server_(UnsignedZone), resolver_(Create(OptionsFor(server_))) {}

  ScriptedNameserver server_;
  std::unique_ptr<UnboundResolver> resolver_;
};

TEST_F(UnboundResolverTest, AnswersFromAnUnsignedZoneInsecure) {
  const DnsAnswer answer = Ask(*resolver_, "mail.test", RrType::kMx);
  EXPECT_EQ(answer.state, DnsState::kInsecure) << answer.detail;
  EXPECT_THAT(answer.mx, ElementsAre(MxRecord{10, "mx.mail.test"}));
  EXPECT_EQ(answer.canonical_name, "mail.test");
  EXPECT_GT(answer.ttl, absl::ZeroDuration());
  EXPECT_LE(answer.ttl, absl::Seconds(300));
  EXPECT_GT(answer.expire_time, absl::Now());
}

TEST_F(UnboundResolverTest, DoesNotBelieveTheUpstreamsAdBitD2) {
  ScriptedNameserver liar([](const Query& query) {
    DnsPacket reply = query.Reply();
    reply.flags |= 0x0020;
    reply.answer = {ARecord(query.question.name, 300, "192.0.2.1")};
    return reply.Build();
  });
  UnboundOptions options = OptionsFor(liar);
  options.forwarders = {{"test", {liar.Address()}}};
  options.stub_zones.clear();
  const auto resolver = Create(options);
  const DnsAnswer answer = Ask(*resolver, "host.test", RrType::kA);
  EXPECT_EQ(answer.state, DnsState::kInsecure);
  EXPECT_THAT(answer.addresses, SizeIs(1));
}

TEST_F(UnboundResolverTest, AnswersThatThereIsNoSuchRecordD6) {
  const DnsAnswer answer = Ask(*resolver_, "host.test", RrType::kMx);
  EXPECT_EQ(answer.state, DnsState::kInsecure);
  EXPECT_EQ(answer.rcode, kRcodeNoError);
  EXPECT_EQ(answer.RecordCount(), 0u);
  EXPECT_GT(answer.ttl, absl::ZeroDuration());
  EXPECT_LE(answer.ttl, absl::Seconds(60));
}

TEST_F(UnboundResolverTest, AnswersThatThereIsNoSuchNameD6) {
  const DnsAnswer answer = Ask(*resolver_, "nx.test", RrType::kMx);
  EXPECT_EQ(answer.state, DnsState::kInsecure);
  EXPECT_EQ(answer.rcode, kRcodeNxDomain);
}

TEST_F(UnboundResolverTest, FollowsAnAliasToItsRecords) {
  const DnsAnswer answer = Ask(*resolver_, "alias.test", RrType::kA);
  EXPECT_EQ(answer.canonical_name, "host.test");
  EXPECT_THAT(answer.addresses, ElementsAre("192.0.2.1"));
  EXPECT_LE(answer.ttl, absl::Seconds(200));
}

TEST_F(UnboundResolverTest, AnswersThatAnAliasIsThereD18) {
  EXPECT_TRUE(Ask(*resolver_, "alias.test", RrType::kCname).has_alias);
  EXPECT_FALSE(Ask(*resolver_, "host.test", RrType::kCname).has_alias);
}

TEST_F(UnboundResolverTest, FollowsAChainOfEightAliasesD15) {
  const DnsAnswer answer = Ask(*resolver_, "chain1.test", RrType::kA);
  EXPECT_EQ(answer.canonical_name, "host.test") << answer.detail;
  EXPECT_THAT(answer.addresses, ElementsAre("192.0.2.1"));
}

// libunbound does not say that it was a loop: its response code is SERVFAIL.
TEST_F(UnboundResolverTest, FailsAtALoopOfAliasesD15) {
  const DnsAnswer answer = Ask(*resolver_, "loop.test", RrType::kA);
  EXPECT_EQ(answer.state, DnsState::kFailed);
  EXPECT_EQ(answer.failure, DnsFailure::kRcode);
}

TEST_F(UnboundResolverTest, FailsWithTheResponseCodeD7) {
  for (const char* name : {"servfail.test", "notimp.test", "refused.test", "garbage.test"}) {
    SCOPED_TRACE(name);
    const DnsAnswer answer = Ask(*resolver_, name, RrType::kMx);
    EXPECT_EQ(answer.state, DnsState::kFailed);
    EXPECT_EQ(answer.failure, DnsFailure::kRcode);
    EXPECT_EQ(answer.rcode, kRcodeServFail);
    EXPECT_EQ(answer.detail, "SERVFAIL");
  }
}

TEST_F(UnboundResolverTest, GetsALargeAnswerOverTcpA19) {
  const DnsAnswer answer = Ask(*resolver_, "large.test", RrType::kA);
  EXPECT_EQ(answer.state, DnsState::kInsecure) << answer.detail;
  EXPECT_THAT(answer.addresses, SizeIs(400));
  EXPECT_TRUE(server_.Queries().back().tcp);
}

TEST_F(UnboundResolverTest, AnswersKTimeoutAtTheDeadline) {
  const DnsAnswer answer = Ask(*resolver_, "silent.test", RrType::kMx, kShort);
  EXPECT_EQ(answer.state, DnsState::kFailed);
  EXPECT_EQ(answer.failure, DnsFailure::kTimeout);
  EXPECT_EQ(answer.detail, "no answer before the deadline");
  EXPECT_EQ(resolver_->Stats().timeouts, 1u);
  // libunbound is still at it.
  EXPECT_EQ(resolver_->Stats().in_flight, 1u);
}

TEST_F(UnboundResolverTest, DoesNotAskWhatIsTooLateAlready) {
  const DnsAnswer answer = Ask(*resolver_, "mail.test", RrType::kMx, -absl::Seconds(1));
  EXPECT_EQ(answer.failure, DnsFailure::kTimeout);
  EXPECT_THAT(server_.Queries(), IsEmpty());
  EXPECT_EQ(resolver_->Stats().in_flight, 0u);
}

TEST_F(UnboundResolverTest, AnswersFromItsCacheWithoutAsking) {
  Ask(*resolver_, "mail.test", RrType::kMx);
  const size_t queries = server_.Queries().size();
  EXPECT_EQ(Ask(*resolver_, "mail.test", RrType::kMx).state, DnsState::kInsecure);
  EXPECT_THAT(server_.Queries(), SizeIs(queries));
}

TEST_F(UnboundResolverTest, RemembersEvenAndOddGenerationsApart) {
  const auto queries_after = [this](int generation) {
    const DnsAnswer answer =
        Ask(*resolver_, "mail.test", RrType::kMx, absl::Seconds(30), generation);
    EXPECT_THAT(answer.mx, SizeIs(1)) << answer.detail;
    return server_.Queries().size();
  };
  const size_t even = queries_after(0);
  const size_t odd = queries_after(1);
  EXPECT_GT(odd, even) << "generation 0 has it, and is not looked into";
  for (int generation : {2, 3, 0, 1}) EXPECT_EQ(queries_after(generation), odd) << generation;
}

TEST_F(UnboundResolverTest, AsksANameWithEscapesAsItIs) {
  EXPECT_THAT(Ask(*resolver_, "host\\046x.test", RrType::kA).addresses, SizeIs(1));
  EXPECT_EQ(server_.Queries().back().question.name, "host\\046x.test");
}

TEST_F(UnboundResolverTest, AnswersQuestionsOfManyThreadsOnceEach) {
  constexpr int kThreads = 4;
  constexpr int kQuestions = 100;
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t, &answered] {
      std::vector<std::future<DnsAnswer>> answers;
      for (int i = 0; i < kQuestions; ++i) {
        answers.push_back(
            AskLater(*resolver_, absl::StrCat("mail", i * (t + 1), ".test"), RrType::kMx));
      }
      for (auto& answer : answers) {
        if (answer.get().mx.size() == 1) answered.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered.load(), kThreads * kQuestions);
  EXPECT_EQ(resolver_->Stats().questions, uint64_t{kThreads} * kQuestions);
}

TEST_F(UnboundResolverTest, LetsACallbackAskTheNextQuestion) {
  std::promise<DnsAnswer> second;
  resolver_->Resolve(
      {"mail.test", RrType::kMx}, absl::Now() + absl::Seconds(30), 0, [&](const DnsAnswer& answer) {
        EXPECT_THAT(answer.mx, SizeIs(1));
        resolver_->Resolve({"host.test", RrType::kA}, absl::Now() + absl::Seconds(30), 0,
                           [&](DnsAnswer next) { second.set_value(std::move(next)); });
      });
  EXPECT_THAT(second.get_future().get().addresses, SizeIs(1));
}

TEST_F(UnboundResolverTest, AnswersWhatIsPendingWhenItIsDestroyed) {
  std::vector<std::future<DnsAnswer>> answers;
  for (int i = 0; i < 20; ++i) {
    answers.push_back(AskLater(*resolver_, absl::StrCat("silent", i, ".test"), RrType::kMx));
  }
  server_.WaitForQueries(1);
  resolver_.reset();
  for (auto& answer : answers) EXPECT_EQ(answer.get().state, DnsState::kFailed);
}

TEST_F(UnboundResolverTest, IsDestroyedWithQuestionsThatNobodyWaitsForAnyMore) {
  EXPECT_EQ(Ask(*resolver_, "silent.test", RrType::kMx, kShort).failure, DnsFailure::kTimeout);
  std::thread([this] { resolver_.reset(); }).join();
}

TEST_F(UnboundResolverTest, RefusesACallbacksQuestionWhileItIsDestroyed) {
  std::promise<DnsAnswer> second;
  UnboundResolver* const resolver = resolver_.get();
  resolver->Resolve({"silent.test", RrType::kMx}, absl::Now() + absl::Seconds(30), 0,
                    [&second, resolver](const DnsAnswer&) {
                      resolver->Resolve(
                          {"silent2.test", RrType::kMx}, absl::Now() + absl::Seconds(30), 0,
                          [&second](DnsAnswer answer) { second.set_value(std::move(answer)); });
                    });
  server_.WaitForQueries(1);
  resolver_.reset();
  EXPECT_EQ(second.get_future().get().failure, DnsFailure::kOverload);
}

TEST(UnboundResolver, RenewsAnAnswerInTheOtherGenerationBeforeItEnds) {
  std::atomic<uint16_t> preference{1};
  ScriptedNameserver server([&preference](const Query& query) {
    DnsPacket reply = query.Reply();
    reply.answer = {MxRr(query.question.name, 300, preference.load(), "mx.test")};
    return reply.Build();
  });
  const auto resolver = Create(OptionsFor(server));
  const auto preference_in = [&resolver](int generation) {
    const DnsAnswer answer = Ask(*resolver, "d.test", RrType::kMx, absl::Seconds(30), generation);
    return answer.mx.empty() ? 0 : answer.mx.front().preference;
  };
  EXPECT_EQ(preference_in(0), 1);
  preference.store(2);
  EXPECT_EQ(preference_in(1), 2) << "what the zone says now";
  EXPECT_EQ(preference_in(2), 1) << "from the memory of the even generations";
  preference.store(3);
  EXPECT_EQ(preference_in(3), 2) << "from the memory of the odd generations";
}

TEST(UnboundResolver, AnswersKOverloadBeyondItsLimit) {
  ScriptedNameserver server(UnsignedZone);
  UnboundOptions options = OptionsFor(server);
  options.in_flight_limit = 2;
  const auto resolver = Create(options);
  const auto first = AskLater(*resolver, "silent1.test", RrType::kMx);
  // Its slot is taken after the deadline too, until libunbound gives up.
  EXPECT_EQ(Ask(*resolver, "silent2.test", RrType::kMx, kShort).failure, DnsFailure::kTimeout);
  const DnsAnswer third = Ask(*resolver, "mail.test", RrType::kMx);
  EXPECT_EQ(third.state, DnsState::kFailed);
  EXPECT_EQ(third.failure, DnsFailure::kOverload);
  EXPECT_EQ(resolver->Stats().in_flight, 2u);
  EXPECT_EQ(resolver->Stats().in_flight_limit, 2u);
  EXPECT_EQ(resolver->Stats().refused, 1u);
}

TEST(UnboundResolver, FreesASlotWhenLibunboundIsDone) {
  ScriptedNameserver server(UnsignedZone);
  UnboundOptions options = OptionsFor(server);
  options.in_flight_limit = 1;
  options.threads = 1;
  const auto resolver = Create(options);
  for (int i = 0; i < 3; ++i) {
    // The slot is free only after the callback: the loop may be a step behind.
    DnsAnswer answer;
    do {
      answer = Ask(*resolver, absl::StrCat("mail", i, ".test"), RrType::kMx);
    } while (answer.failure == DnsFailure::kOverload);
    EXPECT_THAT(answer.mx, SizeIs(1));
  }
}

TEST(UnboundResolver, AsksAForwarderRecursively) {
  ScriptedNameserver server([](const Query& query) {
    DnsPacket reply = query.Reply();
    reply.flags = 0x8180;
    reply.answer = {ARecord(query.question.name, 300, "192.0.2.7")};
    return reply.Build();
  });
  UnboundOptions options = OptionsFor(server);
  options.stub_zones.clear();
  for (const char* zone : {".", "example.org"}) {
    options.forwarders = {{zone, {server.Address()}}};
    const auto resolver = Create(options);
    EXPECT_THAT(Ask(*resolver, "www.example.org", RrType::kA).addresses, ElementsAre("192.0.2.7"));
  }
}

TEST(UnboundResolver, RefusesOptionsAndNamesThem) {
  struct Case {
    const char* message;
    void (*knob)(UnboundOptions&);
  };
  const Case cases[] = {
      {"threads: 0", [](UnboundOptions& o) { o.threads = 0; }},
      {"in_flight_limit: 0", [](UnboundOptions& o) { o.in_flight_limit = 0; }},
      {"cache_bytes: 1 ", [](UnboundOptions& o) { o.cache_bytes = 1; }},
      {"trust_anchors: \"garbage\"", [](UnboundOptions& o) { o.trust_anchors = {"garbage"}; }},
      {"trust_anchors: \"\"", [](UnboundOptions& o) { o.trust_anchors = {""}; }},
      {"trust_anchors: \"test. IN A",
       [](UnboundOptions& o) { o.trust_anchors = {"test. IN A 192.0.2.1"}; }},
      {"trust_anchor_files: \"/nonexistent\"",
       [](UnboundOptions& o) { o.trust_anchor_files = {"/nonexistent"}; }},
      {"trust_anchor_files: \"/dev/null\"",
       [](UnboundOptions& o) { o.trust_anchor_files = {"/dev/null"}; }},
      {"root_hints_file: \"/nonexistent\"",
       [](UnboundOptions& o) { o.root_hints_file = "/nonexistent"; }},
      {"stub_zones: \"a..b\"",
       [](UnboundOptions& o) {
         o.stub_zones = {{"a..b", {"::1"}}};
       }},
      {"stub_zones: \"localhost\"",
       [](UnboundOptions& o) {
         o.stub_zones = {{"test", {"localhost"}}};
       }},
      {"stub_zones: \"::1@0\"",
       [](UnboundOptions& o) {
         o.stub_zones = {{"test", {"::1@0"}}};
       }},
      {"stub_zones: zone \"test\" has no address",
       [](UnboundOptions& o) {
         o.stub_zones = {{"test", {}}};
       }},
      {"forwarders: \"a\"b\"",
       [](UnboundOptions& o) {
         o.forwarders = {{"a\"b", {"192.0.2.1"}}};
       }},
      {"forwarders: \"192.0.2.1\n\"",
       [](UnboundOptions& o) {
         o.forwarders = {{".", {"192.0.2.1\n"}}};
       }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.message);
    UnboundOptions options;
    options.ipv6 = UseIpv6::kNo;
    c.knob(options);
    const auto resolver = UnboundResolver::Create(options);
    ASSERT_FALSE(resolver.ok());
    EXPECT_THAT(std::string(resolver.status().message()), HasSubstr(c.message));
  }
}

TEST(UnboundResolver, StartsWithItsDefaults) {
  UnboundOptions options;
  EXPECT_EQ(Create(options)->Stats().threads, options.threads);
  options.ipv6 = UseIpv6::kYes;
  EXPECT_NE(Create(options), nullptr);
}

}  // namespace
}  // namespace postern
