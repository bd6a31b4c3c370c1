// What TLSA records are compared with (RFC 6698, section 2.1).
#ifndef POSTERN_SERVER_CORE_HANDSHAKE_PRESENTED_KEY_H_
#define POSTERN_SERVER_CORE_HANDSHAKE_PRESENTED_KEY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"

namespace postern {

// PresentedKey is a certificate, or a raw public key, as a server sent it. Each
// digest of it is made once. Not thread safe.
class PresentedKey {
 public:
  // `certificate` is its DER; empty for a raw public key (RFC 7671, section 5.1).
  // `public_key_info` is the DER of the key. Both belong to the caller.
  PresentedKey(absl::string_view certificate, absl::string_view public_key_info)
      : certificate_(certificate), public_key_info_(public_key_info) {}

  // Matches compares a usable record, of whatever usage.
  bool Matches(const TlsaRecord& record, absl::Span<const DigestAlgorithm> digests);

 private:
  struct Digest {
    uint8_t selector;
    uint8_t matching_type;
    std::string value;
  };

  absl::string_view certificate_;
  absl::string_view public_key_info_;
  std::vector<Digest> digests_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_HANDSHAKE_PRESENTED_KEY_H_
