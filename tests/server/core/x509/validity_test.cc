#include "server/core/x509/validity.h"

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/x509/outline.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

std::string Utc(const std::string& text) {
  return '\x17' + std::string(1, static_cast<char>(text.size())) + text;
}

std::string Generalized(const std::string& text) {
  return '\x18' + std::string(1, static_cast<char>(text.size())) + text;
}

TEST(ReadValidity, ReadsThatOfACertificate) {
  CertificateSpec spec;
  spec.not_before = absl::FromUnixSeconds(1000000000);
  spec.not_after = absl::FromUnixSeconds(2600000000);  // 2052: a GeneralizedTime
  const std::string der = Build(spec).der;
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
  ASSERT_TRUE(outline.ok()) << outline.status();
  const std::optional<Validity> validity = ReadValidity(outline->validity);
  ASSERT_TRUE(validity.has_value());
  EXPECT_EQ(validity->not_before, spec.not_before);
  EXPECT_EQ(validity->not_after, spec.not_after);
}

TEST(ReadValidity, ReadsTwoTimesAndNothingElse) {
  const std::string begin = Utc("260101000000Z");
  const std::string end = Generalized("20270101000000Z");
  EXPECT_TRUE(ReadValidity(begin + end).has_value());
  EXPECT_FALSE(ReadValidity(begin).has_value());
  EXPECT_FALSE(ReadValidity(begin + end + end).has_value());
  EXPECT_FALSE(ReadValidity(begin + Utc("2701010000Z")).has_value());
  EXPECT_FALSE(ReadValidity(Generalized("20260101000000.5Z") + end).has_value());
  EXPECT_FALSE(ReadValidity("").has_value());
}

TEST(Validity, ContainsItsBeginAndNotItsEnd) {
  const Validity validity = {TestNow(), TestNow() + absl::Seconds(2)};
  EXPECT_FALSE(validity.Contains(TestNow() - absl::Nanoseconds(1)));
  EXPECT_TRUE(validity.Contains(TestNow()));
  EXPECT_TRUE(validity.Contains(TestNow() + absl::Seconds(1)));
  EXPECT_FALSE(validity.Contains(TestNow() + absl::Seconds(2)));
}

}  // namespace
}  // namespace postern
