#include "client/posternctl/words.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace postern::posternctl {
namespace {

std::string Unknown(int number) {
  return absl::StrCat("unknown (", number, "): this posternctl is older than the server");
}

std::string OrNumber(const std::string& name, int number) {
  return name.empty() ? absl::StrCat(number) : name;
}

}  // namespace

std::string Words(v1::DomainPolicy::Reason reason) {
  switch (reason) {
    case v1::DomainPolicy::MX_FOUND:
      return "from its MX records";
    case v1::DomainPolicy::IMPLICIT_MX:
      return "no MX records: the domain is its own host";
    case v1::DomainPolicy::NO_MX_LOOKUP:
      return "no MX lookup: a relay or an address literal";
    case v1::DomainPolicy::NULL_MX_PUBLISHED:
      return "the domain accepts no mail";
    case v1::DomainPolicy::NAME_ERROR:
      return "there is no such domain";
    case v1::DomainPolicy::DNSSEC_BOGUS:
      return "the MX answer fails DNSSEC validation";
    case v1::DomainPolicy::DNS_ERROR:
      return "the MX lookup failed";
    case v1::DomainPolicy::CNAME_LOOP:
      return "the MX lookup met a loop of aliases";
    case v1::DomainPolicy::NO_USABLE_HOST:
      return "no host can be used now";
    case v1::DomainPolicy::INSECURE_MX:
      return "DANE is mandatory, and the MX answer is insecure";
    case v1::DomainPolicy::DANE_REQUIRED_FOR_DOMAIN:
      return "DANE is mandatory, and no host has it";
    case v1::DomainPolicy::RESOLVER_NOT_VALIDATING:
      return "the server's resolver does not validate";
    case v1::DomainPolicy::RESOLVER_OVERLOADED:
      return "the server's resolver is full";
    default:
      return Unknown(reason);
  }
}

std::string Words(v1::HostPolicy::Reason reason) {
  switch (reason) {
    case v1::HostPolicy::TLSA_USABLE:
      return "authenticate by its TLSA records";
    case v1::HostPolicy::TLSA_UNUSABLE:
      return "TLS is required, but no TLSA record is usable";
    case v1::HostPolicy::NO_TLSA:
      return "no secure TLSA records";
    case v1::HostPolicy::ADDRESS_INSECURE:
      return "its addresses are in an unsigned zone";
    case v1::HostPolicy::ALIAS_INSECURE:
      return "it is an alias in an unsigned zone";
    case v1::HostPolicy::MX_INSECURE:
      return "the MX answer is insecure, and the server's rules want no DANE then";
    case v1::HostPolicy::DANE_OFF:
      return "DANE is off";
    case v1::HostPolicy::DANE_NOT_APPLICABLE:
      return "DANE does not apply to an address literal";
    case v1::HostPolicy::INVALID_MX:
      return "the MX record names no host";
    case v1::HostPolicy::NO_ADDRESS:
      return "it has no address";
    case v1::HostPolicy::DNSSEC_BOGUS:
      return "its addresses fail DNSSEC validation";
    case v1::HostPolicy::DNS_ERROR:
      return "the lookup of its addresses failed";
    case v1::HostPolicy::CNAME_LOOP:
      return "it is in a loop of aliases";
    case v1::HostPolicy::TLSA_BOGUS:
      return "its TLSA records fail DNSSEC validation";
    case v1::HostPolicy::TLSA_ERROR:
      return "the lookup of its TLSA records failed";
    case v1::HostPolicy::DANE_REQUIRED:
      return "DANE is mandatory, and it has none";
    case v1::HostPolicy::RESOLVER_OVERLOADED:
      return "the server's resolver is full";
    default:
      return Unknown(reason);
  }
}

std::string Words(v1::TlsaRecord::UnusableReason reason) {
  switch (reason) {
    case v1::TlsaRecord::UNUSABLE_REASON_UNSPECIFIED:
      return "usable";
    case v1::TlsaRecord::PKIX_USAGE:
      return "unusable: PKIX usages are not for SMTP";
    case v1::TlsaRecord::UNKNOWN_USAGE:
      return "unusable: unknown certificate usage";
    case v1::TlsaRecord::UNKNOWN_SELECTOR:
      return "unusable: unknown selector";
    case v1::TlsaRecord::UNKNOWN_MATCHING_TYPE:
      return "unusable: unknown matching type";
    case v1::TlsaRecord::DIGEST_NOT_ALLOWED:
      return "unusable: the server's rules do not allow the digest";
    case v1::TlsaRecord::WRONG_DIGEST_LENGTH:
      return "unusable: the data is not as long as its digest";
    case v1::TlsaRecord::MALFORMED_CERTIFICATE:
      return "unusable: the data is no certificate";
    case v1::TlsaRecord::MALFORMED_PUBLIC_KEY:
      return "unusable: the data is no public key";
    default:
      return Unknown(reason);
  }
}

std::string Words(v1::HandshakeVerdict::Reason reason) {
  switch (reason) {
    case v1::HandshakeVerdict::DANE_EE_MATCHED:
      return "a DANE-EE record matches";
    case v1::HandshakeVerdict::DANE_TA_MATCHED:
      return "the chain leads to what a DANE-TA record names";
    case v1::HandshakeVerdict::PKIX_VERIFIED:
      return "the chain leads to a trust anchor";
    case v1::HandshakeVerdict::TLSA_UNUSABLE:
      return "no TLSA record is usable";
    case v1::HandshakeVerdict::STARTTLS_NOT_OFFERED:
      return "the server does not offer STARTTLS";
    case v1::HandshakeVerdict::HANDSHAKE_FAILED:
      return "the handshake failed";
    case v1::HandshakeVerdict::NO_CERTIFICATE:
      return "the server sent no certificate";
    case v1::HandshakeVerdict::CERTIFICATE_MALFORMED:
      return "a certificate is malformed";
    case v1::HandshakeVerdict::TLSA_MISMATCH:
      return "no TLSA record matches";
    case v1::HandshakeVerdict::NAME_MISMATCH:
      return "the certificate presents none of the names";
    case v1::HandshakeVerdict::CERTIFICATE_EXPIRED:
      return "a certificate has expired";
    case v1::HandshakeVerdict::CERTIFICATE_NOT_YET_VALID:
      return "a certificate is not valid yet";
    case v1::HandshakeVerdict::ISSUER_UNKNOWN:
      return "the chain leads to no trust anchor";
    case v1::HandshakeVerdict::CHAIN_INVALID:
      return "the chain is invalid";
    case v1::HandshakeVerdict::ALGORITHM_WEAK:
      return "a key or a signature is too weak";
    case v1::HandshakeVerdict::POLICY_SKIP:
      return "the policy is not to connect";
    case v1::HandshakeVerdict::CERTIFICATE_REVOKED:
      return "a certificate is revoked";
    case v1::HandshakeVerdict::STAPLE_REQUIRED:
      return "the policy demands a good staple";
    case v1::HandshakeVerdict::MUST_STAPLE:
      return "the certificate demands a staple, and no good one came";
    case v1::HandshakeVerdict::REVOCATION_UNKNOWN:
      return "nothing says that the certificate is not revoked";
    default:
      return Unknown(reason);
  }
}

std::string Name(v1::DomainPolicy::Verdict verdict) {
  return OrNumber(v1::DomainPolicy::Verdict_Name(verdict), verdict);
}

std::string Name(v1::HostPolicy::Verdict verdict) {
  return OrNumber(v1::HostPolicy::Verdict_Name(verdict), verdict);
}

std::string Name(v1::HandshakeVerdict::Verdict verdict) {
  return OrNumber(v1::HandshakeVerdict::Verdict_Name(verdict), verdict);
}

std::string Name(v1::HandshakeVerdict::Action action) {
  return OrNumber(v1::HandshakeVerdict::Action_Name(action), action);
}

std::string Name(v1::Dane::Mode mode) { return OrNumber(v1::Dane::Mode_Name(mode), mode); }

std::string Name(v1::DnsQuery::State state) {
  return OrNumber(v1::DnsQuery::State_Name(state), state);
}

std::string Name(v1::Tlsrpt::ResultType type) {
  const std::string name = OrNumber(v1::Tlsrpt::ResultType_Name(type), type);
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
}

}  // namespace postern::posternctl
