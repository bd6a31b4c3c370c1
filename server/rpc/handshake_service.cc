#include "server/rpc/handshake_service.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/slice.h"
#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"
#include "server/rpc/status_convert.h"
#include "server/rpc/wire.h"

namespace postern {
namespace {

constexpr size_t kMaxBatch = 64;

void SetBytes(absl::string_view bytes, grpc::ByteBuffer& response) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  grpc::ByteBuffer filled(&slice, 1);
  response.Swap(&filled);
}

// The bytes of a HandshakeResult. With a verdict they are those of a
// VerifyHandshakeResponse.
absl::string_view ResultBytes(const absl::StatusOr<AnswerMemo::Answer>& answer,
                              std::string& error) {
  static_assert(v1::VerifyHandshakeResponse::kHandshakeFieldNumber ==
                v1::HandshakeResult::kHandshakeFieldNumber);
  if (answer.ok()) return **answer;
  v1::HandshakeResult result;
  result.mutable_error()->set_code(static_cast<int>(answer.status().code()));
  result.mutable_error()->set_message(std::string(answer.status().message()));
  error = result.SerializeAsString();
  return error;
}

}  // namespace

grpc::ServerUnaryReactor* HandshakeService::VerifyHandshake(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            grpc::ByteBuffer* response) {
  const grpc::Slice bytes = SingleSlice(*request);
  const absl::StatusOr<AnswerMemo::Answer> answer = answers_.Answer(ViewOf(bytes), answers_.Now());
  if (!answer.ok()) return FinishNow(context, answer.status());
  SetBytes(**answer, *response);
  return FinishNow(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* HandshakeService::VerifyHandshakeBatch(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  const grpc::Slice bytes = SingleSlice(*request);
  std::vector<absl::string_view> requests;
  if (!SplitMessages(ViewOf(bytes), v1::VerifyHandshakeBatchRequest::kRequestsFieldNumber,
                     kMaxBatch, requests)) {
    return FinishNow(context,
                     absl::InvalidArgumentError("the request is no VerifyHandshakeBatchRequest"));
  }
  if (requests.empty() || requests.size() > kMaxBatch) {
    return FinishNow(context, absl::InvalidArgumentError(absl::StrCat("requests: must hold 1 to ",
                                                                      kMaxBatch, " handshakes")));
  }
  const absl::Time now = answers_.Now();
  std::vector<absl::StatusOr<AnswerMemo::Answer>> answers;
  std::vector<std::string> errors(requests.size());
  std::vector<absl::string_view> results;
  answers.reserve(requests.size());
  for (const absl::string_view one : requests) {
    // What nobody waits for is not worked out.
    if (context->IsCancelled()) return FinishNow(context, absl::CancelledError());
    answers.push_back(answers_.Answer(one, now));
  }
  size_t size = 0;
  for (size_t i = 0; i < requests.size(); ++i) {
    results.push_back(ResultBytes(answers[i], errors[i]));
    size += FieldSize(results.back().size());
  }
  WireWriter writer(size);
  for (const absl::string_view result : results) {
    writer.Message(v1::VerifyHandshakeBatchResponse::kResultsFieldNumber, result.size());
    writer.Bytes(result);
  }
  writer.Finish(*response);
  return FinishNow(context, absl::OkStatus());
}

}  // namespace postern
