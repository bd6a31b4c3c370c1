#include "server/core/revocation/cert_id.h"

#include <openssl/evp.h>

#include "server/core/x509/der.h"

namespace postern {
namespace {

// Empty where it fails, which no digest of a CertID may equal.
std::string Compute(Digest digest, absl::string_view bytes) {
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), value, &size, DigestFunction(digest), nullptr) != 1) {
    return {};
  }
  return {reinterpret_cast<const char*>(value), size};
}

// Whatever the parameters are: a digest has none, and a statement that says revoked is not
// to be overlooked for what a responder wrote there.
Digest DigestNamedBy(absl::string_view algorithm) {
  DerReader fields(algorithm);
  DerElement id;
  return fields.Read(kDerObjectId, id) ? DigestByObjectId(id.contents) : Digest::kUnknown;
}

bool IsKnown(Digest digest) {
  return digest == Digest::kSha1 || digest == Digest::kSha256 || digest == Digest::kSha384 ||
         digest == Digest::kSha512;
}

}  // namespace

bool CertIdMatcher::Matches(const CertId& id) {
  if (id.serial != serial_ || id.name_hash.empty() || id.key_hash.empty()) return false;
  const Digest digest = DigestNamedBy(id.algorithm);
  if (!IsKnown(digest)) return false;
  const Digests& digests = DigestsBy(digest);
  return digests.of_name == id.name_hash && digests.of_key == id.key_hash;
}

const CertIdMatcher::Digests& CertIdMatcher::DigestsBy(Digest digest) {
  for (const Digests& digests : computed_) {
    if (digests.digest == digest) return digests;
  }
  return computed_.emplace_back(
      Digests{digest, Compute(digest, issuer_name_), Compute(digest, issuer_key_)});
}

}  // namespace postern
