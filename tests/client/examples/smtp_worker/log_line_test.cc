#include "client/examples/smtp_worker/log_line.h"

#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postern/v1/handshake.pb.h"

namespace postern::smtp_worker {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::HostPolicy Host() {
  v1::HostPolicy host;
  host.set_host("mx1.test");
  host.set_verdict(v1::HostPolicy::DANE);
  host.set_reason(v1::HostPolicy::TLSA_USABLE);
  return host;
}

TEST(HostLine, TellsTheVerdictAndTheRecord) {
  Attempt attempt;
  attempt.result = AttemptResult::kDelivered;
  attempt.tls_version = "TLSv1.3";
  attempt.cipher = "TLS_AES_256_GCM_SHA384";
  attempt.note = "250 ok";
  attempt.answer.emplace();
  attempt.answer->from_server = true;
  v1::HandshakeVerdict& verdict = attempt.answer->handshake;
  verdict.set_verdict(v1::HandshakeVerdict::VERIFIED_DANE);
  verdict.set_action(v1::HandshakeVerdict::PROCEED);
  verdict.set_reason(v1::HandshakeVerdict::DANE_TA_MATCHED);
  verdict.set_cv("dane");
  verdict.mutable_matched_record()->set_certificate_usage(2);
  verdict.mutable_matched_record()->set_matching_type(1);
  verdict.mutable_matched_record()->set_certificate_association_data("\xab\xcd");
  verdict.set_matched_depth(1);
  verdict.set_matched_name("mx1.test");
  EXPECT_EQ(HostLine(Host(), "192.0.2.1", attempt),
            "host=mx1.test address=192.0.2.1 policy=DANE policy-reason=TLSA_USABLE CV=dane "
            "verdict=VERIFIED_DANE reason=DANE_TA_MATCHED action=PROCEED service=answered "
            "record=\"2 0 1 abcd\" depth=1 name=mx1.test tls=TLSv1.3 "
            "cipher=TLS_AES_256_GCM_SHA384 result=delivered detail=\"250 ok\"");
}

TEST(HostLine, TellsWhatTheStapleSays) {
  Attempt attempt;
  attempt.answer.emplace();
  v1::RevocationVerdict& revocation = *attempt.answer->handshake.mutable_revocation();
  EXPECT_THAT(HostLine(Host(), "192.0.2.1", attempt), Not(HasSubstr("OCSP=")));
  const std::pair<v1::StapleVerdict::Status, const char*> cases[] = {
      {v1::StapleVerdict::GOOD, " OCSP=good "},
      {v1::StapleVerdict::REVOKED, " OCSP=revoked "},
      {v1::StapleVerdict::UNKNOWN, " OCSP=unknown "},
      {v1::StapleVerdict::INVALID, " OCSP=invalid "},
  };
  for (const auto& [status, text] : cases) {
    revocation.mutable_staple()->set_status(status);
    EXPECT_THAT(HostLine(Host(), "192.0.2.1", attempt), HasSubstr(text));
  }
}

TEST(HostLine, LetsNoReplyForgeALine) {
  Attempt attempt;
  attempt.note = "250 x\" CV=dane\r\nhost=evil\x1b[2J";
  EXPECT_THAT(HostLine(Host(), "192.0.2.1", attempt),
              HasSubstr("detail=\"250 x? CV=dane??host=evil?[2J\""));
}

TEST(HostLine, SaysThatTheServiceWasAway) {
  Attempt attempt;
  attempt.result = AttemptResult::kNextHost;
  attempt.answer.emplace();
  attempt.answer->handshake.set_cv("no");
  EXPECT_THAT(HostLine(Host(), "192.0.2.1", attempt), HasSubstr("service=away"));
}

}  // namespace
}  // namespace postern::smtp_worker
