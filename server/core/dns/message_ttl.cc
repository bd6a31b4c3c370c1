#include "server/core/dns/message_ttl.h"

#include <algorithm>

#include "server/core/dns/name.h"

namespace postern {

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
    if (record.type != RrType::kSoa || !(name == record.owner || IsBelow(name, record.owner)))
      continue;
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
