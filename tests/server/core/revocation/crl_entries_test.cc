#include "server/core/revocation/crl_entries.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

const std::string& Date() {
  static const auto* const date = new std::string(DerTime(TestNow()));
  return *date;
}

std::string Entry(const std::string& serial, const std::string& rest = Date()) {
  return Der(kDerSequence, Der(kDerInteger, serial) + rest);
}

std::string WithExtensions(const std::string& extensions) {
  return Entry("\x05", Date() + Der(kDerSequence, extensions));
}

std::string Reason(const std::string& code) {
  return DerExtension("2.5.29.21", false, Der(kDerEnumerated, code));
}

struct Reading {
  CrlReason reason;
  RevokedSerials serials;
};

Reading Read(const std::string& contents, bool is_v2 = true) {
  Reading reading;
  reading.reason = ReadCrlEntries(contents, is_v2, reading.serials);
  return reading;
}

TEST(ReadCrlEntries, ReadsSerialTimeAndReason) {
  const Reading reading = Read(Entry("\x07") + Entry("\x03") + WithExtensions(Reason("\x01")));
  ASSERT_EQ(reading.reason, CrlReason::kNone);
  EXPECT_EQ(reading.serials.size(), 3u);
  EXPECT_EQ(reading.serials.Find("\x07")->time, TestNow());
  EXPECT_EQ(reading.serials.Find("\x07")->reason, RevocationReason::kUnspecified);
  EXPECT_EQ(reading.serials.Find("\x05")->reason, RevocationReason::kKeyCompromise);
}

TEST(ReadCrlEntries, ReadsNone) {
  const Reading reading = Read("");
  EXPECT_EQ(reading.reason, CrlReason::kNone);
  EXPECT_EQ(reading.serials.size(), 0u);
}

TEST(ReadCrlEntries, TakesRemovedAndUnassignedForRevokedAsWellC19) {
  for (const char code : {'\x06', '\x07', '\x08', '\x0b', '\x7f'}) {
    const Reading reading = Read(WithExtensions(Reason(std::string(1, code))));
    EXPECT_EQ(reading.reason, CrlReason::kNone);
    EXPECT_TRUE(reading.serials.Find("\x05"));
  }
  EXPECT_EQ(Read(WithExtensions(Reason("\x08"))).serials.Find("\x05")->reason,
            RevocationReason::kRemoveFromCrl);
}

TEST(ReadCrlEntries, RefusesTheWholeForOneEntryThatCannotBeReadC3) {
  const std::string zero(1, '\0');
  const struct {
    const char* what;
    std::string entry;
  } kCases[] = {
      {"no sequence", Der(kDerInteger, "\x05")},
      {"nothing in it", Der(kDerSequence, "")},
      {"no date", Der(kDerSequence, Der(kDerInteger, "\x05"))},
      {"no serial", Der(kDerSequence, Date())},
      {"an empty serial", Entry("")},
      {"a zero more", Entry(zero + "\x05")},
      {"a sign more", Entry("\xff\x85")},
      {"a serial past the bound", Entry(std::string(kMaxSerialOctets + 1, '\x05'))},
      {"a serial that is none", Der(kDerSequence, Der(kDerOctetString, "\x05") + Date())},
      {"a fraction", Entry("\x05", Der(kDerGeneralizedTime, "20250101000000.5Z"))},
      {"an offset", Entry("\x05", Der(kDerUtcTime, "250101000000+0100"))},
      {"no seconds", Entry("\x05", Der(kDerUtcTime, "2501010000Z"))},
      {"no such day", Entry("\x05", Der(kDerUtcTime, "250230000000Z"))},
      {"something after", Entry("\x05", Date() + Der(kDerNull, ""))},
      {"something after the extensions",
       Entry("\x05", Date() + Der(kDerSequence, Reason("\x01")) + Der(kDerNull, ""))},
      {"no extension in the list", WithExtensions("")},
      {"FALSE, which is the default",
       WithExtensions(Der(kDerSequence, DerOid("2.5.29.21") + Der(kDerBoolean, zero) +
                                            Der(kDerOctetString, Der(kDerEnumerated, "\x01"))))},
      {"TRUE that is not all ones",
       WithExtensions(Der(kDerSequence, DerOid("2.5.29.21") + Der(kDerBoolean, "\x01") +
                                            Der(kDerOctetString, Der(kDerEnumerated, "\x01"))))},
      {"two reasons", WithExtensions(Reason("\x01") + Reason("\x01"))},
      {"an empty reason", WithExtensions(Reason(""))},
      {"a reason of two octets", WithExtensions(Reason(zero + "\x01"))},
      {"a reason that is an INTEGER",
       WithExtensions(DerExtension("2.5.29.21", false, Der(kDerInteger, "\x01")))},
      {"something after the reason",
       WithExtensions(DerExtension("2.5.29.21", false, Der(kDerEnumerated, "\x01") + "x"))},
      {"a length in too many octets", std::string("\x30\x81\x12", 3) + Entry("\x05").substr(2)},
      {"an indefinite length", "\x30\x80" + Entry("\x05").substr(2) + zero + zero},
      {"cut", Entry("\x05").substr(0, 10)},
      {"a stray octet", zero},
  };
  for (const auto& test : kCases) {
    const Reading reading = Read(Entry("\x01") + test.entry);
    EXPECT_EQ(reading.reason, CrlReason::kMalformed) << test.what;
    EXPECT_EQ(reading.serials.size(), 0u) << test.what;
  }
}

TEST(ReadCrlEntries, TakesNoMoreExtensionsThanItsBoundC22) {
  std::string extensions;
  for (size_t i = 0; i < kMaxEntryExtensions; ++i) {
    extensions += DerExtension("1.3.6.1.4.1.55555." + std::to_string(i), false, "x");
  }
  EXPECT_EQ(Read(WithExtensions(extensions)).reason, CrlReason::kNone);
  EXPECT_EQ(Read(WithExtensions(extensions + Reason("\x01"))).reason, CrlReason::kMalformed);
}

TEST(ReadCrlEntries, KnowsWhichExtensionsMayBeCriticalC18) {
  EXPECT_EQ(Read(WithExtensions(DerExtension("2.5.29.24", true, "x"))).reason, CrlReason::kNone);
  EXPECT_EQ(Read(WithExtensions(DerExtension("1.3.6.1.4.1.55555.1", false, "x"))).reason,
            CrlReason::kNone);
  EXPECT_EQ(Read(WithExtensions(DerExtension("1.3.6.1.4.1.55555.1", true, "x"))).reason,
            CrlReason::kCriticalExtension);
}

TEST(ReadCrlEntries, RefusesEntriesOfAnotherIssuerC16) {
  for (const bool critical : {false, true}) {
    EXPECT_EQ(Read(WithExtensions(DerExtension("2.5.29.29", critical, "x"))).reason,
              CrlReason::kIndirect);
  }
}

TEST(ReadCrlEntries, TakesExtensionsOfVersion2OnlyC4) {
  EXPECT_EQ(Read(Entry("\x05"), false).reason, CrlReason::kNone);
  EXPECT_EQ(Read(WithExtensions(Reason("\x01")), false).reason, CrlReason::kMalformed);
}

TEST(ReadCrlEntries, MakesNoRoomForEntriesThatAreTooShortToBeAnyC22) {
  std::string nulls;
  for (int i = 0; i < 10000; ++i) nulls += Der(kDerNull, "");
  EXPECT_EQ(Read(nulls).reason, CrlReason::kMalformed);
}

}  // namespace
}  // namespace postern
