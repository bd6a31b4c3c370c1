#include "client/tls/sessions.h"

namespace postern {
namespace {

int MarkIndex() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

bool MayKeepSession(const SSL* ssl) { return SSL_get_ex_data(ssl, MarkIndex()) != nullptr; }

SessionPtr TakeSession(SSL* ssl) {
  if (!MayKeepSession(ssl)) return nullptr;
  SessionPtr session(SSL_get1_session(ssl));
  if (session == nullptr || SSL_SESSION_is_resumable(session.get()) != 1) return nullptr;
  return session;
}

namespace client_internal {

void MarkSession(SSL* ssl, bool may_keep) {
  static char mark;
  SSL_set_ex_data(ssl, MarkIndex(), may_keep ? &mark : nullptr);
}

void DropSession(SSL* ssl) {
  MarkSession(ssl, false);
  if (SSL_SESSION* session = SSL_get_session(ssl); session != nullptr) {
    SSL_CTX_remove_session(SSL_get_SSL_CTX(ssl), session);
  }
}

}  // namespace client_internal
}  // namespace postern
