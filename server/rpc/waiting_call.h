// A unary call that waits for something, and may be cancelled meanwhile.
#ifndef POSTERN_SERVER_RPC_WAITING_CALL_H_
#define POSTERN_SERVER_RPC_WAITING_CALL_H_

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "server/rpc/status_convert.h"

namespace postern {

// WaitingCall keeps itself alive until gRPC is done with it; who works for it shares it.
// Thread safe.
class WaitingCall : public grpc::ServerUnaryReactor {
 public:
  // Make begins a call. `cancel` is called, at most once, when nobody waits any more: the
  // client is gone, or its deadline has passed.
  static std::shared_ptr<WaitingCall> Make(std::function<void()> cancel) {
    std::shared_ptr<WaitingCall> call(new WaitingCall(std::move(cancel)));
    call->self_ = call;
    return call;
  }

  // Answer ends the call. `fill` fills the response, and is not called where the call has
  // ended: the response is gone then.
  void Answer(const std::function<void()>& fill) {
    if (finished_.exchange(true)) return;
    fill();
    Finish(grpc::Status::OK);
  }
  void Fail(const absl::Status& status) {
    if (!finished_.exchange(true)) Finish(ToGrpc(status));
  }

  void OnCancel() override {
    cancel_();
    Fail(absl::CancelledError("the call was cancelled"));
  }
  void OnDone() override { self_.reset(); }

 private:
  explicit WaitingCall(std::function<void()> cancel) : cancel_(std::move(cancel)) {}

  const std::function<void()> cancel_;
  std::atomic<bool> finished_{false};
  std::shared_ptr<WaitingCall> self_;
};

// TimeLeft returns how long the caller still waits; at most `max`, and never negative.
inline absl::Duration TimeLeft(const grpc::CallbackServerContext& context, absl::Duration max) {
  const absl::Duration left = absl::FromChrono(context.deadline()) - absl::Now();
  return std::max(absl::ZeroDuration(), std::min(left, max));
}

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_WAITING_CALL_H_
