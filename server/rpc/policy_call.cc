#include "server/rpc/policy_call.h"

#include "server/rpc/status_convert.h"

namespace postern {

// How long a client that was refused is to wait, in milliseconds.
constexpr char kPushbackMs[] = "100";

// One answer that the call waits for.
class PolicyCall::Waiter : public PolicyWaiter {
 public:
  Waiter(std::shared_ptr<PolicyCall> call, size_t index) : call_(std::move(call)), index_(index) {}

  void OnPolicy(PolicyRef policy) override {
    call_->outcomes_[index_].policy = call_->answers_.Done(std::move(policy));
    call_->Settle();
  }
  bool Cancelled() const override { return call_->cancelled_.load(std::memory_order_relaxed); }

 private:
  const std::shared_ptr<PolicyCall> call_;
  const size_t index_;
};

PolicyCall* PolicyCall::Start(PolicyAnswers& answers, std::vector<PolicyOutcome> outcomes,
                              const std::vector<Missing>& missing, bool refuse, Encoder encoder,
                              grpc::CallbackServerContext* context, grpc::ByteBuffer* response) {
  std::shared_ptr<PolicyCall> call(new PolicyCall(answers, std::move(outcomes), encoder, response));
  call->self_ = call;
  call->unsettled_ = missing.size() + 1;  // one for this function
  for (const Missing& one : missing) {
    if (answers.Fetch(one.question, std::make_shared<Waiter>(call, one.index))) continue;
    call->outcomes_[one.index].error = Admission::Refusal();
    if (refuse) {
      context->AddTrailingMetadata("grpc-retry-pushback-ms", kPushbackMs);
      call->FinishOnce(ToGrpc(Admission::Refusal()));
    }
    call->Settle();
  }
  call->Settle();
  return call.get();  // self_ keeps it
}

void PolicyCall::OnCancel() {
  cancelled_.store(true, std::memory_order_relaxed);
  FinishOnce(grpc::Status(grpc::StatusCode::CANCELLED, "nobody waits for the answer any more"));
}

void PolicyCall::Settle() {
  if (unsettled_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (finished_.exchange(true)) return;
  encoder_(outcomes_, *response_);
  Finish(grpc::Status::OK);
}

void PolicyCall::FinishOnce(const grpc::Status& status) {
  if (!finished_.exchange(true)) Finish(status);
}

}  // namespace postern
