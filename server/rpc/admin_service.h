// AdminService of proto/postern/v1/admin.proto.
#ifndef POSTERN_SERVER_RPC_ADMIN_SERVICE_H_
#define POSTERN_SERVER_RPC_ADMIN_SERVICE_H_

#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/admin.grpc.pb.h"
#include "server/io/answer_memo.h"
#include "server/io/clock.h"
#include "server/io/dns/resolver.h"
#include "server/io/dns/resolver_self_test.h"
#include "server/io/policy/policy_cache.h"
#include "server/rpc/admission.h"

namespace postern {

class AdminService final : public v1::AdminService::CallbackService {
 public:
  // What the service shows; all must outlive it.
  struct Parts {
    PolicyCache& cache;
    const Resolver& resolver;
    const ResolverSelfTest& self_test;
    const Admission& admission;
    const AnswerMemo& handshakes;
    size_t trust_anchors;
    const Clock& clock;
  };

  explicit AdminService(const Parts& parts) : parts_(parts), start_time_(parts.clock.Now()) {}

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;
  grpc::ServerUnaryReactor* ListCachedPolicies(grpc::CallbackServerContext* context,
                                               const v1::ListCachedPoliciesRequest* request,
                                               v1::ListCachedPoliciesResponse* response) override;
  grpc::ServerUnaryReactor* PurgeCachedPolicies(grpc::CallbackServerContext* context,
                                                const v1::PurgeCachedPoliciesRequest* request,
                                                v1::PurgeCachedPoliciesResponse* response) override;

 private:
  const Parts parts_;
  const absl::Time start_time_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_ADMIN_SERVICE_H_
