#include "server/io/dns/unbound_question.h"

namespace postern {

void UnboundQuestion::Answer(DnsAnswer answer) {
  if (!done) return;
  // Moved out first: the callback may take long, or ask again.
  const Resolver::Callback callback = std::exchange(done, nullptr);
  callback(std::move(answer));
}

void UnboundQuestion::Fail(DnsFailure failure, std::string detail) {
  if (!done) return;
  DnsAnswer answer;
  answer.state = DnsState::kFailed;
  answer.failure = failure;
  answer.canonical_name = question.name;
  answer.detail = std::move(detail);
  Answer(std::move(answer));
}

}  // namespace postern
