#include "server/io/revocation/crl_record.h"

#include <string>

#include "gtest/gtest.h"

namespace postern {
namespace {

CrlRecord Record() {
  return {"http://crl.test/a.crl",         "issuer", "\"etag\"",
          "Tue, 24 Nov 2026 15:00:00 GMT", "crl",    absl::FromUnixSeconds(1'800'000'000)};
}

TEST(CrlRecord, ReadsWhatItWrote) {
  const CrlRecord record = ReadCrlRecord(WriteCrlRecord(Record())).value();
  EXPECT_EQ(record.url, Record().url);
  EXPECT_EQ(record.issuer, "issuer");
  EXPECT_EQ(record.etag, "\"etag\"");
  EXPECT_EQ(record.last_modified, Record().last_modified);
  EXPECT_EQ(record.crl, "crl");
  EXPECT_EQ(record.fetched, Record().fetched);
}

TEST(CrlRecord, RefusesWhatIsCutOrChangedAnywhere) {
  const std::string whole = WriteCrlRecord(Record());
  for (size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(ReadCrlRecord(whole.substr(0, i)).ok()) << i;
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    EXPECT_FALSE(ReadCrlRecord(changed).ok()) << i;
  }
  EXPECT_FALSE(ReadCrlRecord(whole + "x").ok());
}

TEST(CrlRecord, RefusesTextThatMayNotBeSentOrIsTooLong) {
  CrlRecord record = Record();
  record.etag = "a\r\nHost: b";
  EXPECT_FALSE(ReadCrlRecord(WriteCrlRecord(record)).ok());
  record.etag = std::string(kMaxValidatorBytes + 1, 'a');
  EXPECT_FALSE(ReadCrlRecord(WriteCrlRecord(record)).ok());
  record.etag = std::string(kMaxValidatorBytes, 'a');
  EXPECT_TRUE(ReadCrlRecord(WriteCrlRecord(record)).ok());
}

}  // namespace
}  // namespace postern
