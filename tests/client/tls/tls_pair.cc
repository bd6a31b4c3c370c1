#include "tests/client/tls/tls_pair.h"

#include <openssl/err.h>

namespace postern {
namespace {

int Staple(SSL* ssl, void* argument) {
  const auto& staple = *static_cast<const std::string*>(argument);
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(staple.data(), staple.size()));
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(staple.size()));
  return SSL_TLSEXT_ERR_OK;
}

// One step of a side: true if it is done, false if it waits; *failed otherwise.
bool Step(SSL* ssl, bool* failed) {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl);
  if (result == 1) return true;
  const int error = SSL_get_error(ssl, result);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) *failed = true;
  return false;
}

}  // namespace

ContextPtr NewServerContext(const TestServerOptions& options) {
  ContextPtr context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_max_proto_version(context.get(), options.max_version);
  SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>("t"), 1);
  if (options.chain.empty()) {
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context.get(), "aNULL:@SECLEVEL=0");
    SSL_CTX_set_dh_auto(context.get(), 1);
  } else {
    SSL_CTX_use_certificate(context.get(), options.chain[0]->certificate());
    SSL_CTX_use_PrivateKey(context.get(), options.chain[0]->key());
    for (size_t i = 1; i < options.chain.size(); ++i) {
      SSL_CTX_add1_chain_cert(context.get(), options.chain[i]->certificate());
    }
  }
  if (options.staple != nullptr) {
    SSL_CTX_set_tlsext_status_cb(context.get(), Staple);
    SSL_CTX_set_tlsext_status_arg(context.get(), const_cast<std::string*>(options.staple));
  }
  return context;
}

ContextPtr NewClientContext() {
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT);
  return context;
}

TlsPair::TlsPair(SSL_CTX* client, SSL_CTX* server)
    : client_(SSL_new(client)), server_(SSL_new(server)) {
  BIO* client_bio = nullptr;
  BIO* server_bio = nullptr;
  constexpr size_t kBuffer = 1 << 20;
  BIO_new_bio_pair(&client_bio, kBuffer, &server_bio, kBuffer);
  SSL_set_bio(client_.get(), client_bio, client_bio);
  SSL_set_bio(server_.get(), server_bio, server_bio);
  SSL_set_connect_state(client_.get());
  SSL_set_accept_state(server_.get());
}

std::string TlsPair::server_name() const {
  const char* name = SSL_get_servername(server_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

bool TlsPair::Handshake() {
  bool failed = false;
  for (int round = 0; round < 20 && !failed; ++round) {
    const bool client_done = Step(client_.get(), &failed);
    const bool server_done = Step(server_.get(), &failed);
    if (!client_done || !server_done) continue;
    char byte;
    SSL_read(client_.get(), &byte, 1);  // Nothing is sent but tickets.
    return true;
  }
  return false;
}

void TlsPair::Shutdown() {
  SSL_shutdown(client_.get());
  SSL_shutdown(server_.get());
}

}  // namespace postern
