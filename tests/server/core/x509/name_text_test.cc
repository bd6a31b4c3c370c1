#include "server/core/x509/name_text.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/core/x509/outline.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

std::string SubjectText(const std::string& common_name) {
  CertificateSpec spec;
  spec.common_names = {common_name};
  const std::string der = Build(spec).der;
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
  EXPECT_TRUE(outline.ok()) << outline.status();
  return NameText(outline->subject_name);
}

TEST(NameText, WritesANameForPeople) { EXPECT_EQ(SubjectText("a responder"), "CN=a responder"); }

TEST(NameText, WritesNothingThatATerminalObeys) {
  for (const char c : SubjectText("a\x1b[2J\nb")) EXPECT_TRUE(c >= ' ' && c <= '~');
  EXPECT_LE(SubjectText(std::string(1000, 'x')).size(), 256u);
}

TEST(NameText, OfWhatIsNoNameIsEmpty) {
  EXPECT_EQ(NameText(absl::string_view("x")), "");
  EXPECT_EQ(NameText(absl::string_view("\x30\x00x", 3)), "");
  EXPECT_EQ(NameText(absl::string_view()), "");
}

TEST(PrintableText, WritesOtherBytesAsNumbers) {
  EXPECT_EQ(PrintableText("a b"), "a b");
  EXPECT_EQ(PrintableText(absl::string_view("a\0\xff", 3)), "a\\x00\\xff");
  EXPECT_LE(PrintableText(std::string(1000, '\n')).size(), 256u);
}

}  // namespace
}  // namespace postern
