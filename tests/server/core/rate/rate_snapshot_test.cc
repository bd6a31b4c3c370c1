#include "server/core/rate/rate_snapshot.h"

#include <openssl/sha.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/core/net/client_address.h"
#include "server/core/rate/rate_rule.h"

namespace postern {
namespace {

using ::testing::HasSubstr;

RateSnapshot Good() {
  RateSnapshot snapshot;
  snapshot.time = absl::FromUnixSeconds(1'800'000'000);
  snapshot.rules = {{"connections", RateAlgorithm::kSmoothed, absl::Minutes(1)},
                    {"bytes", RateAlgorithm::kGcra, absl::Hours(1)}};
  snapshot.keys = {{0, ParseClientPrefix("192.0.2.1").value(), 5, 1'500'000'000, 0.1},
                   {1, ParseClientPrefix("2001:db8:1:2::/64").value(), 1e15, 0, 1e30}};
  return snapshot;
}

std::string ErrorOf(absl::string_view bytes) {
  const absl::Status status = ReadRateSnapshot(bytes).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

// With a checksum that is right, so that what is inside has to be looked at.
std::string Signed(std::string bytes) {
  bytes.resize(bytes.size() - 32);
  std::string digest(32, '\0');
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
         reinterpret_cast<uint8_t*>(&digest[0]));
  return bytes + digest;
}

std::string ErrorOf(const std::function<void(RateSnapshot&)>& change) {
  RateSnapshot snapshot = Good();
  change(snapshot);
  return ErrorOf(WriteRateSnapshot(snapshot));
}

TEST(RateSnapshot, IsReadAsItWasWritten) {
  const std::string bytes = WriteRateSnapshot(Good());
  EXPECT_LE(bytes.size(), MaxRateSnapshotBytes(2));
  const RateSnapshot read = ReadRateSnapshot(bytes).value();
  EXPECT_EQ(read.time, Good().time);
  ASSERT_EQ(read.rules.size(), 2u);
  EXPECT_EQ(read.rules[1].name, "bytes");
  EXPECT_EQ(read.rules[1].algorithm, RateAlgorithm::kGcra);
  EXPECT_EQ(read.rules[1].period, absl::Hours(1));
  ASSERT_EQ(read.keys.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.keys[i].rule, Good().keys[i].rule);
    EXPECT_TRUE(read.keys[i].prefix.address == Good().keys[i].prefix.address);
    EXPECT_EQ(read.keys[i].prefix.length, Good().keys[i].prefix.length);
    EXPECT_EQ(read.keys[i].limit, Good().keys[i].limit);
    EXPECT_EQ(read.keys[i].age, Good().keys[i].age);
    EXPECT_EQ(read.keys[i].rate, Good().keys[i].rate);
  }
  EXPECT_EQ(WriteRateSnapshot(read), bytes);
}

TEST(RateSnapshot, IsRefusedWholeWithAnyBitWrongOrAnyLengthCutOff) {
  const std::string good = WriteRateSnapshot(Good());
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    EXPECT_FALSE(ReadRateSnapshot(bytes).ok()) << i;
    EXPECT_FALSE(ReadRateSnapshot(good.substr(0, i)).ok()) << i;
  }
  EXPECT_FALSE(ReadRateSnapshot(good + "x").ok());
}

TEST(RateSnapshot, SaysWhatIsWrongAndWhatToDo) {
  const std::string good = WriteRateSnapshot(Good());
  EXPECT_EQ(ErrorOf("x"),
            "is no good snapshot of rates: it is cut short; remove it to start with no rates, or "
            "put an older copy there");
  EXPECT_THAT(ErrorOf(std::string(200, 'x')), HasSubstr("another kind of file"));
  std::string bytes = good;
  bytes[8] = 2;
  EXPECT_THAT(ErrorOf(bytes), HasSubstr("version is 2 where this program reads 1"));
  bytes = good;
  bytes.back() = static_cast<char>(bytes.back() + 1);
  EXPECT_THAT(ErrorOf(bytes), HasSubstr("checksum"));
  bytes = good;
  bytes[24] = 3;  // keys
  EXPECT_THAT(ErrorOf(Signed(bytes)), HasSubstr("it says 3 keys, and has 84 bytes of them"));
  bytes = good;
  bytes[31] = 127;
  EXPECT_THAT(ErrorOf(Signed(bytes)), HasSubstr("keys, and has 84 bytes"));
  bytes = good;
  bytes[21] = 1;  // rules: 258
  EXPECT_THAT(ErrorOf(Signed(bytes)), HasSubstr("258 rules"));
}

TEST(RateSnapshot, IsRefusedForOneUnsoundValueByItsName) {
  const double nan = std::nan("");
  EXPECT_THAT(ErrorOf([&](RateSnapshot& s) { s.keys[1].rate = nan; }),
              HasSubstr("key 2 has a bad rate"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.keys[0].rate = -1; }), HasSubstr("bad rate"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.keys[0].rate = 1e31; }), HasSubstr("bad rate"));
  EXPECT_THAT(ErrorOf([&](RateSnapshot& s) { s.keys[0].limit = nan; }), HasSubstr("bad limit"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.keys[0].limit = -1; }), HasSubstr("bad limit"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.keys[0].age = -1; }), HasSubstr("bad age"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.keys[0].rule = 2; }), HasSubstr("bad rule"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.keys[0].prefix.length = 33; }),
              HasSubstr("bad length"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.keys[0].prefix.length = 24; }),
              HasSubstr("bad address"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.keys[0].prefix.address.octets[9] = 1; }),
              HasSubstr("bad address"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.rules[1].name = "connections"; }),
              HasSubstr("rule 2 is there twice"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.rules[0].name = "a b"; }), HasSubstr("rule 1: name"));
  EXPECT_THAT(ErrorOf([](RateSnapshot& s) { s.rules[0].period = absl::ZeroDuration(); }),
              HasSubstr("period"));
  EXPECT_THAT(
      ErrorOf([](RateSnapshot& s) { s.rules[0].algorithm = static_cast<RateAlgorithm>(2); }),
      HasSubstr("algorithm 2"));
}

}  // namespace
}  // namespace postern
