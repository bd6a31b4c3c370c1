// How long an answer may be used: what the signatures and the SOA record of a message
// say. For dns/message.cc.
//
// Pure and thread safe.
#ifndef POSTERN_SERVER_CORE_DNS_MESSAGE_TTL_H_
#define POSTERN_SERVER_CORE_DNS_MESSAGE_TTL_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/dns/answer.h"
#include "server/core/dns/wire_record.h"

namespace postern {

// kNoTtl is longer than every TTL, in seconds.
inline constexpr uint32_t kNoTtl = std::numeric_limits<uint32_t>::max();

// SignatureTtl is how long, in seconds, the signatures let the records of a name and
// type live (RFC 4035, section 5.3.3); kNoTtl without any. Of several signatures we do
// not know which one was verified: the first to expire counts, but for those that have
// expired.
uint32_t SignatureTtl(const std::vector<WireSignature>& signatures, absl::string_view owner,
                      RrType type, absl::Time now);

// DenialTtl is RFC 2308, section 5, for a name. A secure denial lives no longer than its
// proof: every signature of the section counts.
uint32_t DenialTtl(const WireSection& authority, absl::string_view name, bool secure,
                   absl::Time now);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DNS_MESSAGE_TTL_H_
