#include "server/io/revocation/ocsp_fetch.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/revocation/check_staple.h"
#include "server/core/revocation/ocsp_request.h"
#include "server/core/revocation/ocsp_url.h"
#include "server/core/revocation/staple_change.h"
#include "server/io/http/fetch_in_turn.h"

namespace postern {
namespace {

constexpr int kOk = 200;

// Fetching is one question under way. Its functions run one after the other.
struct Fetching {
  HttpFetcher& fetcher;
  const Clock& clock;
  OcspQuestion question;
  std::function<void(OcspAnswer)> done;
  OcspAnswer answer;
  std::vector<std::string> out_of_date;  // responders
};
using FetchingPtr = std::shared_ptr<Fetching>;

HttpRequest MakeRequest(const Fetching& fetching, const std::string& responder,
                        const std::string& der, int turn, bool no_cache) {
  OcspHttpRequest ocsp = MakeOcspHttpRequest(responder, der);
  HttpRequest request;
  request.url = std::move(ocsp.url);
  if (!ocsp.get) {
    request.method = HttpMethod::kPost;
    request.content_type = "application/ocsp-request";
    request.body = std::move(ocsp.body);
  }
  request.accept = {"application/ocsp-response"};
  // The responders before it may take all of their time.
  request.deadline =
      std::min(fetching.clock.Now() + fetching.question.timeout * turn, fetching.question.deadline);
  request.no_cache = no_cache;
  return request;
}

absl::Time CachedUntil(const HttpReply& reply, absl::Time now) {
  if (!reply.max_age) return absl::InfinitePast();
  return now +
         std::max(*reply.max_age - reply.age.value_or(absl::ZeroDuration()), absl::ZeroDuration());
}

// An answer beyond the responses' end: caches on the way may be the cause.
bool IsOutOfDate(const StapleVerdict& verdict) {
  return verdict.reason == StapleVerdict::Reason::kStale ||
         verdict.reason == StapleVerdict::Reason::kTooOld;
}

std::string Describe(const StapleVerdict& verdict) {
  if (verdict.reason == StapleVerdict::Reason::kNone) {
    return "the responder says that it does not know the certificate";
  }
  return verdict.detail.empty() ? NameOf(verdict.reason)
                                : absl::StrCat(NameOf(verdict.reason), ": ", verdict.detail);
}

bool Judge(Fetching& fetching, const std::string& responder, const FetchResult& result) {
  const absl::Time now = fetching.clock.Now();
  OcspAnswer& answer = fetching.answer;
  answer.url = responder;
  answer.http_status = result.reply.status;
  answer.retry_at = std::max(answer.retry_at, result.retry_at);
  if (result.reply.retry_after) {
    answer.retry_at = std::max(answer.retry_at, now + *result.reply.retry_after);
  }
  if (!result.ok()) {
    answer.error =
        absl::StrCat(responder, ": ", FetchFailureName(result.failure), ": ", result.detail);
    return false;
  }
  if (result.reply.status != kOk) {
    answer.error = absl::StrCat(responder, ": HTTP status ", result.reply.status);
    return false;
  }
  const OcspQuestion& question = fetching.question;
  answer.der = result.reply.body;
  answer.verdict = CheckStaple(answer.der, question.certificate->certificate,
                               question.issuer->certificate, now, question.options);
  // Good by the clocks' skew alone is not to be handed out.
  const bool has_ended =
      answer.verdict.status == StapleVerdict::Status::kGood && answer.verdict.use_until <= now;
  if (has_ended || IsOutOfDate(answer.verdict)) fetching.out_of_date.push_back(responder);
  answer.is_statement = IsStatement(answer.verdict) && !has_ended;
  if (!answer.is_statement) {
    answer.error = absl::StrCat(
        responder, ": ", has_ended ? "the response has just ended" : Describe(answer.verdict));
    return false;
  }
  answer.error.clear();
  answer.cached_until = CachedUntil(result.reply, now);
  answer.retry_at = absl::InfinitePast();
  return true;
}

void Ask(const FetchingPtr& fetching, std::vector<std::string> responders, bool no_cache) {
  const OcspQuestion& question = fetching->question;
  const std::string der = MakeOcspRequest(question.certificate->certificate.outline,
                                          question.issuer->certificate.outline);
  std::vector<HttpRequest> requests;
  requests.reserve(responders.size());
  for (const std::string& responder : responders) {
    const int turn = static_cast<int>(requests.size()) + 1;
    requests.push_back(MakeRequest(*fetching, responder, der, turn, no_cache));
  }
  FetchInTurn(
      fetching->fetcher, std::move(requests),
      [fetching, responders = std::move(responders)](size_t number, const FetchResult& result) {
        return Judge(*fetching, responders[number], result);
      },
      [fetching, no_cache](bool taken, const FetchResult& result) {
        const bool is_ending =
            result.failure == FetchFailure::kStopping || result.failure == FetchFailure::kCancelled;
        if (!taken && !no_cache && !is_ending && !fetching->out_of_date.empty()) {
          Ask(fetching, std::exchange(fetching->out_of_date, {}), true);
        } else {
          fetching->done(std::move(fetching->answer));
        }
      });
}

}  // namespace

void FetchOcsp(HttpFetcher& fetcher, const Clock& clock, OcspQuestion question,
               std::function<void(OcspAnswer)> done) {
  auto fetching = std::make_shared<Fetching>(
      Fetching{fetcher, clock, std::move(question), std::move(done), {}, {}});
  if (fetching->question.responders.empty()) {
    fetching->answer.error = "there is no responder to ask";
    fetching->done(std::move(fetching->answer));
    return;
  }
  Ask(fetching, fetching->question.responders, false);
}

}  // namespace postern
