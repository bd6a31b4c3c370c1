#include "server/rpc/fetch_revocation.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/x509/certificate_urls.h"
#include "server/rpc/fetch_staple.h"

namespace postern {
namespace {

using Source = RevocationVerdict::Source;
using Status = RevocationVerdict::Status;

// CRLs of one search, before those that are at hand.
class FetchedCrls final : public CrlIndex {
 public:
  explicit FetchedCrls(const CrlIndex& others) : others_(others) {}

  void Add(const std::string& url, std::shared_ptr<const Crl> crl) { crls_[url] = std::move(crl); }

  std::shared_ptr<const Crl> Find(absl::string_view url, const Certificate& issuer) const override {
    const auto it = crls_.find(std::string(url));
    return it != crls_.end() ? it->second : others_.Find(url, issuer);
  }

 private:
  const CrlIndex& others_;
  std::map<std::string, std::shared_ptr<const Crl>> crls_;
};

bool IsDecided(const RevocationVerdict& verdict) { return verdict.source != Source::kNone; }

RevocationVerdict Decide(const RevocationSearch& search, const CrlIndex& crls,
                         const RevocationOptions& options, absl::Time now) {
  const RevocationQuestion question = {search.pair->certificate(), search.pair->issuer(),
                                       search.staple, search.status_requested};
  return CheckRevocation(question, crls, options, now);
}

// One search under way; shared by its callbacks, of which one runs at a time.
class Fetching : public std::enable_shared_from_this<Fetching> {
 public:
  Fetching(std::shared_ptr<FetchScope> scope, RevocationSearch search, RevocationParts parts,
           absl::Duration time, std::function<void(RevocationVerdict)> done)
      : scope_(std::move(scope)),
        search_(std::move(search)),
        parts_(std::move(parts)),
        deadline_(parts_.clock.Now() + time),
        done_(std::move(done)),
        fetched_(parts_.crls) {}

  void Begin() {
    const absl::Time now = parts_.clock.Now();
    verdict_ = Decide(search_, parts_.crls, parts_.options, now);
    if (IsDecided(verdict_) || verdict_.status == Status::kNotAvailable) {
      return done_(std::move(verdict_));
    }
    absl::StatusOr<std::vector<std::string>> urls = RespondersOf(search_.pair->certificate());
    // One whose access cannot be read may have a CRL.
    if (!urls.ok() || urls->empty()) return BeginCrls();
    // Half of the time is the CRL's.
    FetchStaple(
        *scope_, parts_.clock, search_.pair, *std::move(urls), StapleOptionsOf(parts_.options),
        (deadline_ - now) / 2,
        [self = shared_from_this()](FetchedStaple staple) { self->OnStaple(std::move(staple)); });
  }

 private:
  void OnStaple(FetchedStaple staple) {
    if (staple.verdict) verdict_.ocsp = std::move(staple.verdict);
    if (!staple.is_statement) return BeginCrls();
    TakeStatement(*verdict_.ocsp, Source::kOcsp, verdict_);
    // A response does for the staple that is missing as a CRL does (RFC 7633, section 4.2.3.1).
    SettleMustStaple(search_.pair->certificate().outline, search_.status_requested, parts_.options,
                     verdict_);
    done_(std::move(verdict_));
  }

  void BeginCrls() {
    const absl::StatusOr<std::vector<CrlPoint>> points =
        ReadCrlPoints(search_.pair->certificate().outline);
    if (points.ok()) {
      for (const CrlPoint& point : *points) {
        if (!point.is_usable) continue;
        urls_.insert(urls_.end(), point.urls.begin(), point.urls.end());
      }
    }
    NextCrl();
  }

  // NextCrl fetches one, until one decides.
  void NextCrl() {
    if (next_ == urls_.size() || scope_->cancelled()) return done_(std::move(verdict_));
    const size_t number = next_++;
    const absl::Time now = parts_.clock.Now();
    const absl::Duration left = std::max(absl::ZeroDuration(), deadline_ - now);
    const absl::Time deadline = now + left / static_cast<int64_t>(urls_.size() - number);
    parts_.fetch_crl(urls_[number], search_.pair->issuer(), deadline,
                     [self = shared_from_this(), number](std::shared_ptr<const Crl> crl) {
                       self->OnCrl(number, std::move(crl));
                     });
  }

  void OnCrl(size_t number, std::shared_ptr<const Crl> crl) {
    if (crl == nullptr) return NextCrl();
    fetched_.Add(urls_[number], std::move(crl));
    RevocationVerdict verdict = Decide(search_, fetched_, parts_.options, parts_.clock.Now());
    verdict.ocsp = std::move(verdict_.ocsp);
    verdict_ = std::move(verdict);
    if (IsDecided(verdict_)) return done_(std::move(verdict_));
    NextCrl();
  }

  const std::shared_ptr<FetchScope> scope_;
  const RevocationSearch search_;
  const RevocationParts parts_;
  const absl::Time deadline_;
  const std::function<void(RevocationVerdict)> done_;
  FetchedCrls fetched_;
  RevocationVerdict verdict_;
  std::vector<std::string> urls_;  // of CRLs
  size_t next_ = 0;
};

}  // namespace

RevocationVerdict CheckRevocationNow(const RevocationSearch& search, const RevocationParts& parts,
                                     absl::Time now) {
  return Decide(search, parts.crls, parts.options, now);
}

void FetchRevocation(std::shared_ptr<FetchScope> scope, RevocationSearch search,
                     RevocationParts parts, absl::Duration time,
                     std::function<void(RevocationVerdict)> done) {
  std::make_shared<Fetching>(std::move(scope), std::move(search), std::move(parts), time,
                             std::move(done))
      ->Begin();
}

}  // namespace postern
