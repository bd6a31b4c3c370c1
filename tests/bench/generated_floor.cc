#include <cstdint>
#include <memory>

#include "grpcpp/grpcpp.h"
#include "postern/v1/policy.grpc.pb.h"
#include "tests/bench/echo_stream.h"
#include "tests/bench/floor_service.h"
#include "tests/bench/message_pool.h"

namespace postern {
namespace {

struct MessageCodec {
  uint64_t Id(const v1::StreamDomainPoliciesRequest& request) const { return request.request_id(); }
  void SetId(uint64_t id, v1::StreamDomainPoliciesResponse& response) const {
    response.set_request_id(id);
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
