#include "server/core/x509/distribution_point_name.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

bool Reads(const std::string& contents) {
  absl::string_view names;
  return ReadPointName(contents, names);
}

TEST(ReadPointName, ReadsAFullName) {
  const std::string names = Der(kGeneralNameUri, "http://a.test/") + Der(kGeneralNameUri, "x");
  const std::string contents = Der(DerContext(0, true), names);
  absl::string_view read;
  ASSERT_TRUE(ReadPointName(contents, read));
  EXPECT_EQ(read, names);
}

TEST(ReadPointName, ReadsARelativeNameToNone) {
  const std::string contents = Der(DerContext(1, true), Der(kDerSequence, ""));
  absl::string_view read = "before";
  ASSERT_TRUE(ReadPointName(contents, read));
  EXPECT_TRUE(read.empty());
}

TEST(ReadPointName, RefusesAnythingElse) {
  const std::string name = Der(kGeneralNameUri, "x");
  EXPECT_FALSE(Reads(""));
  EXPECT_FALSE(Reads("x"));
  EXPECT_FALSE(Reads(Der(DerContext(0, true), "")));
  EXPECT_FALSE(Reads(Der(DerContext(1, true), "")));
  EXPECT_FALSE(Reads(Der(DerContext(2, true), name)));
  EXPECT_FALSE(Reads(Der(DerContext(0, false), name)));
  EXPECT_FALSE(Reads(Der(DerContext(0, true), name + "x")));
  EXPECT_FALSE(Reads(Der(DerContext(0, true), name) + "x"));
  EXPECT_FALSE(Reads(Der(DerContext(0, true), name) + Der(DerContext(0, true), name)));
}

}  // namespace
}  // namespace postern
