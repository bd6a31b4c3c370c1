// What the misbehaving name server does with a query, whatever brought it.
#ifndef POSTERN_TESTS_LAB_RESPONDER_H_
#define POSTERN_TESTS_LAB_RESPONDER_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "tests/lab/fault_rules.h"
#include "tests/lab/synthetic_zone.h"

namespace postern {

// Edit is what to do to the answer of the name server behind.
enum class Edit { kNone, kWrongId, kSetAd };

// ApplyEdit does it. Answers shorter than a header are left as they are.
void ApplyEdit(Edit edit, std::string& answer);

// Handling is what to do with a query.
struct Handling {
  enum class Kind { kForward, kReply, kDrop, kClose };
  Kind kind = Kind::kDrop;
  std::string message;  // kForward: the query to send on; kReply: the answer
  Edit edit = Edit::kNone;
  std::chrono::milliseconds delay{0};  // before the answer is sent
};

// Responder holds the rules. One thread.
class Responder {
 public:
  Responder(std::chrono::milliseconds delay, std::optional<SyntheticZone> synthetic)
      : delay_(delay), synthetic_(std::move(synthetic)) {}

  void SetRules(FaultRules rules) { rules_ = std::move(rules); }

  // Handle says what to do. A message that is no query is dropped.
  Handling Handle(std::string_view message, bool by_tcp) const;

 private:
  const std::chrono::milliseconds delay_;
  const std::optional<SyntheticZone> synthetic_;
  FaultRules rules_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_LAB_RESPONDER_H_
