// What every form of the handshake question does alike: remember, check, decide.
#ifndef POSTERN_SERVER_RPC_HANDSHAKE_ANSWERS_H_
#define POSTERN_SERVER_RPC_HANDSHAKE_ANSWERS_H_

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/dane/tlsa.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/trust_anchors.h"
#include "server/io/answer_memo.h"
#include "server/io/clock.h"

namespace postern {

// HandshakeAnswers answers questions. Thread safe.
class HandshakeAnswers {
 public:
  // How long after its end a policy may judge a handshake: a connection that was
  // begun in time may have waited for a greeting, and for EHLO (RFC 5321, section
  // 4.5.3.2).
  static constexpr absl::Duration kPolicyGrace = absl::Minutes(15);

  // How long a verdict is remembered, at most. What time changes in the chain ends
  // it earlier.
  static constexpr absl::Duration kMaxRemembered = absl::Hours(1);

  // `digests` is strongest first. Memo, clock and CRLs must outlive this.
  HandshakeAnswers(AnswerMemo& memo, const Clock& clock, TrustAnchors anchors,
                   std::vector<DigestAlgorithm> digests, const CrlIndex& crls,
                   RevocationOptions revocation)
      : memo_(memo),
        clock_(clock),
        anchors_(std::move(anchors)),
        digests_(std::move(digests)),
        crls_(crls),
        revocation_(revocation) {}

  // Now is read once for a request.
  absl::Time Now() const { return clock_.Now(); }

  // Answer takes the bytes of a VerifyHandshakeRequest and gives those of a
  // VerifyHandshakeResponse. Fails with INVALID_ARGUMENT and a message that begins
  // with the field's name.
  absl::StatusOr<AnswerMemo::Answer> Answer(absl::string_view request, absl::Time now);

 private:
  absl::StatusOr<AnswerMemo::Answer> Decide(absl::string_view request, absl::Time now,
                                            absl::Time& valid_until);

  AnswerMemo& memo_;
  const Clock& clock_;
  const TrustAnchors anchors_;
  const std::vector<DigestAlgorithm> digests_;
  const CrlIndex& crls_;
  const RevocationOptions revocation_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_HANDSHAKE_ANSWERS_H_
