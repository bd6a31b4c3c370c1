// ParseAnswer with any bytes. The question is the message's own, so that what comes
// after it is reached.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/dns/answer.h"
#include "server/core/dns/message.h"
#include "server/core/dns/wire_name.h"
#include "tests/support/dns_packet.h"

namespace postern {
namespace {

void Require(bool holds) {
  if (!holds) abort();
}

// A name in normal form means the same when it has been to the wire and back.
void RequireRoundTrip(const std::string& name) {
  const std::string wire = WireName(name);
  Require(wire.size() <= 255);
  size_t offset = 0;
  std::string again;
  Require(
      ReadWireName({reinterpret_cast<const uint8_t*>(wire.data()), wire.size()}, &offset, &again));
  Require(again == name && offset == wire.size());
}

void Parse(absl::Span<const uint8_t> bytes) {
  DnsQuestion question = {"d.test", RrType::kMx};
  size_t offset = 12;
  if (ReadWireName(bytes, &offset, &question.name) && bytes.size() - offset >= 2) {
    question.type = static_cast<RrType>(bytes[offset] << 8 | bytes[offset + 1]);
  }
  for (DnsState state : {DnsState::kSecure, DnsState::kInsecure}) {
    const absl::StatusOr<DnsAnswer> answer =
        ParseAnswer(bytes, question, state, absl::FromUnixSeconds(1767225600));
    if (!answer.ok()) continue;
    Require(answer->state == state || answer->state == DnsState::kFailed);
    Require((answer->state == DnsState::kFailed) == (answer->failure != DnsFailure::kNone));
    Require(answer->Answered() || answer->RecordCount() == 0);
    Require(answer->ttl >= absl::ZeroDuration() && answer->ttl < absl::Seconds(0x80000000));
    Require(answer->RecordCount() <= bytes.size());
    RequireRoundTrip(answer->canonical_name);
    for (const MxRecord& mx : answer->mx) RequireRoundTrip(mx.exchange);
  }
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Parse({data, size});
  return 0;
}
