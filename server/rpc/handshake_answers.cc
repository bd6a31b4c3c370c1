#include "server/rpc/handshake_answers.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "postern/v1/handshake.pb.h"
#include "server/core/handshake/handshake.h"
#include "server/core/handshake/verify_handshake.h"
#include "server/rpc/handshake_convert.h"

namespace postern {
absl::StatusOr<AnswerMemo::Answer> HandshakeAnswers::Answer(absl::string_view request,
                                                            absl::Time now) {
  const AnswerMemo::Key key = AnswerMemo::KeyOf(AnswerMemo::Kind::kHandshake, request);
  if (AnswerMemo::Answer remembered = memo_.Find(key, now)) return remembered;
  absl::Time valid_until = now + kMaxRemembered;
  absl::StatusOr<AnswerMemo::Answer> answer = Decide(request, now, valid_until);
  if (answer.ok() && valid_until > now) memo_.Insert(key, *answer, valid_until);
  return answer;
}

absl::StatusOr<AnswerMemo::Answer> HandshakeAnswers::Decide(absl::string_view request,
                                                            absl::Time now,
                                                            absl::Time& valid_until) {
  v1::VerifyHandshakeRequest proto;
  if (!proto.ParseFromArray(request.data(), static_cast<int>(request.size()))) {
    return absl::InvalidArgumentError(
        "the request is no VerifyHandshakeRequest, or a text in it is not UTF-8");
  }
  const absl::StatusOr<HandshakeRequest> parsed = RequestFromProto(proto);
  if (!parsed.ok()) return parsed.status();
  // RFC 7671, section 13: records that have ended must not decide.
  const absl::Time last_use = parsed->policy_expire_time + kPolicyGrace;
  if (last_use <= now) {
    return absl::InvalidArgumentError("policy.expire_time: the policy has ended; resolve it again");
  }
  const absl::Time judged = parsed->verify_time.value_or(now);
  const HandshakeVerdict verdict =
      VerifyHandshake(parsed->question, parsed->anchors ? *parsed->anchors : anchors_,
                      parsed->digests ? *parsed->digests : digests_, crls_, revocation_, judged);
  valid_until = std::min(valid_until, last_use);
  // The CRLs at hand change for who asks of another time, too.
  valid_until = std::min(valid_until, now + (verdict.valid_until - judged));
  v1::VerifyHandshakeResponse response;
  *response.mutable_handshake() =
      ToProto(verdict, proto.include_details() ? &parsed->question : nullptr);
  return std::make_shared<const std::string>(response.SerializeAsString());
}

}  // namespace postern
