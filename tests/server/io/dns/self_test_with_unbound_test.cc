// The self-test through the real resolver: whose root is signed, and whose is not.
#include <atomic>
#include <future>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/dns/fresh_resolver.h"
#include "server/io/dns/resolver_self_test.h"
#include "server/io/dns/unbound_resolver.h"
#include "tests/support/ask.h"
#include "tests/support/dns_packet.h"
#include "tests/support/scripted_nameserver.h"
#include "tests/support/zone_signer.h"

namespace postern {
namespace {

using Query = ScriptedNameserver::Query;
using Verdict = ResolverSelfTest::Verdict;

constexpr int kDnskey = 48;

// A root of one server, whose answers lose their signatures when the test says so.
class SelfTestWithUnbound : public ::testing::Test {
 protected:
  SelfTestWithUnbound()
      : signer_(".", absl::Now()), server_([this](const Query& query) { return Answer(query); }) {
    UnboundOptions& options = options_;
    options.threads = 1;
    options.use_root_anchors = false;
    options.trust_anchors = {signer_.Anchor()};
    options.stub_zones = {{".", {server_.Address()}}};
    options.ipv6 = UseIpv6::kNo;
    resolver_ = std::make_unique<FreshResolver>(
        [options = options_]() -> absl::StatusOr<std::unique_ptr<Resolver>> {
          return UnboundResolver::Create(options);
        });
    self_test_ = std::make_unique<ResolverSelfTest>(
        resolver_.get(), ResolverSelfTest::Options(),
        [this](const ResolverSelfTest::State& state) { changed_.set_value(state); });
  }

  std::string Answer(const Query& query) {
    DnsPacket reply = query.Reply();
    reply.flags |= 0x0020;  // AD: not to be believed
    const bool asks_key = static_cast<int>(query.question.type) == kDnskey;
    reply.answer = {asks_key ? signer_.Dnskey() : NsRecord(".", 86400, "a.root")};
    if (keeps_signatures_.load()) reply.answer.push_back(signer_.Sign(reply.answer));
    return reply.Build();
  }

  // Ticks at `now`, and waits for the change.
  ResolverSelfTest::State ChangeAt(absl::Time now) {
    changed_ = std::promise<ResolverSelfTest::State>();
    self_test_->Tick(now);
    return changed_.get_future().get();
  }

  const ZoneSigner signer_;
  std::atomic<bool> keeps_signatures_{true};
  UnboundOptions options_;
  ScriptedNameserver server_;
  std::unique_ptr<FreshResolver> resolver_;
  std::promise<ResolverSelfTest::State> changed_;
  std::unique_ptr<ResolverSelfTest> self_test_;
};

TEST_F(SelfTestWithUnbound, IsValidatingUnderASignedRoot) {
  const ResolverSelfTest::State state = ChangeAt(absl::Now());
  EXPECT_EQ(state.verdict, Verdict::kValidating) << state.detail;
  EXPECT_TRUE(state.may_answer);
}

TEST_F(SelfTestWithUnbound, IsNotValidatingWhereTheUpstreamTakesSignaturesOutD1) {
  keeps_signatures_.store(false);
  const ResolverSelfTest::State state = ChangeAt(absl::Now());
  EXPECT_EQ(state.verdict, Verdict::kNotValidating) << state.detail;
  EXPECT_FALSE(state.may_answer);
}

TEST_F(SelfTestWithUnbound, NoticesAnUpstreamThatBeginsToTakeSignaturesOutD1) {
  const absl::Time now = absl::Now();
  EXPECT_EQ(ChangeAt(now).verdict, Verdict::kValidating);
  keeps_signatures_.store(false);
  const ResolverSelfTest::State state = ChangeAt(now + absl::Minutes(1));
  EXPECT_EQ(state.verdict, Verdict::kNotValidating) << state.detail;
  EXPECT_FALSE(state.may_answer);
}

// libunbound's bound on the life of an answer is global to the process.
TEST_F(SelfTestWithUnbound, LeavesTheLifeOfOtherResolversAnswersAlone) {
  EXPECT_EQ(ChangeAt(absl::Now()).verdict, Verdict::kValidating);
  const auto other = UnboundResolver::Create(options_);
  ASSERT_TRUE(other.ok()) << other.status();
  const DnsAnswer answer = Ask(**other, ".", RrType::kNs);
  EXPECT_TRUE(answer.Secure()) << answer.detail;
  EXPECT_GT(answer.ttl, absl::Hours(1));
}

}  // namespace
}  // namespace postern
