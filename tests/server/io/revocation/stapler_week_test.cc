// A week of many certificates, in simulated time and with real signatures: how requests are
// spread, that nothing is handed out after its end, and what an outage of the responder for
// two days does.
#include <openssl/sha.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/outline.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/revocation/stapler.h"
#include "server/io/revocation/stapler_options.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/ocsp_builder.h"
#include "tests/support/pem.h"
#include "tests/support/temporary_folder.h"

namespace postern {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define POSTERN_IS_SLOW 1
#endif
#endif
#ifdef POSTERN_IS_SLOW
constexpr size_t kCertificates = 500;
#else
constexpr size_t kCertificates = 10'000;
#endif

constexpr absl::Duration kWeek = absl::Hours(24 * 7);
constexpr absl::Duration kLife = absl::Hours(24 * 4);
constexpr int kMinutes = 7 * 24 * 60;
constexpr int kOutageBegins = 2 * 24 * 60;
constexpr int kOutageEnds = 4 * 24 * 60;

std::string Sha1(absl::string_view bytes) {
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return {reinterpret_cast<char*>(digest), sizeof digest};
}

// A responder that signs a response for each request, and that a test can turn off. The
// certificate's number stands in the URL: "http://ocsp.test/NUMBER/REQUEST".
class SimulatedResponder : public HttpFetcher {
 public:
  SimulatedResponder(const FakeClock& clock, const std::vector<TestCertificate>& leaves,
                     const TestCertificate& root)
      : clock_(clock), leaves_(leaves), root_(root) {}

  uint64_t Fetch(HttpRequest request, Callback done) override {
    ++asked[absl::ToInt64Minutes(clock_.Now() - TestNow())];
    if (is_down) {
      done(FailedFetch(FetchFailure::kConnect, "refused"));
      return 1;
    }
    absl::string_view number = request.url;
    number.remove_prefix(sizeof("http://ocsp.test/") - 1);
    size_t index = 0;
    EXPECT_TRUE(absl::SimpleAtoi(number.substr(0, number.find('/')), &index));
    OcspSpec spec = GoodSpec(leaves_[index], root_);
    // The CA signs anew every twelve hours, each certificate at its own time.
    const absl::Duration phase = absl::Hours(12) * index / static_cast<double>(leaves_.size());
    const absl::Time signed_at =
        TestNow() - phase + absl::Floor(clock_.Now() - TestNow() + phase, absl::Hours(12));
    // Said as it is: the builder would read certificates for it, which takes long here.
    SingleSpec& single = spec.responses[0];
    single.name_hash = name_hash_;
    single.key_hash = key_hash_;
    single.serial = std::string(ReadOutline(leaves_[index].der)->serial);
    spec.responder_id = Tlv(0xa2, Tlv(0x04, key_hash_));
    spec.produced_at = GeneralizedTimeText(signed_at);
    single.this_update = GeneralizedTimeText(signed_at);
    single.next_update = GeneralizedTimeText(signed_at + kLife);
    FetchResult result;
    result.reply.status = 200;
    result.reply.content_type = "application/ocsp-response";
    result.reply.body = BuildOcsp(spec);
    done(std::move(result));
    return 1;
  }
  void Cancel(uint64_t /*id*/) override {}
  FetcherStats Stats() const override { return {}; }

  bool is_down = false;
  std::map<int64_t, int> asked;  // by the minute

 private:
  const FakeClock& clock_;
  const std::vector<TestCertificate>& leaves_;
  const TestCertificate& root_;
  const std::string name_hash_ = Sha1(ReadOutline(root_.der)->subject_name);
  const std::string key_hash_ = Sha1(KeyOctets(root_.public_key_info));
};

struct Summary {
  double mean = 0;  // a minute
  int most = 0;
};

// `begin` and `end` are minutes of the week.
Summary Summarize(const char* label, const std::map<int64_t, int>& asked, int begin, int end) {
  std::vector<int> minutes;
  for (int minute = begin; minute < end; ++minute) {
    const auto found = asked.find(minute);
    minutes.push_back(found == asked.end() ? 0 : found->second);
  }
  std::sort(minutes.begin(), minutes.end());
  const int total = std::accumulate(minutes.begin(), minutes.end(), 0);
  Summary summary;
  summary.mean = static_cast<double>(total) / static_cast<double>(minutes.size());
  summary.most = minutes.back();
  std::printf("%-22s %7d requests, a minute: mean %7.2f, median %4d, 99 of 100 %4d, most %4d\n",
              label, total, summary.mean, minutes[minutes.size() / 2],
              minutes[minutes.size() * 99 / 100], summary.most);
  return summary;
}

class StaplerWeek : public testing::Test {
 protected:
  StaplerWeek() : responder_(clock_, leaves_, root_) {
    clock_.Advance(TestNow() - clock_.Now());
    for (size_t i = 0; i < kCertificates; ++i) {
      CertificateSpec spec = LeafSpec(absl::StrCat("mx", i, ".test"));
      spec.serial = static_cast<long>(i) + 1;
      spec.authority_access = absl::StrCat("OCSP;URI:http://ocsp.test/", i);
      spec.not_after = TestNow() + 10 * kWeek;
      leaves_.push_back(Build(spec, &root_));
      files_.Write(absl::StrCat(i, ".pem"), PemOf(leaves_.back().der) + PemOf(root_.der));
    }
    StaplerOptions options;
    options.seed = 1;
    options.certificates.push_back({files_.path(), "", "", ""});
    options.reload_interval = 2 * kWeek;
    StaplerParts parts;
    parts.fetcher = &responder_;
    parts.clock = &clock_;
    parts.crls = &crls_;
    auto made = Stapler::Create(options, parts);
    EXPECT_TRUE(made.ok()) << made.status();
    stapler_ = *std::move(made);
    stapler_->Watch([this](const KeptStaplePtr& staple, bool /*removed*/) {
      if (!staple->der.empty()) {
        ++handed_out_;
        if (!staple->ServableAt(clock_.Now())) ++handed_out_late_;
      }
    });
  }

  void RunTo(absl::Time end) {
    while (clock_.Now() < end) {
      stapler_->Tick();
      const absl::Time next = std::min(stapler_->NextWake(), end);
      if (next > clock_.Now()) clock_.Advance(next - clock_.Now());
    }
    while (stapler_->NextWake() <= clock_.Now()) stapler_->Tick();
  }

  // How many have a staple now. None has one that has ended.
  size_t CountServable() {
    size_t servable = 0;
    for (const KeptStaplePtr& kept : stapler_->List("", kCertificates)) {
      if (kept->der.empty()) continue;
      EXPECT_TRUE(kept->ServableAt(clock_.Now())) << kept->name;
      ++servable;
    }
    return servable;
  }

  // Hour by hour, so that what is handed out is looked at in between.
  size_t RunHours(int hours) {
    size_t fewest = kCertificates;
    for (int i = 0; i < hours; ++i) {
      RunTo(clock_.Now() + absl::Hours(1));
      fewest = std::min(fewest, CountServable());
    }
    return fewest;
  }

  FakeClock clock_;
  NoCrls crls_;
  TemporaryFolder files_;
  TestCertificate root_ = [] {
    CertificateSpec spec = CaSpec("root", EcKey(1));
    spec.not_after = TestNow() + 100 * kWeek;
    return Build(spec);
  }();
  std::vector<TestCertificate> leaves_;
  SimulatedResponder responder_;
  std::unique_ptr<Stapler> stapler_;
  size_t handed_out_ = 0;
  size_t handed_out_late_ = 0;
};

TEST_F(StaplerWeek, SpreadsRequestsAndOutlastsAnOutageOfTwoDays) {
  RunHours(1);
  EXPECT_EQ(CountServable(), kCertificates) << "after an hour all have one";
  const size_t fewest_before = RunHours(47);
  EXPECT_EQ(fewest_before, kCertificates);
  // It begins when half have been refreshed, and outlasts the staples of the others.
  responder_.is_down = true;
  const size_t fewest_within = RunHours(48);
  responder_.is_down = false;
  RunHours(2);
  EXPECT_EQ(CountServable(), kCertificates) << "two hours after it all have one";
  const size_t fewest_after = RunHours(3 * 24 - 2);
  EXPECT_EQ(fewest_after, kCertificates);

  const Summary start = Summarize("the first hour", responder_.asked, 0, 60);
  const Summary before = Summarize("before the outage", responder_.asked, 60, kOutageBegins);
  const Summary within = Summarize("within", responder_.asked, kOutageBegins, kOutageEnds);
  const Summary recovery =
      Summarize("two hours after", responder_.asked, kOutageEnds, kOutageEnds + 120);
  const Summary after = Summarize("the rest", responder_.asked, kOutageEnds + 120, kMinutes);
  std::printf("staples there, at the fewest: before %zu, within %zu, after %zu; handed out %zu\n",
              fewest_before, fewest_within, fewest_after, handed_out_);

  EXPECT_GT(handed_out_, 2 * kCertificates);
  EXPECT_EQ(handed_out_late_, 0U);
  // What is begun is bounded: 20 a second, and a second's more.
  EXPECT_LE(start.most, 20 * 61);
  EXPECT_GT(before.mean, 0);
  EXPECT_LE(before.most, 10 * before.mean + 10);
  EXPECT_LE(within.most, 10 * within.mean + 10);
  EXPECT_LE(after.most, 10 * after.mean + 10);
  // No herd after it: what is asked then is what would have been retried, and no more.
  EXPECT_LE(recovery.most, 2 * within.mean + 20);
}

}  // namespace
}  // namespace postern
