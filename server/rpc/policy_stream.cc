#include "server/rpc/policy_stream.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "postern/v1/policy.pb.h"
#include "server/rpc/policy_convert.h"
#include "server/rpc/policy_wire.h"
#include "server/rpc/reused_message.h"
#include "server/rpc/status_convert.h"

namespace postern {
namespace {

// Questions in flight on one stream, at most (policy.proto).
constexpr size_t kMaxInFlight = 1024;

// Bytes of answers that wait to be written, about: a client that does not read is not
// read from either.
constexpr size_t kMaxQueueBytes = size_t{256} << 10;

// Questions in one message (policy.proto).
constexpr int kMaxQuestions = 256;

// Bytes of answers in one message, about: well below what a client accepts by default.
constexpr size_t kMaxMessageBytes = size_t{1} << 20;

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
    Write();
    Read();
    MaybeFinish();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) DropQueue();  // the client is gone
    Write();
    Read();
    MaybeFinish();
  }

  void OnCancel() override {
    cancelled_.store(true, std::memory_order_relaxed);
    MutexLock lock(mutex_);
    DropQueue();
    EndLocked(grpc::Status(grpc::StatusCode::CANCELLED, "the stream was cancelled"));
  }

  void OnDone() override { streams_.Remove(this); }

  void OnPolicy(uint64_t request_id, const PolicyOutcome& outcome) {
    MutexLock lock(mutex_);
    --in_flight_;
    if (cancelled()) return;
    Add({{request_id, outcome}});
    Write();
    MaybeFinish();
  }

  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  class Waiter;

  // Take answers the questions that were read, or begins to fetch their answers.
  void Take();
  // Sets the outcome of one question; false where it has to be waited for.
  bool Take(const v1::StreamedQuestion& streamed, absl::Time now, PolicyOutcome& outcome);

  void Add(const std::vector<StreamedOutcome>& answers) POSTERN_REQUIRES(mutex_) {
    queue_.push_back(EncodeStreamAnswers(answers));
    queue_bytes_ += queue_.back().size();
  }

  void AddReady(std::vector<StreamedOutcome>& ready);

  void DropQueue() POSTERN_REQUIRES(mutex_) {
    queue_.clear();
    queue_bytes_ = 0;
  }

  // Write sends what is ready in one message, as far as it fits.
  void Write() POSTERN_REQUIRES(mutex_) {
    if (writing_ || queue_.empty() || finished_ || cancelled()) return;
    writing_ = true;
    size_t count = 0;
    for (size_t bytes = 0; count < queue_.size() && bytes < kMaxMessageBytes; ++count) {
      bytes += queue_[count].size();
    }
    grpc::ByteBuffer message(queue_.data(), count);
    response_.Swap(&message);
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<ptrdiff_t>(count));
    queue_bytes_ -= response_.Length();
    StartWrite(&response_);
  }

  void Read() POSTERN_REQUIRES(mutex_) {
    if (reading_ || ending_ || queue_bytes_ >= kMaxQueueBytes) return;
    reading_ = true;
    StartRead(&request_);
  }

  void EndLocked(const grpc::Status& status) POSTERN_REQUIRES(mutex_) {
    if (!ending_) end_status_ = status;
    ending_ = true;
    MaybeFinish();
  }

  void MaybeFinish() POSTERN_REQUIRES(mutex_) {
    if (!ending_ || finished_ || writing_) return;
    // A cancelled stream waits for nothing: what still comes is dropped.
    if (!cancelled() && (in_flight_ != 0 || !queue_.empty())) return;
    finished_ = true;
    Finish(end_status_);
  }

  PolicyStreams& streams_;
  PolicyAnswers& answers_;
  std::atomic<bool> cancelled_{false};
  grpc::ByteBuffer request_;   // of the read under way
  grpc::ByteBuffer response_;  // of the write under way

  Mutex mutex_;
  // Answers that wait to be written, encoded, several in a slice.
  std::vector<grpc::Slice> queue_ POSTERN_GUARDED_BY(mutex_);
  size_t queue_bytes_ POSTERN_GUARDED_BY(mutex_) = 0;
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
    PolicyOutcome outcome;
    outcome.policy = stream_->answers_.Done(std::move(policy));
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
  using Request = ReusedMessage<v1::StreamDomainPoliciesRequest>;
  thread_local Request reused;
  const Request::Use use(reused, request_.Length());
  const v1::StreamDomainPoliciesRequest& request = use.message();
  absl::flat_hash_set<int> not_utf8;  // does not allocate while it is empty
  // Without ids there is nothing to answer to.
  if (absl::Status status = ParseStreamed(request_, use.message(), not_utf8); !status.ok()) {
    return EndWith(ToGrpc(status));
  }
  if (request.questions_size() < 1 || request.questions_size() > kMaxQuestions) {
    return EndWith(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT,
                                absl::StrCat("questions: a message must hold 1 to ", kMaxQuestions,
                                             ", not ", request.questions_size())));
  }
  const absl::Time now = answers_.Now();
  std::vector<StreamedOutcome> ready;
  ready.reserve(static_cast<size_t>(request.questions_size()));
  size_t bytes = 0;
  for (int i = 0; i < request.questions_size(); ++i) {
    const v1::StreamedQuestion& streamed = request.questions(i);
    StreamedOutcome one;
    one.request_id = streamed.request_id();
    if (not_utf8.contains(i)) {
      one.outcome.error = NotUtf8("domain");
    } else if (!Take(streamed, now, one.outcome)) {
      continue;
    }
    if (one.outcome.policy != nullptr) bytes += one.outcome.policy->policy_and_trace().size();
    ready.push_back(std::move(one));
    if (bytes < kMaxMessageBytes) continue;
    AddReady(ready);
    bytes = 0;
  }
  if (!ready.empty()) AddReady(ready);
}

void PolicyStream::AddReady(std::vector<StreamedOutcome>& ready) {
  MutexLock lock(mutex_);
  Add(ready);
  ready.clear();
}

bool PolicyStream::Take(const v1::StreamedQuestion& streamed, absl::Time now,
                        PolicyOutcome& outcome) {
  const absl::StatusOr<PolicyQuestion> question = QuestionFromProto(streamed.request());
  outcome.include_trace = streamed.request().include_trace();
  if (!question.ok()) {
    outcome.error = question.status();
    return true;
  }
  outcome.policy = answers_.Remembered(*question, now);
  if (outcome.policy != nullptr) return true;
  bool admitted = false;
  {
    MutexLock lock(mutex_);
    admitted = in_flight_ < kMaxInFlight;
    if (admitted) ++in_flight_;
  }
  if (admitted &&
      answers_.Fetch(*question, std::make_shared<Waiter>(shared_from_this(), streamed.request_id(),
                                                         outcome.include_trace))) {
    return false;
  }
  outcome.error = Admission::Refusal();
  MutexLock lock(mutex_);
  if (admitted) --in_flight_;
  return true;
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
