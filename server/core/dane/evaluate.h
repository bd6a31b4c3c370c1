// The decision: from DNS answers to the policy of a next hop (RFC 7672,
// sections 2 and 3.2). docs/decision_table.md is its table, input to verdict.
#ifndef POSTERN_SERVER_CORE_DANE_EVALUATE_H_
#define POSTERN_SERVER_CORE_DANE_EVALUATE_H_

#include <vector>

#include "absl/time/time.h"
#include "server/core/dane/answer_reader.h"
#include "server/core/dane/policy.h"
#include "server/core/dns/answer.h"

namespace postern {

// Evaluation is either done, with the policy, or wants answers.
struct Evaluation {
  // The questions whose answers are wanted next, all at once; empty if done.
  std::vector<DnsQuestion> wanted;
  // The policy; meaningful only if nothing is wanted.
  DomainPolicy policy;

  bool Done() const { return wanted.empty(); }
};

// Evaluate decides on what is known. Called with no answers it wants the first
// question; called again with each further answer it wants the next ones, or is
// done. Pure: the same answers give the same policy, whatever their order.
//
//   AnswerMap answers;
//   Evaluation e;
//   while (!(e = Evaluate(question, rules, answers, now)).Done())
//     for (const DnsQuestion& q : e.wanted) answers[q] = Ask(q);
//
// `now` bounds verdicts that rest on a failure. Work is bounded by
// rules.max_hosts; a host costs at most five questions.
Evaluation Evaluate(const PolicyQuestion& question, const PolicyRules& rules,
                    const AnswerMap& answers, absl::Time now);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DANE_EVALUATE_H_
