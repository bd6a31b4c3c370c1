// Digests by the AlgorithmIdentifier that names them (RFC 5280, section 4.1.1.2).
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_DIGEST_H_
#define POSTERN_SERVER_CORE_X509_DIGEST_H_

#include <openssl/evp.h>

#include "absl/strings/string_view.h"

namespace postern {

// Digest is a digest that is known. Of MD5 that is all: it is never computed.
enum class Digest { kUnknown, kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };

// DigestOf reads the contents of an AlgorithmIdentifier whose parameters are NULL or
// absent; kUnknown where it is anything else.
Digest DigestOf(absl::string_view algorithm);

// DigestByObjectId knows one by the contents of its OBJECT IDENTIFIER.
Digest DigestByObjectId(absl::string_view id);

// DigestFunction returns OpenSSL's; null for kUnknown and kMd5.
const EVP_MD* DigestFunction(Digest digest);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_DIGEST_H_
