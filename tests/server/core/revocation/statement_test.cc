#include "server/core/revocation/statement.h"

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/core/revocation/staple.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

using Reason = StapleVerdict::Reason;

constexpr absl::Duration kMaxAge = absl::Hours(240);

SingleResponse Single(CertStatus status, absl::Duration this_update, absl::Duration next_update) {
  SingleResponse single;
  single.status = status;
  single.this_update = TestNow() + this_update;
  single.next_update = TestNow() + next_update;
  return single;
}

// Fresh for so many hours.
SingleResponse Fresh(CertStatus status, int hours) {
  return Single(status, -absl::Hours(1), absl::Hours(hours));
}

SingleResponse Stale(CertStatus status) { return Single(status, -absl::Hours(2), -absl::Hours(1)); }

// The chosen one's place, and its fault.
std::pair<size_t, Reason> Choose(const std::vector<SingleResponse>& singles) {
  std::vector<const SingleResponse*> pointers;
  for (const SingleResponse& single : singles) pointers.push_back(&single);
  const Statement chosen = ChooseStatement(pointers, TestNow(), kMaxAge, StapleOptions());
  return {static_cast<size_t>(chosen.single - singles.data()), chosen.fault};
}

std::pair<size_t, Reason> At(size_t place, Reason fault = Reason::kNone) { return {place, fault}; }

TEST(ChooseStatement, PrefersRevokedToGoodToUnknown) {
  const SingleResponse good = Fresh(CertStatus::kGood, 5);
  const SingleResponse revoked = Fresh(CertStatus::kRevoked, 9);
  const SingleResponse unknown = Fresh(CertStatus::kUnknown, 1);
  EXPECT_EQ(Choose({good}), At(0));
  EXPECT_EQ(Choose({good, revoked, unknown}), At(1));
  EXPECT_EQ(Choose({revoked, unknown, good}), At(0));
  EXPECT_EQ(Choose({unknown, good}), At(1));
}

TEST(ChooseStatement, OfEqualOnesTakesThatWhichEndsFirst) {
  EXPECT_EQ(Choose({Fresh(CertStatus::kGood, 5), Fresh(CertStatus::kGood, 3),
                    Fresh(CertStatus::kGood, 4)}),
            At(1));
}

TEST(ChooseStatement, TakesOneWhoseTimeItIsNotOnlyForWantOfAnother) {
  EXPECT_EQ(Choose({Stale(CertStatus::kRevoked), Fresh(CertStatus::kUnknown, 1)}), At(1));
  EXPECT_EQ(Choose({Fresh(CertStatus::kUnknown, 1), Stale(CertStatus::kRevoked)}), At(0));
  EXPECT_EQ(Choose({Stale(CertStatus::kGood), Stale(CertStatus::kRevoked)}), At(0, Reason::kStale));
}

TEST(ChooseStatement, EndsByAgeUnlessItIsRevoked) {
  const SingleResponse good = Single(CertStatus::kGood, -absl::Hours(1), absl::Hours(1000));
  const SingleResponse revoked = Single(CertStatus::kRevoked, -absl::Hours(1), absl::Hours(1000));
  const SingleResponse* const pointers[] = {&good, &revoked};
  const StapleOptions options;
  EXPECT_EQ(ChooseStatement(absl::MakeSpan(pointers, 1), TestNow(), kMaxAge, options).end,
            TestNow() + absl::Hours(239));
  EXPECT_EQ(ChooseStatement(absl::MakeSpan(pointers + 1, 1), TestNow(), kMaxAge, options).end,
            TestNow() + absl::Hours(1000));
}

TEST(DescribeFault, NamesTheFieldAndItsTime) {
  const SingleResponse single = Stale(CertStatus::kGood);
  Statement statement;
  statement.single = &single;
  statement.fault = Reason::kStale;
  EXPECT_EQ(DescribeFault(statement), "nextUpdate was 2025-12-31T23:00:00Z");
  statement.fault = Reason::kTooOld;
  EXPECT_EQ(DescribeFault(statement), "thisUpdate was 2025-12-31T22:00:00Z, which is too long ago");
}

}  // namespace
}  // namespace postern
