// Reads the answers that have come, and notes those that are wanted.
#ifndef POSTERN_SERVER_CORE_DANE_ANSWER_READER_H_
#define POSTERN_SERVER_CORE_DANE_ANSWER_READER_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "server/core/dane/policy.h"
#include "server/core/dns/answer.h"

namespace postern {

// QuestionView is a DnsQuestion without a copy of the name.
struct QuestionView {
  absl::string_view name;
  RrType type = RrType::kA;
};

// QuestionHash and QuestionEqual let answers be found by a view.
struct QuestionHash {
  using is_transparent = void;
  size_t operator()(const QuestionView& question) const {
    return absl::HashOf(question.name, question.type);
  }
  size_t operator()(const DnsQuestion& question) const {
    return (*this)(QuestionView{question.name, question.type});
  }
};
struct QuestionEqual {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return a.type == b.type && a.name == b.name;
  }
};

// AnswerMap holds the answers that have come so far.
using AnswerMap = absl::flat_hash_map<DnsQuestion, DnsAnswer, QuestionHash, QuestionEqual>;

// AnswerReader serves one evaluation. Not thread safe.
class AnswerReader {
 public:
  explicit AnswerReader(const AnswerMap& answers) : answers_(answers) {
    read_.reserve(answers.size());
  }

  // Ask returns the answer, or null where it has not come; then it is wanted.
  const DnsAnswer* Ask(absl::string_view name, RrType type);

  // wanted returns the questions without an answer, each once.
  std::vector<DnsQuestion>& wanted() { return wanted_; }
  // Trace returns the questions with an answer, each once, in the order asked.
  std::vector<DomainPolicy::TracedQuery> Trace() const;

 private:
  // Evaluations are many and their questions few: no copies, and no table of them.
  const AnswerMap& answers_;
  std::vector<DnsQuestion> wanted_;
  std::vector<AnswerMap::const_pointer> read_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DANE_ANSWER_READER_H_
