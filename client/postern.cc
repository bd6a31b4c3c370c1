#include "client/postern.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/handshake_answer.h"
#include "client/options.h"
#include "client/policy_answer.h"
#include "client/tls/handshake_options.h"
#include "client/tls/prepare_handshake.h"
#include "client/tls/sessions.h"
#include "client/tls/verify_handshake.h"
#include "postern/v1/dane.pb.h"
#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"

struct postern_client {
  postern::Client client;
  postern::v1::Dane::Mode mode;
  postern::HandshakeOptions handshake;
};

struct postern_policy {
  postern::PolicyAnswer answer;
  postern::HandshakeOptions handshake;
};

namespace {

namespace v1 = postern::v1;

// Cut is text in a buffer of the caller, ended by a NUL.
void Cut(absl::string_view text, char* out, size_t size) {
  if (out == nullptr || size == 0) return;
  const size_t length = std::min(text.size(), size - 1);
  memcpy(out, text.data(), length);
  out[length] = '\0';
}

postern_code CodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return POSTERN_OK;
    case absl::StatusCode::kInvalidArgument:
      return POSTERN_INVALID;
    case absl::StatusCode::kFailedPrecondition:
      return POSTERN_STATE;
    case absl::StatusCode::kInternal:
      return POSTERN_INTERNAL;
    default:
      return POSTERN_NO_ANSWER;
  }
}

using Arguments = std::initializer_list<std::pair<absl::string_view, const void*>>;

// Fails with INVALID_ARGUMENT if an argument that must not be NULL is.
absl::Status CheckGiven(Arguments arguments) {
  for (const auto& [name, pointer] : arguments) {
    if (pointer == nullptr) return absl::InvalidArgumentError(absl::StrCat(name, ": is NULL"));
  }
  return absl::OkStatus();
}

// Where the caller wants the text of an error.
struct ErrorText {
  char* out;
  size_t size;

  postern_code Of(const absl::Status& status) const {
    if (!status.ok()) {
      Cut(absl::StrCat(absl::StatusCodeToString(status.code()), ": ", status.message()), out, size);
    }
    return CodeOf(status.code());
  }
};

// Guarded runs body, which gives a status, if no argument is NULL; what is thrown (no
// memory) goes no further.
template <typename Body>
postern_code Guarded(ErrorText error, Arguments arguments, Body body) {
  try {
    const absl::Status given = CheckGiven(arguments);
    return error.Of(given.ok() ? body() : given);
  } catch (...) {
    Cut("INTERNAL: an exception: is there memory left?", error.out, error.size);
    return POSTERN_INTERNAL;
  }
}

const v1::HostPolicy& HostAt(const postern_policy* policy, size_t host) {
  const v1::DomainPolicy& domain = policy->answer.policy;
  return host < static_cast<size_t>(domain.hosts_size()) ? domain.hosts(static_cast<int>(host))
                                                         : v1::HostPolicy::default_instance();
}

absl::Status CheckHost(const postern_policy* policy, size_t host) {
  if (host < static_cast<size_t>(policy->answer.policy.hosts_size())) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("host: ", host, " is past the policy's ", policy->answer.policy.hosts_size()));
}

// The number in a mode, in which C may have put any.
int NumberOf(const postern_dane_mode& mode) {
  int number = 0;
  static_assert(sizeof(mode) == sizeof(number));
  memcpy(&number, &mode, sizeof(number));
  return number;
}

const char* Text(const char* text) { return text == nullptr ? "" : text; }

absl::StatusOr<postern::Options> OptionsOf(const postern_options& from) {
  postern::Options options;
  if (from.server != nullptr) options.target = from.server;
  if (from.ca != nullptr || from.cert != nullptr || from.key != nullptr) {
    options.tls = postern::TlsFiles{Text(from.ca), Text(from.cert), Text(from.key)};
  }
  if (from.policy_timeout > 0) {
    options.resolve_domain_policy.timeout = absl::Milliseconds(from.policy_timeout);
    options.resolve_relay_policy.timeout = absl::Milliseconds(from.policy_timeout);
  }
  if (from.verify_timeout > 0) {
    options.verify_handshake.timeout = absl::Milliseconds(from.verify_timeout);
  }
  if (!v1::Dane::Mode_IsValid(NumberOf(from.dane_mode))) {
    return absl::InvalidArgumentError("dane_mode: no such mode");
  }
  switch (from.verify_failure_mode) {
    case POSTERN_BY_POLICY:
      options.verify_handshake.failure_mode = postern::HandshakeFailureMode::kByPolicy;
      return options;
    case POSTERN_ALWAYS_NEXT_HOST:
      options.verify_handshake.failure_mode = postern::HandshakeFailureMode::kNextHost;
      return options;
    case POSTERN_RETURN_ERROR:
      options.verify_handshake.failure_mode = postern::HandshakeFailureMode::kReturnError;
      return options;
  }
  return absl::InvalidArgumentError("verify_failure_mode: no such mode");
}

absl::Status Take(absl::StatusOr<postern::PolicyAnswer> answer, const postern_client* client,
                  postern_policy** policy) {
  if (!answer.ok()) return answer.status();
  *policy = new postern_policy{*std::move(answer), client->handshake};
  return absl::OkStatus();
}

absl::Status Take(const absl::StatusOr<postern::HandshakeAnswer>& answer,
                  postern_handshake* verdict) {
  if (!answer.ok()) return answer.status();
  const v1::HandshakeVerdict& from = answer->handshake;
  postern_handshake to = {};
  const bool known = from.verdict() >= v1::HandshakeVerdict::VERIFIED_DANE &&
                     from.verdict() <= v1::HandshakeVerdict::FAILED;
  to.verdict = known ? static_cast<postern_verdict>(from.verdict()) : POSTERN_FAILED;
  to.action = from.action() == v1::HandshakeVerdict::PROCEED ? POSTERN_PROCEED : POSTERN_NEXT_HOST;
  to.from_server = answer->from_server ? 1 : 0;
  to.audit_failure = from.audit_failure() ? 1 : 0;
  to.x509_error = from.x509_error();
  to.matched_depth = from.has_matched_depth() ? static_cast<int>(from.matched_depth()) : -1;
  Cut(from.cv(), to.cv, sizeof(to.cv));
  Cut(v1::HandshakeVerdict::Reason_Name(from.reason()), to.reason, sizeof(to.reason));
  Cut(from.matched_name(), to.matched_name, sizeof(to.matched_name));
  Cut(from.detail(), to.detail, sizeof(to.detail));
  *verdict = to;
  return absl::OkStatus();
}

// What a caller reads who overlooks the code.
void Fail(postern_handshake* verdict) {
  if (verdict == nullptr) return;
  *verdict = {};
  verdict->verdict = POSTERN_FAILED;
  verdict->action = POSTERN_NEXT_HOST;
  verdict->matched_depth = -1;
}

}  // namespace

postern_code postern_client_create(const postern_options* options, postern_client** client,
                                   char* error, size_t error_size) {
  return Guarded({error, error_size}, {{"client", client}}, [&]() -> absl::Status {
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    const postern_options given = options == nullptr ? postern_options{} : *options;
    absl::StatusOr<postern::Options> checked = OptionsOf(given);
    if (!checked.ok()) return checked.status();
    absl::StatusOr<postern::Client> made = postern::Client::Create(*checked);
    if (!made.ok()) return made.status();
    postern::HandshakeOptions handshake;
    handshake.require_pkix = given.require_pkix != 0;
    *client = new postern_client{*std::move(made), static_cast<v1::Dane::Mode>(given.dane_mode),
                                 std::move(handshake)};
    return absl::OkStatus();
  });
}

void postern_client_destroy(postern_client* client) { delete client; }

postern_code postern_resolve_domain(const postern_client* client, const char* domain, uint16_t port,
                                    postern_policy** policy, char* error, size_t error_size) {
  const Arguments arguments = {{"client", client}, {"domain", domain}, {"policy", policy}};
  return Guarded({error, error_size}, arguments, [&] {
    v1::ResolveDomainPolicyRequest request;
    request.set_domain(domain);
    request.set_port(port);
    request.set_mode(client->mode);
    return Take(client->client.ResolveDomainPolicy(request), client, policy);
  });
}

postern_code postern_resolve_relay(const postern_client* client, const char* host, uint16_t port,
                                   postern_policy** policy, char* error, size_t error_size) {
  const Arguments arguments = {{"client", client}, {"host", host}, {"policy", policy}};
  return Guarded({error, error_size}, arguments, [&] {
    v1::ResolveRelayPolicyRequest request;
    request.set_host(host);
    request.set_port(port);
    request.set_mode(client->mode);
    return Take(client->client.ResolveRelayPolicy(request), client, policy);
  });
}

void postern_policy_destroy(postern_policy* policy) { delete policy; }

postern_domain_verdict postern_policy_verdict(const postern_policy* policy) {
  switch (policy->answer.policy.verdict()) {
    case v1::DomainPolicy::HOSTS:
      return POSTERN_DOMAIN_HOSTS;
    case v1::DomainPolicy::NULL_MX:
      return POSTERN_DOMAIN_NULL_MX;
    case v1::DomainPolicy::NO_SUCH_DOMAIN:
      return POSTERN_DOMAIN_NO_SUCH_DOMAIN;
    default:
      return POSTERN_DOMAIN_DEFER;
  }
}

const char* postern_policy_reason(const postern_policy* policy) {
  return v1::DomainPolicy::Reason_Name(policy->answer.policy.reason()).c_str();
}

const char* postern_policy_detail(const postern_policy* policy) {
  return policy->answer.policy.detail().c_str();
}

int postern_policy_from_server(const postern_policy* policy) {
  return policy->answer.from_server ? 1 : 0;
}

int64_t postern_policy_expires(const postern_policy* policy) {
  return policy->answer.policy.expire_time().seconds();
}

size_t postern_policy_host_count(const postern_policy* policy) {
  return static_cast<size_t>(policy->answer.policy.hosts_size());
}

const char* postern_host_name(const postern_policy* policy, size_t host) {
  return HostAt(policy, host).host().c_str();
}

uint32_t postern_host_preference(const postern_policy* policy, size_t host) {
  return HostAt(policy, host).preference();
}

postern_host_verdict postern_host_verdict_of(const postern_policy* policy, size_t host) {
  switch (HostAt(policy, host).verdict()) {
    case v1::HostPolicy::DANE:
      return POSTERN_HOST_DANE;
    case v1::HostPolicy::TLS_UNAUTHENTICATED:
      return POSTERN_HOST_TLS_UNAUTHENTICATED;
    case v1::HostPolicy::OPPORTUNISTIC:
      return POSTERN_HOST_OPPORTUNISTIC;
    default:
      return POSTERN_HOST_SKIP;
  }
}

const char* postern_host_reason(const postern_policy* policy, size_t host) {
  return v1::HostPolicy::Reason_Name(HostAt(policy, host).reason()).c_str();
}

const char* postern_host_sni(const postern_policy* policy, size_t host) {
  return HostAt(policy, host).sni().c_str();
}

const char* postern_host_tlsa_base_domain(const postern_policy* policy, size_t host) {
  return HostAt(policy, host).tlsa_base_domain().c_str();
}

int postern_host_request_ocsp(const postern_policy* policy, size_t host) {
  return HostAt(policy, host).request_ocsp() ? 1 : 0;
}

int postern_host_require_ocsp(const postern_policy* policy, size_t host) {
  return HostAt(policy, host).require_ocsp() ? 1 : 0;
}

int postern_host_require_revocation_status(const postern_policy* policy, size_t host) {
  return HostAt(policy, host).require_revocation_status() ? 1 : 0;
}

int postern_host_audit(const postern_policy* policy, size_t host) {
  return HostAt(policy, host).audit() ? 1 : 0;
}

size_t postern_host_address_count(const postern_policy* policy, size_t host) {
  return static_cast<size_t>(HostAt(policy, host).addresses_size());
}

const char* postern_host_address(const postern_policy* policy, size_t host, size_t address) {
  return address < postern_host_address_count(policy, host)
             ? HostAt(policy, host).addresses(static_cast<int>(address)).c_str()
             : "";
}

postern_code postern_prepare(struct ssl_st* ssl, const postern_policy* policy, size_t host,
                             char* error, size_t error_size) {
  return Guarded({error, error_size}, {{"ssl", ssl}, {"policy", policy}}, [&] {
    const absl::Status status = CheckHost(policy, host);
    return status.ok() ? postern::PrepareHandshake(ssl, HostAt(policy, host), policy->handshake)
                       : status;
  });
}

postern_code postern_verify(const postern_client* client, struct ssl_st* ssl,
                            const postern_policy* policy, size_t host, postern_handshake* verdict,
                            char* error, size_t error_size) {
  Fail(verdict);
  const Arguments arguments = {
      {"client", client}, {"ssl", ssl}, {"policy", policy}, {"verdict", verdict}};
  return Guarded({error, error_size}, arguments, [&] {
    if (absl::Status status = CheckHost(policy, host); !status.ok()) return status;
    return Take(
        postern::VerifyHandshake(ssl, HostAt(policy, host), client->client, policy->handshake),
        verdict);
  });
}

postern_code postern_verify_no_tls(const postern_client* client, postern_no_tls tls,
                                   const postern_policy* policy, size_t host,
                                   postern_handshake* verdict, char* error, size_t error_size) {
  Fail(verdict);
  const Arguments arguments = {{"client", client}, {"policy", policy}, {"verdict", verdict}};
  return Guarded({error, error_size}, arguments, [&] {
    if (absl::Status status = CheckHost(policy, host); !status.ok()) return status;
    if (tls != POSTERN_TLS_NOT_OFFERED && tls != POSTERN_TLS_FAILED) {
      return absl::InvalidArgumentError("tls: give POSTERN_TLS_NOT_OFFERED or POSTERN_TLS_FAILED");
    }
    return Take(postern::VerifyWithoutTls(static_cast<v1::VerifyHandshakeRequest::Tls>(tls),
                                          HostAt(policy, host), client->client, policy->handshake),
                verdict);
  });
}

int postern_may_keep_session(const struct ssl_st* ssl) {
  return postern::MayKeepSession(ssl) ? 1 : 0;
}
