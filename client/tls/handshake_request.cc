#include "client/tls/handshake_request.h"

#include <openssl/crypto.h>
#include <openssl/x509.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "client/tls/ssl_error.h"

namespace postern {
namespace {

using client_internal::SslError;

constexpr int kMaxCertificates = 16;
constexpr size_t kMaxCertificateBytes = 65536;

absl::StatusOr<std::string> DerOf(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) {
    return SslError(absl::StatusCode::kInternal, "cannot encode a certificate of the server");
  }
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

absl::Status AddCertificates(const STACK_OF(X509) * chain, v1::VerifyHandshakeRequest& request) {
  size_t total = 0;
  for (int i = 0; i < sk_X509_num(chain) && i < kMaxCertificates; ++i) {
    absl::StatusOr<std::string> der = DerOf(sk_X509_value(chain, i));
    if (!der.ok()) return der.status();
    total += der->size();
    // The server's own is never left out: of one that is too long the service says so.
    if (i > 0 && total > kMaxCertificateBytes) break;
    request.add_certificates(*std::move(der));
  }
  return absl::OkStatus();
}

}  // namespace

v1::VerifyHandshakeRequest MakeNoTlsRequest(v1::VerifyHandshakeRequest::Tls tls,
                                            const v1::HostPolicy& policy,
                                            const HandshakeOptions& options) {
  v1::VerifyHandshakeRequest request;
  *request.mutable_policy() = policy;
  request.set_tls(tls);
  request.set_require_pkix(options.require_pkix);
  for (const std::string& name : options.reference_identifiers) {
    request.add_reference_identifiers(name);
  }
  request.set_include_details(options.include_details);
  return request;
}

absl::StatusOr<v1::VerifyHandshakeRequest> MakeHandshakeRequest(const SSL* ssl,
                                                                const v1::HostPolicy& policy,
                                                                const HandshakeOptions& options) {
  if (SSL_is_init_finished(ssl) != 1) {
    return absl::FailedPreconditionError(
        "the handshake is not complete: call after SSL_connect has returned 1");
  }
  v1::VerifyHandshakeRequest request =
      MakeNoTlsRequest(v1::VerifyHandshakeRequest::ESTABLISHED, policy, options);
  const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
  if (chain == nullptr && SSL_get0_peer_certificate(ssl) != nullptr) {
    return absl::FailedPreconditionError(
        "the session was resumed without its certificates: connect again without that session");
  }
  if (absl::Status status = AddCertificates(chain, request); !status.ok()) return status;
  auto* mutable_ssl = const_cast<SSL*>(ssl);  // The two macros only read.
  request.set_status_requested(SSL_get_tlsext_status_type(mutable_ssl) == TLSEXT_STATUSTYPE_ocsp);
  const unsigned char* staple = nullptr;
  const long size = SSL_get_tlsext_status_ocsp_resp(mutable_ssl, &staple);
  if (size > 0) request.set_staple(staple, static_cast<size_t>(size));
  request.set_session_resumed(SSL_session_reused(ssl) == 1);
  return request;
}

}  // namespace postern
