// Staplers that share a store, one after the other or at a time.
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/revocation/stapler.h"
#include "tests/server/io/revocation/stapler_lab.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"
#include "tests/support/pem.h"

namespace postern {
namespace {

using Kind = StaplerEvent::Kind;
using Status = KeptStaple::Status;

TEST(StaplerReplicas, TakesFromTheStoreAfterARestartWithoutAskingO17) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  lab.stapler.reset();
  lab.clock.Advance(absl::Hours(5));
  lab.Start();
  EXPECT_EQ(lab.Status(), Status::kGood);
  EXPECT_EQ(lab.Asked(), 1U);
  EXPECT_EQ(lab.Count(Kind::kLoaded), 1U);
}

TEST(StaplerReplicas, AsksAtOnceAfterARestartWhereHalfOfTheLifeHasGone) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  lab.stapler.reset();
  lab.clock.Advance(absl::Hours(18));
  lab.Serve(lab.Good());
  lab.Start();
  EXPECT_EQ(lab.Asked(), 2U);
}

TEST(StaplerReplicas, JudgesAgainWhatTheStoreHas) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  const std::string digest = lab.Kept()->certificate_sha256;
  OcspSpec forged = lab.Good();
  forged.has_wrong_signature = true;
  const std::string cases[] = {"", "garbage", BuildOcsp(forged),
                               BuildOcsp(lab.Good(absl::Hours(48)))};
  lab.ServeNothing();
  for (const std::string& stored : cases) {
    lab.store.saved[digest] = stored;
    lab.Start();
    EXPECT_EQ(lab.Status(), Status::kPending) << stored;
    EXPECT_TRUE(lab.Kept()->der.empty());
  }
}

TEST(StaplerReplicas, OneFetchesAndTheOtherHasIt) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.fetcher.Hold();
  lab.Start();
  const std::unique_ptr<Stapler> other = lab.Make();
  lab.Work(*other);
  EXPECT_EQ(lab.Asked(), 1U) << "the claim is the first one's";
  EXPECT_EQ(other->FindByName("mx1")->status, Status::kPending);
  lab.fetcher.Release();
  lab.Work(*lab.stapler);
  EXPECT_TRUE(lab.store.claimed->empty());
  lab.clock.Advance(absl::Seconds(10));
  lab.Work(*other);
  EXPECT_EQ(other->FindByName("mx1")->status, Status::kGood);
  EXPECT_EQ(other->FindByName("mx1")->der, lab.Kept()->der);
  EXPECT_EQ(lab.Asked(), 1U);
}

TEST(StaplerReplicas, AsksWhenTheOtherHasGivenUp) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.store.is_claimed_elsewhere = true;
  lab.Start();
  lab.Pass(absl::Minutes(2));
  EXPECT_EQ(lab.Asked(), 0U);
  lab.store.is_claimed_elsewhere = false;
  lab.Pass(absl::Seconds(10));
  EXPECT_EQ(lab.Status(), Status::kGood);
}

TEST(StaplerReplicas, DoesNotWaitForEverForOneThatHangsWithItsClaim) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.store.is_claimed_elsewhere = true;
  lab.Start();
  lab.Pass(absl::Minutes(5));
  EXPECT_EQ(lab.Status(), Status::kGood);
  EXPECT_EQ(lab.Count(Kind::kStoreError), 1U);
  EXPECT_EQ(lab.Asked(), 1U);
}

TEST(StaplerReplicas, APersonsWishDoesNotWaitForTheClaim) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.store.is_claimed_elsewhere = true;
  lab.Start();
  bool is_done = false;
  lab.stapler->Refresh("mx1", [&is_done](const auto& result) { is_done = result.ok(); });
  lab.Work(*lab.stapler);
  EXPECT_TRUE(is_done);
  EXPECT_EQ(lab.Status(), Status::kGood);
}

TEST(StaplerReplicas, APersonsWishIsNotForgottenWhenTheStoreHasNewer) {
  StaplerLab lab;
  lab.options.max_fetches = 1;
  const TestCertificate other = Build(StaplerLab::LeafOf(301), &lab.root);
  lab.files.Write("mx2.pem", PemOf(other.der) + PemOf(lab.root.der));
  lab.options.certificates.push_back({lab.files.PathOf("mx2.pem"), "mx2", "", ""});
  lab.Serve(lab.Good());
  lab.Start();
  lab.fetcher.Hold();
  lab.stapler->Refresh("mx2", [](const auto&) {});
  lab.stapler->Tick();  // it has the only place
  bool is_done = false;
  lab.stapler->Refresh("mx1", [&is_done](const auto& result) { is_done = result.ok(); });
  lab.stapler->Tick();
  lab.store.saved[lab.Kept()->certificate_sha256] = BuildOcsp(lab.Good(absl::Minutes(1)));
  lab.clock.Advance(lab.options.store_interval * 2);
  lab.stapler->Tick();
  lab.fetcher.Release();
  lab.Work(*lab.stapler);
  EXPECT_TRUE(is_done);
}

TEST(StaplerReplicas, TakesARevokedFromTheOther) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  lab.store.saved[lab.Kept()->certificate_sha256] = BuildOcsp(lab.Revoked());
  lab.Pass(lab.options.store_interval * 2);
  EXPECT_EQ(lab.Status(), Status::kRevoked);
  EXPECT_EQ(lab.Count(Kind::kRevoked), 1U);
  EXPECT_EQ(lab.Asked(), 1U);
}

TEST(StaplerReplicas, ItsFetchDoesNotUndoTheRevocationThatTheOtherHasSaved) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.fetcher.Hold();
  lab.Start();
  const std::string digest = lab.Kept()->certificate_sha256;
  const std::string revoked = BuildOcsp(lab.Revoked());
  lab.store.saved[digest] = revoked;
  lab.fetcher.Release();
  lab.Work(*lab.stapler);
  EXPECT_EQ(lab.Status(), Status::kRevoked);
  EXPECT_EQ(lab.store.saved[digest], revoked);
  EXPECT_EQ(lab.Kept()->failures, 0U);
  EXPECT_EQ(lab.Kept()->last_error, "");
  EXPECT_EQ(lab.Count(Kind::kRevoked), 1U);
}

TEST(StaplerReplicas, SavesWhatTheStoreWouldNotTakeAtFirst) {
  StaplerLab lab;
  lab.options.store_interval = absl::InfiniteDuration();
  lab.Serve(lab.Good());
  lab.store.failure = absl::UnavailableError("disk full");
  lab.Start();
  EXPECT_TRUE(lab.store.saved.empty());
  lab.store.failure = absl::OkStatus();
  lab.Pass(absl::Minutes(2));
  EXPECT_EQ(lab.store.saved[lab.Kept()->certificate_sha256], lab.Kept()->der);
  EXPECT_EQ(lab.Asked(), 1U);
}

TEST(StaplerReplicas, GoesOnWithoutAStoreThatFails) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.store.failure = absl::UnavailableError("disk full");
  lab.Start();
  EXPECT_EQ(lab.Status(), Status::kGood);
  EXPECT_GE(lab.Count(Kind::kStoreError), 1U);
}

}  // namespace
}  // namespace postern
