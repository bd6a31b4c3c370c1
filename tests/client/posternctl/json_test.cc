#include "client/posternctl/json.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A policy with one host, record and query, all of their fields at their default,
// but what has no default in JSON: messages and optional fields.
v1::DomainPolicy Bare() {
  v1::DomainPolicy policy;
  policy.mutable_expire_time();
  policy.set_tlsrpt_result_type(v1::Tlsrpt::RESULT_TYPE_UNSPECIFIED);
  policy.add_hosts()->set_tlsrpt_result_type(v1::Tlsrpt::DNSSEC_INVALID);
  policy.mutable_hosts(0)->mutable_expire_time();
  policy.mutable_hosts(0)->add_tlsa_records();
  policy.add_trace();
  return policy;
}

TEST(Json, HasEachFieldOfTheContractForScripts) {
  const std::string json = Json(Bare()).value();
  for (const char* field : {
           // The domain.
           "domain",
           "verdict",
           "reason",
           "expireTime",
           "hosts",
           "trace",
           // A host.
           "host",
           "preference",
           "tlsaBaseDomain",
           "referenceIdentifiers",
           "sni",
           "tlsaUsages",
           "tlsaRecords",
           "requestOcsp",
           "mxSecure",
           "tlsrptResultType",
           // A record.
           "certificateUsage",
           "selector",
           "matchingType",
           "certificateAssociationData",
           "usable",
           "unusableReason",
           // A query.
           "name",
           "type",
           "state",
           "rcode",
           "ttl",
       }) {
    EXPECT_THAT(json, HasSubstr(absl::StrCat("\"", field, "\":"))) << field;
  }
}

TEST(Json, WritesVerdictsAsTheWordsOfTheContract) {
  v1::DomainPolicy policy = Bare();
  policy.set_verdict(v1::DomainPolicy::NO_SUCH_DOMAIN);
  policy.mutable_hosts(0)->set_verdict(v1::HostPolicy::TLS_UNAUTHENTICATED);
  policy.mutable_hosts(0)->mutable_tlsa_records(0)->set_certificate_association_data("\xff\xfe");
  const std::string json = Json(policy).value();
  EXPECT_THAT(json, HasSubstr("\"verdict\": \"NO_SUCH_DOMAIN\""));
  EXPECT_THAT(json, HasSubstr("\"verdict\": \"TLS_UNAUTHENTICATED\""));
  EXPECT_THAT(json, HasSubstr("\"certificateAssociationData\": \"//4=\""));
  EXPECT_THAT(json, HasSubstr("\"expireTime\": \"1970-01-01T00:00:00Z\""));
}

TEST(Json, PrintsDefaultsAndLeavesAbsenceOut) {
  const std::string json = Json(v1::DomainPolicy()).value();
  EXPECT_THAT(json, HasSubstr("\"mxSecure\": false"));
  EXPECT_THAT(json, HasSubstr("\"hosts\": []"));
  EXPECT_THAT(json, Not(HasSubstr("tlsrptResultType")));
  EXPECT_THAT(json, Not(HasSubstr("expireTime")));
}

TEST(Json, RefusesATimeThatHasNoJsonForm) {
  v1::DomainPolicy policy;
  policy.mutable_expire_time()->set_seconds(253402300800);
  EXPECT_TRUE(absl::IsInternal(Json(policy).status()));
}

}  // namespace
}  // namespace postern::posternctl
