#include "server/core/revocation/crl_outline.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "server/core/x509/outline.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/crl_builder.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

const TestCertificate& Root() {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  return *root;
}

TEST(ReadCrlOutline, FindsEachField) {
  CrlSpec spec;
  spec.entries = {CrlEntry(5)};
  const std::string der = BuildCrl(spec, Root());
  const std::optional<CrlOutline> outline = ReadCrlOutline(der);
  ASSERT_TRUE(outline);
  EXPECT_TRUE(outline->is_v2);
  EXPECT_EQ(outline->issuer, ReadOutline(Root().der)->subject);
  EXPECT_EQ(outline->this_update, TestNow() - absl::Hours(1));
  EXPECT_EQ(outline->next_update, TestNow() + absl::Hours(24));
  EXPECT_EQ(outline->entries.substr(2, 3), "\x02\x01\x05");
  EXPECT_EQ(outline->signed_bytes.algorithm, DerOid("ecdsa-with-SHA256"));
  DerReader outer(der);
  DerElement list;
  ASSERT_TRUE(outer.Read(list));
  EXPECT_EQ(outline->signed_bytes.bytes.data(), list.contents.data());
  EXPECT_EQ(outline->signed_bytes.bytes.front(), '\x30');
}

TEST(ReadCrlOutline, ReadsOneWithoutEntriesExtensionsAndNextUpdate) {
  CrlSpec spec;
  spec.version = std::nullopt;
  spec.number.clear();
  spec.next_update = std::nullopt;
  const std::string der = BuildCrl(spec, Root());
  const std::optional<CrlOutline> outline = ReadCrlOutline(der);
  ASSERT_TRUE(outline);
  EXPECT_FALSE(outline->is_v2);
  EXPECT_FALSE(outline->next_update);
  EXPECT_TRUE(outline->entries.empty());
  EXPECT_TRUE(outline->extensions.empty());
}

TEST(ReadCrlOutline, DoesNotLookIntoEntriesAndExtensions) {
  CrlSpec spec;
  spec.after_entries = "x";
  spec.raw_extensions = {"x"};
  const std::string der = BuildCrl(spec, Root());
  EXPECT_TRUE(ReadCrlOutline(der));
}

TEST(ReadCrlOutline, NeedsTheFieldsInTheirOrderC3) {
  const std::string algorithm = Der(kDerSequence, DerOid("ecdsa-with-SHA256"));
  const std::string name = Der(kDerSequence, "");
  const std::string time = DerTime(TestNow());
  const std::string list = Der(kDerSequence, "");
  const std::string extensions = Der(DerContext(0, true), list);
  const std::string v2 = Der(kDerInteger, "\x01");
  const auto reads = [&algorithm](const std::string& tbs) {
    const std::string der = Der(kDerSequence, Der(kDerSequence, tbs) + algorithm +
                                                  Der(kDerBitString, std::string(1, '\0')));
    return ReadCrlOutline(der).has_value();
  };
  const std::string front = v2 + algorithm + name + time;
  EXPECT_TRUE(reads(front + time + list + extensions));
  EXPECT_TRUE(reads(front));
  EXPECT_FALSE(reads(front + list + time));
  EXPECT_FALSE(reads(front + extensions + list));
  EXPECT_FALSE(reads(front + time + time));
  EXPECT_FALSE(reads(front + list + list));
  EXPECT_FALSE(reads(front + extensions + extensions));
  EXPECT_FALSE(reads(front + Der(DerContext(0, true), ""))) << "no extensions within";
  EXPECT_FALSE(reads(v2 + front));
  EXPECT_FALSE(reads(v2 + algorithm + time));
  EXPECT_FALSE(reads(v2 + name + time));
  EXPECT_FALSE(reads(""));
}

}  // namespace
}  // namespace postern
