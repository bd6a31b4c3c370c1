#include "server/io/dns/unbound_answer.h"

#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/dns_packet.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1000);
const DnsQuestion kQuestion = {"d.test", RrType::kA};

DnsAnswer Read(int rcode, int security, const std::string& packet,
               const char* why_bogus = nullptr) {
  UnboundResult result;
  result.rcode = rcode;
  result.security = security;
  result.packet = {reinterpret_cast<const uint8_t*>(packet.data()), packet.size()};
  result.why_bogus = why_bogus;
  return ReadUnboundResult(kQuestion, result, kNow);
}

std::string Packet(int rcode = 0) {
  DnsPacket packet;
  packet.question = kQuestion;
  packet.rcode = rcode;
  packet.answer = {ARecord("d.test", 300, "192.0.2.1")};
  return packet.Build();
}

TEST(ReadUnboundResult, DatesWhatItReads) {
  const DnsAnswer answer = Read(0, 2, Packet());
  EXPECT_EQ(answer.state, DnsState::kSecure);
  EXPECT_THAT(answer.addresses, ElementsAre("192.0.2.1"));
  EXPECT_EQ(answer.expire_time, kNow + absl::Seconds(300));
  EXPECT_EQ(Read(0, 0, Packet()).state, DnsState::kInsecure);
}

TEST(ReadUnboundResult, SeesThatItIsBogusBeforeAllElseD5) {
  for (int rcode : {0, 2, 3}) {
    const DnsAnswer answer = Read(rcode, 1, Packet(), "signature expired");
    EXPECT_EQ(answer.state, DnsState::kBogus);
    EXPECT_THAT(answer.addresses, IsEmpty());
    EXPECT_EQ(answer.ttl, absl::ZeroDuration());
    EXPECT_EQ(answer.detail, "signature expired");
  }
  EXPECT_EQ(Read(0, 1, Packet()).detail, "validation failure");
  EXPECT_EQ(Read(0, 3, Packet()).state, DnsState::kBogus);
}

TEST(ReadUnboundResult, FailsWithTheResponseCodeOfEitherD7) {
  // The packet of a result with a response code is not read: libunbound leaves old
  // bytes in it.
  const DnsAnswer answer = Read(2, 0, Packet());
  EXPECT_EQ(answer.state, DnsState::kFailed);
  EXPECT_EQ(answer.failure, DnsFailure::kRcode);
  EXPECT_EQ(answer.detail, "SERVFAIL");
  EXPECT_EQ(Read(0, 0, Packet(5)).failure, DnsFailure::kRcode);
  EXPECT_EQ(Read(0, 0, Packet(5)).detail, "REFUSED");
}

TEST(ReadUnboundResult, FailsForWhatIsNoAnswerD14) {
  const DnsAnswer answer = Read(0, 2, "garbage");
  EXPECT_EQ(answer.state, DnsState::kFailed);
  EXPECT_EQ(answer.failure, DnsFailure::kMalformed);
  EXPECT_THAT(answer.detail, HasSubstr("malformed"));
  EXPECT_EQ(Read(0, 0, "").failure, DnsFailure::kMalformed);
}

}  // namespace
}  // namespace postern
