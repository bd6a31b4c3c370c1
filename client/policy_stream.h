// Many policy questions over one long-lived stream: cheaper than a call for each.
// Got from Client::OpenPolicyStream.
//
// Thread safe. Callbacks run on the connection's threads, one at a time for a
// stream (but see Ask); they must not block and must not throw.
#ifndef POSTERN_CLIENT_POLICY_STREAM_H_
#define POSTERN_CLIENT_POLICY_STREAM_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "client/call_context.h"
#include "client/connection.h"
#include "client/options.h"
#include "client/policy_answer.h"
#include "postern/v1/policy.pb.h"

namespace postern {

// PolicyStream is an open stream. Destroying it cancels it: every question
// without an answer then gets what the failure mode says for CANCELLED.
class PolicyStream {
 public:
  using AnswerCallback = std::function<void(absl::StatusOr<PolicyAnswer>)>;

  // Use Client::OpenPolicyStream.
  PolicyStream(Connection& connection, PolicyFailureMode failure_mode, const CallContext& context);
  ~PolicyStream();
  PolicyStream(const PolicyStream&) = delete;
  PolicyStream& operator=(const PolicyStream&) = delete;

  // Ask sends one question. done runs exactly once, in the order of the answers;
  // within Ask, on the caller's thread, if the question cannot be sent: the
  // stream has ended (open another), 1,024 questions wait to be sent, or the
  // domain is not UTF-8 (INVALID_ARGUMENT).
  void Ask(v1::ResolveDomainPolicyRequest request, AnswerCallback done);

  // Close says that no more questions follow. Answers still come.
  void Close();

 private:
  class State;
  const std::shared_ptr<State> state_;
  std::unique_ptr<ConnectionStream> stream_;
};

}  // namespace postern

#endif  // POSTERN_CLIENT_POLICY_STREAM_H_
