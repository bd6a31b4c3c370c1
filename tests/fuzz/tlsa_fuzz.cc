// JudgeTlsaRecords with any bytes: each record is an octet of length, or 0 for the
// rest, and that many octets: usage, selector, matching type, data.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"
#include "tests/support/openssl_dane.h"

namespace postern {
namespace {

void Require(bool holds) {
  if (!holds) abort();
}

std::vector<TlsaRecord> ReadRecords(absl::string_view bytes) {
  std::vector<TlsaRecord> records;
  while (!bytes.empty()) {
    size_t size = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (size == 0 || size > bytes.size()) size = bytes.size();
    if (size < 3) break;
    TlsaRecord record;
    record.usage = static_cast<uint8_t>(bytes[0]);
    record.selector = static_cast<uint8_t>(bytes[1]);
    record.matching_type = static_cast<uint8_t>(bytes[2]);
    record.data = std::string(bytes.substr(3, size - 3));
    records.push_back(std::move(record));
    bytes.remove_prefix(size);
  }
  return records;
}

bool IsDigest(const TlsaRecord& record) { return record.matching_type != kMatchFull; }

void CheckOne(const JudgedTlsa& one, OpensslDane& openssl) {
  const TlsaRecord& record = one.record;
  const bool theirs = record.usage >= kDaneTa && record.usage <= kDaneEe && openssl.Add(record);
  if (!one.Usable()) {
    Require(!one.superseded);
    // What OpenSSL takes and we do not is a certificate or key that is no DER, or
    // that no signature is verified with.
    Require(!theirs || !IsDigest(record));
    return;
  }
  Require(record.usage == kDaneTa || record.usage == kDaneEe);
  Require(record.selector <= kSelectorSpki && record.matching_type <= kMatchSha512);
  if (IsDigest(record)) {
    Require(theirs);
    Require(record.data.size() == (record.matching_type == kMatchSha256 ? 32U : 64U));
  } else {
    Require(!one.superseded);
  }
}

void Check(const std::vector<TlsaRecord>& records) {
  const std::vector<JudgedTlsa> judged = JudgeTlsaRecords(records, DefaultDigestOrder());
  Require(judged.size() == records.size());
  OpensslDane openssl({"mx1.test"});
  uint32_t bits = 0;
  for (size_t i = 0; i < judged.size(); ++i) {
    const JudgedTlsa& one = judged[i];
    Require(one.record == records[i]);
    CheckOne(one, openssl);
    if (one.Usable()) bits |= 1U << one.record.usage;
    // RFC 7671, section 9: set aside exactly where there is a stronger digest.
    const bool is_beaten =
        one.Usable() && one.record.matching_type == kMatchSha256 &&
        std::any_of(judged.begin(), judged.end(), [&one](const JudgedTlsa& other) {
          return other.Usable() && other.record.usage == one.record.usage &&
                 other.record.selector == one.record.selector &&
                 other.record.matching_type == kMatchSha512;
        });
    Require(one.superseded == is_beaten);
  }
  Require(UsageBits(judged) == bits);
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(
      postern::ReadRecords(absl::string_view(reinterpret_cast<const char*>(data), size)));
  return 0;
}
