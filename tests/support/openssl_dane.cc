#include "tests/support/openssl_dane.h"

#include <openssl/err.h>

#include <cstdlib>

namespace postern {
namespace {

void Require(bool holds) {
  if (!holds) abort();
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// One for all, as in a client.
SSL_CTX* Context() {
  static SSL_CTX* const context = [] {
    SSL_CTX* const made = SSL_CTX_new(TLS_client_method());
    Require(SSL_CTX_dane_enable(made) == 1);
    return made;
  }();
  return context;
}

}  // namespace

OpensslDane::OpensslDane(const std::vector<std::string>& hosts)
    : ssl_(SSL_new(Context())), store_(X509_STORE_new()) {
  Require(SSL_dane_enable(ssl_.get(), hosts.front().c_str()) == 1);
  for (size_t i = 1; i < hosts.size(); ++i) {
    Require(SSL_add1_host(ssl_.get(), hosts[i].c_str()) == 1);
  }
  SSL_dane_set_flags(ssl_.get(), DANE_FLAG_NO_DANE_EE_NAMECHECKS);
  SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
}

bool OpensslDane::Add(const TlsaRecord& record) {
  const int added = SSL_dane_tlsa_add(ssl_.get(), record.usage, record.selector,
                                      record.matching_type, Bytes(record.data), record.data.size());
  ERR_clear_error();
  return added == 1;
}

OpensslDane::Result OpensslDane::Verify(absl::Span<const absl::string_view> certificates,
                                        absl::Time now) {
  Result result;
  std::vector<UniqueX509> owned;
  const UniqueX509Stack chain(sk_X509_new_null());
  for (const absl::string_view der : certificates) {
    const unsigned char* begin = Bytes(der);
    owned.emplace_back(d2i_X509(nullptr, &begin, static_cast<long>(der.size())));
    if (owned.back() == nullptr) return result;
    sk_X509_push(chain.get(), owned.back().get());
  }
  // As ssl_verify_cert_chain() does it.
  const UniqueStoreContext context(X509_STORE_CTX_new());
  Require(X509_STORE_CTX_init(context.get(), store_.get(), owned.front().get(), chain.get()) == 1);
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_auth_level(param, 2);
  X509_STORE_CTX_set0_dane(context.get(), SSL_get0_dane(ssl_.get()));
  Require(X509_STORE_CTX_set_default(context.get(), "ssl_server") == 1);
  Require(X509_VERIFY_PARAM_set1(param, SSL_get0_param(ssl_.get())) == 1);
  X509_VERIFY_PARAM_set_time(param, absl::ToTimeT(now));
  result.verified = X509_verify_cert(context.get()) == 1;
  result.error = X509_STORE_CTX_get_error(context.get());
  SSL_set_verify_result(ssl_.get(), result.error);
  result.depth = SSL_get0_dane_authority(ssl_.get(), nullptr, nullptr);
  const unsigned char* data = nullptr;
  size_t size = 0;
  if (SSL_get0_dane_tlsa(ssl_.get(), &result.record.usage, &result.record.selector,
                         &result.record.matching_type, &data, &size) >= 0) {
    result.record.data.assign(reinterpret_cast<const char*>(data), size);
  }
  ERR_clear_error();
  return result;
}

}  // namespace postern
