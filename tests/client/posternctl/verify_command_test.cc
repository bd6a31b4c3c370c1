#include <string>
#include <vector>

#include "client/posternctl/certificate.h"
#include "client/posternctl/input_file.h"
#include "client/posternctl/report.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "postern/v1/handshake.pb.h"
#include "tests/client/fake_policy_server.h"
#include "tests/client/posternctl/run_posternctl.h"
#include "tests/client/posternctl/test_certificate.h"

namespace postern::posternctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class VerifyCommandTest : public ::testing::Test {
 protected:
  VerifyCommandTest() {
    const TestCertificate authority = Issue({"CA", "", /*authority=*/true});
    const std::string pem = Issue({"mx.test", "DNS:mx.test"}, &authority).Pem();
    chain_ = WriteTestFile("chain.pem", pem + authority.Pem());
    anchors_ = WriteTestFile("anchors.pem", authority.Pem());
    certificates_ = *ParseCertificates(pem + authority.Pem());
  }

  void Answer(v1::HandshakeVerdict::Verdict verdict, v1::HandshakeVerdict::Action action) {
    v1::VerifyHandshakeResponse response;
    response.mutable_handshake()->set_verdict(verdict);
    response.mutable_handshake()->set_action(action);
    response.mutable_handshake()->set_reason(v1::HandshakeVerdict::DANE_EE_MATCHED);
    response.mutable_handshake()->set_cv("dane");
    server_.handshake.Answer(response);
  }

  Outcome Verify(std::vector<std::string> arguments) {
    const std::vector<std::string> first = {"--server", server_.target(), "verify"};
    arguments.insert(arguments.begin(), first.begin(), first.end());
    return RunPosternctl(arguments);
  }

  v1::VerifyHandshakeRequest request() const { return server_.handshake.requests().back(); }

  FakePolicyServer server_;
  std::string chain_;
  std::string anchors_;
  std::vector<Certificate> certificates_;
};

TEST_F(VerifyCommandTest, WithTlsaAsksForDaneAlone) {
  Answer(v1::HandshakeVerdict::VERIFIED_DANE, v1::HandshakeVerdict::PROCEED);
  const Outcome outcome =
      Verify({"--chain", chain_, "--tlsa", "3 1 1 00ff", "--tlsa", "2 0 1 AB CD", "--reference",
              "mx.test", "d.test", "--digests", "sha512,sha256"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "mx.test  VERIFIED_DANE  PROCEED  CV=dane  a DANE-EE record matches\n");
  EXPECT_THAT(outcome.err, IsEmpty());
  const v1::VerifyHandshakeRequest asked = request();
  EXPECT_EQ(asked.policy().verdict(), v1::HostPolicy::DANE);
  EXPECT_EQ(asked.policy().host(), "mx.test");
  EXPECT_THAT(asked.policy().reference_identifiers(), ElementsAre("mx.test", "d.test"));
  ASSERT_THAT(asked.policy().tlsa_records(), SizeIs(2));
  EXPECT_EQ(asked.policy().tlsa_records(0).certificate_usage(), 3u);
  EXPECT_EQ(asked.policy().tlsa_records(1).certificate_association_data(), "\xab\xcd");
  EXPECT_EQ(asked.tls(), v1::VerifyHandshakeRequest::ESTABLISHED);
  EXPECT_THAT(asked.certificates(), ElementsAre(certificates_[0].der, certificates_[1].der));
  EXPECT_FALSE(asked.require_pkix());
  EXPECT_FALSE(asked.status_requested());
  EXPECT_FALSE(asked.has_verify_time());
  EXPECT_EQ(asked.digest_order(), "sha512,sha256");
  EXPECT_TRUE(asked.include_details());
}

TEST_F(VerifyCommandTest, WithoutTlsaDemandsPkix) {
  Answer(v1::HandshakeVerdict::FAILED, v1::HandshakeVerdict::NEXT_HOST);
  const std::string staple("\x30\x00", 2);
  const Outcome outcome = Verify({"--chain", chain_, "--reference", "mx.test", "--reference",
                                  "d.test", "--trust-anchors", anchors_, "--staple",
                                  WriteTestFile("staple", staple), "--at-time", "86400"});
  EXPECT_EQ(outcome.status, 1) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("mx.test  FAILED  NEXT_HOST"));
  const v1::VerifyHandshakeRequest asked = request();
  EXPECT_EQ(asked.policy().verdict(), v1::HostPolicy::OPPORTUNISTIC);
  EXPECT_THAT(asked.policy().tlsa_records(), IsEmpty());
  EXPECT_TRUE(asked.require_pkix());
  EXPECT_THAT(asked.reference_identifiers(), ElementsAre("mx.test", "d.test"));
  EXPECT_THAT(asked.trust_anchors(), ElementsAre(certificates_[1].der));
  EXPECT_EQ(asked.staple(), staple);
  EXPECT_TRUE(asked.status_requested());
  EXPECT_EQ(asked.verify_time().seconds(), 86400);
}

TEST_F(VerifyCommandTest, JsonIsTheVerdictWithDefaults) {
  Answer(v1::HandshakeVerdict::UNAUTHENTICATED, v1::HandshakeVerdict::PROCEED);
  const Outcome outcome =
      Verify({"--chain", chain_, "--reference", "mx.test", "--status-request", "--output", "json"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(request().status_requested());
  EXPECT_THAT(outcome.out, StartsWith("{\n \"verdict\": \"UNAUTHENTICATED\",\n"));
  for (const char* field : {"\"action\": \"PROCEED\"", "\"reason\": \"DANE_EE_MATCHED\"",
                            "\"cv\": \"dane\"", "\"matchedName\": \"\"", "\"x509Error\": 0"}) {
    EXPECT_THAT(outcome.out, HasSubstr(field));
  }
  EXPECT_THAT(outcome.out, Not(HasSubstr("\"staple\""))) << "none was judged";
}

TEST_F(VerifyCommandTest, JsonHasTheStaplesVerdictBesideTheRest) {
  v1::VerifyHandshakeResponse response;
  v1::HandshakeVerdict& handshake = *response.mutable_handshake();
  handshake.set_verdict(v1::HandshakeVerdict::FAILED);
  handshake.set_action(v1::HandshakeVerdict::NEXT_HOST);
  handshake.set_reason(v1::HandshakeVerdict::CERTIFICATE_REVOKED);
  handshake.mutable_revocation()->set_status(v1::RevocationVerdict::REVOKED);
  handshake.mutable_revocation()->mutable_staple()->set_status(v1::StapleVerdict::REVOKED);
  server_.handshake.Answer(response);
  const Outcome outcome = Verify({"--chain", chain_, "--reference", "mx.test", "--output", "json"});
  EXPECT_EQ(outcome.status, 1) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\n \"reason\": \"CERTIFICATE_REVOKED\""));
  // Once within revocation, once beside it.
  EXPECT_THAT(outcome.out, HasSubstr("\n  \"staple\": {\n   \"status\": \"REVOKED\""));
  EXPECT_THAT(outcome.out, HasSubstr("\n \"staple\": {\n  \"status\": \"REVOKED\""));
}

// What the server says is copied by number, so that each field of it must be there.
TEST(Verification, HasEveryFieldOfHandshakeVerdictWithItsNumberNameAndType) {
  const google::protobuf::Descriptor& of = *v1::HandshakeVerdict::descriptor();
  const google::protobuf::Descriptor& copy = *Verification::descriptor();
  ASSERT_EQ(copy.field_count(), of.field_count() + 1) << "and the staple";
  for (int i = 0; i < of.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *of.field(i);
    const auto* const twin = copy.FindFieldByNumber(field.number());
    ASSERT_NE(twin, nullptr) << field.full_name();
    EXPECT_EQ(twin->name(), field.name());
    EXPECT_EQ(twin->json_name(), field.json_name());
    EXPECT_EQ(twin->type(), field.type()) << field.full_name();
    EXPECT_EQ(twin->label(), field.label()) << field.full_name();
    EXPECT_EQ(twin->has_presence(), field.has_presence()) << field.full_name();
    EXPECT_EQ(twin->message_type(), field.message_type()) << field.full_name();
    EXPECT_EQ(twin->enum_type(), field.enum_type()) << field.full_name();
  }
  EXPECT_EQ(of.FindFieldByName("staple"), nullptr) << "it is Verification's own";
}

TEST_F(VerifyCommandTest, AnErrorNamesTheArgument) {
  const struct {
    std::vector<std::string> arguments;
    int status;
    const char* named;
  } kCases[] = {
      {{"--reference", "mx.test"}, 64, "--chain"},
      {{"--chain", chain_}, 64, "--reference"},
      {{"--chain", chain_, "--reference", "a", "--at-time", "-1"}, 64, "--at-time"},
      {{"--chain", chain_, "--reference", "a", "--at-time", "253402300800"}, 64, "--at-time"},
      {{"--chain", chain_, "--reference", "a", "--at-time", "now"}, 64, "--at-time"},
      {{"--chain", chain_, "--reference", "a", "--tlsa", "3 1"},
       64,
       "--tlsa: matching type: '' is no number"},
      {{"--chain", chain_, "--reference", "a", "--tlsa", "3 1 1 00", "--tlsa", "3 1 1 0"},
       64,
       "--tlsa 2: certificate association data: '0' has an odd number"},
      {{"--chain", chain_, "--reference", "a", "--tlsa", "3", "1", "1", "00"}, 64, "00"},
      {{"--chain", "/nonexistent", "--reference", "a"}, 65, "--chain: /nonexistent"},
      {{"--chain", chain_, "--reference", "a", "--trust-anchors", "/nonexistent"},
       65,
       "--trust-anchors: /nonexistent"},
      {{"--chain", chain_, "--reference", "a", "--staple", "/nonexistent"},
       65,
       "--staple: /nonexistent"},
      {{"--chain", chain_, "--reference", "a", "--staple",
        WriteTestFile("large", std::string(kMaxStaple + 1, 'x'))},
       65,
       "is larger than 65536 bytes"},
  };
  for (const auto& test : kCases) {
    const Outcome outcome = Verify(test.arguments);
    EXPECT_EQ(outcome.status, test.status) << test.named;
    EXPECT_THAT(outcome.err, HasSubstr(test.named));
    ExpectOneLine(outcome.err);
    EXPECT_THAT(outcome.out, IsEmpty());
  }
  EXPECT_THAT(server_.handshake.requests(), IsEmpty());
}

TEST_F(VerifyCommandTest, NoAnswerIsNoVerdict) {
  server_.handshake.Fail(grpc::INVALID_ARGUMENT, "digest_order: what is md5?");
  const Outcome refused = Verify({"--chain", chain_, "--reference", "a", "--digests", "md5"});
  EXPECT_EQ(refused.status, 64);
  EXPECT_THAT(refused.err, HasSubstr("digest_order: what is md5?"));
  FakePolicyServer overloaded;
  overloaded.handshake.Fail(grpc::RESOURCE_EXHAUSTED, "full");
  const Outcome none = RunPosternctl(
      {"--server", overloaded.target(), "verify", "--chain", chain_, "--reference", "a"});
  EXPECT_EQ(none.status, 69);
  ExpectOneLine(none.err);
  EXPECT_THAT(none.out, IsEmpty());
}

}  // namespace
}  // namespace postern::posternctl
