#include "server/rpc/staple_answers.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "postern/v1/revocation.pb.h"
#include "server/core/revocation/check_staple.h"
#include "server/core/revocation/staple.h"
#include "server/rpc/field_error.h"
#include "server/rpc/revocation_convert.h"
#include "server/rpc/revocation_request.h"

namespace postern {
namespace {

constexpr int kMaxResponders = 4;
constexpr uint32_t kMaxAgeSeconds = 31'622'400;

absl::Time EndOf(const StapleVerdict& verdict, bool has_verify_time, absl::Time now) {
  if (has_verify_time) return now + StapleAnswers::kMaxRemembered;
  if (verdict.reason != StapleVerdict::Reason::kNone) {
    return now + StapleAnswers::kMaxInvalidRemembered;
  }
  return std::min(now + StapleAnswers::kMaxRemembered, verdict.use_until);
}

absl::StatusOr<StapleVerdict> Decide(const v1::CheckStapleRequest& request,
                                     std::optional<absl::Time> verify_time, absl::Time now) {
  const auto pair = ParsePair(request.certificate(), request.issuer());
  if (!pair.ok()) return pair.status();
  if (request.responder_certificates_size() > kMaxResponders) {
    return FieldError("responder_certificates",
                      absl::StrCat("must be at most ", kMaxResponders, " certificates"));
  }
  StapleOptions options;
  std::vector<Certificate> responders;
  responders.reserve(static_cast<size_t>(request.responder_certificates_size()));
  for (const std::string& der : request.responder_certificates()) {
    absl::StatusOr<Certificate> responder =
        ParseTrusted(absl::StrCat("responder_certificates[", responders.size(), "]"), der);
    if (!responder.ok()) return responder.status();
    responders.push_back(*std::move(responder));
  }
  for (const Certificate& responder : responders) {
    options.responder_certificates.push_back(&responder);
  }
  options.allow_sha1 = request.allow_sha1();
  options.allow_missing_next_update = request.allow_missing_next_update();
  if (request.has_max_age_seconds()) {
    if (request.max_age_seconds() < 1 || request.max_age_seconds() > kMaxAgeSeconds) {
      return FieldError("max_age_seconds", absl::StrCat("must be from 1 to ", kMaxAgeSeconds));
    }
    options.max_age = absl::Seconds(request.max_age_seconds());
  }
  return CheckStaple(request.staple(), (*pair)->certificate(), (*pair)->issuer(),
                     verify_time.value_or(now), options);
}

}  // namespace

absl::StatusOr<AnswerMemo::Answer> StapleAnswers::Answer(absl::string_view request) {
  const absl::Time now = clock_.Now();
  const AnswerMemo::Key key = AnswerMemo::KeyOf(AnswerMemo::Kind::kStaple, request);
  if (AnswerMemo::Answer remembered = memo_.Find(key, now)) return remembered;
  v1::CheckStapleRequest proto;
  if (!proto.ParseFromArray(request.data(), static_cast<int>(request.size()))) {
    return absl::InvalidArgumentError("the request is no CheckStapleRequest");
  }
  const absl::StatusOr<std::optional<absl::Time>> verify_time =
      ParseVerifyTime(proto.has_verify_time(), proto.verify_time());
  if (!verify_time.ok()) return verify_time.status();
  const absl::StatusOr<StapleVerdict> verdict = Decide(proto, *verify_time, now);
  if (!verdict.ok()) return verdict.status();
  v1::CheckStapleResponse response;
  ToProto(*verdict, response.mutable_verdict());
  auto answer = std::make_shared<const std::string>(response.SerializeAsString());
  const absl::Time end = EndOf(*verdict, verify_time->has_value(), now);
  if (end > now) memo_.Insert(key, answer, end);
  return answer;
}

}  // namespace postern
