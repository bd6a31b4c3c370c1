#include "server/rpc/policy_stream.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "postern/v1/policy.pb.h"
#include "server/rpc/policy_convert.h"
#include "server/rpc/policy_wire.h"

namespace postern {
namespace {

// Questions in flight on one stream, at most (policy.proto), and answers that
// wait to be written: a client that does not read is not read from either.
constexpr size_t kMaxInFlight = 1024;

}  // namespace

// One stream: a read, a write, and lookups under way at a time.
class PolicyStream : public PolicyStreams::Reactor,
                     public std::enable_shared_from_this<PolicyStream> {
 public:
  PolicyStream(PolicyStreams& streams, PolicyAnswers& answers)
      : streams_(streams), answers_(answers) {}

  void Begin() {
    MutexLock lock(mutex_);
    Read();
  }

  // EndWith stops reading and ends the stream once all is answered.
  void EndWith(const grpc::Status& status) {
    MutexLock lock(mutex_);
    EndLocked(status);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      MutexLock lock(mutex_);
      reading_ = false;
      return EndLocked(grpc::Status::OK);  // the client has no more questions
    }
    Take();
    MutexLock lock(mutex_);
    reading_ = false;
    Read();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) queue_.clear();  // the client is gone
    Write();
    Read();
    MaybeFinish();
  }

  void OnCancel() override {
    cancelled_.store(true, std::memory_order_relaxed);
    MutexLock lock(mutex_);
    queue_.clear();
    in_flight_ = 0;  // what still comes is dropped
    EndLocked(grpc::Status(grpc::StatusCode::CANCELLED, "the stream was cancelled"));
  }

  void OnDone() override { streams_.Remove(this); }

  void OnPolicy(uint64_t request_id, const PolicyOutcome& outcome) {
    MutexLock lock(mutex_);
    if (cancelled_.load(std::memory_order_relaxed)) return;
    --in_flight_;
    Answer(request_id, outcome);
    MaybeFinish();
  }

  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  class Waiter;

  // Take answers the question that was read, or begins to fetch its answer.
  void Take();

  void Answer(uint64_t request_id, const PolicyOutcome& outcome) POSTERN_REQUIRES(mutex_) {
    queue_.emplace_back();
    EncodeStreamResponse(request_id, outcome, queue_.back());
    Write();
  }

  void Write() POSTERN_REQUIRES(mutex_) {
    if (writing_ || queue_.empty() || finished_) return;
    writing_ = true;
    response_.Clear();
    response_.Swap(&queue_.front());
    queue_.pop_front();
    // With more to come the bytes may wait for them: fewer, larger packets.
    grpc::WriteOptions options;
    if (!queue_.empty()) options.set_buffer_hint();
    StartWrite(&response_, options);
  }

  void Read() POSTERN_REQUIRES(mutex_) {
    if (reading_ || ending_ || queue_.size() >= kMaxInFlight) return;
    reading_ = true;
    StartRead(&request_);
  }

  void EndLocked(const grpc::Status& status) POSTERN_REQUIRES(mutex_) {
    if (!ending_) end_status_ = status;
    ending_ = true;
    MaybeFinish();
  }

  void MaybeFinish() POSTERN_REQUIRES(mutex_) {
    if (!ending_ || finished_ || in_flight_ != 0 || writing_ || !queue_.empty()) return;
    finished_ = true;
    Finish(end_status_);
  }

  PolicyStreams& streams_;
  PolicyAnswers& answers_;
  std::atomic<bool> cancelled_{false};
  grpc::ByteBuffer request_;   // of the read under way
  grpc::ByteBuffer response_;  // of the write under way

  Mutex mutex_;
  std::deque<grpc::ByteBuffer> queue_ POSTERN_GUARDED_BY(mutex_);
  size_t in_flight_ POSTERN_GUARDED_BY(mutex_) = 0;
  bool reading_ POSTERN_GUARDED_BY(mutex_) = false;
  bool writing_ POSTERN_GUARDED_BY(mutex_) = false;
  bool ending_ POSTERN_GUARDED_BY(mutex_) = false;
  bool finished_ POSTERN_GUARDED_BY(mutex_) = false;
  grpc::Status end_status_ POSTERN_GUARDED_BY(mutex_);
};

class PolicyStream::Waiter : public PolicyWaiter {
 public:
  Waiter(std::shared_ptr<PolicyStream> stream, uint64_t request_id, bool include_trace)
      : stream_(std::move(stream)), request_id_(request_id), include_trace_(include_trace) {}

  void OnPolicy(PolicyRef policy) override {
    stream_->answers_.Done();
    PolicyOutcome outcome;
    outcome.policy = std::move(policy);
    outcome.include_trace = include_trace_;
    stream_->OnPolicy(request_id_, outcome);
  }
  bool Cancelled() const override { return stream_->cancelled(); }

 private:
  const std::shared_ptr<PolicyStream> stream_;
  const uint64_t request_id_;
  const bool include_trace_;
};

void PolicyStream::Take() {
  thread_local v1::StreamDomainPoliciesRequest request;
  PolicyOutcome outcome;
  uint64_t request_id = 0;
  if (!ParseRequest(request_, request)) {
    // Without an id there is nothing to answer to.
    return EndWith(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT,
                                "the stream holds bytes that are no StreamDomainPoliciesRequest"));
  }
  request_id = request.request_id();
  const absl::StatusOr<PolicyQuestion> question = QuestionFromProto(request.request());
  outcome.include_trace = request.request().include_trace();
  if (!question.ok()) {
    outcome.error = question.status();
  } else {
    outcome.policy = answers_.Remembered(*question, answers_.Now());
  }
  if (!question.ok() || outcome.policy != nullptr) {
    MutexLock lock(mutex_);
    return Answer(request_id, outcome);
  }
  bool admitted = false;
  {
    MutexLock lock(mutex_);
    admitted = in_flight_ < kMaxInFlight;
    if (admitted) ++in_flight_;
  }
  if (admitted && answers_.Fetch(*question, std::make_shared<Waiter>(shared_from_this(), request_id,
                                                                     outcome.include_trace))) {
    return;
  }
  MutexLock lock(mutex_);
  if (admitted) --in_flight_;
  outcome.error = Admission::Refusal();
  Answer(request_id, outcome);
}

PolicyStreams::Reactor* PolicyStreams::Open(PolicyAnswers& answers) {
  auto stream = std::make_shared<PolicyStream>(*this, answers);
  bool draining = false;
  {
    MutexLock lock(mutex_);
    open_.insert(stream);
    draining = draining_;
  }
  if (draining) {
    stream->EndWith(grpc::Status(grpc::StatusCode::UNAVAILABLE, "draining; ask another replica"));
  } else {
    stream->Begin();
  }
  return stream.get();  // open_ keeps it
}

void PolicyStreams::Drain() {
  std::vector<std::shared_ptr<PolicyStream>> open;
  {
    MutexLock lock(mutex_);
    draining_ = true;
    open.assign(open_.begin(), open_.end());
  }
  for (const std::shared_ptr<PolicyStream>& stream : open) {
    stream->EndWith(grpc::Status(grpc::StatusCode::UNAVAILABLE, "draining; ask another replica"));
  }
}

void PolicyStreams::Remove(PolicyStream* stream) {
  std::shared_ptr<PolicyStream> last;  // may be the last reference: goes after the lock
  MutexLock lock(mutex_);
  const auto it = open_.find(stream->shared_from_this());
  last = *it;
  open_.erase(it);
}

}  // namespace postern
