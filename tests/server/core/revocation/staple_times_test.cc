// CheckStaple: the times of a response.
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/check_staple.h"
#include "server/core/revocation/staple.h"
#include "tests/server/core/revocation/staples.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using Reason = StapleVerdict::Reason;
using Status = StapleVerdict::Status;

std::string At(absl::Duration from_now) { return GeneralizedTimeText(TestNow() + from_now); }

TEST(StapleTimes, ThisUpdateIsNotToComeO4) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses[0].this_update = At(absl::Minutes(10));
  const StapleVerdict verdict = staples.Check(spec);
  EXPECT_EQ(verdict.reason, Reason::kNotYet);
  EXPECT_EQ(verdict.status, Status::kInvalid);
  EXPECT_EQ(verdict.detail, "thisUpdate is 2026-01-01T00:10:00Z, which is to come");
  EXPECT_EQ(verdict.this_update, TestNow() + absl::Minutes(10)) << "the signature was verified";
  spec.responses[0].this_update = At(absl::Seconds(30));
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood) << "within the skew of 60 s";
  spec.responses[0].this_update = At(absl::Seconds(60));
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.responses[0].this_update = At(absl::Seconds(61));
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kNotYet);
}

TEST(StapleTimes, ProducedAtIsNotToComeO4) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.produced_at = At(absl::Minutes(10));
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kNotYet);
  spec.produced_at = At(absl::Seconds(60));
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
}

TEST(StapleTimes, NextUpdateIsToComeO5) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses[0].this_update = At(-absl::Hours(5));
  spec.responses[0].next_update = At(-absl::Hours(1));
  const StapleVerdict verdict = staples.Check(spec);
  EXPECT_EQ(verdict.reason, Reason::kStale);
  EXPECT_EQ(verdict.status, Status::kInvalid);
  EXPECT_EQ(verdict.detail, "nextUpdate was 2025-12-31T23:00:00Z");
  spec.responses[0].next_update = At(-absl::Seconds(60));
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kStale);
  spec.responses[0].next_update = At(-absl::Seconds(59));
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood) << "within the skew";
  EXPECT_EQ(staples.Check(spec).use_until, TestNow() - absl::Seconds(59))
      << "which stretches nothing that is handed out";
}

TEST(StapleTimes, NextUpdateIsNotBeforeThisUpdate) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses[0].this_update = At(absl::Seconds(20));
  spec.responses[0].next_update = At(absl::Seconds(10));
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kTimesContradict);
}

TEST(StapleTimes, AMissingNextUpdateIsRefusedUnlessAllowedO6) {
  Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses[0].next_update.reset();
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kNoNextUpdate);
  EXPECT_EQ(staples.StatusOf(spec), Status::kInvalid);
  staples.options.allow_missing_next_update = true;
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  staples.options.max_age = absl::Hours(3);
  EXPECT_EQ(staples.Check(spec).use_until, TestNow() + absl::Hours(2));
  spec.responses[0].this_update = At(-absl::Hours(4));
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kTooOld);
}

// Section 2.3: no-nextupdate-old, thisupdate-too-old-long-validity.
TEST(StapleTimes, AStatementEndsTenDaysAfterThisUpdateWhateverItsNextUpdate) {
  Staples staples;
  CertificateSpec leaf = Staples::LeafWithSerial(300);
  leaf.not_after = TestNow() + absl::Hours(24 * 90);
  CertificateSpec root = CaSpec("root", EcKey(1));
  root.not_after = TestNow() + absl::Hours(24 * 900);
  staples.root = Build(root);
  staples.leaf = Build(leaf, &staples.root);
  OcspSpec spec = staples.Good();
  spec.responses[0].next_update = At(absl::Hours(24 * 300));
  EXPECT_EQ(staples.Check(spec).use_until, TestNow() + absl::Hours(24 * 10 - 1));
  spec.responses[0].this_update = At(-absl::Hours(24 * 10) + absl::Seconds(1));
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.responses[0].this_update = At(-absl::Hours(24 * 11));
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kTooOld);
  staples.options.max_age = absl::Hours(24 * 30);
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  staples.options.max_age = absl::Hours(1);
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kTooOld);
}

TEST(StapleTimes, ARevocationEndsWithItsNextUpdateAlone) {
  Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses[0].status = SingleSpec::Status::kRevoked;
  spec.responses[0].this_update = At(-absl::Hours(24 * 11));
  EXPECT_EQ(staples.StatusOf(spec), Status::kRevoked);
  staples.options.max_age = absl::Hours(1);
  EXPECT_EQ(staples.StatusOf(spec), Status::kRevoked);
  spec.responses[0].next_update = At(-absl::Hours(1));
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kStale);
  spec.responses[0].next_update.reset();
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kNoNextUpdate);
}

// Section 2.3: expired-fractional-seconds, expired-tz-offset, future-fractional,
// time-no-seconds.
TEST(StapleTimes, ATimeOfAnotherFormIsRefusedO4O5) {
  const Staples staples;
  for (const char* time : {"20200101000000.5Z", "20200101000000+0000", "20990101000000.5Z",
                           "202601010000Z", "260101000000Z", "20260230000000Z", ""}) {
    OcspSpec spec = staples.Good();
    spec.responses[0].this_update = time;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformedTime) << time;
    spec = staples.Good();
    spec.responses[0].next_update = time;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformedTime) << time;
    spec = staples.Good();
    spec.produced_at = time;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformedTime) << time;
    spec = staples.Good();
    spec.responses[0].status = SingleSpec::Status::kRevoked;
    spec.responses[0].revocation_time = time;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformedTime) << time;
  }
}

TEST(StapleTimes, UseUntilIsTheLeastOfTheEnds) {
  Staples staples;
  CertificateSpec delegate = DelegateSpec("responder", EcKey(2));
  delegate.not_after = TestNow() + absl::Hours(5);
  EXPECT_EQ(staples.Check(staples.DelegatedBy(delegate)).use_until, delegate.not_after);
  CertificateSpec leaf = Staples::LeafWithSerial(300);
  leaf.not_after = TestNow() + absl::Hours(3);
  staples.leaf = Build(leaf, &staples.root);
  EXPECT_EQ(staples.Check(staples.DelegatedBy(delegate)).use_until, leaf.not_after);
  EXPECT_EQ(staples.Check(staples.Good()).use_until, leaf.not_after);
  CertificateSpec root = CaSpec("root", EcKey(1));
  root.not_after = TestNow() + absl::Hours(2);
  staples.root = Build(root);
  staples.leaf = Build(leaf, &staples.root);
  EXPECT_EQ(staples.Check(staples.Good()).use_until, root.not_after) << "the issuer signed";
}

// RFC 6960, section 2.2: good says nothing of the certificate's validity.
TEST(StapleTimes, TheCertificatesValidityEndsUseAlone) {
  Staples staples;
  CertificateSpec leaf = Staples::LeafWithSerial(300);
  leaf.not_after = TestNow() - absl::Hours(3);
  staples.leaf = Build(leaf, &staples.root);
  const StapleVerdict verdict = staples.Check(staples.Good());
  EXPECT_EQ(verdict.status, Status::kGood);
  EXPECT_EQ(verdict.use_until, leaf.not_after);
}

}  // namespace
}  // namespace postern
