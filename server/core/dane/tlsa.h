// Which TLSA records a DANE SMTP client can use (RFC 6698, section 4.1; RFC
// 7672, section 3.1; RFC 7671, section 9).
#ifndef POSTERN_SERVER_CORE_DANE_TLSA_H_
#define POSTERN_SERVER_CORE_DANE_TLSA_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/core/dns/answer.h"

namespace postern {

// Registry numbers (RFC 7218).
inline constexpr uint8_t kPkixTa = 0;
inline constexpr uint8_t kPkixEe = 1;
inline constexpr uint8_t kDaneTa = 2;
inline constexpr uint8_t kDaneEe = 3;
inline constexpr uint8_t kSelectorCert = 0;
inline constexpr uint8_t kSelectorSpki = 1;
inline constexpr uint8_t kMatchFull = 0;
inline constexpr uint8_t kMatchSha256 = 1;
inline constexpr uint8_t kMatchSha512 = 2;

// DigestAlgorithm maps a matching type to a digest.
struct DigestAlgorithm {
  uint8_t matching_type = 0;  // 1 to 255
  std::string name;           // OpenSSL's name, such as "sha256"
  size_t length = 0;          // octets
};

// ParseDigestOrder reads "sha512,sha256", strongest first; "sha3-256=3" maps a
// further digest to a matching type (RFC 7671, section 9). Fails with
// INVALID_ARGUMENT where a digest is unknown, has no matching type, or comes twice.
absl::StatusOr<std::vector<DigestAlgorithm>> ParseDigestOrder(absl::string_view text);

// DefaultDigestOrder is SHA-512, then SHA-256.
const std::vector<DigestAlgorithm>& DefaultDigestOrder();

// UnusableReason says why a record cannot be used.
enum class UnusableReason {
  kNone,
  kPkixUsage,
  kUnknownUsage,
  kUnknownSelector,
  kUnknownMatchingType,
  kDigestNotAllowed,
  kWrongDigestLength,
  kMalformedCertificate,
  kMalformedPublicKey,
};

// JudgedTlsa is a record and what a DANE SMTP client makes of it.
struct JudgedTlsa {
  TlsaRecord record;
  UnusableReason unusable = UnusableReason::kNone;
  // Usable, but set aside for a stronger digest of the same usage and selector.
  bool superseded = false;

  bool Usable() const { return unusable == UnusableReason::kNone; }
  bool Counts() const { return Usable() && !superseded; }
};

// JudgeTlsaRecords judges each record by itself, then applies digest agility.
// Order and number of the records stay. `digests` is strongest first. Data of
// Full(0) is looked at by its outline (x509/outline.h): one that only looks like a
// certificate or key is usable, and matches nothing.
std::vector<JudgedTlsa> JudgeTlsaRecords(absl::Span<const TlsaRecord> records,
                                         absl::Span<const DigestAlgorithm> digests);

// UsageBits returns the usages of the usable records: bit 2 DANE-TA, bit 3 DANE-EE.
uint32_t UsageBits(absl::Span<const JudgedTlsa> records);

// AllowsRawPublicKey tells whether a server that has no more than a raw public key can
// be authenticated by every record that counts, of which there is one at least: each is
// DANE-EE(3) SPKI(1). RFC 7671, section 5.1 asks for one such record; as Postfix we ask
// it of all, since the server does not tell which of them its key is for.
bool AllowsRawPublicKey(absl::Span<const JudgedTlsa> records);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DANE_TLSA_H_
