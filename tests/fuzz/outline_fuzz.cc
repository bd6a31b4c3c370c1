// ReadOutline with any bytes: what OpenSSL takes as well has the same key, names and
// extensions in both readings.
#include <openssl/err.h>
#include <openssl/x509.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/outline.h"

namespace postern {
namespace {

using UniquePublicKey = std::unique_ptr<X509_PUBKEY, OpensslFree<X509_PUBKEY_free>>;

void Require(bool holds) {
  if (!holds) abort();
}

std::string Encode(const X509_PUBKEY& key) {
  unsigned char* bytes = nullptr;
  const int length = i2d_X509_PUBKEY(&key, &bytes);
  if (length <= 0) return {};
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(length));
  OPENSSL_free(bytes);
  return der;
}

void Check(absl::string_view bytes) {
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(bytes);
  if (!outline.ok()) return;
  Require(IsPublicKeyInfo(outline->public_key_info));
  const absl::StatusOr<NameCounts> counts = CountNames(*outline);
  Require(!counts.ok() ||
          (counts->names <= kMaxSubjectAltNames && counts->constraints <= kMaxNameConstraints));
  const auto* begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const UniqueX509 certificate(d2i_X509(nullptr, &begin, static_cast<long>(bytes.size())));
  if (certificate != nullptr) {
    const auto* key = reinterpret_cast<const unsigned char*>(outline->public_key_info.data());
    const UniquePublicKey ours(
        d2i_X509_PUBKEY(nullptr, &key, static_cast<long>(outline->public_key_info.size())));
    Require(ours != nullptr);
    Require(Encode(*ours) == Encode(*X509_get_X509_PUBKEY(certificate.get())));
    const int extensions = X509_get_ext_count(certificate.get());
    Require(!counts.ok() || static_cast<size_t>(extensions) <= kMaxExtensions);
    Require((X509_get_ext_by_NID(certificate.get(), NID_subject_alt_name, -1) >= 0) ||
            !counts.ok() || counts->names == 0);
  }
  ERR_clear_error();
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
