#include "server/rpc/revocation_service.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/slice.h"
#include "postern/v1/revocation.pb.h"
#include "server/rpc/fetch_scope.h"
#include "server/rpc/fetch_staple.h"
#include "server/rpc/field_error.h"
#include "server/rpc/reused_message.h"
#include "server/rpc/revocation_convert.h"
#include "server/rpc/revocation_request.h"
#include "server/rpc/staple_convert.h"
#include "server/rpc/staple_request.h"
#include "server/rpc/status_convert.h"
#include "server/rpc/waiting_call.h"
#include "server/rpc/wire.h"

namespace postern {
namespace {

constexpr uint32_t kDefaultListed = 100;
constexpr uint32_t kMaxListed = 1000;

// Of a list: clients take messages of 4 MiB by default.
constexpr size_t kMaxListBytes = size_t{3} << 20;

absl::Status TooManyWait() {
  return absl::ResourceExhaustedError(
      "too many calls wait for OCSP responders and CRLs; back off and ask again");
}

bool IsHttp(absl::string_view url) {
  return absl::StartsWithIgnoreCase(url, "http://") || absl::StartsWithIgnoreCase(url, "https://");
}

void SetSlice(const grpc::Slice& slice, grpc::ByteBuffer& response) {
  grpc::ByteBuffer filled(&slice, 1);
  response.Swap(&filled);
}

// Ends a stream before it began.
class RefusedWatch final : public StapleWatches::Reactor {
 public:
  explicit RefusedWatch(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

RevocationService::RevocationService(Parts parts, const Options& options)
    : parts_(std::move(parts)),
      options_(options),
      watches_(parts_.staples, bytes_, parts_.clock, options.max_watches),
      answers_(parts_.memo, parts_.clock),
      crl_checks_(parts_.clock, options.revocation, options.crl) {}

absl::Duration RevocationService::FetchTime(const grpc::CallbackServerContext& context) const {
  return TimeLeft(context, options_.max_fetch_time);
}

grpc::ServerUnaryReactor* RevocationService::GetStaple(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  thread_local ReusedMessage<v1::GetStapleRequest> reused;
  const grpc::Slice bytes = SingleSlice(*request);
  const ReusedMessage<v1::GetStapleRequest>::Use use(reused, bytes.size());
  if (!use.message().ParseFromArray(bytes.begin(), static_cast<int>(bytes.size()))) {
    return FinishNow(context, absl::InvalidArgumentError("the request is no GetStapleRequest, or "
                                                         "a text in it is not UTF-8"));
  }
  const absl::StatusOr<KeptStaplePtr> staple = FindStaple(use.message(), parts_.staples);
  if (!staple.ok()) return FinishNow(context, staple.status());
  SetSlice(bytes_.ResponseOf(*staple, parts_.clock.Now()), *response);
  return FinishNow(context, absl::OkStatus());
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* RevocationService::WatchStaples(
    grpc::CallbackServerContext*, const grpc::ByteBuffer* request) {
  const grpc::Slice bytes = SingleSlice(*request);
  absl::StatusOr<std::vector<std::string>> names = ReadStapleNames(ViewOf(bytes));
  if (!names.ok()) return new RefusedWatch(names.status());
  return watches_.Open(*std::move(names));
}

grpc::ServerUnaryReactor* RevocationService::ListStaples(grpc::CallbackServerContext* context,
                                                         const v1::ListStaplesRequest* request,
                                                         v1::ListStaplesResponse* response) {
  if (request->page_size() > kMaxListed) {
    return FinishNow(context,
                     FieldError("page_size", absl::StrCat("must be at most ", kMaxListed)));
  }
  const std::string& token = request->page_token();
  if (!token.empty()) {
    const absl::Status status = CheckStapleName("page_token", token);
    if (!status.ok()) return FinishNow(context, status);
  }
  const size_t size = request->page_size() == 0 ? kDefaultListed : request->page_size();
  const absl::Time now = parts_.clock.Now();
  size_t listed_bytes = 0;
  // The token is the last name of the page before.
  for (const KeptStaplePtr& staple : parts_.staples.List(token, size + 1)) {
    const auto listed = static_cast<size_t>(response->staples_size());
    if (listed == size || listed_bytes > kMaxListBytes) {
      response->set_next_page_token(response->staples(response->staples_size() - 1).name());
      break;
    }
    v1::Staple& proto = *response->add_staples();
    ToProto(*staple, now, StapleDetail::kWithoutBytes, &proto);
    listed_bytes += proto.ByteSizeLong();
  }
  return FinishNow(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* RevocationService::RefreshStaple(grpc::CallbackServerContext* context,
                                                           const v1::RefreshStapleRequest* request,
                                                           v1::RefreshStapleResponse* response) {
  if (absl::Status status = CheckStapleName("name", request->name()); !status.ok()) {
    return FinishNow(context, status);
  }
  if (!parts_.waiting.Enter()) return FinishNow(context, TooManyWait());
  // The fetch goes on where the caller does not wait: others may share it.
  const auto call = WaitingCall::Make([] {});
  // Results may come when the service is gone; what it stands on is there.
  const auto done = [&waiting = parts_.waiting, &clock = parts_.clock, call,
                     response](const absl::StatusOr<KeptStaplePtr>& staple) {
    waiting.Leave();
    if (!staple.ok()) return call->Fail(staple.status());
    call->Answer([&] {
      ToProto(**staple, clock.Now(), StapleDetail::kWithoutBytes, response->mutable_staple());
    });
  };
  parts_.staples.Refresh(request->name(), done);
  return call.get();
}

grpc::ServerUnaryReactor* RevocationService::FetchStaple(grpc::CallbackServerContext* context,
                                                         const v1::FetchStapleRequest* request,
                                                         v1::FetchStapleResponse* response) {
  absl::StatusOr<std::unique_ptr<const CertificatePair>> pair =
      ParsePair(request->certificate(), request->issuer());
  if (!pair.ok()) return FinishNow(context, pair.status());
  if (absl::Status status = CheckUrlSize(request->url()); !status.ok()) {
    return FinishNow(context, status);
  }
  absl::StatusOr<std::vector<std::string>> urls = std::vector<std::string>{request->url()};
  if (request->url().empty()) urls = RespondersOf((*pair)->certificate());
  if (!urls.ok()) return FinishNow(context, urls.status());
  if (!request->url().empty() && !IsHttp(request->url())) {
    return FinishNow(context, FieldError("url", "must be an http or https URL"));
  }
  if (!parts_.waiting.Enter()) return FinishNow(context, TooManyWait());
  const auto scope = std::make_shared<FetchScope>(parts_.fetcher);
  const auto call = WaitingCall::Make([scope] { scope->CancelAll(); });
  const auto done = [&waiting = parts_.waiting, call, scope,
                     response](const FetchedStaple& staple) {
    waiting.Leave();
    call->Answer([&] {
      if (staple.verdict) ToProto(*staple.verdict, response->mutable_verdict());
      response->set_staple(staple.der);
      response->set_url(staple.url);
      response->set_http_status(static_cast<uint32_t>(staple.http_status));
      response->set_error(staple.error);
    });
  };
  postern::FetchStaple(*scope, parts_.clock, *std::move(pair), *std::move(urls),
                       StapleOptionsOf(options_.revocation), FetchTime(*context), done);
  return call.get();
}

grpc::ServerUnaryReactor* RevocationService::CheckStaple(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request,
                                                         grpc::ByteBuffer* response) {
  const grpc::Slice bytes = SingleSlice(*request);
  const absl::StatusOr<AnswerMemo::Answer> answer = answers_.Answer(ViewOf(bytes));
  if (!answer.ok()) return FinishNow(context, answer.status());
  SetSlice(grpc::Slice(**answer), *response);
  return FinishNow(context, absl::OkStatus());
}

grpc::ServerReadReactor<v1::CheckCrlRequest>* RevocationService::CheckCrl(
    grpc::CallbackServerContext*, v1::CheckCrlResponse* response) {
  return crl_checks_.Open(response);
}

grpc::ServerUnaryReactor* RevocationService::CheckRevocation(
    grpc::CallbackServerContext* context, const v1::CheckRevocationRequest* request,
    v1::CheckRevocationResponse* response) {
  absl::StatusOr<std::unique_ptr<const CertificatePair>> pair =
      ParsePair(request->certificate(), request->issuer());
  if (!pair.ok()) return FinishNow(context, pair.status());
  if (request->fetch() && request->has_verify_time()) {
    return FinishNow(context, FieldError("verify_time",
                                         "not together with fetch: what is "
                                         "fetched is judged now"));
  }
  const auto verify_time = ParseVerifyTime(request->has_verify_time(), request->verify_time());
  if (!verify_time.ok()) return FinishNow(context, verify_time.status());
  RevocationSearch search;
  search.pair = *std::move(pair);
  search.staple = request->staple();
  search.status_requested = request->status_requested() && !request->session_resumed();
  RevocationParts parts = {parts_.crls, parts_.fetch_crl, parts_.clock, options_.revocation};
  if (!request->fetch()) {
    const absl::Time now = verify_time->value_or(parts_.clock.Now());
    ToProto(CheckRevocationNow(search, parts, now), response->mutable_verdict());
    return FinishNow(context, absl::OkStatus());
  }

  if (!parts_.waiting.Enter()) return FinishNow(context, TooManyWait());
  const auto scope = std::make_shared<FetchScope>(parts_.fetcher);
  const auto call = WaitingCall::Make([scope] { scope->CancelAll(); });
  const auto done = [&waiting = parts_.waiting, call, response](const RevocationVerdict& verdict) {
    waiting.Leave();
    call->Answer([&] { ToProto(verdict, response->mutable_verdict()); });
  };
  FetchRevocation(scope, std::move(search), std::move(parts), FetchTime(*context), done);
  return call.get();
}

}  // namespace postern
