#include "client/posternctl/revocation_status.h"

#include "client/posternctl/exit_status.h"

namespace postern::posternctl {

int ExitStatusOf(const v1::StapleVerdict& verdict) {
  switch (verdict.status()) {
    case v1::StapleVerdict::GOOD:
      return kExitFavourable;
    case v1::StapleVerdict::UNKNOWN:
      return verdict.reason() == v1::StapleVerdict::TRY_LATER ||
                     verdict.reason() == v1::StapleVerdict::INTERNAL_ERROR
                 ? kExitDefer
                 : kExitRefusal;
    case v1::StapleVerdict::REVOKED:
    case v1::StapleVerdict::INVALID:
      return kExitRefusal;
    default:
      return kExitBug;
  }
}

int ExitStatusOf(const v1::FetchStapleResponse& fetched) {
  if (fetched.has_verdict()) return ExitStatusOf(fetched.verdict());
  return fetched.url().empty() ? kExitRefusal : kExitDefer;
}

int ExitStatusOf(const v1::CrlVerdict& verdict) {
  switch (verdict.status()) {
    case v1::CrlVerdict::GOOD:
      return kExitFavourable;
    case v1::CrlVerdict::REVOKED:
    case v1::CrlVerdict::INVALID:
      return kExitRefusal;
    default:
      return kExitBug;
  }
}

int ExitStatusOf(const v1::Staple& staple) {
  switch (staple.status()) {
    case v1::Staple::GOOD:
    case v1::Staple::NOT_AVAILABLE:
      return kExitFavourable;
    case v1::Staple::PENDING:
      return kExitDefer;
    case v1::Staple::REVOKED:
    case v1::Staple::EXPIRED:
    case v1::Staple::UNUSABLE:
      return kExitRefusal;
    default:
      return kExitBug;
  }
}

}  // namespace postern::posternctl
