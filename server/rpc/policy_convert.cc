#include "server/rpc/policy_convert.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/core/dns/name.h"
#include "server/rpc/dane_convert.h"
#include "server/rpc/field_error.h"
#include "server/rpc/time_convert.h"

namespace postern {
namespace {

v1::HostPolicy::Verdict Convert(HostPolicy::Verdict value) {
  switch (value) {
    case HostPolicy::Verdict::kDane:
      return v1::HostPolicy::DANE;
    case HostPolicy::Verdict::kTlsUnauthenticated:
      return v1::HostPolicy::TLS_UNAUTHENTICATED;
    case HostPolicy::Verdict::kOpportunistic:
      return v1::HostPolicy::OPPORTUNISTIC;
    case HostPolicy::Verdict::kSkip:
      return v1::HostPolicy::SKIP;
  }
  return v1::HostPolicy::VERDICT_UNSPECIFIED;
}

v1::HostPolicy::Reason Convert(HostPolicy::Reason value) {
  switch (value) {
    case HostPolicy::Reason::kTlsaUsable:
      return v1::HostPolicy::TLSA_USABLE;
    case HostPolicy::Reason::kTlsaUnusable:
      return v1::HostPolicy::TLSA_UNUSABLE;
    case HostPolicy::Reason::kNoTlsa:
      return v1::HostPolicy::NO_TLSA;
    case HostPolicy::Reason::kAddressInsecure:
      return v1::HostPolicy::ADDRESS_INSECURE;
    case HostPolicy::Reason::kAliasInsecure:
      return v1::HostPolicy::ALIAS_INSECURE;
    case HostPolicy::Reason::kMxInsecure:
      return v1::HostPolicy::MX_INSECURE;
    case HostPolicy::Reason::kDaneOff:
      return v1::HostPolicy::DANE_OFF;
    case HostPolicy::Reason::kDaneNotApplicable:
      return v1::HostPolicy::DANE_NOT_APPLICABLE;
    case HostPolicy::Reason::kInvalidMx:
      return v1::HostPolicy::INVALID_MX;
    case HostPolicy::Reason::kNoAddress:
      return v1::HostPolicy::NO_ADDRESS;
    case HostPolicy::Reason::kDnssecBogus:
      return v1::HostPolicy::DNSSEC_BOGUS;
    case HostPolicy::Reason::kDnsError:
      return v1::HostPolicy::DNS_ERROR;
    case HostPolicy::Reason::kCnameLoop:
      return v1::HostPolicy::CNAME_LOOP;
    case HostPolicy::Reason::kTlsaBogus:
      return v1::HostPolicy::TLSA_BOGUS;
    case HostPolicy::Reason::kTlsaError:
      return v1::HostPolicy::TLSA_ERROR;
    case HostPolicy::Reason::kDaneRequired:
      return v1::HostPolicy::DANE_REQUIRED;
    case HostPolicy::Reason::kResolverOverloaded:
      return v1::HostPolicy::RESOLVER_OVERLOADED;
  }
  return v1::HostPolicy::REASON_UNSPECIFIED;
}

v1::DomainPolicy::Verdict Convert(DomainPolicy::Verdict value) {
  switch (value) {
    case DomainPolicy::Verdict::kHosts:
      return v1::DomainPolicy::HOSTS;
    case DomainPolicy::Verdict::kDefer:
      return v1::DomainPolicy::DEFER;
    case DomainPolicy::Verdict::kNullMx:
      return v1::DomainPolicy::NULL_MX;
    case DomainPolicy::Verdict::kNoSuchDomain:
      return v1::DomainPolicy::NO_SUCH_DOMAIN;
  }
  return v1::DomainPolicy::VERDICT_UNSPECIFIED;
}

v1::DomainPolicy::Reason Convert(DomainPolicy::Reason value) {
  switch (value) {
    case DomainPolicy::Reason::kMxFound:
      return v1::DomainPolicy::MX_FOUND;
    case DomainPolicy::Reason::kImplicitMx:
      return v1::DomainPolicy::IMPLICIT_MX;
    case DomainPolicy::Reason::kNoMxLookup:
      return v1::DomainPolicy::NO_MX_LOOKUP;
    case DomainPolicy::Reason::kNullMxPublished:
      return v1::DomainPolicy::NULL_MX_PUBLISHED;
    case DomainPolicy::Reason::kNameError:
      return v1::DomainPolicy::NAME_ERROR;
    case DomainPolicy::Reason::kDnssecBogus:
      return v1::DomainPolicy::DNSSEC_BOGUS;
    case DomainPolicy::Reason::kDnsError:
      return v1::DomainPolicy::DNS_ERROR;
    case DomainPolicy::Reason::kCnameLoop:
      return v1::DomainPolicy::CNAME_LOOP;
    case DomainPolicy::Reason::kNoUsableHost:
      return v1::DomainPolicy::NO_USABLE_HOST;
    case DomainPolicy::Reason::kInsecureMx:
      return v1::DomainPolicy::INSECURE_MX;
    case DomainPolicy::Reason::kDaneRequired:
      return v1::DomainPolicy::DANE_REQUIRED_FOR_DOMAIN;
    case DomainPolicy::Reason::kResolverNotValidating:
      return v1::DomainPolicy::RESOLVER_NOT_VALIDATING;
    case DomainPolicy::Reason::kResolverOverloaded:
      return v1::DomainPolicy::RESOLVER_OVERLOADED;
  }
  return v1::DomainPolicy::REASON_UNSPECIFIED;
}

v1::DnsQuery::State Convert(DnsState value) {
  switch (value) {
    case DnsState::kSecure:
      return v1::DnsQuery::SECURE;
    case DnsState::kInsecure:
      return v1::DnsQuery::INSECURE;
    case DnsState::kBogus:
      return v1::DnsQuery::BOGUS;
    case DnsState::kIndeterminate:
      return v1::DnsQuery::INDETERMINATE;
    case DnsState::kFailed:
      return v1::DnsQuery::FAILED;
  }
  return v1::DnsQuery::STATE_UNSPECIFIED;
}

void Convert(const HostPolicy& host, v1::HostPolicy& proto) {
  proto.set_host(host.host);
  proto.set_preference(host.preference);
  proto.set_verdict(Convert(host.verdict));
  proto.set_reason(Convert(host.reason));
  TimeToProto(host.expire_time, *proto.mutable_expire_time());
  proto.set_tlsa_base_domain(host.tlsa_base_domain);
  for (const std::string& name : host.reference_identifiers) proto.add_reference_identifiers(name);
  proto.set_sni(host.sni);
  proto.set_tlsa_usages(UsageBits(host.tlsa));
  for (const JudgedTlsa& judged : host.tlsa) FillProto(judged, *proto.add_tlsa_records());
  proto.set_request_ocsp(host.request_ocsp);
  proto.set_require_ocsp(host.require_ocsp);
  proto.set_require_revocation_status(host.require_revocation_status);
  proto.set_mx_secure(host.mx_secure);
  if (const std::optional<TlsrptResult> result = TlsrptResultOf(host.reason)) {
    proto.set_tlsrpt_result_type(ToProto(*result));
  }
  proto.set_mode(ToProto(host.mode));
  proto.set_audit(host.audit);
  for (const std::string& address : host.addresses) proto.add_addresses(address);
  proto.set_detail(host.detail);
  proto.set_raw_public_key_allowed(host.verdict == HostPolicy::Verdict::kDane &&
                                   AllowsRawPublicKey(host.tlsa));
}

void Convert(const DomainPolicy::TracedQuery& query, v1::DnsQuery& proto) {
  proto.set_name(query.question.name);
  proto.set_type(RrTypeName(query.question.type));
  proto.set_state(Convert(query.state));
  proto.set_rcode(RcodeName(query.rcode));
  proto.set_ttl(static_cast<uint32_t>(absl::ToInt64Seconds(query.ttl)));
  proto.set_record_count(static_cast<uint32_t>(query.record_count));
  proto.set_canonical_name(query.canonical_name);
  proto.set_detail(query.detail);
}

// The fields that requests for a policy have in common; `name_field` is what the
// request calls the next hop.
template <typename Request>
absl::StatusOr<PolicyQuestion> Convert(const Request& request, absl::string_view name_field,
                                       const std::string& name) {
  PolicyQuestion question;
  question.is_address = IsAddressLiteral(name);
  absl::StatusOr<std::string> next_hop = ParseNextHop(name_field, name);
  if (!next_hop.ok()) return next_hop.status();
  question.next_hop = *std::move(next_hop);
  if (request.port() > 65535) return FieldError("port", "must be 1 to 65535, or 0 for 25");
  question.port = request.port() == 0 ? 25 : static_cast<uint16_t>(request.port());
  switch (request.mode()) {
    case v1::Dane::MODE_UNSPECIFIED:
      break;
    case v1::Dane::OFF:
      question.mode = DaneMode::kOff;
      break;
    case v1::Dane::OPPORTUNISTIC:
      question.mode = DaneMode::kOpportunistic;
      break;
    case v1::Dane::MANDATORY:
      question.mode = DaneMode::kMandatory;
      break;
    default:
      // A mode of a later version: to ignore it might be weaker than it asks.
      return FieldError("mode", absl::StrCat(static_cast<int>(request.mode()),
                                             " is unknown; use OFF, OPPORTUNISTIC or MANDATORY"));
  }
  return question;
}

}  // namespace

v1::DomainPolicy ToProto(const DomainPolicy& policy) {
  v1::DomainPolicy proto;
  proto.set_domain(policy.domain);
  proto.set_verdict(Convert(policy.verdict));
  proto.set_reason(Convert(policy.reason));
  TimeToProto(policy.expire_time, *proto.mutable_expire_time());
  for (const HostPolicy& host : policy.hosts) Convert(host, *proto.add_hosts());
  proto.set_expanded_domain(policy.expanded_domain);
  proto.set_mx_secure(policy.mx_secure);
  if (const std::optional<TlsrptResult> result = TlsrptResultOf(policy.reason)) {
    proto.set_tlsrpt_result_type(ToProto(*result));
  }
  proto.set_fail_permanently(policy.fail_permanently);
  proto.set_omitted_hosts(static_cast<uint32_t>(policy.omitted_hosts));
  proto.set_detail(policy.detail);
  return proto;
}

v1::DomainPolicy TraceToProto(const DomainPolicy& policy) {
  v1::DomainPolicy proto;
  for (const DomainPolicy::TracedQuery& query : policy.trace) Convert(query, *proto.add_trace());
  return proto;
}

v1::Dane::Mode ToProto(std::optional<DaneMode> mode) {
  if (!mode) return v1::Dane::MODE_UNSPECIFIED;
  switch (*mode) {
    case DaneMode::kOff:
      return v1::Dane::OFF;
    case DaneMode::kOpportunistic:
      return v1::Dane::OPPORTUNISTIC;
    case DaneMode::kMandatory:
      return v1::Dane::MANDATORY;
  }
  return v1::Dane::MODE_UNSPECIFIED;
}

absl::StatusOr<std::string> ParseNextHop(absl::string_view field, const std::string& text) {
  absl::StatusOr<std::string> next_hop =
      IsAddressLiteral(text) ? ParseAddressLiteral(text) : ParseHostName(text);
  if (!next_hop.ok()) return FieldError(field, next_hop.status().message());
  return next_hop;
}

absl::StatusOr<PolicyQuestion> QuestionFromProto(const v1::ResolveDomainPolicyRequest& request) {
  return Convert(request, "domain", request.domain());
}

absl::StatusOr<PolicyQuestion> QuestionFromProto(const v1::ResolveRelayPolicyRequest& request) {
  absl::StatusOr<PolicyQuestion> question = Convert(request, "host", request.host());
  if (question.ok()) question->is_relay = true;
  return question;
}

}  // namespace postern
