#include "server/io/revocation/crl_record.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/core/revocation/crl.h"
#include "server/core/x509/certificate_urls.h"
#include "server/core/x509/outline.h"

namespace postern {
namespace {

constexpr absl::string_view kMagic = "postern-crl-1\n";
constexpr size_t kLengthOctets = 4;
constexpr size_t kTimeOctets = 8;
constexpr int64_t kMaxSeconds = 253402300799;  // the end of the year 9999

void AppendNumber(uint64_t number, size_t octets, std::string& out) {
  for (size_t i = octets; i > 0; --i) out += static_cast<char>(number >> (8 * (i - 1)) & 0xff);
}

void AppendField(absl::string_view field, std::string& out) {
  AppendNumber(field.size(), kLengthOctets, out);
  out.append(field.data(), field.size());
}

std::string Sha256(absl::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

uint64_t TakeNumber(size_t octets, absl::string_view& rest) {
  uint64_t number = 0;
  for (const char octet : rest.substr(0, octets))
    number = number << 8 | static_cast<uint8_t>(octet);
  rest.remove_prefix(octets);
  return number;
}

bool TakeField(size_t limit, absl::string_view& rest, std::string& field) {
  if (rest.size() < kLengthOctets) return false;
  const uint64_t length = TakeNumber(kLengthOctets, rest);
  if (length > limit || length > rest.size()) return false;
  field = std::string(rest.substr(0, length));
  rest.remove_prefix(length);
  return true;
}

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

absl::Status Refuse(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("is no CRL that Postern kept (", what, "); it can be removed"));
}

}  // namespace

std::string WriteCrlRecord(const CrlRecord& record) {
  std::string out(kMagic);
  out.reserve(record.crl.size() + kMaxCrlRecordBytes);
  for (const std::string* field :
       {&record.url, &record.issuer, &record.etag, &record.last_modified, &record.crl}) {
    AppendField(*field, out);
  }
  AppendNumber(static_cast<uint64_t>(absl::ToUnixSeconds(record.fetched)), kTimeOctets, out);
  out += Sha256(out);
  return out;
}

absl::StatusOr<CrlRecord> ReadCrlRecord(absl::string_view bytes) {
  if (bytes.size() > kMaxCrlBytes + kMaxCrlRecordBytes) return Refuse("too long");
  if (bytes.substr(0, kMagic.size()) != kMagic) return Refuse("it begins otherwise");
  if (bytes.size() < kMagic.size() + SHA256_DIGEST_LENGTH) return Refuse("too short");
  absl::string_view rest = bytes.substr(0, bytes.size() - SHA256_DIGEST_LENGTH);
  if (Sha256(rest) != bytes.substr(rest.size())) return Refuse("damaged");
  rest.remove_prefix(kMagic.size());
  CrlRecord record;
  if (!TakeField(kMaxUrlBytes, rest, record.url) ||
      !TakeField(kMaxCertificateBytes, rest, record.issuer) ||
      !TakeField(kMaxValidatorBytes, rest, record.etag) ||
      !TakeField(kMaxValidatorBytes, rest, record.last_modified) ||
      !TakeField(kMaxCrlBytes, rest, record.crl) || rest.size() != kTimeOctets) {
    return Refuse("a length is wrong");
  }
  if (!IsPrintable(record.url) || !IsPrintable(record.etag) || !IsPrintable(record.last_modified)) {
    return Refuse("text that does not print");
  }
  const uint64_t seconds = TakeNumber(kTimeOctets, rest);
  if (seconds > static_cast<uint64_t>(kMaxSeconds)) return Refuse("a time that is none");
  record.fetched = absl::FromUnixSeconds(static_cast<int64_t>(seconds));
  return record;
}

}  // namespace postern
