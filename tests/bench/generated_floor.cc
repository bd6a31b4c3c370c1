#include <cstdint>
#include <memory>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "postern/v1/policy.grpc.pb.h"
#include "tests/bench/echo_stream.h"
#include "tests/bench/floor_service.h"
#include "tests/bench/message_pool.h"

namespace postern {
namespace {

struct MessageCodec {
  std::vector<uint64_t> Read(const v1::StreamDomainPoliciesRequest& request) const {
    std::vector<uint64_t> ids;
    ids.reserve(static_cast<size_t>(request.questions_size()));
    for (const v1::StreamedQuestion& question : request.questions()) {
      ids.push_back(question.request_id());
    }
    return ids;
  }
  // The answers stay from one message to the next; only their ids change.
  void Fill(const std::vector<uint64_t>& ids, v1::StreamDomainPoliciesResponse& response) const {
    const int size = static_cast<int>(ids.size());
    while (response.answers_size() < size) *response.add_answers() = response.answers(0);
    while (response.answers_size() > size) response.mutable_answers()->RemoveLast();
    for (int i = 0; i < size; ++i) response.mutable_answers(i)->set_request_id(ids[i]);
  }
};

class GeneratedFloor final : public v1::PolicyService::CallbackService {
 public:
  explicit GeneratedFloor(const FixedAnswers& answers)
      : unary_(answers.unary), batch_(answers.batch), stream_(answers.stream) {
    SetMessageAllocatorFor_ResolveDomainPolicy(&unary_);
    SetMessageAllocatorFor_ResolveDomainPolicyBatch(&batch_);
  }

  grpc::ServerUnaryReactor* ResolveDomainPolicy(grpc::CallbackServerContext* context,
                                                const v1::ResolveDomainPolicyRequest*,
                                                v1::ResolveDomainPolicyResponse*) override {
    return Finish(context);
  }
  grpc::ServerUnaryReactor* ResolveDomainPolicyBatch(
      grpc::CallbackServerContext* context, const v1::ResolveDomainPolicyBatchRequest*,
      v1::ResolveDomainPolicyBatchResponse*) override {
    return Finish(context);
  }
  grpc::ServerBidiReactor<v1::StreamDomainPoliciesRequest, v1::StreamDomainPoliciesResponse>*
  StreamDomainPolicies(grpc::CallbackServerContext*) override {
    return new EchoStream<v1::StreamDomainPoliciesRequest, v1::StreamDomainPoliciesResponse,
                          MessageCodec>(MessageCodec(), stream_);
  }

 private:
  static grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  MessagePool<v1::ResolveDomainPolicyRequest, v1::ResolveDomainPolicyResponse> unary_;
  MessagePool<v1::ResolveDomainPolicyBatchRequest, v1::ResolveDomainPolicyBatchResponse> batch_;
  const v1::StreamDomainPoliciesResponse stream_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewGeneratedFloor(const FixedAnswers& answers) {
  return std::make_unique<GeneratedFloor>(answers);
}

}  // namespace postern
