#include "server/core/dane/answer_reader.h"

#include <algorithm>

namespace postern {

const DnsAnswer* AnswerReader::Ask(absl::string_view name, RrType type) {
  const QuestionView question{name, type};
  const auto it = answers_.find(question);
  if (it == answers_.end()) {
    const auto same = [&question](const DnsQuestion& wanted) {
      return QuestionEqual()(wanted, question);
    };
    if (std::none_of(wanted_.begin(), wanted_.end(), same)) {
      wanted_.push_back({std::string(name), type});
    }
    return nullptr;
  }
  if (std::find(read_.begin(), read_.end(), &*it) == read_.end()) read_.push_back(&*it);
  return &it->second;
}

std::vector<DomainPolicy::TracedQuery> AnswerReader::Trace() const {
  std::vector<DomainPolicy::TracedQuery> trace;
  trace.reserve(read_.size());
  for (const auto* entry : read_) {
    const DnsAnswer& answer = entry->second;
    DomainPolicy::TracedQuery query;
    query.question = entry->first;
    query.state = answer.state;
    query.rcode = answer.rcode;
    query.ttl = answer.ttl;
    query.record_count = answer.RecordCount();
    if (answer.canonical_name != entry->first.name) query.canonical_name = answer.canonical_name;
    query.detail = answer.detail;
    trace.push_back(std::move(query));
  }
  return trace;
}

}  // namespace postern
