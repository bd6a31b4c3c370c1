#include "server/core/dane/policy.h"

#include <algorithm>

namespace postern {
namespace {

bool IsFailure(HostPolicy::Reason reason) {
  switch (reason) {
    case HostPolicy::Reason::kDnssecBogus:
    case HostPolicy::Reason::kDnsError:
    case HostPolicy::Reason::kCnameLoop:
    case HostPolicy::Reason::kTlsaBogus:
    case HostPolicy::Reason::kTlsaError:
    case HostPolicy::Reason::kResolverOverloaded:
      return true;
    default:
      return false;
  }
}

bool IsFailure(DomainPolicy::Reason reason) {
  switch (reason) {
    case DomainPolicy::Reason::kDnssecBogus:
    case DomainPolicy::Reason::kDnsError:
    case DomainPolicy::Reason::kCnameLoop:
    case DomainPolicy::Reason::kResolverNotValidating:
    case DomainPolicy::Reason::kResolverOverloaded:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool RestsOnFailure(const DomainPolicy& policy) {
  return IsFailure(policy.reason) ||
         std::any_of(policy.hosts.begin(), policy.hosts.end(),
                     [](const HostPolicy& host) { return IsFailure(host.reason); });
}

std::optional<TlsrptResult> TlsrptResultOf(HostPolicy::Reason reason) {
  switch (reason) {
    case HostPolicy::Reason::kTlsaUnusable:
      return TlsrptResult::kTlsaInvalid;
    case HostPolicy::Reason::kDnssecBogus:
    case HostPolicy::Reason::kTlsaBogus:
    case HostPolicy::Reason::kTlsaError:
      return TlsrptResult::kDnssecInvalid;
    case HostPolicy::Reason::kDaneRequired:
      return TlsrptResult::kDaneRequired;
    // No failure, or one that is not of TLS (RFC 8460, section 4.3.4).
    case HostPolicy::Reason::kTlsaUsable:
    case HostPolicy::Reason::kNoTlsa:
    case HostPolicy::Reason::kAddressInsecure:
    case HostPolicy::Reason::kAliasInsecure:
    case HostPolicy::Reason::kMxInsecure:
    case HostPolicy::Reason::kDaneOff:
    case HostPolicy::Reason::kDaneNotApplicable:
    case HostPolicy::Reason::kInvalidMx:
    case HostPolicy::Reason::kNoAddress:
    case HostPolicy::Reason::kDnsError:
    case HostPolicy::Reason::kCnameLoop:
    case HostPolicy::Reason::kResolverOverloaded:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<TlsrptResult> TlsrptResultOf(DomainPolicy::Reason reason) {
  switch (reason) {
    case DomainPolicy::Reason::kDnssecBogus:
      return TlsrptResult::kDnssecInvalid;
    case DomainPolicy::Reason::kInsecureMx:
    case DomainPolicy::Reason::kDaneRequired:
      return TlsrptResult::kDaneRequired;
    // No failure, or one that is not of TLS, or that each host reports itself.
    case DomainPolicy::Reason::kMxFound:
    case DomainPolicy::Reason::kImplicitMx:
    case DomainPolicy::Reason::kNoMxLookup:
    case DomainPolicy::Reason::kNullMxPublished:
    case DomainPolicy::Reason::kNameError:
    case DomainPolicy::Reason::kDnsError:
    case DomainPolicy::Reason::kCnameLoop:
    case DomainPolicy::Reason::kNoUsableHost:
    case DomainPolicy::Reason::kResolverNotValidating:
    case DomainPolicy::Reason::kResolverOverloaded:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace postern
