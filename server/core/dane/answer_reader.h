// Reads the answers that have come, and notes those that are wanted.
#ifndef POSTERN_SERVER_CORE_DANE_ANSWER_READER_H_
#define POSTERN_SERVER_CORE_DANE_ANSWER_READER_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/core/dane/policy.h"
#include "server/core/dns/answer.h"

namespace postern {

// AnswerMap holds the answers that have come so far.
using AnswerMap = absl::flat_hash_map<DnsQuestion, DnsAnswer>;

// AnswerReader serves one evaluation. Not thread safe.
class AnswerReader {
 public:
  explicit AnswerReader(const AnswerMap& answers) : answers_(answers) {
    seen_.reserve(answers.size() + 4);  // to be asked next: two hosts' addresses
  }

  // Ask returns the answer, or null where it has not come; then it is wanted.
  const DnsAnswer* Ask(const std::string& name, RrType type);

  // wanted returns the questions without an answer, each once.
  std::vector<DnsQuestion>& wanted() { return wanted_; }
  // Trace returns the questions with an answer, each once, in the order asked.
  std::vector<DomainPolicy::TracedQuery> Trace() const;

 private:
  const AnswerMap& answers_;
  absl::flat_hash_set<DnsQuestion> seen_;
  std::vector<DnsQuestion> wanted_;
  std::vector<AnswerMap::const_pointer> read_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DANE_ANSWER_READER_H_
