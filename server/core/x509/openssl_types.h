// Owners of OpenSSL's objects.
#ifndef POSTERN_SERVER_CORE_X509_OPENSSL_TYPES_H_
#define POSTERN_SERVER_CORE_X509_OPENSSL_TYPES_H_

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace postern {

template <auto Free>
struct OpensslFree {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

inline void FreeX509Shallow(STACK_OF(X509) * stack) { sk_X509_free(stack); }

using UniqueX509 = std::unique_ptr<X509, OpensslFree<X509_free>>;
using UniqueKey = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using UniqueStoreContext = std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>>;
using UniqueGeneralNames = std::unique_ptr<GENERAL_NAMES, OpensslFree<GENERAL_NAMES_free>>;
using UniqueNameConstraints = std::unique_ptr<NAME_CONSTRAINTS, OpensslFree<NAME_CONSTRAINTS_free>>;
// A stack whose certificates belong to others.
using UniqueX509Stack = std::unique_ptr<STACK_OF(X509), OpensslFree<FreeX509Shallow>>;

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_OPENSSL_TYPES_H_
