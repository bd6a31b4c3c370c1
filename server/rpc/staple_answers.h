// Verdicts on OCSP responses that come with the request, and are remembered.
#ifndef POSTERN_SERVER_RPC_STAPLE_ANSWERS_H_
#define POSTERN_SERVER_RPC_STAPLE_ANSWERS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/io/answer_memo.h"
#include "server/io/clock.h"

namespace postern {

// StapleAnswers answers CheckStaple. Thread safe.
class StapleAnswers {
 public:
  // How long a verdict is remembered, at most. One that is good or revoked is not past its
  // use_until, and one that time may mend for less.
  static constexpr absl::Duration kMaxRemembered = absl::Hours(1);
  static constexpr absl::Duration kMaxInvalidRemembered = absl::Minutes(1);

  // Both must outlive this. The memo may be shared with other questions.
  StapleAnswers(AnswerMemo& memo, const Clock& clock) : memo_(memo), clock_(clock) {}

  // Answer takes the bytes of a CheckStapleRequest and gives those of a
  // CheckStapleResponse. Fails with INVALID_ARGUMENT and a message that begins with the
  // field's name.
  absl::StatusOr<AnswerMemo::Answer> Answer(absl::string_view request);

 private:
  AnswerMemo& memo_;
  const Clock& clock_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_STAPLE_ANSWERS_H_
