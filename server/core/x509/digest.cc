#include "server/core/x509/digest.h"

#include "server/core/x509/der.h"

namespace postern {
namespace {

struct Known {
  absl::string_view id;
  Digest digest;
};

constexpr Known kKnown[] = {
    {{"\x60\x86\x48\x01\x65\x03\x04\x02\x01", 9}, Digest::kSha256},
    {{"\x60\x86\x48\x01\x65\x03\x04\x02\x02", 9}, Digest::kSha384},
    {{"\x60\x86\x48\x01\x65\x03\x04\x02\x03", 9}, Digest::kSha512},
    {{"\x60\x86\x48\x01\x65\x03\x04\x02\x04", 9}, Digest::kSha224},
    {{"\x2b\x0e\x03\x02\x1a", 5}, Digest::kSha1},
    {{"\x2a\x86\x48\x86\xf7\x0d\x02\x05", 8}, Digest::kMd5},
};

}  // namespace

Digest DigestOf(absl::string_view algorithm) {
  DerReader fields(algorithm);
  DerElement id;
  DerElement null;
  if (!fields.Read(kDerObjectId, id)) return Digest::kUnknown;
  if (!fields.AtEnd() &&
      (!fields.Read(kDerNull, null) || !null.contents.empty() || !fields.AtEnd())) {
    return Digest::kUnknown;
  }
  return DigestByObjectId(id.contents);
}

Digest DigestByObjectId(absl::string_view id) {
  for (const Known& known : kKnown) {
    if (known.id == id) return known.digest;
  }
  return Digest::kUnknown;
}

const EVP_MD* DigestFunction(Digest digest) {
  switch (digest) {
    case Digest::kSha1:
      return EVP_sha1();
    case Digest::kSha224:
      return EVP_sha224();
    case Digest::kSha256:
      return EVP_sha256();
    case Digest::kSha384:
      return EVP_sha384();
    case Digest::kSha512:
      return EVP_sha512();
    case Digest::kUnknown:
    case Digest::kMd5:
      break;
  }
  return nullptr;
}

}  // namespace postern
