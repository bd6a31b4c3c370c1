#include "server/io/revocation/stapler.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/crl.h"
#include "server/core/x509/certificate.h"
#include "tests/server/io/revocation/stapler_lab.h"
#include "tests/support/crl_builder.h"

namespace postern {
namespace {

using Kind = StaplerEvent::Kind;
using Status = KeptStaple::Status;

TEST(Stapler, FetchesAStapleAndHandsItOut) {
  StaplerLab lab;
  const OcspSpec good = lab.Good();
  const std::string der = BuildOcsp(good);
  lab.Serve(StaplerLab::Reply(der));
  lab.Start();
  const KeptStaplePtr kept = lab.Kept();
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->status, Status::kGood) << kept->last_error;
  EXPECT_EQ(kept->source, KeptStaple::Source::kOcsp);
  EXPECT_EQ(kept->der, der);
  EXPECT_EQ(kept->url, kResponder);
  EXPECT_EQ(kept->use_until, TestNow() + absl::Hours(23));
  EXPECT_TRUE(kept->ServableAt(lab.clock.Now()));
  EXPECT_EQ(lab.sink.served["mx1"], der);
  EXPECT_EQ(lab.store.saved[kept->certificate_sha256], der);
  EXPECT_EQ(lab.stapler->FindByDigest(kept->certificate_sha256), kept);
  EXPECT_EQ(lab.stapler->FindByHost("mx1.test"), kept);
  EXPECT_EQ(lab.fetcher.Asked().at(0).accept,
            std::vector<std::string>{"application/ocsp-response"});
}

TEST(Stapler, AsksAgainAfterHalfOfTheLifeAndNotBeforeO17) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  lab.Pass(absl::Hours(10));
  EXPECT_EQ(lab.Asked(), 1U);
  const OcspSpec next = lab.Good();
  lab.Serve(next);
  lab.Pass(absl::Hours(5));
  EXPECT_EQ(lab.Asked(), 2U);
  EXPECT_EQ(lab.Kept()->use_until, TestNow() + absl::Hours(33));
}

TEST(Stapler, WaitsForMaxAgeAndNeverBeyondNextUpdateO17O19) {
  StaplerLab lab;
  FetchResult reply = StaplerLab::Reply(BuildOcsp(lab.Good()));
  reply.reply.max_age = absl::Hours(240);
  lab.Serve(reply);
  lab.Start();
  const KeptStaplePtr kept = lab.Kept();
  EXPECT_GE(kept->next_refresh, TestNow() + absl::Hours(17));
  EXPECT_LT(kept->next_refresh, TestNow() + absl::Hours(23));
  EXPECT_EQ(kept->use_until, TestNow() + absl::Hours(23));
}

TEST(Stapler, NeverHandsOutWhatHasEnded) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  const KeptStaplePtr before = lab.Kept();
  lab.ServeNothing();
  lab.Pass(absl::Hours(23));
  EXPECT_EQ(lab.Status(), Status::kExpired);
  EXPECT_TRUE(lab.Kept()->der.empty());
  EXPECT_FALSE(before->ServableAt(lab.clock.Now()));
  EXPECT_EQ(lab.sink.served["mx1"], "");
  EXPECT_EQ(lab.Count(Kind::kExpired), 1U);
  EXPECT_GT(lab.Kept()->failures, 3U);
  lab.Serve(lab.Good());
  lab.Pass(absl::Hours(1));
  EXPECT_EQ(lab.Status(), Status::kGood);
  EXPECT_EQ(lab.Kept()->failures, 0U);
  EXPECT_EQ(lab.Kept()->last_error, "");
}

TEST(Stapler, KeepsAGoodStapleWhateverElseComesO7O10) {
  StaplerLab lab;
  OcspSpec try_later;
  try_later.response_status = 3;
  try_later.has_bytes = false;
  OcspSpec unauthorized = try_later;
  unauthorized.response_status = 6;
  OcspSpec unknown = lab.Good(absl::ZeroDuration());
  unknown.responses[0].status = SingleSpec::Status::kUnknown;
  OcspSpec forged = lab.Good(absl::ZeroDuration());
  forged.has_wrong_signature = true;
  const std::string good = BuildOcsp(lab.Good());
  const std::pair<const char*, FetchResult> cases[] = {
      {"tryLater", StaplerLab::Reply(BuildOcsp(try_later))},
      {"unauthorized", StaplerLab::Reply(BuildOcsp(unauthorized))},
      {"unknown", StaplerLab::Reply(BuildOcsp(unknown))},
      {"a wrong signature", StaplerLab::Reply(BuildOcsp(forged))},
      {"garbage", StaplerLab::Reply("garbage")},
      {"older", StaplerLab::Reply(BuildOcsp(lab.Good(absl::Hours(2), absl::Hours(48))))},
  };
  lab.Serve(StaplerLab::Reply(good));
  lab.Start();
  for (const auto& [label, result] : cases) {
    lab.Serve(result);
    absl::StatusOr<KeptStaplePtr> answer = absl::UnknownError("not called");
    lab.stapler->Refresh("mx1", [&answer](auto result) { answer = std::move(result); });
    lab.Work(*lab.stapler);
    ASSERT_TRUE(answer.ok()) << label << answer.status();
    EXPECT_EQ((*answer)->der, good) << label;
    EXPECT_EQ((*answer)->status, Status::kGood) << label;
    EXPECT_NE((*answer)->last_error, "") << label;
  }
  EXPECT_EQ(lab.Kept()->failures, 6U);
  EXPECT_EQ(lab.store.saved.begin()->second, good);
}

TEST(Stapler, StopsStaplingAtOnceWhenTheCertificateIsRevoked) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  lab.Serve(lab.Revoked());
  lab.Pass(absl::Hours(15));
  EXPECT_EQ(lab.Status(), Status::kRevoked);
  EXPECT_TRUE(lab.Kept()->der.empty());
  EXPECT_EQ(lab.sink.served["mx1"], "");
  EXPECT_EQ(lab.Count(Kind::kRevoked), 1U);
  // An older good, as from a cache on the way, changes nothing.
  lab.Serve(lab.Good(absl::Hours(20)));
  lab.Pass(absl::Hours(20));
  EXPECT_EQ(lab.Status(), Status::kRevoked);
  EXPECT_EQ(lab.Count(Kind::kRevoked), 1U);
}

TEST(Stapler, TellsTheSinkOfARevocationThoughThereWereNoBytesBefore) {
  StaplerLab lab;
  lab.ServeNothing();
  lab.Start();
  EXPECT_EQ(lab.sink.statuses["mx1"], Status::kPending);
  lab.Serve(lab.Revoked());
  lab.Pass(absl::Hours(1));
  EXPECT_EQ(lab.Status(), Status::kRevoked);
  EXPECT_EQ(lab.sink.statuses["mx1"], Status::kRevoked);

  StaplerLab other;
  other.Serve(other.Good());
  other.Start();
  other.ServeNothing();
  other.Pass(absl::Hours(24));
  EXPECT_EQ(other.sink.statuses["mx1"], Status::kExpired);
  other.Serve(other.Revoked());
  other.Pass(absl::Hours(2));
  EXPECT_EQ(other.sink.statuses["mx1"], Status::kRevoked);
}

TEST(Stapler, RefreshesBeforeTheSignerExpires) {
  StaplerLab lab;
  CertificateSpec spec = DelegateSpec("responder", EcKey(2));
  spec.not_after = TestNow() + absl::Hours(2);
  const OcspSpec delegated = DelegatedSpec(lab.leaf, lab.root, Build(spec, &lab.root));
  lab.Serve(delegated);
  lab.Start();
  EXPECT_EQ(lab.Kept()->use_until, spec.not_after);
  EXPECT_LT(lab.Kept()->next_refresh, spec.not_after - absl::Minutes(30));
}

TEST(Stapler, AsksTheSecondResponderAfterTheFirstHasFailedO14) {
  StaplerLab lab;
  lab.Serve(FailedFetch(FetchFailure::kConnect, "refused"));
  lab.Serve(lab.Good(), kSecondResponder);
  lab.Start();
  EXPECT_EQ(lab.Status(), Status::kGood);
  EXPECT_EQ(lab.Kept()->url, kSecondResponder);
  EXPECT_EQ(lab.Asked(), 2U);
}

TEST(Stapler, AsksOnceMorePastCachesAfterAResponseThatIsOutOfDateO18) {
  StaplerLab lab;
  lab.Serve(lab.Good(absl::Hours(48)));
  lab.Serve(FailedFetch(FetchFailure::kConnect, "refused"), kSecondResponder);
  lab.Start();
  const std::vector<HttpRequest> asked = lab.fetcher.Asked();
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_FALSE(asked[0].no_cache);
  EXPECT_FALSE(asked[1].no_cache);
  EXPECT_TRUE(asked[2].no_cache);
  EXPECT_EQ(asked[2].url, asked[0].url);
  EXPECT_EQ(lab.Status(), Status::kPending);
}

TEST(Stapler, AsksNobodyAboutAnExpiredCertificateO15) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.clock.Advance(absl::Hours(24 * 30));
  lab.Start();
  EXPECT_EQ(lab.Asked(), 0U);
  EXPECT_EQ(lab.Status(), Status::kUnusable);
  EXPECT_TRUE(absl::StrContains(lab.Kept()->last_error, "expired"));
}

TEST(Stapler, EndsWithTheCertificateO15) {
  StaplerLab lab;
  CertificateSpec spec = StaplerLab::LeafOf(300);
  spec.not_after = TestNow() + absl::Hours(3);
  lab.leaf = Build(spec, &lab.root);
  lab.WriteLeaf();
  lab.Serve(lab.Good());
  lab.Start();
  EXPECT_EQ(lab.Kept()->use_until, spec.not_after);
  lab.Pass(absl::Hours(3));
  EXPECT_EQ(lab.Status(), Status::kUnusable);
  EXPECT_TRUE(lab.Kept()->der.empty());
  const size_t asked = lab.Asked();
  lab.Pass(absl::Hours(48));
  EXPECT_EQ(lab.Asked(), asked);
}

TEST(Stapler, AsksNobodyWhereTheIssuerDidNotSignO15) {
  StaplerLab lab;
  const TestCertificate other = Build(CaSpec("root", EcKey(3)));
  lab.files.Write("mx1.pem", PemOf(lab.leaf.der) + PemOf(other.der));
  lab.Start();
  EXPECT_EQ(lab.Asked(), 0U);
  EXPECT_EQ(lab.Status(), Status::kUnusable);
  EXPECT_TRUE(absl::StrContains(lab.Kept()->last_error, lab.files.PathOf("mx1.pem")));
  EXPECT_EQ(lab.Count(Kind::kFileError), 1U);
}

TEST(Stapler, IsQuietAboutACertificateWithoutResponderAndCrlO14) {
  StaplerLab lab;
  CertificateSpec spec = StaplerLab::LeafOf(300);
  spec.authority_access = "";
  lab.leaf = Build(spec, &lab.root);
  lab.WriteLeaf();
  lab.Start();
  lab.Pass(absl::Hours(48));
  EXPECT_EQ(lab.Status(), Status::kNotAvailable);
  EXPECT_EQ(lab.Kept()->source, KeptStaple::Source::kNone);
  EXPECT_EQ(lab.Kept()->next_refresh, absl::InfiniteFuture());
  EXPECT_EQ(lab.Kept()->last_error, "");
  EXPECT_TRUE(lab.events.empty());
  EXPECT_EQ(lab.Asked(), 0U);
}

TEST(Stapler, WatchesTheCrlWhereThereIsNoResponder) {
  StaplerLab lab;
  CertificateSpec spec = StaplerLab::LeafOf(77);
  spec.authority_access = "";
  spec.crl_points = std::string("URI:") + kCrlUrl;
  lab.leaf = Build(spec, &lab.root);
  lab.WriteLeaf();
  lab.Start();
  EXPECT_EQ(lab.Status(), Status::kPending);
  EXPECT_TRUE(absl::StrContains(lab.Kept()->last_error, kCrlUrl));

  const Certificate issuer = *ParseIssuer(lab.root.der);
  const auto serve = [&](const CrlSpec& crl) {
    lab.crls.crls[kCrlUrl] = std::make_shared<const Crl>(ReadCrl(BuildCrl(crl, lab.root), issuer));
  };
  CrlSpec crl;
  crl.next_update = TestNow() + absl::Hours(5);
  serve(crl);
  lab.Pass(absl::Minutes(2));
  EXPECT_EQ(lab.Status(), Status::kGood) << lab.Kept()->last_error;
  EXPECT_EQ(lab.Kept()->source, KeptStaple::Source::kCrl);
  EXPECT_TRUE(lab.Kept()->der.empty());
  EXPECT_EQ(lab.Asked(), 0U);

  lab.Pass(absl::Hours(5));
  EXPECT_EQ(lab.Status(), Status::kExpired);

  CrlSpec newer;
  newer.this_update = lab.clock.Now() - absl::Minutes(1);
  newer.next_update = lab.clock.Now() + absl::Hours(24);
  newer.entries = {CrlEntry(77)};
  serve(newer);
  lab.Pass(absl::Minutes(2));
  EXPECT_EQ(lab.Status(), Status::kRevoked);
  EXPECT_EQ(lab.Count(Kind::kRevoked), 1U);

  serve(crl);  // an older one says good
  lab.Pass(absl::Minutes(2));
  EXPECT_EQ(lab.Status(), Status::kRevoked);

  newer.entries.clear();
  newer.this_update = lab.clock.Now();
  serve(newer);  // and a newer one, though nothing undoes a revocation but that of a hold
  lab.Pass(absl::Minutes(2));
  EXPECT_EQ(lab.Status(), Status::kRevoked);
}

TEST(Stapler, StaplesAgainAfterAHoldAndAfterNothingElse) {
  for (const bool is_hold : {true, false}) {
    StaplerLab lab;
    OcspSpec revoked = lab.Revoked();
    if (is_hold) revoked.responses[0].revocation_reason = 6;
    lab.Serve(revoked);
    lab.Start();
    EXPECT_EQ(lab.Status(), Status::kRevoked);
    lab.clock.Advance(absl::Hours(30));
    lab.Serve(lab.Good());
    lab.Pass(absl::Hours(1));
    EXPECT_EQ(lab.Status(), is_hold ? Status::kGood : Status::kRevoked) << is_hold;
    EXPECT_EQ(lab.Kept()->failures > 0, !is_hold);
  }
}

TEST(Stapler, HeedsRetryAfterWithinLimits) {
  StaplerLab lab;
  FetchResult busy;
  busy.reply.status = 503;
  busy.reply.retry_after = absl::Hours(2);
  lab.Serve(busy);
  lab.Serve(busy, kSecondResponder);
  lab.Start();
  EXPECT_GE(lab.Kept()->next_refresh, TestNow() + absl::Hours(2));
  EXPECT_LE(lab.Kept()->next_refresh, TestNow() + absl::Hours(3));
  EXPECT_TRUE(absl::StrContains(lab.Kept()->last_error, "503"));
}

TEST(Stapler, SaysWhyThereIsNothingToRefresh) {
  StaplerLab lab;
  lab.options.certificates.push_back({lab.files.PathOf("none.pem"), "none", "", ""});
  lab.files.Write("none.pem", PemOf(Build(LeafSpec("none.test")).der));
  lab.options.certificates.push_back({lab.files.PathOf("missing.pem"), "missing", "", ""});
  lab.Start();
  const std::pair<const char*, absl::StatusCode> cases[] = {
      {"other", absl::StatusCode::kNotFound},
      {"none", absl::StatusCode::kFailedPrecondition},
      {"missing", absl::StatusCode::kFailedPrecondition},
  };
  for (const auto& [name, code] : cases) {
    absl::StatusOr<KeptStaplePtr> answer = KeptStaplePtr();
    lab.stapler->Refresh(name, [&answer](auto result) { answer = std::move(result); });
    lab.Work(*lab.stapler);
    EXPECT_EQ(answer.status().code(), code) << name << answer.status();
  }
}

TEST(Stapler, SharesOneFetchBetweenThoseWhoWant) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  lab.fetcher.Hold();
  int answers = 0;
  for (int i = 0; i < 3; ++i) {
    lab.stapler->Refresh("mx1", [&answers](const auto& result) { answers += result.ok() ? 1 : 0; });
    lab.stapler->Tick();
  }
  EXPECT_EQ(answers, 0);
  lab.fetcher.Release();
  lab.Work(*lab.stapler);
  EXPECT_EQ(answers, 3);
  EXPECT_EQ(lab.Asked(), 2U);
}

TEST(Stapler, TellsThoseWhoWaitThatItStops) {
  StaplerLab lab;
  lab.fetcher.Hold();
  lab.Start();
  std::vector<absl::StatusCode> codes;
  const auto note = [&codes](const auto& result) { codes.push_back(result.status().code()); };
  lab.stapler->Refresh("mx1", note);
  lab.stapler->Tick();
  lab.stapler->Refresh("mx1", note);  // not taken up yet
  lab.stapler.reset();
  EXPECT_EQ(codes, std::vector<absl::StatusCode>(2, absl::StatusCode::kUnavailable));
  lab.fetcher.Release();  // a result that comes too late is nobody's
}

TEST(Stapler, TellsWatchersAllThatThereIsThenWhatChanges) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  std::vector<std::pair<Status, bool>> told;
  const uint64_t id = lab.stapler->Watch([&told](const KeptStaplePtr& staple, bool removed) {
    told.emplace_back(staple->status, removed);
  });
  EXPECT_LE(lab.stapler->NextWake(), lab.clock.Now());
  lab.Work(*lab.stapler);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].first, Status::kGood);
  lab.Pass(absl::Hours(1));
  EXPECT_EQ(told.size(), 1U);
  lab.Serve(lab.Revoked());
  lab.Pass(absl::Hours(15));
  EXPECT_EQ(told.back().first, Status::kRevoked);
  const size_t count = told.size();
  lab.stapler->Unwatch(id);
  lab.files.Write("mx1.pem", PemOf(Build(StaplerLab::LeafOf(301), &lab.root).der));
  lab.Pass(absl::Minutes(2));
  EXPECT_EQ(told.size(), count);
}

TEST(Stapler, TakesARenewedCertificateAndForgetsWhatWasForTheOld) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  const std::string old_digest = lab.Kept()->certificate_sha256;
  lab.leaf = Build(StaplerLab::LeafOf(301), &lab.root);
  lab.WriteLeaf();
  lab.ServeNothing();
  lab.Pass(absl::Minutes(2));
  EXPECT_EQ(lab.Status(), Status::kPending);
  EXPECT_EQ(lab.sink.served["mx1"], "");
  EXPECT_EQ(lab.stapler->FindByDigest(old_digest), nullptr);
  lab.Serve(lab.Good());
  lab.Pass(absl::Minutes(30));
  EXPECT_EQ(lab.Status(), Status::kGood);
  EXPECT_NE(lab.stapler->FindByDigest(lab.Kept()->certificate_sha256), nullptr);
}

TEST(Stapler, GoesOnWithTheOldCertificateWhileItsFileCannotBeRead) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  const std::string pem = PemOf(lab.leaf.der);
  lab.files.Write("mx1.pem", pem.substr(0, pem.size() / 2));
  lab.Pass(absl::Minutes(5));
  EXPECT_EQ(lab.Status(), Status::kGood);
  EXPECT_FALSE(lab.Kept()->der.empty());
  EXPECT_TRUE(absl::StrContains(lab.Kept()->last_error, lab.files.PathOf("mx1.pem")));
  EXPECT_EQ(lab.Count(Kind::kFileError), 1U);
  lab.WriteLeaf();
  lab.Pass(absl::Minutes(5));
  EXPECT_EQ(lab.Kept()->last_error, "");
  EXPECT_EQ(lab.Asked(), 1U);
}

TEST(Stapler, TellsTheSinkAgainAfterItHasFailed) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.sink.failure = absl::UnavailableError("disk full");
  lab.Start();
  EXPECT_GE(lab.Count(Kind::kSinkError), 1U);
  EXPECT_EQ(lab.Status(), Status::kGood);
  lab.sink.failure = absl::OkStatus();
  lab.Pass(absl::Minutes(2));
  EXPECT_EQ(lab.sink.served["mx1"], lab.Kept()->der);
  const int puts = lab.sink.puts;
  lab.Pass(absl::Minutes(10));
  EXPECT_EQ(lab.sink.puts, puts);
}

TEST(Stapler, GoesOnWhenAClockThatWasAheadIsSetBack) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  const std::string good = lab.Kept()->der;
  const absl::Duration ahead = absl::Hours(24 * 365);
  lab.clock.Advance(ahead);
  lab.Work(*lab.stapler);
  EXPECT_EQ(lab.Status(), Status::kUnusable);
  lab.clock.Advance(-ahead);
  lab.Work(*lab.stapler);
  EXPECT_EQ(lab.Status(), Status::kGood) << "its file is the same";
  EXPECT_EQ(lab.sink.served["mx1"], good);
  EXPECT_LE(lab.stapler->NextWake(), lab.clock.Now() + lab.options.reload_interval);
  lab.Serve(lab.Good());
  lab.Pass(absl::Hours(16));
  EXPECT_EQ(lab.Asked(), 2U);
}

TEST(Stapler, RefusesOptionsThatMakeNoSense) {
  StaplerOptions options;
  options.max_fetches = 0;
  EXPECT_EQ(Stapler::Create(options, {}).status().code(), absl::StatusCode::kInvalidArgument);
  options = {};
  options.reload_interval = absl::ZeroDuration();
  EXPECT_EQ(Stapler::Create(options, {}).status().code(), absl::StatusCode::kInvalidArgument);
  options = {};
  options.certificates.push_back({"", "", "", ""});
  EXPECT_EQ(Stapler::Create(options, {}).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace postern
