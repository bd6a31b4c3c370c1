// Unary calls that have to wait.
#ifndef POSTERN_SERVER_RPC_POLICY_CALL_H_
#define POSTERN_SERVER_RPC_POLICY_CALL_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "server/core/dane/policy.h"
#include "server/rpc/policy_answers.h"
#include "server/rpc/policy_wire.h"

namespace postern {

// PolicyCall is a call whose answers, one or several, have to be fetched. It
// keeps itself alive until gRPC is done with it and no answer is to come.
class PolicyCall : public grpc::ServerUnaryReactor,
                   public std::enable_shared_from_this<PolicyCall> {
 public:
  // Encoder makes the response of the outcomes.
  using Encoder = void (*)(const std::vector<PolicyOutcome>&, grpc::ByteBuffer&);

  // Missing is an outcome that has to be fetched.
  struct Missing {
    size_t index = 0;
    PolicyQuestion question;
  };

  // Start begins a call of which `outcomes` holds what is known, and fetches what
  // is `missing`. With `refuse` a full server refuses the call, else only the element.
  static PolicyCall* Start(PolicyAnswers& answers, std::vector<PolicyOutcome> outcomes,
                           const std::vector<Missing>& missing, bool refuse, Encoder encoder,
                           grpc::CallbackServerContext* context, grpc::ByteBuffer* response);

  void OnCancel() override;
  void OnDone() override { self_.reset(); }

 private:
  class Waiter;

  PolicyCall(PolicyAnswers& answers, std::vector<PolicyOutcome> outcomes, Encoder encoder,
             grpc::ByteBuffer* response)
      : answers_(answers), outcomes_(std::move(outcomes)), encoder_(encoder), response_(response) {}

  // Settle notes that one outcome more is there; the last one sends the response.
  void Settle();
  void FinishOnce(const grpc::Status& status);

  PolicyAnswers& answers_;
  std::vector<PolicyOutcome> outcomes_;
  const Encoder encoder_;
  grpc::ByteBuffer* const response_;
  std::atomic<size_t> unsettled_{0};
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> finished_{false};
  std::shared_ptr<PolicyCall> self_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_POLICY_CALL_H_
