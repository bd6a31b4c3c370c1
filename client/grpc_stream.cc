#include "client/grpc_stream.h"

#include <deque>
#include <utility>

#include "absl/status/status.h"
#include "client/grpc_status.h"
#include "client/mutex.h"
#include "grpcpp/support/client_callback.h"

namespace postern {
namespace {

using client_internal::Mutex;
using client_internal::MutexLock;

// Reactor sends one question at a time from a queue. It lives, by self_, until
// gRPC has said OnDone.
//
// gRPC forbids starting an operation from outside a reaction unless a hold is
// kept: it is kept from the start until nothing will be written any more.
class Reactor final : public grpc::ClientBidiReactor<v1::StreamDomainPoliciesRequest,
                                                     v1::StreamDomainPoliciesResponse> {
 public:
  Reactor(std::unique_ptr<grpc::ClientContext> context, StreamHandlers handlers)
      : context_(std::move(context)), handlers_(std::move(handlers)) {}

  void Start(v1::PolicyService::Stub& stub, std::shared_ptr<Reactor> self) {
    self_ = std::move(self);
    stub.async()->StreamDomainPolicies(context_.get(), this);
    AddHold();
    StartRead(&answer_);
    StartCall();
  }

  absl::Status Write(v1::StreamDomainPoliciesRequest question) {
    {
      MutexLock lock(mutex_);
      if (over_ || closing_) {
        return absl::UnavailableError("the stream has ended: open another");
      }
      if (unsent_.size() >= kMaxUnsentQuestions) {
        return absl::ResourceExhaustedError(
            "too many questions wait to be sent: wait for answers before asking more");
      }
      unsent_.push_back(std::move(question));
      if (writing_) return absl::OkStatus();
    }
    Advance();
    return absl::OkStatus();
  }

  void Close() {
    {
      MutexLock lock(mutex_);
      if (closing_) return;
      closing_ = true;
      if (writing_) return;
    }
    Advance();
  }

  void Cancel() { context_->TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) {
      {
        MutexLock lock(mutex_);
        over_ = true;
        if (writing_) return;  // OnWriteDone comes, and lets go.
      }
      Advance();
      return;
    }
    handlers_.on_answer(std::move(answer_));
    answer_.Clear();
    StartRead(&answer_);
  }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
      unsent_.pop_front();
      if (!ok) over_ = true;
    }
    Advance();
  }

  void OnWritesDoneDone(bool) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
      over_ = true;
    }
    Advance();
  }

  void OnDone(const grpc::Status& status) override {
    std::shared_ptr<Reactor> self = std::move(self_);
    handlers_.on_end(FromGrpc(status));
  }

 private:
  // Advance starts what is to be written next, or lets go of the hold if nothing
  // will be. writing_ makes the starter the only one, so that gRPC is called
  // without the lock.
  void Advance() {
    const v1::StreamDomainPoliciesRequest* next = nullptr;
    bool let_go = false;
    {
      MutexLock lock(mutex_);
      if (writing_) return;
      if (over_) {
        if (!std::exchange(held_, false)) return;
        let_go = true;
      } else if (!unsent_.empty()) {
        next = &unsent_.front();
        writing_ = true;
      } else if (closing_) {
        writing_ = true;
      } else {
        return;
      }
    }
    if (let_go) {
      RemoveHold();
    } else if (next != nullptr) {
      StartWrite(next);
    } else {
      StartWritesDone();
    }
  }

  const std::unique_ptr<grpc::ClientContext> context_;
  const StreamHandlers handlers_;
  std::shared_ptr<Reactor> self_;
  v1::StreamDomainPoliciesResponse answer_;

  Mutex mutex_;
  std::deque<v1::StreamDomainPoliciesRequest> unsent_ ABSL_GUARDED_BY(mutex_);
  // An operation of the writing side is under way.
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  // The caller has no more questions.
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  // Nothing can be written any more.
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  bool held_ ABSL_GUARDED_BY(mutex_) = true;
};

class GrpcStream final : public ConnectionStream {
 public:
  explicit GrpcStream(std::shared_ptr<Reactor> reactor) : reactor_(std::move(reactor)) {}
  ~GrpcStream() override { reactor_->Cancel(); }

  absl::Status Write(v1::StreamDomainPoliciesRequest question) override {
    return reactor_->Write(std::move(question));
  }
  void Close() override { reactor_->Close(); }

 private:
  const std::shared_ptr<Reactor> reactor_;
};

}  // namespace

std::unique_ptr<ConnectionStream> StartGrpcStream(v1::PolicyService::Stub& stub,
                                                  std::unique_ptr<grpc::ClientContext> context,
                                                  StreamHandlers handlers) {
  auto reactor = std::make_shared<Reactor>(std::move(context), std::move(handlers));
  reactor->Start(stub, reactor);
  return std::make_unique<GrpcStream>(std::move(reactor));
}

}  // namespace postern
