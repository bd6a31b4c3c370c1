#include "client/examples/smtp_worker/delivery.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "client/examples/smtp_worker/host_order.h"
#include "client/examples/smtp_worker/log_line.h"
#include "client/policy_answer.h"
#include "postern/v1/policy.pb.h"

namespace postern::smtp_worker {
namespace {

using Log = std::function<void(const std::string&)>;

// A host with many dead addresses must not hold the mail back from the next.
constexpr int kMaxAddresses = 10;

AttemptResult TryHost(const v1::HostPolicy& host, const Message& message, const Client& client,
                      SSL_CTX* context, const WorkerOptions& options, const Log& log) {
  AttemptResult result = AttemptResult::kUnreachable;
  for (int i = 0; i < std::min(host.addresses_size(), kMaxAddresses); ++i) {
    const std::string& address = host.addresses(i);
    bool in_clear_text = false;
    for (int tries = 0; tries < 2; ++tries) {
      const Attempt attempt =
          AttemptAddress(host, address, message, client, context, options, in_clear_text);
      log(HostLine(host, address, attempt));
      result = attempt.result;
      if (result != AttemptResult::kRetryInClearText) break;
      in_clear_text = true;
    }
    if (result != AttemptResult::kUnreachable) return result;
  }
  return result;
}

Outcome TryHosts(const v1::DomainPolicy& policy, const Message& message, const Client& client,
                 SSL_CTX* context, const WorkerOptions& options, const Log& log) {
  Outcome outcome = Outcome::kDeferred;
  for (const v1::HostPolicy* host : HostOrder(policy, options.seed)) {
    outcome = Outcome::kDeferred;
    const bool connect = host->verdict() == v1::HostPolicy::DANE ||
                         host->verdict() == v1::HostPolicy::TLS_UNAUTHENTICATED ||
                         host->verdict() == v1::HostPolicy::OPPORTUNISTIC;
    if (!connect) {
      log(SkippedLine(*host));
      continue;
    }
    switch (TryHost(*host, message, client, context, options, log)) {
      case AttemptResult::kDelivered:
        return Outcome::kDelivered;
      case AttemptResult::kRefused:
        return Outcome::kRefused;
      case AttemptResult::kHostRefuses:
        outcome = Outcome::kRefused;
        break;
      default:
        break;
    }
  }
  return outcome;
}

}  // namespace

Outcome Deliver(const Message& message, const Client& client, SSL_CTX* context,
                const WorkerOptions& options, const Log& log) {
  absl::StatusOr<std::string> domain = DomainOf(message.recipient);
  if (!domain.ok()) {
    log(domain.status().ToString());
    return Outcome::kRefused;
  }
  v1::ResolveDomainPolicyRequest request;
  request.set_domain(*domain);
  request.set_port(options.port);
  request.set_mode(options.mode);
  absl::StatusOr<PolicyAnswer> answer = client.ResolveDomainPolicy(request);
  if (!answer.ok()) {
    // The service does not take it for a domain: it will not tomorrow.
    log(answer.status().ToString());
    return absl::IsInvalidArgument(answer.status()) ? Outcome::kRefused : Outcome::kDeferred;
  }
  const v1::DomainPolicy& policy = answer->policy;
  log(DomainLine(policy, answer->from_server));
  switch (policy.verdict()) {
    case v1::DomainPolicy::HOSTS:
      return TryHosts(policy, message, client, context, options, log);
    case v1::DomainPolicy::NULL_MX:
    case v1::DomainPolicy::NO_SUCH_DOMAIN:
      return Outcome::kRefused;
    case v1::DomainPolicy::DEFER:
      return policy.fail_permanently() ? Outcome::kRefused : Outcome::kDeferred;
    default:
      return Outcome::kDeferred;
  }
}

}  // namespace postern::smtp_worker
