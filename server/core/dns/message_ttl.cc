#include "server/core/dns/message_ttl.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace postern {
namespace {

// IsAtOrBelow tells whether `name` is `zone` or a name in it. A dot of a label
// would be escaped, so that the strings can be compared.
bool IsAtOrBelow(absl::string_view name, absl::string_view zone) {
  if (zone == "." || name == zone) return true;
  return name.size() > zone.size() && absl::EndsWith(name, zone) &&
         name[name.size() - zone.size() - 1] == '.';
}

}  // namespace

uint32_t SignatureTtl(const std::vector<WireSignature>& signatures, absl::string_view owner,
                      RrType type, absl::Time now) {
  uint32_t ttl = kNoTtl;
  bool expired = false;
  for (const WireSignature& signature : signatures) {
    if (signature.covered != static_cast<uint16_t>(type) || signature.owner != owner) continue;
    // Serial number arithmetic (RFC 4034, section 3.1.5).
    const int32_t left = static_cast<int32_t>(signature.expiration -
                                              static_cast<uint32_t>(absl::ToUnixSeconds(now)));
    if (left <= 0) {
      expired = true;
      continue;
    }
    ttl = std::min({ttl, signature.ttl, signature.original_ttl, static_cast<uint32_t>(left)});
  }
  return ttl == kNoTtl && expired ? 0 : ttl;
}

uint32_t DenialTtl(const WireSection& authority, absl::string_view name, bool secure,
                   absl::Time now) {
  uint32_t ttl = 0;
  for (const WireRecord& record : authority.records) {
    if (record.type != RrType::kSoa || !IsAtOrBelow(name, record.owner)) continue;
    ttl = std::min(record.ttl, record.minimum);
    break;
  }
  if (!secure) return ttl;
  for (const WireSignature& signature : authority.signatures) {
    ttl = std::min(ttl, SignatureTtl(authority.signatures, signature.owner,
                                     static_cast<RrType>(signature.covered), now));
  }
  return ttl;
}

}  // namespace postern
