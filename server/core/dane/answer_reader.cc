#include "server/core/dane/answer_reader.h"

namespace postern {

const DnsAnswer* AnswerReader::Ask(const std::string& name, RrType type) {
  DnsQuestion question{name, type};
  const auto it = answers_.find(question);
  const bool first = seen_.insert(question).second;
  if (it == answers_.end()) {
    if (first) wanted_.push_back(std::move(question));
    return nullptr;
  }
  if (first) read_.push_back(&*it);
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
