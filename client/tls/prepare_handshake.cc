#include "client/tls/prepare_handshake.h"

#include <openssl/err.h>
#include <openssl/objects.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/tls/sessions.h"
#include "client/tls/ssl_error.h"

namespace postern {
namespace {

using client_internal::SslError;

struct FreeStack {
  void operator()(STACK_OF(SSL_CIPHER) * ciphers) const { sk_SSL_CIPHER_free(ciphers); }
};
using CipherStack = std::unique_ptr<STACK_OF(SSL_CIPHER), FreeStack>;

// Without a certificate, or without encryption.
bool IsAnonymous(const SSL_CIPHER* cipher) {
  return SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null ||
         SSL_CIPHER_get_cipher_nid(cipher) == NID_undef;
}

bool IsTls13(const SSL_CIPHER* cipher) {
  return absl::string_view(SSL_CIPHER_get_version(cipher)) == "TLSv1.3";
}

absl::Status SetVersions(SSL* ssl) {
  const long lowest = SSL_get_min_proto_version(ssl);
  if (lowest < TLS1_2_VERSION && SSL_set_min_proto_version(ssl, TLS1_2_VERSION) != 1) {
    return SslError(absl::StatusCode::kFailedPrecondition, "cannot demand TLS 1.2");
  }
  const long highest = SSL_get_max_proto_version(ssl);
  if (highest != 0 && highest < TLS1_2_VERSION) {
    return absl::FailedPreconditionError(
        "the SSL object allows no TLS 1.2, which authentication needs: raise its maximum version");
  }
  return absl::OkStatus();
}

// The suites that will be offered, those of TLS 1.3 among them.
CipherStack OfferedCiphers(SSL* ssl) { return CipherStack(SSL_get1_supported_ciphers(ssl)); }

absl::Status SetCiphers(SSL* ssl, bool authenticate) {
  const CipherStack offered = OfferedCiphers(ssl);
  const int count = offered == nullptr ? 0 : sk_SSL_CIPHER_num(offered.get());
  int good = 0;
  for (int i = 0; i < count; ++i)
    good += IsAnonymous(sk_SSL_CIPHER_value(offered.get(), i)) ? 0 : 1;
  if (good == 0) {
    ERR_clear_error();
    return absl::FailedPreconditionError(
        "the SSL object offers no cipher suite with a certificate (RFC 7672, section 8.2): "
        "add some to its cipher list");
  }
  if (!authenticate || good == count) return absl::OkStatus();
  std::string list;
  for (int i = 0; i < count; ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(offered.get(), i);
    // Those of TLS 1.3 have a list of their own, with no anonymous ones.
    if (IsAnonymous(cipher) || IsTls13(cipher)) continue;
    absl::StrAppend(&list, list.empty() ? "" : ":", SSL_CIPHER_get_name(cipher));
  }
  // An empty list would be the default: with TLS 1.3 alone, a suite that is not negotiated.
  if (list.empty()) list = "ECDHE-ECDSA-AES256-GCM-SHA384";
  if (SSL_set_cipher_list(ssl, list.c_str()) != 1) {
    return SslError(absl::StatusCode::kFailedPrecondition,
                    "cannot leave the anonymous cipher suites out");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PrepareHandshake(SSL* ssl, const v1::HostPolicy& policy,
                              const HandshakeOptions& options) {
  client_internal::MarkSession(ssl, /*may_keep=*/false);
  const bool demands_status = policy.require_ocsp() || policy.require_revocation_status();
  bool authenticate = options.require_pkix || demands_status;
  switch (policy.verdict()) {
    case v1::HostPolicy::DANE:
      authenticate = true;
      break;
    case v1::HostPolicy::TLS_UNAUTHENTICATED:
    case v1::HostPolicy::OPPORTUNISTIC:
      break;
    default:
      return absl::FailedPreconditionError(
          absl::StrCat("the policy of ", policy.host(), " is not to connect: try the next host"));
  }
  if (authenticate) {
    if (absl::Status status = SetVersions(ssl); !status.ok()) return status;
  }
  if (absl::Status status = SetCiphers(ssl, authenticate); !status.ok()) return status;
  const char* sni = policy.sni().empty() ? nullptr : policy.sni().c_str();
  if (SSL_set_tlsext_host_name(ssl, sni) != 1) {
    return SslError(absl::StatusCode::kFailedPrecondition,
                    absl::StrCat("policy.sni cannot be sent: ", policy.sni()));
  }
  SSL_set_tlsext_status_type(ssl, policy.request_ocsp() ? TLSEXT_STATUSTYPE_ocsp : -1);
  SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
  SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
  const SSL_SESSION* session = SSL_get_session(ssl);
  if (session != nullptr && (demands_status || SSL_get_peer_cert_chain(ssl) == nullptr) &&
      SSL_set_session(ssl, nullptr) != 1) {
    return SslError(absl::StatusCode::kFailedPrecondition, "cannot take the session away");
  }
  return absl::OkStatus();
}

}  // namespace postern
