#include "server/core/revocation/revoked_serials.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/support/crl_builder.h"

namespace postern {
namespace {

constexpr absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

RevokedSerials SetOf(const std::vector<std::string>& serials) {
  RevokedSerialsBuilder builder;
  for (const std::string& serial : serials) builder.Add(serial, {At(0)});
  return std::move(builder).Build();
}

TEST(RevokedSerials, FindsEachInWhateverOrderTheyCameC11) {
  RevokedSerialsBuilder builder;
  std::vector<std::string> serials;
  for (size_t i = 0; i < 5000; ++i) serials.push_back(OrdinarySerial(i));
  for (size_t i = 0; i < serials.size(); ++i) {
    builder.Add(serials[i], {At(static_cast<int64_t>(i))});
  }
  const RevokedSerials set = std::move(builder).Build();
  EXPECT_EQ(set.size(), serials.size());
  for (size_t i = 0; i < serials.size(); ++i) {
    const std::optional<Revocation> found = set.Find(serials[i]);
    ASSERT_TRUE(found) << i;
    EXPECT_EQ(found->time, At(static_cast<int64_t>(i)));
  }
  for (size_t i = serials.size(); i < 2 * serials.size(); ++i) {
    EXPECT_FALSE(set.Find(OrdinarySerial(i))) << i;
  }
}

TEST(RevokedSerials, IsEmptyWithoutEntries) {
  const RevokedSerials set = SetOf({});
  EXPECT_EQ(set.size(), 0u);
  EXPECT_FALSE(set.Find("\x01"));
  EXPECT_FALSE(set.Find(""));
}

TEST(RevokedSerials, ComparesOctetsAndTheirNumberC11) {
  const std::string zero(1, '\0');
  const std::string twenty(20, '\x7f');
  const RevokedSerials set = SetOf({"\x01", zero + "\x81", "\xff", twenty, zero + twenty});
  for (const std::string& there :
       {std::string("\x01"), zero + "\x81", std::string("\xff"), twenty, zero + twenty}) {
    EXPECT_TRUE(set.Find(there));
  }
  for (const std::string& other : {zero + "\x01", std::string("\x81"), zero + "\xff",
                                   twenty.substr(1), twenty + "\x7f", "\x01" + zero, zero}) {
    EXPECT_FALSE(set.Find(other));
  }
}

TEST(RevokedSerials, TellsSerialsApartThatDifferInTheLastOctet) {
  const std::string front(19, '\x11');
  const RevokedSerials set = SetOf({front + "\x01", front + "\x03", front + "\xfe"});
  for (int last = 0; last < 256; ++last) {
    const bool there = last == 0x01 || last == 0x03 || last == 0xfe;
    EXPECT_EQ(set.Find(front + static_cast<char>(last)).has_value(), there) << last;
  }
}

TEST(RevokedSerials, KeepsTheEarlierOfTwoRevocationsC11) {
  RevokedSerialsBuilder builder;
  builder.Add("\x05", {At(20), RevocationReason::kSuperseded});
  builder.Add("\x05", {At(10), RevocationReason::kCertificateHold});
  builder.Add("\x05", {At(30), RevocationReason::kKeyCompromise});
  const RevokedSerials set = std::move(builder).Build();
  EXPECT_EQ(set.size(), 1u);
  EXPECT_EQ(set.Find("\x05")->time, At(10));
  EXPECT_EQ(set.Find("\x05")->reason, RevocationReason::kCertificateHold);
}

TEST(RevokedSerials, HoldsEveryTimeAndReason) {
  for (const int64_t seconds : {int64_t{-62167219200}, int64_t{-1}, int64_t{0}, int64_t{1767225600},
                                int64_t{253402300799}}) {  // years 0 to 9999
    for (const uint8_t reason : {0, 1, 6, 8, 10}) {
      RevokedSerialsBuilder builder;
      builder.Add("\x05", {At(seconds), RevocationReasonOf(reason)});
      const RevokedSerials set = std::move(builder).Build();
      EXPECT_EQ(set.Find("\x05")->time, At(seconds));
      EXPECT_EQ(static_cast<uint8_t>(set.Find("\x05")->reason), reason);
    }
  }
}

TEST(RevokedSerials, TakesLessThanFortyBytesAnEntryC22) {
  RevokedSerialsBuilder builder;
  std::vector<std::string> serials;
  constexpr size_t kEntries = 10000;
  for (size_t i = 0; i < kEntries; ++i) {
    // As long as serial numbers get: 20 octets and one for the sign.
    serials.push_back(std::string(1, '\0') + "\xf0xyz" + OrdinarySerial(i));
    ASSERT_EQ(serials.back().size(), 21u);
  }
  for (const std::string& serial : serials) builder.Add(serial, {At(0)});
  EXPECT_LT(std::move(builder).Build().bytes(), 40 * kEntries);
}

TEST(RevocationReasonOf, TakesWhatIsNotAssignedForUnspecified) {
  EXPECT_EQ(RevocationReasonOf(7), RevocationReason::kUnspecified);
  EXPECT_EQ(RevocationReasonOf(11), RevocationReason::kUnspecified);
  EXPECT_EQ(RevocationReasonOf(255), RevocationReason::kUnspecified);
  EXPECT_EQ(RevocationReasonOf(10), RevocationReason::kAaCompromise);
}

}  // namespace
}  // namespace postern
