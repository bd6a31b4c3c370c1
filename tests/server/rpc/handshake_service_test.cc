#include "server/rpc/handshake_service.h"

#include <openssl/sha.h>

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/message_differencer.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "server/rpc/wire.h"
#include "tests/server/rpc/service_test_base.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/certificates.h"

namespace postern {
namespace {

std::string Sha256(const std::string& data) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

// DANE-EE(3) SPKI(1) SHA-256(1) of the certificate that is sent.
v1::VerifyHandshakeRequest GoodRequest() {
  v1::VerifyHandshakeRequest request;
  request.add_certificates(SelfSignedCertificateDer());
  v1::HostPolicy& policy = *request.mutable_policy();
  policy.set_host("mx1.test");
  policy.set_verdict(v1::HostPolicy::DANE);
  policy.add_reference_identifiers("mx1.test");
  v1::TlsaRecord& record = *policy.add_tlsa_records();
  record.set_certificate_usage(3);
  record.set_selector(1);
  record.set_matching_type(1);
  record.set_certificate_association_data(Sha256(PublicKeyDer()));
  return request;
}

class HandshakeServiceTest : public ServiceTest {
 protected:
  grpc::Status Call(const v1::VerifyHandshakeRequest& request,
                    v1::VerifyHandshakeResponse& response) {
    grpc::ClientContext context;
    return handshake_->VerifyHandshake(&context, request, &response);
  }

  // Sends bytes as they are.
  grpc::Status CallRaw(const std::string& method, const std::string& bytes,
                       google::protobuf::Message& response) {
    const grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1);
    grpc::GenericStub stub(server_->InProcessChannel(grpc::ChannelArguments()));
    grpc::ClientContext context;
    grpc::ByteBuffer answer;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, "/postern.v1.HandshakeService/" + method, {}, &request, &answer,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
    grpc::Status status = done.get_future().get();
    if (status.ok()) EXPECT_TRUE(ParseRequest(answer, response));
    return status;
  }

  v1::HandshakeVerdict Verdict(const v1::VerifyHandshakeRequest& request) {
    v1::VerifyHandshakeResponse response;
    const grpc::Status status = Call(request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.handshake();
  }

  std::string Refusal(const v1::VerifyHandshakeRequest& request) {
    v1::VerifyHandshakeResponse response;
    const grpc::Status status = Call(request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return status.error_message();
  }

  void SetExpireTime(absl::Time time, v1::VerifyHandshakeRequest& request) {
    request.mutable_policy()->mutable_expire_time()->set_seconds(absl::ToUnixSeconds(time));
  }
};

TEST_F(HandshakeServiceTest, SaysWhichRecordMatched) {
  const v1::HandshakeVerdict verdict = Verdict(GoodRequest());
  EXPECT_EQ(verdict.verdict(), v1::HandshakeVerdict::VERIFIED_DANE);
  EXPECT_EQ(verdict.action(), v1::HandshakeVerdict::PROCEED);
  EXPECT_EQ(verdict.reason(), v1::HandshakeVerdict::DANE_EE_MATCHED);
  EXPECT_EQ(verdict.cv(), "dane");
  EXPECT_EQ(verdict.matched_record().certificate_association_data(), Sha256(PublicKeyDer()));
  EXPECT_TRUE(verdict.matched_record().usable());
  EXPECT_EQ(verdict.matched_depth(), 0u);
  EXPECT_FALSE(verdict.has_tlsrpt_result_type());
  EXPECT_EQ(verdict.certificates_size(), 0);
  EXPECT_EQ(verdict.tlsa_records_size(), 0);
}

TEST_F(HandshakeServiceTest, WrongKeyIsTheNextHost) {  // D-20, D-62
  v1::VerifyHandshakeRequest request = GoodRequest();
  request.mutable_policy()->mutable_tlsa_records(0)->set_certificate_association_data(
      std::string(32, 'x'));
  const v1::HandshakeVerdict verdict = Verdict(request);
  EXPECT_EQ(verdict.verdict(), v1::HandshakeVerdict::FAILED);
  EXPECT_EQ(verdict.action(), v1::HandshakeVerdict::NEXT_HOST);
  EXPECT_EQ(verdict.reason(), v1::HandshakeVerdict::TLSA_MISMATCH);
  EXPECT_EQ(verdict.cv(), "no");
  EXPECT_EQ(verdict.tlsrpt_result_type(), v1::Tlsrpt::CERTIFICATE_NOT_TRUSTED);
  EXPECT_FALSE(verdict.has_matched_record());
}

TEST_F(HandshakeServiceTest, WhatTheRequestSaysOfItsRecordsIsNotTakenOnTrust) {
  v1::VerifyHandshakeRequest request = GoodRequest();
  v1::TlsaRecord& record = *request.mutable_policy()->mutable_tlsa_records(0);
  record.set_certificate_usage(1);
  record.set_usable(true);
  EXPECT_EQ(Verdict(request).reason(), v1::HandshakeVerdict::TLSA_UNUSABLE);
}

TEST_F(HandshakeServiceTest, DetailsTellOfRecordsAndCertificates) {
  v1::VerifyHandshakeRequest request = GoodRequest();
  request.set_include_details(true);
  request.add_certificates("garbage");
  *request.mutable_policy()->add_tlsa_records() = request.policy().tlsa_records(0);
  request.mutable_policy()->mutable_tlsa_records(1)->set_matching_type(9);
  const v1::HandshakeVerdict verdict = Verdict(request);
  ASSERT_EQ(verdict.tlsa_records_size(), 2);
  EXPECT_TRUE(verdict.tlsa_records(0).usable());
  EXPECT_EQ(verdict.tlsa_records(1).unusable_reason(), v1::TlsaRecord::UNKNOWN_MATCHING_TYPE);
  ASSERT_EQ(verdict.certificates_size(), 2);
  const v1::CertificateSummary& own = verdict.certificates(0);
  EXPECT_EQ(own.subject(), "CN=mx1.test");
  EXPECT_EQ(own.issuer(), "CN=mx1.test");
  EXPECT_EQ(own.serial_number(), "01");
  EXPECT_EQ(own.public_key(), "EC P-256");
  EXPECT_EQ(own.sha256(), Sha256(SelfSignedCertificateDer()));
  EXPECT_EQ(own.spki_sha256(), Sha256(PublicKeyDer()));
  EXPECT_LT(own.not_before().seconds(), own.not_after().seconds());
  EXPECT_EQ(own.error(), "");
  EXPECT_NE(verdict.certificates(1).error(), "");
}

TEST_F(HandshakeServiceTest, DetailsLeaveOutADateThatNoTimestampHolds) {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.not_before = absl::FromCivil(absl::CivilYear(0), absl::UTCTimeZone());
  v1::VerifyHandshakeRequest request = GoodRequest();
  request.set_include_details(true);
  request.set_certificates(0, Build(spec).der);
  const v1::HandshakeVerdict verdict = Verdict(request);
  ASSERT_EQ(verdict.certificates_size(), 1);
  EXPECT_FALSE(verdict.certificates(0).has_not_before());
  EXPECT_TRUE(verdict.certificates(0).has_not_after());
}

TEST_F(HandshakeServiceTest, SameQuestionIsAnsweredFromMemory) {
  const v1::HandshakeVerdict first = Verdict(GoodRequest());
  EXPECT_EQ(handshake_memo_.GetStats().misses, 1u);
  const v1::HandshakeVerdict second = Verdict(GoodRequest());
  EXPECT_EQ(handshake_memo_.GetStats().hits, 1u);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(first, second));
  v1::VerifyHandshakeRequest other = GoodRequest();
  other.mutable_policy()->set_audit(true);
  Verdict(other);
  EXPECT_EQ(handshake_memo_.GetStats().misses, 2u) << "every field counts";
}

TEST_F(HandshakeServiceTest, VerdictIsWorkedOutAgainAfterAnHour) {
  Verdict(GoodRequest());
  clock_.Advance(HandshakeAnswers::kMaxRemembered);
  Verdict(GoodRequest());
  EXPECT_EQ(handshake_memo_.GetStats().hits, 0u);
}

TEST_F(HandshakeServiceTest, PolicyThatHasEndedDoesNotJudge) {
  v1::VerifyHandshakeRequest request = GoodRequest();
  SetExpireTime(clock_.Now(), request);
  EXPECT_EQ(Verdict(request).verdict(), v1::HandshakeVerdict::VERIFIED_DANE) << "begun in time";
  clock_.Advance(HandshakeAnswers::kPolicyGrace + absl::Seconds(1));
  EXPECT_TRUE(absl::StartsWith(Refusal(request), "policy.expire_time: ")) << "also from memory";
}

TEST_F(HandshakeServiceTest, TimeOfVerificationMayBeGiven) {
  v1::VerifyHandshakeRequest request = GoodRequest();
  request.mutable_policy()->set_verdict(v1::HostPolicy::OPPORTUNISTIC);
  request.mutable_policy()->clear_tlsa_records();
  request.add_trust_anchors(SelfSignedCertificateDer());
  request.set_require_pkix(true);
  request.mutable_verify_time()->set_seconds(1'000'000'000);
  EXPECT_EQ(Verdict(request).reason(), v1::HandshakeVerdict::CERTIFICATE_NOT_YET_VALID);
  request.mutable_verify_time()->set_seconds(32'000'000'000);
  EXPECT_EQ(Verdict(request).reason(), v1::HandshakeVerdict::CERTIFICATE_EXPIRED);
  request.mutable_verify_time()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  EXPECT_EQ(Verdict(request).verdict(), v1::HandshakeVerdict::VERIFIED_PKIX);
  EXPECT_EQ(Verdict(request).cv(), "yes");
}

TEST_F(HandshakeServiceTest, RefusalNamesTheField) {
  struct Case {
    const char* field;
    void (*spoil)(v1::VerifyHandshakeRequest&);
  };
  using Request = v1::VerifyHandshakeRequest;
  const Case cases[] = {
      {"policy", [](Request& r) { r.clear_policy(); }},
      {"policy.verdict", [](Request& r) { r.mutable_policy()->clear_verdict(); }},
      {"policy.verdict",
       [](Request& r) {
         r.mutable_policy()->set_verdict(static_cast<v1::HostPolicy::Verdict>(77));
       }},
      {"policy.mode",
       [](Request& r) { r.mutable_policy()->set_mode(static_cast<v1::Dane::Mode>(77)); }},
      {"policy.tlsa_records", [](Request& r) { r.mutable_policy()->clear_tlsa_records(); }},
      {"policy.tlsa_records",
       [](Request& r) { r.mutable_policy()->set_verdict(v1::HostPolicy::OPPORTUNISTIC); }},
      {"policy.tlsa_records",
       [](Request& r) {
         for (int i = 0; i < 1024; ++i) r.mutable_policy()->add_tlsa_records();
       }},
      {"policy.tlsa_records",
       [](Request& r) {
         r.mutable_policy()->mutable_tlsa_records(0)->set_certificate_association_data(
             std::string((size_t{64} << 10) + 1, 'x'));
       }},
      {"policy.tlsa_records[0]",
       [](Request& r) { r.mutable_policy()->mutable_tlsa_records(0)->set_selector(256); }},
      {"policy.reference_identifiers[1]",
       [](Request& r) { r.mutable_policy()->add_reference_identifiers("a b"); }},
      {"policy.reference_identifiers",
       [](Request& r) {
         for (int i = 0; i < 8; ++i) r.mutable_policy()->add_reference_identifiers("x.test");
       }},
      {"policy.host",
       [](Request& r) {
         r.mutable_policy()->clear_reference_identifiers();
         r.mutable_policy()->set_host("..");
       }},
      {"policy.expire_time",
       [](Request& r) { r.mutable_policy()->mutable_expire_time()->set_nanos(-1); }},
      {"reference_identifiers[0]", [](Request& r) { r.add_reference_identifiers(""); }},
      {"tls", [](Request& r) { r.set_tls(static_cast<Request::Tls>(77)); }},
      {"certificates",
       [](Request& r) {
         for (int i = 0; i < 16; ++i) r.add_certificates("x");
       }},
      {"certificates", [](Request& r) { r.add_certificates(std::string(size_t{64} << 10, 'x')); }},
      {"raw_public_key", [](Request& r) { r.set_raw_public_key(PublicKeyDer()); }},
      {"raw_public_key",
       [](Request& r) {
         r.clear_certificates();
         r.set_raw_public_key(std::string(4097, 'x'));
       }},
      {"trust_anchors[1]",
       [](Request& r) {
         r.add_trust_anchors(SelfSignedCertificateDer());
         r.add_trust_anchors("garbage");
       }},
      {"trust_anchors",
       [](Request& r) {
         for (int i = 0; i < 17; ++i) r.add_trust_anchors(SelfSignedCertificateDer());
       }},
      {"digest_order", [](Request& r) { r.set_digest_order("sha5"); }},
      {"digest_order", [](Request& r) { r.set_digest_order(std::string(257, 'x')); }},
      {"verify_time", [](Request& r) { r.mutable_verify_time()->set_seconds(int64_t{1} << 60); }},
  };
  for (const Case& one : cases) {
    v1::VerifyHandshakeRequest request = GoodRequest();
    one.spoil(request);
    const std::string message = Refusal(request);
    EXPECT_TRUE(absl::StartsWith(message, std::string(one.field) + ": "))
        << one.field << " not in: " << message;
  }
}

TEST_F(HandshakeServiceTest, BatchAnswersInOrderAndOneBadElementSpoilsNoOther) {
  v1::VerifyHandshakeBatchRequest request;
  *request.add_requests() = GoodRequest();
  request.add_requests();
  *request.add_requests() = GoodRequest();
  request.mutable_requests(2)->set_tls(v1::VerifyHandshakeRequest::NOT_OFFERED);
  v1::VerifyHandshakeBatchResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(handshake_->VerifyHandshakeBatch(&context, request, &response).ok());
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).handshake().verdict(), v1::HandshakeVerdict::VERIFIED_DANE);
  EXPECT_EQ(response.results(1).error().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(absl::StartsWith(response.results(1).error().message(), "policy: "));
  EXPECT_EQ(response.results(2).handshake().reason(), v1::HandshakeVerdict::STARTTLS_NOT_OFFERED);
}

TEST_F(HandshakeServiceTest, TextThatIsNotUtf8SpoilsOnlyItsElementOfABatch) {
  v1::VerifyHandshakeBatchRequest request;
  for (int i = 0; i < 3; ++i) *request.add_requests() = GoodRequest();
  request.mutable_requests(1)->mutable_policy()->set_host("not utf8");
  std::string bytes = request.SerializeAsString();
  bytes[bytes.find("not utf8")] = '\xff';  // a client of another language may send it
  v1::VerifyHandshakeBatchResponse response;
  ASSERT_TRUE(CallRaw("VerifyHandshakeBatch", bytes, response).ok());
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).handshake().verdict(), v1::HandshakeVerdict::VERIFIED_DANE);
  EXPECT_EQ(response.results(1).error().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(absl::StrContains(response.results(1).error().message(), "UTF-8"));
  EXPECT_EQ(response.results(2).handshake().verdict(), v1::HandshakeVerdict::VERIFIED_DANE);
}

TEST_F(HandshakeServiceTest, BatchIsBounded) {
  for (const int count : {0, 65}) {
    v1::VerifyHandshakeBatchRequest request;
    for (int i = 0; i < count; ++i) request.add_requests();
    v1::VerifyHandshakeBatchResponse response;
    grpc::ClientContext context;
    const grpc::Status status = handshake_->VerifyHandshakeBatch(&context, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_TRUE(absl::StartsWith(status.error_message(), "requests: ")) << count;
  }
}

}  // namespace
}  // namespace postern
