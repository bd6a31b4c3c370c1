#include "server/core/dane/tlsa.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/core/x509/outline.h"

namespace postern {
namespace {

// The matching types that RFC 7218 names.
std::optional<uint8_t> RegisteredMatchingType(absl::string_view digest) {
  if (digest == "sha256") return kMatchSha256;
  if (digest == "sha512") return kMatchSha512;
  return std::nullopt;
}

// OpenSSL knows the names of digests that its providers do not make.
bool CanDigest(const EVP_MD& digest) {
  unsigned char value[EVP_MAX_MD_SIZE];
  const bool can = EVP_Digest("", 0, value, nullptr, &digest, nullptr) == 1;
  ERR_clear_error();
  return can;
}

// What a DANE-TA(2) record holds must be able to sign.
bool IsUsableKey(uint8_t usage, absl::string_view public_key_info) {
  return usage != kDaneTa || CheckSigningKey(public_key_info).ok();
}

bool IsCertificate(const TlsaRecord& record) {
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(record.data);
  return outline.ok() && IsUsableKey(record.usage, outline->public_key_info);
}

bool IsPublicKey(const TlsaRecord& record) {
  return IsPublicKeyInfo(record.data) && IsUsableKey(record.usage, record.data);
}

UnusableReason JudgeDigest(const TlsaRecord& record, absl::Span<const DigestAlgorithm> digests) {
  for (const DigestAlgorithm& digest : digests) {
    if (digest.matching_type != record.matching_type) continue;
    return record.data.size() == digest.length ? UnusableReason::kNone
                                               : UnusableReason::kWrongDigestLength;
  }
  return record.matching_type <= kMatchSha512 ? UnusableReason::kDigestNotAllowed
                                              : UnusableReason::kUnknownMatchingType;
}

UnusableReason Judge(const TlsaRecord& record, absl::Span<const DigestAlgorithm> digests) {
  // RFC 7672, section 3.1.3: PKIX usages are treated as unusable.
  if (record.usage <= kPkixEe) return UnusableReason::kPkixUsage;
  if (record.usage > kDaneEe) return UnusableReason::kUnknownUsage;
  if (record.selector > kSelectorSpki) return UnusableReason::kUnknownSelector;
  if (record.matching_type != kMatchFull) return JudgeDigest(record, digests);
  if (record.selector == kSelectorCert) {
    return IsCertificate(record) ? UnusableReason::kNone : UnusableReason::kMalformedCertificate;
  }
  return IsPublicKey(record) ? UnusableReason::kNone : UnusableReason::kMalformedPublicKey;
}

// Strength is a digest's place from the strong end; smaller is stronger.
size_t Strength(uint8_t matching_type, absl::Span<const DigestAlgorithm> digests) {
  size_t i = 0;
  while (i < digests.size() && digests[i].matching_type != matching_type) ++i;
  return i;
}

}  // namespace

absl::StatusOr<std::vector<DigestAlgorithm>> ParseDigestOrder(absl::string_view text) {
  std::vector<DigestAlgorithm> digests;
  for (absl::string_view item : absl::StrSplit(text, ',')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(item, absl::MaxSplits('=', 1));
    DigestAlgorithm digest;
    // OpenSSL does not look at the case, the registered names below do.
    digest.name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(parts.first));
    const EVP_MD* md = EVP_get_digestbyname(digest.name.c_str());
    if (md == nullptr || !CanDigest(*md)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'", digest.name, "' is no digest; write sha512, sha256, or another of OpenSSL's names"));
    }
    digest.length = static_cast<size_t>(EVP_MD_get_size(md));
    const std::optional<uint8_t> registered = RegisteredMatchingType(digest.name);
    int matching_type = registered.value_or(0);
    if (item.find('=') != absl::string_view::npos &&
        (!absl::SimpleAtoi(parts.second, &matching_type) || matching_type < 1 ||
         matching_type > 255 || (registered && matching_type != *registered))) {
      return absl::InvalidArgumentError(absl::StrCat("'", item, "' gives no matching type that '",
                                                     digest.name, "' can have (1 to 255)"));
    }
    if (matching_type == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'", digest.name, "' has no registered matching type; write ", digest.name, "=NUMBER"));
    }
    digest.matching_type = static_cast<uint8_t>(matching_type);
    for (const DigestAlgorithm& other : digests) {
      if (other.matching_type == digest.matching_type) {
        return absl::InvalidArgumentError(
            absl::StrCat("matching type ", matching_type, " is given twice"));
      }
    }
    digests.push_back(std::move(digest));
  }
  return digests;
}

const std::vector<DigestAlgorithm>& DefaultDigestOrder() {
  static const auto* const kOrder =
      new std::vector<DigestAlgorithm>{{kMatchSha512, "sha512", 64}, {kMatchSha256, "sha256", 32}};
  return *kOrder;
}

std::vector<JudgedTlsa> JudgeTlsaRecords(absl::Span<const TlsaRecord> records,
                                         absl::Span<const DigestAlgorithm> digests) {
  std::vector<JudgedTlsa> judged;
  judged.reserve(records.size());
  // RFC 7671, section 9: of each usage and selector the strongest digest counts,
  // and Full(0) always does.
  size_t strongest[2][2] = {{digests.size(), digests.size()}, {digests.size(), digests.size()}};
  const auto slot = [&strongest](const TlsaRecord& record) -> size_t& {
    return strongest[record.usage - kDaneTa][record.selector];
  };
  for (const TlsaRecord& record : records) {
    judged.push_back({record, Judge(record, digests), false});
    if (!judged.back().Usable() || record.matching_type == kMatchFull) continue;
    slot(record) = std::min(slot(record), Strength(record.matching_type, digests));
  }
  for (JudgedTlsa& one : judged) {
    if (!one.Usable() || one.record.matching_type == kMatchFull) continue;
    one.superseded = Strength(one.record.matching_type, digests) > slot(one.record);
  }
  return judged;
}

uint32_t UsageBits(absl::Span<const JudgedTlsa> records) {
  uint32_t bits = 0;
  for (const JudgedTlsa& one : records) {
    if (one.Usable()) bits |= 1u << one.record.usage;
  }
  return bits;
}

bool AllowsRawPublicKey(absl::Span<const JudgedTlsa> records) {
  bool allows = false;
  for (const JudgedTlsa& one : records) {
    if (!one.Counts()) continue;
    if (one.record.usage != kDaneEe || one.record.selector != kSelectorSpki) return false;
    allows = true;
  }
  return allows;
}

}  // namespace postern
