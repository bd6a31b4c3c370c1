#include "server/io/dns/unbound_answer.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/core/dns/message.h"

namespace postern {
namespace {

constexpr int kInsecure = 0;
constexpr int kSecure = 2;

}  // namespace

DnsAnswer ReadUnboundResult(const DnsQuestion& question, const UnboundResult& result,
                            absl::Time now) {
  DnsAnswer failed;
  failed.canonical_name = question.name;
  failed.rcode = result.rcode;
  // 1 is bogus; what is none of the three is not to be trusted either.
  if (result.security != kInsecure && result.security != kSecure) {
    failed.state = DnsState::kBogus;
    failed.detail = result.why_bogus != nullptr ? result.why_bogus : "validation failure";
    return failed;
  }
  if (result.rcode != kRcodeNoError && result.rcode != kRcodeNxDomain) {
    failed.failure = DnsFailure::kRcode;
    failed.detail = RcodeName(result.rcode);
    return failed;
  }
  const DnsState state = result.security == kSecure ? DnsState::kSecure : DnsState::kInsecure;
  absl::StatusOr<DnsAnswer> answer = ParseAnswer(result.packet, question, state, now);
  if (!answer.ok()) {
    failed.failure = DnsFailure::kMalformed;
    failed.detail = std::string(answer.status().message());
    return failed;
  }
  return *std::move(answer);
}

}  // namespace postern
