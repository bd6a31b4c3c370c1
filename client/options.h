// How a Client reaches the service, how long it waits, what it retries, and what
// it says when no answer comes. Plain values.
#ifndef POSTERN_CLIENT_OPTIONS_H_
#define POSTERN_CLIENT_OPTIONS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace postern {

// PolicyFailureMode is what a caller gets from a policy RPC when no answer comes.
//
// There is no mode that goes on with opportunistic TLS: whoever can keep the
// service from answering could then switch DANE off for every domain, which is
// the downgrade that RFC 7672, section 2.1.2, forbids for a lookup that fails.
enum class PolicyFailureMode {
  // An answer of our own, with the verdict DEFER (PolicyAnswer::from_server is
  // false, PolicyAnswer::status says why): keep the mail and try later.
  kDefer,
  // The status of the call.
  kReturnError,
};

// PolicyRpc is how one policy RPC is called.
struct PolicyRpc {
  // How long a call may take, retries included, where CallContext does not say.
  absl::Duration timeout = absl::Seconds(20);
  // What the caller gets when no answer comes. INVALID_ARGUMENT is an answer
  // about the request and is returned as an error in every mode.
  PolicyFailureMode failure_mode = PolicyFailureMode::kDefer;
};

// HandshakeFailureMode is what a caller gets from a handshake RPC when no answer
// comes.
//
// There is no mode that delivers without a verdict to a host whose policy demands
// one: whoever can keep the service from answering could then pass for any host.
enum class HandshakeFailureMode {
  // An answer of our own by what the policy demands (HandshakeAnswer::from_server
  // is false, HandshakeAnswer::status says why): PROCEED where it demands nothing
  // that is not there (OPPORTUNISTIC; TLS_UNAUTHENTICATED over TLS; neither where DANE
  // is mandatory) or is audited, else NEXT_HOST. With require_pkix always NEXT_HOST.
  kByPolicy,
  // An answer of our own: NEXT_HOST, whatever the policy.
  kNextHost,
  // The status of the call.
  kReturnError,
};

// HandshakeRpc is how one handshake RPC is called.
struct HandshakeRpc {
  // As in PolicyRpc. A server waits meanwhile, at the other end of an open
  // connection.
  absl::Duration timeout = absl::Seconds(5);
  // What the caller gets when no answer comes. INVALID_ARGUMENT is an answer
  // about the request and is returned as an error in every mode.
  HandshakeFailureMode failure_mode = HandshakeFailureMode::kByPolicy;
};

// RevocationRpc is how one RPC about staples and revocation is called. When no answer comes
// the caller gets the status of the call: what is in a staple's place is for the caller to
// say. A server goes on with the staple that it has, until use_until.
struct RevocationRpc {
  // As in PolicyRpc.
  absl::Duration timeout = absl::Seconds(5);
};

// AdminRpc is how one admin RPC is called. When no answer comes the caller gets
// the status of the call.
struct AdminRpc {
  // As in PolicyRpc.
  absl::Duration timeout = absl::Seconds(5);
};

// RetryPolicy is how often a call that got UNAVAILABLE is made again. It holds
// only for RPCs without an effect: never for PurgeCachedPolicies, RefreshStaple and
// FetchStaple, nor for streams. The channel stops retrying while most of its calls fail.
struct RetryPolicy {
  // Calls made at most, the first included; 1 (no retry) to 5.
  int max_attempts = 3;
  // The wait before the first retry, up to a random part of it; then doubled.
  absl::Duration initial_backoff = absl::Milliseconds(50);
  // The longest wait; at least initial_backoff.
  absl::Duration max_backoff = absl::Seconds(1);
};

// TlsFiles are PEM files, read again when they change: replace them by rename.
struct TlsFiles {
  // The certificates that the server's chain must lead to. Required.
  std::string ca;
  // The client's own certificate chain and its private key; both or neither.
  std::string cert;
  std::string key;
};

// Options say how a Client reaches the service.
struct Options {
  // The server as gRPC names it: "localhost:8425",
  // "unix:/run/postern/postern.sock", "dns:///postern.mail.svc:8425". Calls go to
  // all addresses of a name in turn.
  std::string target = "localhost:8425";
  // Absent: no TLS, for loopback and unix sockets only.
  std::optional<TlsFiles> tls;
  RetryPolicy retry;

  PolicyRpc resolve_domain_policy;
  PolicyRpc resolve_relay_policy;
  PolicyRpc resolve_domain_policy_batch = {absl::Seconds(30), PolicyFailureMode::kDefer};
  // A stream lasts until it is closed: its timeout is infinite.
  PolicyRpc stream_domain_policies = {absl::InfiniteDuration(), PolicyFailureMode::kDefer};

  HandshakeRpc verify_handshake;
  HandshakeRpc verify_handshake_batch = {absl::Seconds(10), HandshakeFailureMode::kByPolicy};

  RevocationRpc get_staple;
  RevocationRpc list_staples;
  RevocationRpc check_staple;
  // Those that may fetch wait for responders.
  RevocationRpc refresh_staple = {absl::Seconds(60)};
  RevocationRpc fetch_staple = {absl::Seconds(60)};
  RevocationRpc check_crl = {absl::Seconds(60)};
  RevocationRpc check_revocation = {absl::Seconds(60)};

  AdminRpc get_status;
  AdminRpc list_cached_policies;
  AdminRpc purge_cached_policies;
};

// CheckOptions fails with INVALID_ARGUMENT, naming the member, where a member is
// out of its range. It opens no file.
absl::Status CheckOptions(const Options& options);

}  // namespace postern

#endif  // POSTERN_CLIENT_OPTIONS_H_
