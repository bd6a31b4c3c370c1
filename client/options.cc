#include "client/options.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace postern {
namespace {

absl::Status CheckRetry(const RetryPolicy& retry) {
  if (retry.max_attempts < 1 || retry.max_attempts > 5) {
    return absl::InvalidArgumentError(
        absl::StrCat("retry.max_attempts is ", retry.max_attempts, ": give 1 to 5"));
  }
  if (retry.initial_backoff < absl::Milliseconds(1) || retry.initial_backoff > absl::Hours(1)) {
    return absl::InvalidArgumentError("retry.initial_backoff: give 1 ms to 1 h");
  }
  if (retry.max_backoff < retry.initial_backoff || retry.max_backoff > absl::Hours(1)) {
    return absl::InvalidArgumentError("retry.max_backoff: give retry.initial_backoff to 1 h");
  }
  return absl::OkStatus();
}

absl::Status CheckTls(const TlsFiles& tls) {
  if (tls.ca.empty()) {
    return absl::InvalidArgumentError(
        "tls.ca is empty: name the PEM file of the CA that signed the server's certificate");
  }
  if (tls.cert.empty() != tls.key.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(tls.cert.empty() ? "tls.key without tls.cert" : "tls.cert without tls.key",
                     ": give both or neither"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckOptions(const Options& options) {
  if (options.target.empty()) {
    return absl::InvalidArgumentError("target is empty: name the server, such as localhost:8425");
  }
  const std::pair<absl::string_view, absl::Duration> timeouts[] = {
      {"resolve_domain_policy", options.resolve_domain_policy.timeout},
      {"resolve_relay_policy", options.resolve_relay_policy.timeout},
      {"resolve_domain_policy_batch", options.resolve_domain_policy_batch.timeout},
      {"stream_domain_policies", options.stream_domain_policies.timeout},
      {"verify_handshake", options.verify_handshake.timeout},
      {"verify_handshake_batch", options.verify_handshake_batch.timeout},
      {"get_staple", options.get_staple.timeout},
      {"list_staples", options.list_staples.timeout},
      {"check_staple", options.check_staple.timeout},
      {"refresh_staple", options.refresh_staple.timeout},
      {"fetch_staple", options.fetch_staple.timeout},
      {"check_crl", options.check_crl.timeout},
      {"check_revocation", options.check_revocation.timeout},
      {"get_status", options.get_status.timeout},
      {"list_cached_policies", options.list_cached_policies.timeout},
      {"purge_cached_policies", options.purge_cached_policies.timeout},
  };
  for (const auto& [rpc, timeout] : timeouts) {
    if (timeout <= absl::ZeroDuration()) {
      return absl::InvalidArgumentError(absl::StrCat(rpc, ".timeout: give more than zero"));
    }
  }
  if (absl::Status status = CheckRetry(options.retry); !status.ok()) return status;
  return options.tls ? CheckTls(*options.tls) : absl::OkStatus();
}

}  // namespace postern
