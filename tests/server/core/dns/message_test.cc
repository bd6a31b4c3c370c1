#include "server/core/dns/message.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/dns_packet.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(0xfffffff0);

absl::StatusOr<DnsAnswer> Parse(const std::string& bytes, const DnsQuestion& question,
                                DnsState state = DnsState::kSecure) {
  return ParseAnswer({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, question,
                     state, kNow);
}

absl::StatusOr<DnsAnswer> Parse(const DnsPacket& packet) {
  return Parse(packet.Build(), packet.question);
}

std::string MessageOf(const absl::StatusOr<DnsAnswer>& answer) {
  return std::string(answer.status().message());
}

// A chain of `length` aliases a0 -> a1 -> ... and an address at its end.
DnsPacket Chain(int length) {
  DnsPacket packet;
  packet.question = {"a0.test", RrType::kA};
  for (int i = 0; i < length; ++i) {
    packet.answer.push_back(
        CnameRecord(absl::StrCat("a", i, ".test"), 300, absl::StrCat("a", i + 1, ".test")));
  }
  packet.answer.push_back(ARecord(absl::StrCat("a", length, ".test"), 300, "192.0.2.1"));
  return packet;
}

TEST(ParseAnswer, ReadsEachTypeOfRecord) {
  DnsPacket mx;
  mx.question = {"d.test", RrType::kMx};
  mx.answer = {MxRr("d.test", 300, 20, "MX2.test"), MxRr("d.test", 300, 10, ".")};
  EXPECT_THAT(Parse(mx)->mx, ElementsAre(MxRecord{20, "mx2.test"}, MxRecord{10, "."}));

  DnsPacket a;
  a.question = {"d.test", RrType::kA};
  a.answer = {ARecord("d.test", 300, "192.0.2.1"), ARecord("d.test", 300, "192.0.2.2")};
  EXPECT_THAT(Parse(a)->addresses, ElementsAre("192.0.2.1", "192.0.2.2"));

  DnsPacket aaaa;
  aaaa.question = {"d.test", RrType::kAaaa};
  aaaa.answer = {AaaaRecord("d.test", 300, "2001:DB8:0::1")};
  EXPECT_THAT(Parse(aaaa)->addresses, ElementsAre("2001:db8::1"));

  DnsPacket tlsa;
  tlsa.question = {"_25._tcp.d.test", RrType::kTlsa};
  tlsa.answer = {TlsaRr("_25._tcp.d.test", 300, std::string("\3\1\1\0\xff", 5))};
  EXPECT_THAT(Parse(tlsa)->tlsa, ElementsAre(TlsaRecord{3, 1, 1, std::string("\0\xff", 2)}));

  DnsPacket cname;
  cname.question = {"d.test", RrType::kCname};
  cname.answer = {CnameRecord("d.test", 300, "e.test")};
  EXPECT_TRUE(Parse(cname)->has_alias);
  EXPECT_EQ(Parse(cname)->canonical_name, "d.test");
}

TEST(ParseAnswer, PassesTheStateOn) {
  const DnsPacket packet = Chain(0);
  EXPECT_EQ(Parse(packet.Build(), packet.question, DnsState::kSecure)->state, DnsState::kSecure);
  EXPECT_EQ(Parse(packet.Build(), packet.question, DnsState::kInsecure)->state,
            DnsState::kInsecure);
}

TEST(ParseAnswer, FollowsAChainOfEightAliasesD15) {
  const auto answer = Parse(Chain(8));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->canonical_name, "a8.test");
  EXPECT_THAT(answer->addresses, ElementsAre("192.0.2.1"));
}

TEST(ParseAnswer, FollowsAliasesInAnyOrderOfTheRecords) {
  DnsPacket packet = Chain(3);
  std::reverse(packet.answer.begin(), packet.answer.end());
  EXPECT_EQ(Parse(packet)->canonical_name, "a3.test");
}

TEST(ParseAnswer, FailsAtALoopOfAliasesD15) {
  DnsPacket packet;
  packet.question = {"a.test", RrType::kA};
  packet.answer = {CnameRecord("a.test", 300, "b.test"), CnameRecord("b.test", 300, "a.test")};
  const auto answer = Parse(packet);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->state, DnsState::kFailed);
  EXPECT_EQ(answer->failure, DnsFailure::kAliasLoop);
}

TEST(ParseAnswer, FollowsNoMoreAliasesThanItsLimit) {
  EXPECT_EQ(Parse(Chain(kMaxAliases))->failure, DnsFailure::kNone);
  EXPECT_EQ(Parse(Chain(kMaxAliases + 1))->failure, DnsFailure::kAliasLoop);
}

TEST(ParseAnswer, TakesTheAliasOfADnameD19) {
  DnsPacket packet;
  packet.question = {"mx.old.test", RrType::kA};
  packet.answer = {Rr{"old.test", 39, 300, WireName("new.test")},
                   CnameRecord("mx.old.test", 300, "mx.new.test"),
                   ARecord("mx.new.test", 300, "192.0.2.1")};
  EXPECT_EQ(Parse(packet)->canonical_name, "mx.new.test");
  EXPECT_EQ(Parse(packet)->dname_owner, "old.test");
}

TEST(ParseAnswer, NamesTheDnameOfTheFirstAliasOnlyD19) {
  DnsPacket packet;
  packet.question = {"mx.test", RrType::kA};
  packet.answer = {
      CnameRecord("mx.test", 300, "mx.old.test"), Rr{"old.test", 39, 300, WireName("new.test")},
      CnameRecord("mx.old.test", 300, "mx.new.test"), ARecord("mx.new.test", 300, "192.0.2.1")};
  EXPECT_EQ(Parse(packet)->canonical_name, "mx.new.test");
  EXPECT_EQ(Parse(packet)->dname_owner, "");
}

TEST(ParseAnswer, TellsWhetherADnameExistsD19) {
  DnsPacket packet;
  packet.question = {"old.test", RrType::kDname};
  packet.answer = {Rr{"old.test", 39, 300, WireName("new.test")}};
  EXPECT_TRUE(Parse(packet)->has_alias);
  EXPECT_EQ(Parse(packet)->canonical_name, "old.test");
}

TEST(ParseAnswer, DoesNotFollowWhereTheQuestionIsTheAliasD18) {
  DnsPacket packet;
  packet.question = {"a.test", RrType::kCname};
  packet.answer = {CnameRecord("a.test", 60, "b.test"), CnameRecord("b.test", 30, "a.test")};
  const auto answer = Parse(packet);
  EXPECT_TRUE(answer->has_alias);
  EXPECT_EQ(answer->failure, DnsFailure::kNone);
  EXPECT_EQ(answer->ttl, absl::Seconds(60));
}

TEST(ParseAnswer, IgnoresRecordsThatAreNotAtTheEndOfTheChain) {
  DnsPacket packet = Chain(1);
  packet.answer.push_back(ARecord("a0.test", 300, "192.0.2.66"));
  packet.answer.push_back(ARecord("else.test", 1, "192.0.2.67"));
  const auto answer = Parse(packet);
  EXPECT_THAT(answer->addresses, ElementsAre("192.0.2.1"));
  EXPECT_EQ(answer->ttl, absl::Seconds(300));
}

TEST(ParseAnswer, TakesTheLeastTtlOfAliasesAndRecordsD53) {
  DnsPacket packet = Chain(2);
  packet.answer[1].ttl = 60;
  EXPECT_EQ(Parse(packet)->ttl, absl::Seconds(60));
  packet.answer[2].ttl = 5;
  EXPECT_EQ(Parse(packet)->ttl, absl::Seconds(5));
}

TEST(ParseAnswer, TakesATtlWithTheTopBitForZero) {
  DnsPacket packet = Chain(0);
  packet.answer[0].ttl = 0x80000001u;
  EXPECT_EQ(Parse(packet)->ttl, absl::ZeroDuration());
}

// An RRSIG record that expires `left` seconds after kNow, with the dates modulo 2^32.
Rr Signature(const Rr& covered, uint32_t original_ttl, int left) {
  const uint32_t now = static_cast<uint32_t>(absl::ToUnixSeconds(kNow));
  return {covered.owner, 46, covered.ttl,
          Wire16(covered.type) + std::string("\x0d\2", 2) + Wire32(original_ttl) +
              Wire32(now + static_cast<uint32_t>(left)) + Wire32(now - 100) + Wire16(1) +
              WireName("test") + "signature"};
}

TEST(ParseAnswer, TrimsTheTtlOfSecureRecordsToTheirSignaturesA24) {
  struct Case {
    const char* label;
    std::vector<Rr> signatures;
    int ttl;
  };
  const Rr alias = CnameRecord("a0.test", 300, "a1.test");
  const Rr address = ARecord("a1.test", 300, "192.0.2.1");
  const Case cases[] = {
      {"long valid", {Signature(alias, 300, 9000), Signature(address, 300, 9000)}, 300},
      {"record's expires", {Signature(address, 300, 30)}, 30},
      {"alias's expires", {Signature(alias, 300, 30), Signature(address, 300, 9000)}, 30},
      {"TTL was raised on the way", {Signature(address, 60, 9000)}, 60},
      {"first of two", {Signature(address, 300, 90), Signature(address, 300, 30)}, 30},
      {"one of two has expired", {Signature(address, 300, 90), Signature(address, 300, -1)}, 90},
      {"all have expired", {Signature(address, 300, -1)}, 0},
      {"of another type", {Signature(AaaaRecord("a1.test", 300, "::1"), 300, 30)}, 300},
      {"of another name", {Signature(ARecord("b.test", 300, "192.0.2.1"), 300, 30)}, 300},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.label);
    DnsPacket packet = Chain(1);
    packet.answer.insert(packet.answer.end(), c.signatures.begin(), c.signatures.end());
    const auto answer = Parse(packet);
    EXPECT_EQ(answer->ttl, absl::Seconds(c.ttl));
    EXPECT_EQ(answer->expire_time, kNow + absl::Seconds(c.ttl));
    EXPECT_EQ(Parse(packet.Build(), packet.question, DnsState::kInsecure)->ttl, absl::Seconds(300));
  }
}

TEST(ParseAnswer, TrimsTheTtlOfASecureDenialToItsProofA24) {
  DnsPacket packet;
  packet.question = {"d.test", RrType::kMx};
  const Rr soa = SoaRecord("test", 3600, 60);
  const Rr nsec = {"d.test", 47, 60, "an NSEC of sorts"};
  packet.authority = {soa, Signature(soa, 3600, 9000), nsec, Signature(nsec, 60, 30)};
  EXPECT_EQ(Parse(packet)->ttl, absl::Seconds(30));
  EXPECT_EQ(Parse(packet.Build(), packet.question, DnsState::kInsecure)->ttl, absl::Seconds(60));
}

struct DenialCase {
  const char* label;
  int rcode;
  std::vector<Rr> answer;
  std::vector<Rr> authority;
  int ttl;
  const char* canonical_name;
};

TEST(ParseAnswer, GivesADenialTheTtlOfTheSoaN2) {
  const DenialCase cases[] = {
      {"MINIMUM is less", 0, {}, {SoaRecord("test", 3600, 60)}, 60, "d.test"},
      {"TTL is less", 0, {}, {SoaRecord("test", 30, 60)}, 30, "d.test"},
      {"no such name", 3, {}, {SoaRecord("test", 3600, 60)}, 60, "d.test"},
      {"no SOA", 3, {}, {}, 0, "d.test"},
      {"SOA of another zone", 0, {}, {SoaRecord("other", 3600, 60)}, 0, "d.test"},
      {"SOA whose name only ends alike", 0, {}, {SoaRecord("st", 3600, 60)}, 0, "d.test"},
      {"SOA of the root", 3, {}, {SoaRecord(".", 3600, 60)}, 60, "d.test"},
      {"alias expires first",
       0,
       {CnameRecord("d.test", 10, "e.example")},
       {SoaRecord("example", 3600, 60)},
       10,
       "e.example"},
      {"alias expires last",
       3,
       {CnameRecord("d.test", 300, "e.example")},
       {SoaRecord("example", 3600, 60)},
       60,
       "e.example"},
      {"alias, and the SOA of its own zone only",
       3,
       {CnameRecord("d.test", 300, "e.example")},
       {SoaRecord("test", 3600, 60)},
       0,
       "e.example"},
  };
  for (const DenialCase& c : cases) {
    SCOPED_TRACE(c.label);
    DnsPacket packet;
    packet.question = {"d.test", RrType::kMx};
    packet.rcode = c.rcode;
    packet.answer = c.answer;
    packet.authority = c.authority;
    const auto answer = Parse(packet);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_TRUE(answer->Answered());
    EXPECT_EQ(answer->rcode, c.rcode);
    EXPECT_EQ(answer->RecordCount(), 0u);
    EXPECT_EQ(answer->ttl, absl::Seconds(c.ttl));
    EXPECT_EQ(answer->canonical_name, c.canonical_name);
  }
}

TEST(ParseAnswer, FailsWithTheNameOfTheResponseCodeD7) {
  DnsPacket packet = Chain(0);
  packet.rcode = 4;
  const auto answer = Parse(packet);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->state, DnsState::kFailed);
  EXPECT_EQ(answer->failure, DnsFailure::kRcode);
  EXPECT_EQ(answer->rcode, 4);
  EXPECT_EQ(answer->detail, "NOTIMP");
  EXPECT_THAT(answer->addresses, IsEmpty());
}

TEST(ParseAnswer, TakesAnyMalformedRecordForAMalformedMessageD14) {
  struct Case {
    const char* label;
    Rr rr;
    const char* message;
  };
  const Case cases[] = {
      {"TLSA of 2 octets", TlsaRr("a0.test", 1, "\3\1"), "TLSA"},
      {"TLSA of none", TlsaRr("a0.test", 1, ""), "TLSA"},
      {"A of 5 octets", Rr{"a0.test", 1, 1, "12345"}, "an A record"},
      {"AAAA of 4 octets", Rr{"a0.test", 28, 1, "1234"}, "an AAAA record"},
      {"MX of 2 octets", Rr{"a0.test", 15, 1, "12"}, "MX"},
      {"MX with octets after it", Rr{"a0.test", 15, 1, std::string("\0\1\1a\0x", 6)}, "MX"},
      {"MX without end", Rr{"a0.test", 15, 1, std::string("\0\1\5a", 4)}, "MX"},
      {"CNAME of none", Rr{"a0.test", 5, 1, ""}, "CNAME"},
      {"CNAME that points ahead", Rr{"a0.test", 5, 1, "\xc1\xff"}, "CNAME"},
      {"RRSIG of 17 octets", Rr{"a0.test", 46, 1, std::string(17, 'x')}, "RRSIG"},
      {"SOA without numbers", Rr{"test", 6, 1, std::string("\0\0", 2)}, "SOA"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.label);
    DnsPacket answer = Chain(0);
    answer.answer.push_back(c.rr);
    EXPECT_THAT(MessageOf(Parse(answer)), HasSubstr(absl::StrCat("answer record 2")));
    EXPECT_THAT(MessageOf(Parse(answer)), HasSubstr(c.message));
    DnsPacket authority = Chain(0);
    authority.authority.push_back(c.rr);
    EXPECT_THAT(MessageOf(Parse(authority)), HasSubstr("authority record 1"));
  }
}

TEST(ParseAnswer, RefusesWhatIsNoAnswerToTheQuestion) {
  const DnsPacket good = Chain(1);
  const auto with = [&good](auto knob) {
    DnsPacket packet = good;
    knob(packet);
    return MessageOf(Parse(packet.Build(), good.question));
  };
  EXPECT_THAT(with([](DnsPacket& p) { p.flags = 0x0100; }), HasSubstr("no response"));
  EXPECT_THAT(with([](DnsPacket& p) { p.flags |= 0x0200; }), HasSubstr("truncated"));
  EXPECT_THAT(with([](DnsPacket& p) { p.question.name = "b.test"; }), HasSubstr("another"));
  EXPECT_THAT(with([](DnsPacket& p) { p.question.type = RrType::kMx; }), HasSubstr("another"));
  EXPECT_THAT(with([](DnsPacket& p) { p.rcode = 3; }), HasSubstr("NXDOMAIN"));
  EXPECT_THAT(with([](DnsPacket& p) { p.answer.push_back(CnameRecord("a0.test", 1, "z.test")); }),
              HasSubstr("two CNAME"));
  std::string bytes = good.Build();
  bytes[5] = 2;
  EXPECT_THAT(MessageOf(Parse(bytes, good.question)), HasSubstr("one question"));
  bytes[5] = 0;
  EXPECT_THAT(MessageOf(Parse(bytes, good.question)), HasSubstr("one question"));
}

TEST(ParseAnswer, RefusesAMessageThatIsCutShortAnywhere) {
  DnsPacket packet = Chain(2);
  packet.authority.push_back(SoaRecord("test", 3600, 60));
  const std::string whole = packet.Build();
  ASSERT_TRUE(Parse(whole, packet.question).ok());
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(Parse(whole.substr(0, length), packet.question).ok()) << length;
  }
}

TEST(ParseAnswer, ComparesNamesWithoutCase) {
  DnsPacket packet = Chain(0);
  packet.answer[0].owner = "A0.TEST";
  const DnsQuestion question = packet.question;
  packet.question.name = "a0.Test";
  EXPECT_THAT(Parse(packet.Build(), question)->addresses, ElementsAre("192.0.2.1"));
}

TEST(ParseAnswer, PassesOverOtherClassesAndTypes) {
  DnsPacket packet = Chain(0);
  packet.answer.push_back(Rr{"a0.test", 47, 1, "an NSEC of sorts"});
  EXPECT_EQ(Parse(packet)->ttl, absl::Seconds(300));
  std::string bytes = Chain(0).Build();
  const size_t class_at = 12 + 9 + 4 + 9 + 2;  // header, question, owner and type
  bytes[class_at + 1] = 3;                     // CH
  EXPECT_THAT(Parse(bytes, packet.question)->addresses, IsEmpty());
}

}  // namespace
}  // namespace postern
