#include "client/grpc_stream.h"

#include <deque>
#include <utility>

#include "absl/status/status.h"
#include "client/grpc_status.h"
#include "client/mutex.h"
#include "grpcpp/support/client_callback.h"

namespace postern {
namespace {

// What the server takes in one message (policy.proto).
constexpr int kMaxMessageQuestions = 256;
// Well below the size of a message that the server takes.
constexpr size_t kMaxMessageBytes = size_t{64} << 10;

using client_internal::Mutex;
using client_internal::MutexLock;

// Reactor sends one message at a time, with all the questions that came meanwhile. It lives, by
// self_, until gRPC has said OnDone.
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
    StartRead(&answers_);
    StartCall();
  }

  absl::Status Write(v1::StreamedQuestion question) {
    {
      MutexLock lock(mutex_);
      if (over_ || closing_) {
        return absl::UnavailableError("the stream has ended: open another");
      }
      if (unsent_count_ >= kMaxUnsentQuestions) {
        return absl::ResourceExhaustedError(
            "too many questions wait to be sent: wait for answers before asking more");
      }
      // The first message may be under way.
      const size_t bytes = question.ByteSizeLong();
      if (unsent_.size() < 2 || unsent_.back().questions_size() >= kMaxMessageQuestions ||
          last_bytes_ + bytes > kMaxMessageBytes) {
        unsent_.emplace_back();
        last_bytes_ = 0;
      }
      last_bytes_ += bytes;
      *unsent_.back().add_questions() = std::move(question);
      ++unsent_count_;
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
    for (v1::StreamedAnswer& answer : *answers_.mutable_answers()) {
      handlers_.on_answer(std::move(answer));
    }
    answers_.Clear();
    StartRead(&answers_);
  }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
      unsent_count_ -= static_cast<size_t>(unsent_.front().questions_size());
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
  v1::StreamDomainPoliciesResponse answers_;

  Mutex mutex_;
  std::deque<v1::StreamDomainPoliciesRequest> unsent_ ABSL_GUARDED_BY(mutex_);
  size_t unsent_count_ ABSL_GUARDED_BY(mutex_) = 0;  // questions in unsent_
  size_t last_bytes_ ABSL_GUARDED_BY(mutex_) = 0;    // of the last of unsent_, about
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

  absl::Status Write(v1::StreamedQuestion question) override {
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
