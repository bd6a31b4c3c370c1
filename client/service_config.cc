#include "client/service_config.h"

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace postern {
namespace {

// StreamDomainPolicies is left out: gRPC would keep and resend its questions,
// and only until the first answer. PurgeCachedPolicies has an effect, and so have
// RefreshStaple and FetchStaple, which ask others. CheckRevocation may.
constexpr char kRetriedMethods[] =
    R"({"service":"postern.v1.PolicyService","method":"ResolveDomainPolicy"},)"
    R"({"service":"postern.v1.PolicyService","method":"ResolveRelayPolicy"},)"
    R"({"service":"postern.v1.PolicyService","method":"ResolveDomainPolicyBatch"},)"
    R"({"service":"postern.v1.HandshakeService","method":"VerifyHandshake"},)"
    R"({"service":"postern.v1.HandshakeService","method":"VerifyHandshakeBatch"},)"
    R"({"service":"postern.v1.RevocationService","method":"GetStaple"},)"
    R"({"service":"postern.v1.RevocationService","method":"ListStaples"},)"
    R"({"service":"postern.v1.RevocationService","method":"CheckStaple"},)"
    R"({"service":"postern.v1.AdminService","method":"GetStatus"},)"
    R"({"service":"postern.v1.AdminService","method":"ListCachedPolicies"})";

}  // namespace

std::string ServiceConfigJson(const RetryPolicy& retry) {
  constexpr char kBalancing[] = R"("loadBalancingConfig":[{"round_robin":{}}])";
  // gRPC refuses a retryPolicy of one attempt.
  if (retry.max_attempts < 2) return absl::StrFormat("{%s}", kBalancing);
  return absl::StrFormat(R"({%s,"methodConfig":[{"name":[%s],"retryPolicy":{"maxAttempts":%d,)"
                         R"("initialBackoff":"%.3fs","maxBackoff":"%.3fs","backoffMultiplier":2,)"
                         R"("retryableStatusCodes":["UNAVAILABLE"]}}],)"
                         R"("retryThrottling":{"maxTokens":10,"tokenRatio":0.1}})",
                         kBalancing, kRetriedMethods, retry.max_attempts,
                         absl::ToDoubleSeconds(retry.initial_backoff),
                         absl::ToDoubleSeconds(retry.max_backoff));
}

}  // namespace postern
