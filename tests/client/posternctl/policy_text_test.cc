#include "client/posternctl/policy_text.h"

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

v1::DomainPolicy Parse(const std::string& text) {
  v1::DomainPolicy policy;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &policy));
  return policy;
}

std::string Text(const v1::DomainPolicy& policy) {
  return PolicyText(policy, {absl::FromUnixSeconds(1000), /*colour=*/false});
}

TEST(PolicyText, TellsEachHostAndItsRecords) {
  const v1::DomainPolicy policy = Parse(R"(
    domain: "d.test"
    verdict: HOSTS
    reason: MX_FOUND
    mx_secure: true
    expire_time { seconds: 1059 }
    hosts {
      host: "mx1.test"
      preference: 10
      verdict: DANE
      reason: TLSA_USABLE
      expire_time { seconds: 1059 nanos: 999999999 }
      tlsa_base_domain: "mx1.test"
      reference_identifiers: "mx1.test"
      reference_identifiers: "d.test"
      sni: "mx1.test"
      tlsa_usages: 12
      tlsa_records {
        certificate_usage: 3 selector: 1 matching_type: 1 usable: true
        certificate_association_data: "0123456789abcdef0123456789abcdef"
      }
      tlsa_records {
        certificate_usage: 2 selector: 0 matching_type: 1 usable: true superseded: true
        certificate_association_data: "0123456789abcdef0123456789abcdef"
      }
      tlsa_records {
        certificate_usage: 1 selector: 1 matching_type: 1 unusable_reason: PKIX_USAGE
        certificate_association_data: "short"
      }
      request_ocsp: true
      mx_secure: true
      mode: OPPORTUNISTIC
      addresses: "192.0.2.1"
      addresses: "2001:db8::1"
    }
    hosts {
      host: "mx2.test"
      preference: 20
      verdict: SKIP
      reason: TLSA_ERROR
      sni: "mx2.test"
      mode: MANDATORY
      tlsrpt_result_type: DNSSEC_INVALID
      detail: "SERVFAIL"
    })");
  EXPECT_EQ(Text(policy), R"(d.test  HOSTS  from its MX records (secure)
    expires  in 59 s

10 mx1.test  DANE  authenticate by its TLSA records
    base domain  mx1.test
    identifiers  mx1.test, d.test
    SNI          mx1.test
    TLSA         3 1 1 30313233343536373839616263646566... (32 bytes)
                 2 0 1 30313233343536373839616263646566... (32 bytes)  set aside for a stronger digest
                 1 1 1 73686f7274  unusable: PKIX usages are not for SMTP
    staple       ask for one
    addresses    192.0.2.1, 2001:db8::1
    expires      in 59 s

20 mx2.test  SKIP  the lookup of its TLSA records failed
    mode    mandatory
    TLSRPT  dnssec-invalid
    detail  SERVFAIL
)");
}

TEST(PolicyText, TellsWhyTheMailWaits) {
  EXPECT_EQ(Text(Parse(R"(
    domain: "d.test" verdict: DEFER reason: DANE_REQUIRED_FOR_DOMAIN fail_permanently: true
    expanded_domain: "e.test" tlsrpt_result_type: DANE_REQUIRED omitted_hosts: 7
    detail: "no" expire_time { seconds: 990 })")),
            R"(d.test  DEFER  DANE is mandatory, and no host has it
    alias of  e.test
    TLSRPT    dane-required
    refuse    at once: the server's rule says fail
    left out  7 hosts
    detail    no
    expires   10 s ago
)");
}

TEST(PolicyText, MarksDaneBehindAnInsecureMxAnswerAndAudit) {
  EXPECT_EQ(Text(Parse(R"(
    domain: "d.test" verdict: HOSTS reason: MX_FOUND
    hosts { host: "mx.test" preference: 5 verdict: DANE reason: TLSA_USABLE audit: true })")),
            R"(d.test  HOSTS  from its MX records (insecure)

5 mx.test  DANE  authenticate by its TLSA records
    MX answer  insecure: the host is authenticated, not that it serves the domain
    audit      log a failed authentication, do not obey it
)");
}

TEST(PolicyText, ShowsTheTraceInColumns) {
  EXPECT_EQ(Text(Parse(R"(
    domain: "d.test" verdict: NULL_MX reason: NULL_MX_PUBLISHED
    trace { name: "d.test" type: "MX" state: SECURE rcode: "NOERROR" ttl: 3600 record_count: 2 }
    trace {
      name: "_25._tcp.mx1.test" type: "TLSA" state: FAILED rcode: "SERVFAIL"
      canonical_name: "x.test" detail: "no answer"
    })")),
            R"(d.test  NULL_MX  the domain accepts no mail

DNS queries
    name               type  state   rcode     ttl   records
    d.test             MX    SECURE  NOERROR   3600  2
    _25._tcp.mx1.test  TLSA  FAILED  SERVFAIL  0     0        -> x.test  no answer
)");
}

TEST(PolicyText, LetsNoNameSteerTheTerminal) {
  v1::DomainPolicy policy = Parse(R"(
    domain: "a\033[2Jb" detail: "one\ntwo" verdict: HOSTS
    hosts { host: "mx\033.test" detail: "\302\233" addresses: "\r" }
    trace { name: "\033" type: "\033" rcode: "\033" canonical_name: "\033" detail: "\033" })");
  const std::string text = Text(policy);
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find("\302\233"), std::string::npos);
  EXPECT_NE(text.find("one?two"), std::string::npos);
}

TEST(PolicyText, ColoursOnlyVerdicts) {
  const v1::DomainPolicy policy = Parse(R"(
    domain: "d.test" verdict: HOSTS reason: NO_MX_LOOKUP
    hosts { host: "mx.test" verdict: SKIP reason: NO_ADDRESS })");
  EXPECT_EQ(PolicyText(policy, {absl::UnixEpoch(), /*colour=*/true}),
            "d.test  \x1b[32mHOSTS\x1b[0m  no MX lookup: a relay or an address literal\n\n"
            "0 mx.test  \x1b[31mSKIP\x1b[0m  it has no address\n");
}

TEST(PolicyText, TellsTheNumberOfAVerdictThatItDoesNotKnow) {
  v1::DomainPolicy policy;
  policy.set_domain("d.test");
  policy.set_verdict(static_cast<v1::DomainPolicy::Verdict>(99));
  policy.set_reason(static_cast<v1::DomainPolicy::Reason>(98));
  EXPECT_EQ(Text(policy), "d.test  99  unknown (98): this posternctl is older than the server\n");
}

}  // namespace
}  // namespace postern::posternctl
