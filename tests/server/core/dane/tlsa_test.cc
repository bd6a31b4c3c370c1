#include "server/core/dane/tlsa.h"

#include <openssl/err.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"

namespace postern {
namespace {

TlsaRecord Record(int usage, int selector, int matching_type, std::string data) {
  TlsaRecord record;
  record.usage = static_cast<uint8_t>(usage);
  record.selector = static_cast<uint8_t>(selector);
  record.matching_type = static_cast<uint8_t>(matching_type);
  record.data = std::move(data);
  return record;
}

UnusableReason JudgeOne(const TlsaRecord& record) {
  return JudgeTlsaRecords({record}, DefaultDigestOrder())[0].unusable;
}

TEST(JudgeTlsaRecords, FindsEveryDaneCombinationUsableT9) {
  const std::string data[2][3] = {
      {SelfSignedCertificateDer(), std::string(32, 'x'), std::string(64, 'x')},
      {PublicKeyDer(), std::string(32, 'x'), std::string(64, 'x')}};
  for (int usage : {2, 3}) {
    for (int selector : {0, 1}) {
      for (int matching_type : {0, 1, 2}) {
        EXPECT_EQ(JudgeOne(Record(usage, selector, matching_type, data[selector][matching_type])),
                  UnusableReason::kNone)
            << usage << selector << matching_type;
      }
    }
  }
}

TEST(JudgeTlsaRecords, NeedsADigestOfExactlyItsLengthT6) {
  for (size_t length : {0u, 1u, 31u, 33u, 64u}) {
    EXPECT_EQ(JudgeOne(Record(3, 1, 1, std::string(length, 'x'))),
              UnusableReason::kWrongDigestLength)
        << length;
  }
  EXPECT_EQ(JudgeOne(Record(3, 1, 2, std::string(63, 'x'))), UnusableReason::kWrongDigestLength);
}

TEST(JudgeTlsaRecords, NeedsTheWholeDataOfFullToBeTheObjectT6) {
  EXPECT_EQ(JudgeOne(Record(3, 0, 0, SelfSignedCertificateDer() + "x")),
            UnusableReason::kMalformedCertificate);
  EXPECT_EQ(JudgeOne(Record(3, 0, 0, PublicKeyDer())), UnusableReason::kMalformedCertificate);
  EXPECT_EQ(JudgeOne(Record(3, 0, 0, "")), UnusableReason::kMalformedCertificate);
  EXPECT_EQ(JudgeOne(Record(2, 1, 0, PublicKeyDer() + "x")), UnusableReason::kMalformedPublicKey);
  EXPECT_EQ(JudgeOne(Record(2, 1, 0, SelfSignedCertificateDer())),
            UnusableReason::kMalformedPublicKey);
}

TEST(JudgeTlsaRecords, KeepsOrderAndNumberOfTheRecords) {
  const std::vector<TlsaRecord> records = {Record(9, 0, 1, "a"), Record(3, 1, 1, "b"),
                                           Record(9, 0, 1, "a")};
  const std::vector<JudgedTlsa> judged = JudgeTlsaRecords(records, DefaultDigestOrder());
  ASSERT_EQ(judged.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(judged[i].record, records[i]);
  EXPECT_TRUE(JudgeTlsaRecords({}, DefaultDigestOrder()).empty());
}

TEST(JudgeTlsaRecords, PrefersTheDigestThatTheOrderNamesFirstA18) {
  const std::vector<TlsaRecord> records = {Record(3, 1, 2, std::string(64, 'x')),
                                           Record(3, 1, 1, std::string(32, 'x'))};
  std::vector<JudgedTlsa> judged = JudgeTlsaRecords(records, *ParseDigestOrder("sha256,sha512"));
  EXPECT_TRUE(judged[0].superseded);
  EXPECT_FALSE(judged[1].superseded);
  judged = JudgeTlsaRecords(records, *ParseDigestOrder("sha512,sha256"));
  EXPECT_FALSE(judged[0].superseded);
  EXPECT_TRUE(judged[1].superseded);
}

TEST(JudgeTlsaRecords, DropsNothingForAMalformedStrongerDigestA14) {
  const std::vector<JudgedTlsa> judged = JudgeTlsaRecords(
      {Record(3, 1, 2, std::string(63, 'x')), Record(3, 1, 1, std::string(32, 'x'))},
      DefaultDigestOrder());
  EXPECT_FALSE(judged[0].Usable());
  EXPECT_TRUE(judged[1].Usable());
  EXPECT_FALSE(judged[1].superseded);
}

TEST(UsageBits, CountsUsableRecordsOnly) {
  EXPECT_EQ(UsageBits(JudgeTlsaRecords({Record(3, 1, 1, std::string(32, 'x')),
                                        Record(2, 0, 1, "short"), Record(1, 0, 1, "x")},
                                       DefaultDigestOrder())),
            8u);
}

TEST(AllowsRawPublicKey, NeedsSpkiOfDaneEeInEveryRecordThatCountsA4) {
  const TlsaRecord key = Record(3, 1, 1, std::string(32, 'x'));
  const auto allows = [](const std::vector<TlsaRecord>& records) {
    return AllowsRawPublicKey(JudgeTlsaRecords(records, DefaultDigestOrder()));
  };
  EXPECT_TRUE(allows({key}));
  EXPECT_TRUE(allows({key, Record(3, 1, 2, std::string(64, 'x'))}));
  EXPECT_FALSE(allows({Record(3, 0, 1, std::string(32, 'x'))}));
  EXPECT_FALSE(allows({key, Record(3, 0, 1, std::string(32, 'x'))}));
  EXPECT_FALSE(allows({key, Record(2, 1, 1, std::string(32, 'x'))}));
  EXPECT_TRUE(allows({key, Record(2, 0, 1, "short"), Record(1, 0, 1, std::string(32, 'x'))}))
      << "what is unusable does not count";
  EXPECT_FALSE(allows({Record(3, 1, 1, "short")}));
  EXPECT_FALSE(allows({}));
}

TEST(ParseDigestOrder, TakesNamesInEitherCase) {
  const auto digests = ParseDigestOrder("SHA512, Sha256");
  ASSERT_TRUE(digests.ok()) << digests.status();
  ASSERT_EQ(digests->size(), 2u);
  EXPECT_EQ((*digests)[0].name, "sha512");
  EXPECT_EQ((*digests)[1].matching_type, kMatchSha256);
}

TEST(ParseDigestOrder, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "is no digest"},        {"sha512,", "is no digest"},
      {"sha9000", "is no digest"}, {"sha3-256", "no registered matching type"},
      {"sha3-256=0", "1 to 255"},  {"sha3-256=256", "1 to 255"},
      {"sha3-256=x", "1 to 255"},  {"sha256=2", "can have"},
      {"SHA256=2", "can have"},    {"SHA256,sha256", "twice"},
      {"sha256,sha256", "twice"},  {"sha256,sha3-256=1", "twice"},
  };
  for (const auto& [text, error] : cases) {
    const auto digests = ParseDigestOrder(text);
    ASSERT_FALSE(digests.ok()) << text;
    EXPECT_TRUE(absl::StrContains(digests.status().message(), error)) << digests.status();
  }
}

TEST(ParseDigestOrder, RefusesDigestsThatOpensslOnlyKnowsByNameA18) {
  EXPECT_FALSE(ParseDigestOrder("whirlpool=9").ok());
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(ParseDigestOrder, MapsFurtherDigestsA18) {
  const auto digests = ParseDigestOrder("sha3-256=3, sha256");
  ASSERT_TRUE(digests.ok()) << digests.status();
  ASSERT_EQ(digests->size(), 2u);
  EXPECT_EQ((*digests)[0].matching_type, 3);
  EXPECT_EQ((*digests)[0].length, 32u);
  EXPECT_EQ((*digests)[1].matching_type, 1);
}

}  // namespace
}  // namespace postern
