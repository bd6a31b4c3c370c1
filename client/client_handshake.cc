// The handshake methods of Client.
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/client.h"
#include "client/failure_mode.h"
#include "client/handshake_failure_mode.h"

namespace postern {
namespace {

using BatchResponse = absl::StatusOr<v1::VerifyHandshakeBatchResponse>;

std::vector<HandshakeDemand> DemandsOf(const v1::VerifyHandshakeBatchRequest& request) {
  std::vector<HandshakeDemand> demands;
  demands.reserve(request.requests_size());
  for (const auto& handshake : request.requests()) demands.push_back(DemandOf(handshake));
  return demands;
}

std::vector<absl::StatusOr<HandshakeAnswer>> AnswersFor(const std::vector<HandshakeDemand>& demands,
                                                        HandshakeFailureMode mode,
                                                        BatchResponse response) {
  if (response.ok() && static_cast<size_t>(response->results_size()) != demands.size()) {
    response = absl::InternalError(absl::StrCat("the server gave ", response->results_size(),
                                                " results for ", demands.size(),
                                                " handshakes: report a bug of the server"));
  }
  std::vector<absl::StatusOr<HandshakeAnswer>> answers;
  answers.reserve(demands.size());
  for (size_t i = 0; i < demands.size(); ++i) {
    absl::StatusOr<v1::HandshakeVerdict> outcome =
        response.ok()
            ? HandshakeOutcomeOf(std::move(*response->mutable_results(static_cast<int>(i))))
            : absl::StatusOr<v1::HandshakeVerdict>(OfAllQuestions(response.status()));
    answers.push_back(HandshakeAnswerFor(demands[i], mode, std::move(outcome)));
  }
  return answers;
}

CallContext WithTimeout(CallContext context, const HandshakeRpc& rpc) {
  if (!context.timeout) context.timeout = rpc.timeout;
  return context;
}

}  // namespace

absl::StatusOr<HandshakeAnswer> Client::VerifyHandshake(const v1::VerifyHandshakeRequest& request,
                                                        const CallContext& context) const {
  const HandshakeRpc& rpc = options_.verify_handshake;
  return HandshakeAnswerFor(
      DemandOf(request), rpc.failure_mode,
      HandshakeOf(connection_->VerifyHandshake(request, WithTimeout(context, rpc))));
}

void Client::AsyncVerifyHandshake(v1::VerifyHandshakeRequest request, HandshakeCallback done,
                                  const CallContext& context) const {
  const HandshakeRpc& rpc = options_.verify_handshake;
  auto finish = [demand = DemandOf(request), mode = rpc.failure_mode,
                 done = std::move(done)](absl::StatusOr<v1::VerifyHandshakeResponse> response) {
    done(HandshakeAnswerFor(demand, mode, HandshakeOf(std::move(response))));
  };
  connection_->AsyncVerifyHandshake(std::move(request), WithTimeout(context, rpc),
                                    std::move(finish));
}

std::vector<absl::StatusOr<HandshakeAnswer>> Client::VerifyHandshakeBatch(
    const v1::VerifyHandshakeBatchRequest& request, const CallContext& context) const {
  const HandshakeRpc& rpc = options_.verify_handshake_batch;
  return AnswersFor(DemandsOf(request), rpc.failure_mode,
                    connection_->VerifyHandshakeBatch(request, WithTimeout(context, rpc)));
}

void Client::AsyncVerifyHandshakeBatch(v1::VerifyHandshakeBatchRequest request,
                                       HandshakeBatchCallback done,
                                       const CallContext& context) const {
  const HandshakeRpc& rpc = options_.verify_handshake_batch;
  auto finish = [demands = DemandsOf(request), mode = rpc.failure_mode,
                 done = std::move(done)](BatchResponse response) {
    done(AnswersFor(demands, mode, std::move(response)));
  };
  connection_->AsyncVerifyHandshakeBatch(std::move(request), WithTimeout(context, rpc),
                                         std::move(finish));
}

}  // namespace postern
