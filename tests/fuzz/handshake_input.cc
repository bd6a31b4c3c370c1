#include "tests/fuzz/handshake_input.h"

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"
#include "server/core/dane/policy.h"
#include "server/core/handshake/handshake.h"
#include "server/core/x509/trust_anchors.h"

namespace postern {
namespace {

uint32_t Take(absl::string_view& bytes, size_t octets) {
  uint32_t number = 0;
  for (size_t i = 0; i < octets && !bytes.empty(); ++i) {
    number = number << 8 | static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
  }
  return number;
}

std::string TakeString(absl::string_view& bytes) {
  const size_t size = std::min<size_t>(Take(bytes, 2), bytes.size());
  std::string text(bytes.substr(0, size));
  bytes.remove_prefix(size);
  return text;
}

constexpr uint32_t kMaxIssuerStaples = 15;  // as the service takes them

std::string Number(uint32_t number, size_t octets) {
  std::string text;
  for (size_t i = octets; i-- > 0;) text += static_cast<char>(number >> (8 * i));
  return text;
}

std::string WithLength(const std::string& text) {
  return Number(static_cast<uint32_t>(text.size()), 2) + text;
}

constexpr uint32_t kWithStaples = 3;  // in the place of the connection

void ReadStaples(absl::string_view& bytes, TestHandshake& handshake) {
  const uint32_t bits = Take(bytes, 1);
  handshake.status_requested = (bits & 1) != 0;
  handshake.session_resumed = (bits & 2) != 0;
  handshake.require_ocsp = (bits & 4) != 0;
  handshake.require_revocation_status = (bits & 8) != 0;
  handshake.revocation.must_staple_out_of_band = (bits & 0x10) != 0;
  handshake.staple = TakeString(bytes);
  for (uint32_t staples = std::min(Take(bytes, 1), kMaxIssuerStaples);
       staples > 0 && !bytes.empty(); --staples) {
    handshake.issuer_staples.push_back(TakeString(bytes));
  }
}

std::string WriteStaples(const TestHandshake& handshake) {
  const uint32_t bits = (handshake.status_requested ? 1U : 0U) |
                        (handshake.session_resumed ? 2U : 0U) | (handshake.require_ocsp ? 4U : 0U) |
                        (handshake.require_revocation_status ? 8U : 0U) |
                        (handshake.revocation.must_staple_out_of_band ? 0x10U : 0U);
  std::string bytes = Number(bits, 1) + WithLength(handshake.staple) +
                      Number(static_cast<uint32_t>(handshake.issuer_staples.size()), 1);
  for (const std::string& staple : handshake.issuer_staples) bytes += WithLength(staple);
  return bytes;
}

bool HasStaples(const TestHandshake& handshake) {
  return !handshake.staple.empty() || !handshake.issuer_staples.empty() ||
         !handshake.status_requested || handshake.session_resumed || handshake.require_ocsp ||
         handshake.require_revocation_status;
}

}  // namespace

TestHandshake ReadHandshake(absl::string_view bytes) {
  TestHandshake handshake;
  const uint32_t bits = Take(bytes, 1);
  handshake.policy = static_cast<HostPolicy::Verdict>(bits & 3);
  handshake.mode = static_cast<DaneMode>(std::min(bits >> 2 & 3, 2U));
  handshake.audit = (bits & 0x10) != 0;
  handshake.require_pkix = (bits & 0x20) != 0;
  const uint32_t connection = bits >> 6 & 3;
  if (connection != kWithStaples) handshake.tls = static_cast<HandshakeQuestion::Tls>(connection);
  handshake.now = TestNow() + absl::Seconds(static_cast<int32_t>(Take(bytes, 4)));
  if (connection == kWithStaples) ReadStaples(bytes, handshake);
  for (uint32_t records = Take(bytes, 1); records > 0 && !bytes.empty(); --records) {
    std::string text = TakeString(bytes);
    if (text.size() < 3) text.resize(3);
    const auto octet = [&text](size_t i) { return static_cast<uint8_t>(text[i]); };
    handshake.records.push_back(RawRecord(octet(0), octet(1), octet(2), text.substr(3)));
  }
  while (!bytes.empty() && handshake.certificates.size() < kMaxChainCertificates) {
    handshake.certificates.push_back(TakeString(bytes));
  }
  if (!handshake.certificates.empty()) {
    auto anchors = TrustAnchors::FromDer({handshake.certificates.back()});
    if (anchors.ok()) handshake.anchors = *anchors;
  }
  return handshake;
}

std::string WriteHandshake(const TestHandshake& handshake) {
  const bool has_staples = HasStaples(handshake);
  const uint32_t connection = has_staples ? kWithStaples : static_cast<uint32_t>(handshake.tls);
  const auto bits = static_cast<uint32_t>(handshake.policy) |
                    static_cast<uint32_t>(handshake.mode) << 2 | (handshake.audit ? 0x10U : 0U) |
                    (handshake.require_pkix ? 0x20U : 0U) | connection << 6;
  std::string bytes =
      Number(bits, 1) +
      Number(static_cast<uint32_t>(absl::ToInt64Seconds(handshake.now - TestNow())), 4) +
      (has_staples ? WriteStaples(handshake) : "") +
      Number(static_cast<uint32_t>(handshake.records.size()), 1);
  for (const TlsaRecord& record : handshake.records) {
    bytes += WithLength(Number(record.usage, 1) + Number(record.selector, 1) +
                        Number(record.matching_type, 1) + record.data);
  }
  for (const std::string& der : handshake.certificates) bytes += WithLength(der);
  return bytes;
}

}  // namespace postern
