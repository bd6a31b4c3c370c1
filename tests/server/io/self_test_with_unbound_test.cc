// The self-test through the real resolver: whose root is signed, and whose is not.
#include <future>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/resolver_self_test.h"
#include "server/io/unbound_resolver.h"
#include "tests/support/dns_packet.h"
#include "tests/support/scripted_nameserver.h"
#include "tests/support/zone_signer.h"

namespace postern {
namespace {

using Query = ScriptedNameserver::Query;
using Verdict = ResolverSelfTest::Verdict;

constexpr int kDnskey = 48;

// What the self-test says of a resolver whose root is answered by one server, under the
// signer's trust anchor.
ResolverSelfTest::State SelfTestOf(const ZoneSigner& signer, bool keeps_signatures) {
  ScriptedNameserver server([&](const Query& query) {
    DnsPacket reply = query.Reply();
    reply.flags |= 0x0020;  // AD: not to be believed
    const bool asks_key = static_cast<int>(query.question.type) == kDnskey;
    reply.answer = {asks_key ? signer.Dnskey() : NsRecord(".", 300, "a.root")};
    if (keeps_signatures) reply.answer.push_back(signer.Sign(reply.answer));
    return reply.Build();
  });
  UnboundOptions options;
  options.threads = 1;
  options.use_root_anchors = false;
  options.trust_anchors = {signer.Anchor()};
  options.stub_zones = {{".", {server.Address()}}};
  options.ipv6 = UseIpv6::kNo;
  auto resolver = UnboundResolver::Create(options);
  EXPECT_TRUE(resolver.ok()) << resolver.status();
  std::promise<ResolverSelfTest::State> changed;
  ResolverSelfTest self_test(
      resolver->get(), ResolverSelfTest::Options(),
      [&changed](const ResolverSelfTest::State& state) { changed.set_value(state); });
  self_test.Tick(absl::Now());
  return changed.get_future().get();
}

TEST(SelfTestWithUnbound, IsValidatingUnderASignedRoot) {
  const ZoneSigner signer(".", absl::Now());
  const ResolverSelfTest::State state = SelfTestOf(signer, /*keeps_signatures=*/true);
  EXPECT_EQ(state.verdict, Verdict::kValidating) << state.detail;
  EXPECT_TRUE(state.may_answer);
}

TEST(SelfTestWithUnbound, IsNotValidatingWhereTheUpstreamTakesSignaturesOutD1) {
  const ZoneSigner signer(".", absl::Now());
  const ResolverSelfTest::State state = SelfTestOf(signer, /*keeps_signatures=*/false);
  EXPECT_EQ(state.verdict, Verdict::kNotValidating) << state.detail;
  EXPECT_FALSE(state.may_answer);
}

}  // namespace
}  // namespace postern
