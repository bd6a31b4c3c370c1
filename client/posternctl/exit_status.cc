#include "client/posternctl/exit_status.h"

namespace postern::posternctl {

int ExitStatusOf(const v1::DomainPolicy& policy) {
  switch (policy.verdict()) {
    case v1::DomainPolicy::HOSTS:
      for (const v1::HostPolicy& host : policy.hosts()) {
        if (host.verdict() != v1::HostPolicy::SKIP) return kExitFavourable;
      }
      return kExitDefer;
    case v1::DomainPolicy::DEFER:
      return policy.fail_permanently() ? kExitRefusal : kExitDefer;
    case v1::DomainPolicy::NULL_MX:
    case v1::DomainPolicy::NO_SUCH_DOMAIN:
      return kExitRefusal;
    default:
      return kExitBug;
  }
}

int ExitStatusOf(const v1::GetStatusResponse& status) {
  for (const v1::PartHealth& part : status.parts()) {
    if (!part.healthy()) return kExitDefer;
  }
  return kExitFavourable;
}

int ExitStatusOf(const v1::HandshakeVerdict& handshake) {
  switch (handshake.action()) {
    case v1::HandshakeVerdict::PROCEED:
      return kExitFavourable;
    case v1::HandshakeVerdict::NEXT_HOST:
      return kExitRefusal;
    default:
      return kExitBug;
  }
}

int ExitStatusOfCall(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return kExitUsage;
    case absl::StatusCode::kInternal:
      return kExitBug;
    default:
      return kExitNoAnswer;
  }
}

}  // namespace postern::posternctl
