#include "client/policy_stream.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "client/failure_mode.h"
#include "client/mutex.h"
#include "client/utf8.h"

namespace postern {
namespace {

using client_internal::Mutex;
using client_internal::MutexLock;

}  // namespace

// State is the questions without an answer. The connection's handlers share it,
// so that it outlives the stream's object.
class PolicyStream::State {
 public:
  explicit State(PolicyFailureMode failure_mode) : failure_mode_(failure_mode) {}

  // Add keeps a question and gives its id. Fails if the stream has ended: no end
  // would come to take the question up.
  absl::StatusOr<uint64_t> Add(const std::string& domain, AnswerCallback& done) {
    MutexLock lock(mutex_);
    if (ended_) return absl::UnavailableError("the stream has ended: open another");
    pending_.emplace(++last_id_, Pending{domain, std::move(done)});
    return last_id_;
  }

  // Settle answers a question. An id that is not waiting is ignored: it was
  // settled, or the server made it up.
  void Settle(uint64_t id, absl::StatusOr<v1::DomainPolicy> outcome) {
    Pending pending;
    {
      MutexLock lock(mutex_);
      auto it = pending_.find(id);
      if (it == pending_.end()) return;
      pending = std::move(it->second);
      pending_.erase(it);
    }
    pending.done(AnswerFor(pending.domain, failure_mode_, std::move(outcome)));
  }

  void End(const absl::Status& status) {
    std::unordered_map<uint64_t, Pending> pending;
    {
      MutexLock lock(mutex_);
      ended_ = true;
      pending.swap(pending_);
    }
    const absl::Status reason =
        status.ok() ? absl::UnavailableError("the server ended the stream without an answer")
                    : OfAllQuestions(status);
    for (auto& [id, question] : pending) {
      question.done(AnswerFor(question.domain, failure_mode_, reason));
    }
  }

  PolicyFailureMode failure_mode() const { return failure_mode_; }

 private:
  struct Pending {
    std::string domain;
    AnswerCallback done;
  };

  const PolicyFailureMode failure_mode_;
  Mutex mutex_;
  std::unordered_map<uint64_t, Pending> pending_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

PolicyStream::PolicyStream(Connection& connection, PolicyFailureMode failure_mode,
                           const CallContext& context)
    : state_(std::make_shared<State>(failure_mode)) {
  StreamHandlers handlers;
  handlers.on_answer = [state = state_](v1::StreamedAnswer answer) {
    state->Settle(answer.request_id(), OutcomeOf(std::move(*answer.mutable_result())));
  };
  handlers.on_end = [state = state_](const absl::Status& status) { state->End(status); };
  stream_ = connection.StreamDomainPolicies(std::move(handlers), context);
}

PolicyStream::~PolicyStream() = default;

void PolicyStream::Ask(v1::ResolveDomainPolicyRequest request, AnswerCallback done) {
  // It would end the stream for all questions.
  if (absl::Status status = CheckUtf8("domain", request.domain()); !status.ok()) {
    done(std::move(status));
    return;
  }
  absl::StatusOr<uint64_t> id = state_->Add(request.domain(), done);
  if (!id.ok()) {
    done(AnswerFor(request.domain(), state_->failure_mode(), id.status()));
    return;
  }
  v1::StreamedQuestion question;
  question.set_request_id(*id);
  *question.mutable_request() = std::move(request);
  absl::Status status = stream_->Write(std::move(question));
  if (!status.ok()) state_->Settle(*id, std::move(status));
}

void PolicyStream::Close() { stream_->Close(); }

}  // namespace postern
