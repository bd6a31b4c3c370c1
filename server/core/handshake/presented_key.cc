#include "server/core/handshake/presented_key.h"

#include <openssl/evp.h>

namespace postern {
namespace {

// Empty where OpenSSL cannot make it: no record is equal to that.
std::string DigestOf(absl::string_view data, uint8_t matching_type,
                     absl::Span<const DigestAlgorithm> digests) {
  for (const DigestAlgorithm& digest : digests) {
    if (digest.matching_type != matching_type) continue;
    unsigned char value[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_Digest(data.data(), data.size(), value, &length,
                   EVP_get_digestbyname(digest.name.c_str()), nullptr) != 1) {
      return {};
    }
    return std::string(reinterpret_cast<const char*>(value), length);
  }
  return {};
}

}  // namespace

bool PresentedKey::Matches(const TlsaRecord& record, absl::Span<const DigestAlgorithm> digests) {
  const absl::string_view part = record.selector == kSelectorCert ? certificate_ : public_key_info_;
  if (part.empty() || record.data.empty()) return false;
  if (record.matching_type == kMatchFull) return part == record.data;
  for (const Digest& known : digests_) {
    if (known.selector == record.selector && known.matching_type == record.matching_type) {
      return known.value == record.data;
    }
  }
  digests_.push_back(
      {record.selector, record.matching_type, DigestOf(part, record.matching_type, digests)});
  return digests_.back().value == record.data;
}

}  // namespace postern
