// PolicyService of proto/postern/v1/policy.proto.
#ifndef POSTERN_SERVER_RPC_POLICY_SERVICE_H_
#define POSTERN_SERVER_RPC_POLICY_SERVICE_H_

#include "grpcpp/grpcpp.h"
#include "postern/v1/policy.grpc.pb.h"
#include "server/rpc/policy_answers.h"
#include "server/rpc/policy_stream.h"

namespace postern {

// PolicyService validates, asks PolicyAnswers, and sends. Its methods take and
// give bytes: what the cache keeps is sent as it is (policy_wire.h).
class PolicyService final
    : public v1::PolicyService::WithRawCallbackMethod_ResolveDomainPolicy<
          v1::PolicyService::WithRawCallbackMethod_ResolveRelayPolicy<
              v1::PolicyService::WithRawCallbackMethod_ResolveDomainPolicyBatch<
                  v1::PolicyService::WithRawCallbackMethod_StreamDomainPolicies<
                      v1::PolicyService::Service>>>> {
 public:
  explicit PolicyService(PolicyAnswers& answers) : answers_(answers) {}

  grpc::ServerUnaryReactor* ResolveDomainPolicy(grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer* request,
                                                grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ResolveRelayPolicy(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* request,
                                               grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ResolveDomainPolicyBatch(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StreamDomainPolicies(
      grpc::CallbackServerContext* context) override;

  // Drain ends the streams once what is under way on them is answered.
  void Drain() { streams_.Drain(); }

 private:
  grpc::ServerUnaryReactor* Resolve(grpc::CallbackServerContext* context,
                                    const absl::StatusOr<PolicyQuestion>& question,
                                    bool include_trace, grpc::ByteBuffer* response);

  PolicyAnswers& answers_;
  PolicyStreams streams_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_POLICY_SERVICE_H_
