// What UnboundResolver makes of signed zones: the zone "signed.test", whose key is a
// trust anchor.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/io/dns/unbound_resolver.h"
#include "tests/support/ask.h"
#include "tests/support/dns_packet.h"
#include "tests/support/scripted_nameserver.h"
#include "tests/support/zone_signer.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Query = ScriptedNameserver::Query;

constexpr int kA = 1;
constexpr int kSoa = 6;
constexpr int kRrsig = 46;
constexpr int kNsec = 47;
constexpr int kDnskey = 48;

class UnboundValidationTest : public ::testing::Test {
 protected:
  UnboundValidationTest()
      : signer_("signed.test", absl::Now()),
        other_("signed.test", absl::Now()),
        server_([this](const Query& query) { return Answer(query); }) {
    UnboundOptions options;
    options.threads = 1;
    options.cache_bytes = size_t{4} << 20;
    options.use_root_anchors = false;
    options.trust_anchors = {signer_.Anchor()};
    options.stub_zones = {{"test", {server_.Address()}}};
    options.ipv6 = UseIpv6::kNo;
    auto resolver = UnboundResolver::Create(options);
    EXPECT_TRUE(resolver.ok()) << resolver.status();
    resolver_ = *std::move(resolver);
  }

  // The RRset and its signature.
  std::vector<Rr> Signed(std::vector<Rr> rrset) const {
    rrset.push_back(signer_.Sign(rrset));
    return rrset;
  }

  std::vector<Rr> Denial(const std::string& owner, const std::string& next,
                         const std::vector<int>& types) const {
    std::vector<Rr> records = Signed({SoaRecord("signed.test", 3600, 60)});
    for (const Rr& rr : Signed({ZoneSigner::Nsec(owner, 60, next, types)})) records.push_back(rr);
    return records;
  }

  std::string Answer(const Query& query) const {
    const std::string& name = query.question.name;
    const bool asks_a = query.question.type == RrType::kA;
    DnsPacket reply = query.Reply();
    if (static_cast<int>(query.question.type) == kDnskey && name == "signed.test") {
      reply.answer = Signed({signer_.Dnskey()});
    } else if (name == "host.signed.test" && asks_a) {
      reply.answer = Signed({ARecord(name, 300, "192.0.2.1"), ARecord(name, 300, "192.0.2.2")});
    } else if (name == "forged.signed.test" && asks_a) {
      reply.answer = Signed({ARecord(name, 3600, "192.0.2.1")});
      reply.answer[0] = ARecord(name, 3600, "192.0.2.66");
    } else if (name == "otherkey.signed.test" && asks_a) {
      reply.answer = {ARecord(name, 3600, "192.0.2.66")};
      reply.answer.push_back(other_.Sign(reply.answer));
    } else if (name == "unsigned.signed.test" && asks_a) {
      reply.answer = {ARecord(name, 3600, "192.0.2.66")};
    } else if (name == "expired.signed.test" && asks_a) {
      reply.answer = {ARecord(name, 3600, "192.0.2.1")};
      reply.answer.push_back(signer_.SignUntil(reply.answer, absl::Now() - absl::Hours(24)));
    } else if (name == "expiring.signed.test" && asks_a) {
      reply.answer = {ARecord(name, 3600, "192.0.2.1")};
      reply.answer.push_back(signer_.SignUntil(reply.answer, absl::Now() + absl::Seconds(100)));
    } else if (name == "alias.signed.test") {
      reply.answer = Signed({CnameRecord(name, 300, "host.plain.test")});
    } else if (name == "host.plain.test" && asks_a) {
      reply.answer = {ARecord(name, 300, "192.0.2.3")};
    } else if (absl::EndsWith(name, "plain.test")) {
      reply.authority = {SoaRecord("plain.test", 3600, 60)};
    } else if (name == "nodenial.signed.test") {
      reply.authority = Signed({SoaRecord("signed.test", 3600, 60)});
    } else if (name == "nx.signed.test") {
      reply.rcode = 3;
      // host < nx < signed.test again, and no wildcard between the zone and host.
      reply.authority = Denial("host.signed.test", "signed.test", {kA, kRrsig, kNsec});
      for (const Rr& rr :
           Signed({ZoneSigner::Nsec("signed.test", 60, "host.signed.test", {kSoa, kNsec})})) {
        reply.authority.push_back(rr);
      }
    } else {
      reply.authority = Denial(name, "zz.signed.test", {kA, kRrsig, kNsec});
    }
    return reply.Build();
  }

  const ZoneSigner signer_;
  const ZoneSigner other_;
  ScriptedNameserver server_;
  std::unique_ptr<UnboundResolver> resolver_;
};

TEST_F(UnboundValidationTest, AnswersSecure) {
  const DnsAnswer answer = Ask(*resolver_, "host.signed.test", RrType::kA);
  EXPECT_EQ(answer.state, DnsState::kSecure) << answer.detail;
  EXPECT_THAT(answer.addresses, SizeIs(2));
}

TEST_F(UnboundValidationTest, AnswersSecurelyThatThereIsNoSuchRecordD6) {
  const DnsAnswer answer = Ask(*resolver_, "host.signed.test", RrType::kMx);
  EXPECT_EQ(answer.state, DnsState::kSecure) << answer.detail;
  EXPECT_EQ(answer.RecordCount(), 0u);
  EXPECT_GT(answer.ttl, absl::ZeroDuration());
  EXPECT_LE(answer.ttl, absl::Seconds(60));
}

TEST_F(UnboundValidationTest, AnswersSecurelyThatThereIsNoSuchNameD6) {
  const DnsAnswer answer = Ask(*resolver_, "nx.signed.test", RrType::kMx);
  EXPECT_EQ(answer.state, DnsState::kSecure) << answer.detail;
  EXPECT_EQ(answer.rcode, kRcodeNxDomain);
}

TEST_F(UnboundValidationTest, TakesWhatDoesNotValidateForBogusD5) {
  for (const char* name : {"forged.signed.test", "otherkey.signed.test", "unsigned.signed.test",
                           "expired.signed.test"}) {
    SCOPED_TRACE(name);
    const DnsAnswer answer = Ask(*resolver_, name, RrType::kA);
    EXPECT_EQ(answer.state, DnsState::kBogus);
    EXPECT_THAT(answer.addresses, IsEmpty());
    EXPECT_EQ(answer.ttl, absl::ZeroDuration());
    EXPECT_THAT(answer.detail, HasSubstr("validation failure"));
    EXPECT_THAT(answer.detail, HasSubstr(name));
  }
}

TEST_F(UnboundValidationTest, TakesADenialWithoutProofForBogusD5) {
  EXPECT_EQ(Ask(*resolver_, "nodenial.signed.test", RrType::kA).state, DnsState::kBogus);
}

TEST_F(UnboundValidationTest, KeepsBogusForBogusFromItsCache) {
  EXPECT_EQ(Ask(*resolver_, "forged.signed.test", RrType::kA).state, DnsState::kBogus);
  const DnsAnswer again = Ask(*resolver_, "forged.signed.test", RrType::kA);
  EXPECT_EQ(again.state, DnsState::kBogus);
  EXPECT_THAT(again.detail, Not(IsEmpty()));
}

TEST_F(UnboundValidationTest, TrimsTheTtlToTheSignatureA24) {
  const DnsAnswer answer = Ask(*resolver_, "expiring.signed.test", RrType::kA);
  EXPECT_EQ(answer.state, DnsState::kSecure) << answer.detail;
  EXPECT_LE(answer.ttl, absl::Seconds(100));
}

TEST_F(UnboundValidationTest, TakesAChainWithAnInsecureLinkForInsecureD17) {
  const DnsAnswer answer = Ask(*resolver_, "alias.signed.test", RrType::kA);
  EXPECT_EQ(answer.state, DnsState::kInsecure) << answer.detail;
  EXPECT_EQ(answer.canonical_name, "host.plain.test");
  EXPECT_THAT(answer.addresses, ElementsAre("192.0.2.3"));
}

TEST_F(UnboundValidationTest, AnswersByItselfForAnAliasThatItIsSecureD18) {
  const DnsAnswer answer = Ask(*resolver_, "alias.signed.test", RrType::kCname);
  EXPECT_EQ(answer.state, DnsState::kSecure) << answer.detail;
  EXPECT_TRUE(answer.has_alias);
}

TEST_F(UnboundValidationTest, TakesANameThatNoAnchorCoversForInsecureD4) {
  EXPECT_EQ(Ask(*resolver_, "host.plain.test", RrType::kA).state, DnsState::kInsecure);
}

}  // namespace
}  // namespace postern
