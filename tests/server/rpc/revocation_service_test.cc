// The methods of RevocationService on certificates that come with the request.
#include "server/rpc/revocation_service.h"

#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "server/core/revocation/ocsp_request.h"
#include "server/core/revocation/ocsp_url.h"
#include "server/core/x509/certificate.h"
#include "tests/server/rpc/revocation_service_test_base.h"
#include "tests/support/crl_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using Stub = v1::RevocationService::Stub;

constexpr char kResponder[] = "http://ocsp.test";
constexpr char kOther[] = "http://other.test";
constexpr char kCrlUrl[] = "http://crl.test/a.crl";

class VerdictsTest : public RevocationServiceTest {
 protected:
  VerdictsTest() {
    CertificateSpec spec = LeafSpec("mx.test");
    spec.authority_access = "OCSP;URI:http://ocsp.test,OCSP;URI:http://other.test";
    spec.crl_points = "URI:http://crl.test/a.crl";
    spec.serial = 7;
    leaf_ = Build(spec, &root_);
  }

  std::string Good() const { return BuildOcsp(GoodSpec(leaf_, root_)); }
  std::string Revoked() const {
    OcspSpec spec = GoodSpec(leaf_, root_);
    spec.responses[0].status = SingleSpec::Status::kRevoked;
    return BuildOcsp(spec);
  }
  std::string CrlDer(bool is_revoked) const {
    CrlSpec spec;
    if (is_revoked) spec.entries = {CrlEntry(7)};
    return BuildCrl(spec, root_);
  }

  // Puts a response behind a responder, as it is asked.
  void Serve(const std::string& responder, const std::string& der) {
    const Certificate leaf = *ParseCertificate(leaf_.der);
    const Certificate root = *ParseCertificate(root_.der);
    FetchResult result;
    result.reply.status = 200;
    result.reply.content_type = "application/ocsp-response";
    result.reply.body = der;
    fetcher_.Serve(MakeOcspHttpRequest(responder, MakeOcspRequest(leaf.outline, root.outline)).url,
                   result);
  }

  template <typename Request>
  Request About() const {
    Request request;
    request.set_certificate(leaf_.der);
    request.set_issuer(root_.der);
    return request;
  }
  v1::StapleVerdict Check(const v1::CheckStapleRequest& request) {
    return Ask(&Stub::CheckStaple, request).verdict();
  }
  v1::RevocationVerdict Check(const v1::CheckRevocationRequest& request) {
    return Ask(&Stub::CheckRevocation, request).verdict();
  }
  v1::FetchStapleResponse Fetch() {
    return Ask(&Stub::FetchStaple, About<v1::FetchStapleRequest>());
  }

  const TestCertificate root_ = Build(CaSpec("root", EcKey(1)));
  TestCertificate leaf_;
};

class CheckStapleTest : public VerdictsTest {
 protected:
  CheckStapleTest() {
    request_ = About<v1::CheckStapleRequest>();
    request_.set_staple(Good());
  }
  v1::CheckStapleRequest request_;
};

TEST_F(CheckStapleTest, TheSameQuestionIsWorkedOutOnce) {
  const v1::StapleVerdict first = Check(request_);
  EXPECT_EQ(first.status(), v1::StapleVerdict::GOOD);
  EXPECT_EQ(first.reason(), v1::StapleVerdict::REASON_UNSPECIFIED);
  EXPECT_EQ(first.signer(), v1::StapleVerdict::ISSUER);
  EXPECT_EQ(memo_.GetStats().hits, 0u);
  EXPECT_EQ(Check(request_).SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(memo_.GetStats().hits, 1u);
}

TEST_F(CheckStapleTest, WhatIsRememberedEndsWithTheStatement) {
  OcspSpec spec = GoodSpec(leaf_, root_);
  spec.responses[0].next_update = GeneralizedTimeText(TestNow() + absl::Minutes(2));
  request_.set_staple(BuildOcsp(spec));
  EXPECT_EQ(Check(request_).status(), v1::StapleVerdict::GOOD);
  clock_.Advance(absl::Minutes(4));  // more than the clocks may be apart
  EXPECT_EQ(Check(request_).reason(), v1::StapleVerdict::STALE);
}

TEST_F(CheckStapleTest, WhatTimeMayMendIsAskedAgain) {
  OcspSpec spec = GoodSpec(leaf_, root_);
  spec.responses[0].this_update = GeneralizedTimeText(TestNow() + absl::Minutes(10));
  request_.set_staple(BuildOcsp(spec));
  EXPECT_EQ(Check(request_).reason(), v1::StapleVerdict::NOT_YET);
  clock_.Advance(absl::Minutes(10));
  EXPECT_EQ(Check(request_).status(), v1::StapleVerdict::GOOD);
}

TEST_F(CheckStapleTest, ARelaxationIsOfTheRequestAlone) {
  OcspSpec spec = GoodSpec(leaf_, root_);
  spec.responses[0].next_update.reset();
  request_.set_staple(BuildOcsp(spec));
  EXPECT_EQ(Check(request_).reason(), v1::StapleVerdict::NO_NEXT_UPDATE);
  request_.set_allow_missing_next_update(true);
  EXPECT_EQ(Check(request_).status(), v1::StapleVerdict::GOOD);
  request_.set_max_age_seconds(60);
  EXPECT_EQ(Check(request_).reason(), v1::StapleVerdict::TOO_OLD);
}

TEST_F(CheckStapleTest, TheTimeOfVerificationMayBeGiven) {
  request_.mutable_verify_time()->set_seconds(absl::ToUnixSeconds(TestNow() + absl::Minutes(1410)));
  EXPECT_EQ(Check(request_).reason(), v1::StapleVerdict::STALE);
  request_.mutable_verify_time()->set_nanos(-1);
  ExpectRefusal(Refusal(&Stub::CheckStaple, request_), grpc::INVALID_ARGUMENT, "verify_time:");
}

TEST_F(CheckStapleTest, AResponderThatTheRequestTrustsMaySign) {
  const TestCertificate responder = Build(CaSpec("responder", EcKey(2)));
  OcspSpec spec = GoodSpec(leaf_, root_);
  spec.responder = responder;
  spec.signer.key = responder.key;
  request_.set_staple(BuildOcsp(spec));
  EXPECT_EQ(Check(request_).reason(), v1::StapleVerdict::UNAUTHORIZED_SIGNER);
  request_.add_responder_certificates(responder.der);
  EXPECT_EQ(Check(request_).signer(), v1::StapleVerdict::CONFIGURED);
}

TEST_F(CheckStapleTest, ForeignBytesAreAVerdictAndWrongFieldsAnError) {
  request_.set_staple("no staple");
  EXPECT_EQ(Check(request_).reason(), v1::StapleVerdict::MALFORMED);
  request_.set_staple(std::string(65537, 'x'));
  EXPECT_EQ(Check(request_).reason(), v1::StapleVerdict::TOO_LARGE);
  for (const std::string& wrong : {std::string(), std::string("x"), std::string(65537, 'x')}) {
    v1::CheckStapleRequest request = request_;
    request.set_certificate(wrong);
    ExpectRefusal(Refusal(&Stub::CheckStaple, request), grpc::INVALID_ARGUMENT, "certificate:");
    request = request_;
    request.set_issuer(wrong);
    ExpectRefusal(Refusal(&Stub::CheckStaple, request), grpc::INVALID_ARGUMENT, "issuer:");
    request = request_;
    request.add_responder_certificates(wrong);
    ExpectRefusal(Refusal(&Stub::CheckStaple, request), grpc::INVALID_ARGUMENT,
                  "responder_certificates[0]:");
  }
  v1::CheckStapleRequest many = request_;
  for (int i = 0; i < 5; ++i) many.add_responder_certificates(root_.der);
  ExpectRefusal(Refusal(&Stub::CheckStaple, many), grpc::INVALID_ARGUMENT,
                "responder_certificates:");
  for (const uint32_t seconds : {0u, 31'622'401u}) {
    request_.set_max_age_seconds(seconds);
    ExpectRefusal(Refusal(&Stub::CheckStaple, request_), grpc::INVALID_ARGUMENT,
                  "max_age_seconds:");
  }
}

class FetchStapleTest : public VerdictsTest {};

TEST_F(FetchStapleTest, TheNextResponderIsAskedWhereOneHasNoStatement) {  // O-14
  const std::string good = Good();
  Serve(kOther, good);
  const v1::FetchStapleResponse response = Fetch();
  EXPECT_EQ(response.staple(), good);
  EXPECT_EQ(response.verdict().status(), v1::StapleVerdict::GOOD);
  EXPECT_EQ(response.url(), kOther);
  EXPECT_EQ(response.http_status(), 200u);
  EXPECT_EQ(response.error(), "");
  EXPECT_EQ(fetcher_.Asked().size(), 2u);
}

TEST_F(FetchStapleTest, WhatCannotBeHadIsSaidInWords) {
  const v1::FetchStapleResponse response = Fetch();
  EXPECT_FALSE(response.has_verdict());
  EXPECT_EQ(response.error(), "HTTP status 404");
  EXPECT_EQ(response.http_status(), 404u);
  EXPECT_EQ(response.url(), kOther);
}

TEST_F(FetchStapleTest, ASignedUnknownDoesNotKeepTheNextFromBeingAsked) {  // O-14
  OcspSpec unknown = GoodSpec(leaf_, root_);
  unknown.responses[0].status = SingleSpec::Status::kUnknown;
  Serve(kResponder, BuildOcsp(unknown));
  EXPECT_EQ(Fetch().verdict().status(), v1::StapleVerdict::UNKNOWN);
  Serve(kOther, Revoked());
  const v1::FetchStapleResponse response = Fetch();
  EXPECT_EQ(response.verdict().status(), v1::StapleVerdict::REVOKED);
  EXPECT_EQ(response.url(), kOther);
  EXPECT_EQ(response.error(), "");
}

TEST_F(FetchStapleTest, TheUrlOfTheRequestTakesThePlaceOfTheCertificates) {
  Serve("http://third.test", Revoked());
  v1::FetchStapleRequest request = About<v1::FetchStapleRequest>();
  request.set_url("http://third.test");
  EXPECT_EQ(Ask(&Stub::FetchStaple, request).verdict().status(), v1::StapleVerdict::REVOKED);
  EXPECT_EQ(fetcher_.Asked().size(), 1u);
  request.set_url(std::string(1025, 'u'));
  ExpectRefusal(Refusal(&Stub::FetchStaple, request), grpc::INVALID_ARGUMENT, "url:");
  for (const char* wrong : {"ftp://third.test", "third.test", "httpx://third.test"}) {
    request.set_url(wrong);
    ExpectRefusal(Refusal(&Stub::FetchStaple, request), grpc::INVALID_ARGUMENT,
                  "url: must be an http or https URL");
  }
}

TEST_F(FetchStapleTest, NobodyIsAskedForAnotherIssuersOrAnExpiredCertificate) {  // O-15
  v1::FetchStapleRequest request = About<v1::FetchStapleRequest>();
  request.set_issuer(Build(CaSpec("root", EcKey(3))).der);
  const v1::FetchStapleResponse response = Ask(&Stub::FetchStaple, request);
  EXPECT_EQ(response.verdict().reason(), v1::StapleVerdict::CHAIN);
  EXPECT_NE(response.error(), "");
  clock_.Advance(absl::Hours(25));
  EXPECT_EQ(Fetch().error(), "the certificate has expired: nobody was asked");
  EXPECT_TRUE(fetcher_.Asked().empty());
}

TEST_F(FetchStapleTest, WhatHasEndedIsAskedForAgainPastTheCachesOnce) {  // O-18
  OcspSpec spec = GoodSpec(leaf_, root_);
  spec.responses[0].next_update = GeneralizedTimeText(TestNow() - absl::Minutes(30));
  Serve(kResponder, BuildOcsp(spec));
  EXPECT_EQ(Fetch().verdict().reason(), v1::StapleVerdict::STALE);
  const std::vector<HttpRequest> asked = fetcher_.Asked();
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_FALSE(asked[0].no_cache);
  EXPECT_TRUE(asked[2].no_cache);
  EXPECT_EQ(asked[2].url, asked[0].url);
}

TEST_F(FetchStapleTest, AFetchEndsWithItsCaller) {
  fetcher_.Hold();
  v1::FetchStapleResponse response;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  EXPECT_EQ(stub().FetchStaple(&context, About<v1::FetchStapleRequest>(), &response).error_code(),
            grpc::DEADLINE_EXCEEDED);
  while (waiting_.in_flight() != 0) std::this_thread::yield();
  EXPECT_EQ(fetcher_.Asked().size(), 1u);  // the second responder is not asked
}

class CheckCrlTest : public VerdictsTest {
 protected:
  grpc::Status Send(const v1::CheckCrlRequest& first, const std::string& der, size_t piece) {
    grpc::ClientContext context;
    auto writer = stub().CheckCrl(&context, &response_);
    writer->Write(first);
    for (size_t i = 0; i < der.size(); i += piece) {
      v1::CheckCrlRequest next;
      next.set_crl(der.substr(i, piece));
      if (!writer->Write(next)) break;
    }
    writer->WritesDone();
    return writer->Finish();
  }
  v1::CheckCrlResponse response_;
};

TEST_F(CheckCrlTest, ACrlComesInPieces) {
  EXPECT_TRUE(Send(About<v1::CheckCrlRequest>(), CrlDer(true), 10).ok());
  EXPECT_EQ(response_.verdict().status(), v1::CrlVerdict::REVOKED);
  EXPECT_TRUE(response_.verdict().has_revocation_time());
  EXPECT_TRUE(Send(About<v1::CheckCrlRequest>(), CrlDer(false), 1000).ok());
  EXPECT_EQ(response_.verdict().status(), v1::CrlVerdict::GOOD);
  v1::CheckCrlRequest late = About<v1::CheckCrlRequest>();
  late.mutable_verify_time()->set_seconds(absl::ToUnixSeconds(TestNow() + absl::Hours(25)));
  EXPECT_TRUE(Send(late, CrlDer(false), 1000).ok());
  EXPECT_EQ(response_.verdict().status(), v1::CrlVerdict::INVALID);
}

TEST_F(CheckCrlTest, ACrlThatIsTooLongOrOneTooManyIsRefused) {
  const std::string der = CrlDer(false);
  options_.crl.max_crl_bytes = der.size();
  options_.crl.max_held_bytes = der.size() + leaf_.der.size() + root_.der.size();
  EXPECT_TRUE(Send(About<v1::CheckCrlRequest>(), der, 100).ok());
  const grpc::Status status = Send(About<v1::CheckCrlRequest>(), der + "x", 100);
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_NE(status.error_message().find("revocation.crl.max_bytes"), std::string::npos);
  // What has ended holds nothing.
  EXPECT_TRUE(Send(About<v1::CheckCrlRequest>(), der, 100).ok());
}

TEST_F(CheckCrlTest, TheBytesOfAllCallsTogetherAreBounded) {
  options_.crl.max_held_bytes = leaf_.der.size() + root_.der.size() + 100;
  const grpc::Status status = Send(About<v1::CheckCrlRequest>(), CrlDer(false), 50);
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_NE(status.error_message().find("beside those of others"), std::string::npos);
}

TEST_F(CheckCrlTest, TheCertificatesAreHeldToo) {
  grpc::ClientContext context;
  auto writer = stub().CheckCrl(&context, &response_);
  writer->Write(About<v1::CheckCrlRequest>());
  const CrlChecks& checks = service_->crl_checks();
  while (checks.held_bytes() != leaf_.der.size() + root_.der.size()) std::this_thread::yield();
  writer->WritesDone();
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(checks.held_bytes(), 0u);
}

TEST_F(CheckCrlTest, ACrlThatNobodyWaitsForIsNotRead) {
  grpc::ClientContext context;
  auto writer = stub().CheckCrl(&context, &response_);
  v1::CheckCrlRequest first = About<v1::CheckCrlRequest>();
  first.set_crl(CrlDer(true));
  writer->Write(first);
  const CrlChecks& checks = service_->crl_checks();
  while (checks.held_bytes() == 0) std::this_thread::yield();
  context.TryCancel();
  EXPECT_EQ(writer->Finish().error_code(), grpc::CANCELLED);
  while (checks.held_bytes() != 0) std::this_thread::yield();
  EXPECT_EQ(checks.decided(), 0u);
}

TEST_F(CheckCrlTest, WrongFieldsAreNamed) {
  ExpectRefusal(Send(v1::CheckCrlRequest(), "x", 1), grpc::INVALID_ARGUMENT, "certificate:");
  v1::CheckCrlRequest request = About<v1::CheckCrlRequest>();
  request.set_url(std::string(1025, 'u'));
  ExpectRefusal(Send(request, "x", 1), grpc::INVALID_ARGUMENT, "url:");
  grpc::ClientContext context;
  auto writer = stub().CheckCrl(&context, &response_);
  writer->Write(About<v1::CheckCrlRequest>());
  writer->Write(About<v1::CheckCrlRequest>());
  writer->WritesDone();
  ExpectRefusal(writer->Finish(), grpc::INVALID_ARGUMENT, "crl:");
  grpc::ClientContext empty;
  writer = stub().CheckCrl(&empty, &response_);
  writer->WritesDone();
  ExpectRefusal(writer->Finish(), grpc::INVALID_ARGUMENT, "certificate:");
}

class CheckRevocationTest : public VerdictsTest {
 protected:
  v1::CheckRevocationRequest request_ = {};
  void SetUp() override { request_ = About<v1::CheckRevocationRequest>(); }
};

TEST_F(CheckRevocationTest, TheStapleComesBeforeTheCrls) {
  crls_.Add(kCrlUrl, CrlDer(true), root_);
  request_.set_staple(Good());
  EXPECT_EQ(Check(request_).source(), v1::RevocationVerdict::STAPLE);
  request_.clear_staple();
  const v1::RevocationVerdict verdict = Check(request_);
  EXPECT_EQ(verdict.status(), v1::RevocationVerdict::REVOKED);
  EXPECT_EQ(verdict.source(), v1::RevocationVerdict::CRL);
  EXPECT_EQ(verdict.crl().url(), kCrlUrl);
}

TEST_F(CheckRevocationTest, NothingIsFetchedUnlessAskedFor) {
  Serve(kResponder, Revoked());
  EXPECT_EQ(Check(request_).status(), v1::RevocationVerdict::UNKNOWN);
  EXPECT_TRUE(fetcher_.Asked().empty());
  request_.set_fetch(true);
  const v1::RevocationVerdict verdict = Check(request_);
  EXPECT_EQ(verdict.status(), v1::RevocationVerdict::REVOKED);
  EXPECT_EQ(verdict.source(), v1::RevocationVerdict::OCSP);
  EXPECT_EQ(verdict.ocsp().status(), v1::StapleVerdict::REVOKED);
  EXPECT_TRUE(verdict.has_use_until());
}

TEST_F(CheckRevocationTest, TheCrlIsFetchedWhereNoResponderAnswers) {
  far_crls_.Add(kCrlUrl, CrlDer(true), root_);
  request_.set_fetch(true);
  v1::RevocationVerdict verdict = Check(request_);
  EXPECT_EQ(fetcher_.Asked().size(), 2u);
  EXPECT_EQ(verdict.status(), v1::RevocationVerdict::REVOKED);
  EXPECT_EQ(verdict.source(), v1::RevocationVerdict::CRL);
  // An answer that is no statement is told beside it.
  OcspSpec unknown = GoodSpec(leaf_, root_);
  unknown.responses[0].status = SingleSpec::Status::kUnknown;
  Serve(kResponder, BuildOcsp(unknown));
  verdict = Check(request_);
  EXPECT_EQ(verdict.ocsp().status(), v1::StapleVerdict::UNKNOWN);
  EXPECT_EQ(verdict.source(), v1::RevocationVerdict::CRL);
}

TEST_F(CheckRevocationTest, WhatIsAtHandIsNotFetched) {
  crls_.Add(kCrlUrl, CrlDer(false), root_);
  request_.set_fetch(true);
  EXPECT_EQ(Check(request_).status(), v1::RevocationVerdict::GOOD);
  EXPECT_TRUE(fetcher_.Asked().empty());
}

TEST_F(CheckRevocationTest, WithoutAnyAnswerItIsUnknown) {
  request_.set_fetch(true);
  const v1::RevocationVerdict verdict = Check(request_);
  EXPECT_EQ(verdict.status(), v1::RevocationVerdict::UNKNOWN);
  EXPECT_FALSE(verdict.has_ocsp());
}

TEST_F(CheckRevocationTest, AFetchedResponseDoesForAStapleWhereTheOperatorLetsIt) {  // O-23
  CertificateSpec spec = LeafSpec("mx.test");
  spec.authority_access = "OCSP;URI:http://ocsp.test";
  spec.must_staple = true;
  leaf_ = Build(spec, &root_);
  Serve(kResponder, Good());
  options_.revocation.must_staple_out_of_band = true;
  request_ = About<v1::CheckRevocationRequest>();
  request_.set_status_requested(true);
  EXPECT_EQ(Check(request_).must_staple(), v1::RevocationVerdict::MISSING);
  request_.set_fetch(true);
  EXPECT_EQ(Check(request_).must_staple(), v1::RevocationVerdict::OUT_OF_BAND);
  request_.set_session_resumed(true);
  EXPECT_EQ(Check(request_).must_staple(), v1::RevocationVerdict::NOT_OFFERED);
}

TEST_F(CheckRevocationTest, AStapleThatDoesNotDecideIsNoneThatAMustStapleWants) {  // O-22
  CertificateSpec spec = LeafSpec("mx.test");
  spec.authority_access = "OCSP;URI:http://ocsp.test";
  spec.must_staple = true;
  leaf_ = Build(spec, &root_);
  Serve(kResponder, Good());
  request_ = About<v1::CheckRevocationRequest>();
  request_.set_status_requested(true);
  request_.set_staple("any bytes");
  request_.set_fetch(true);
  const v1::RevocationVerdict verdict = Check(request_);
  EXPECT_EQ(verdict.source(), v1::RevocationVerdict::OCSP);
  EXPECT_EQ(verdict.must_staple(), v1::RevocationVerdict::MISSING);
}

TEST_F(CheckRevocationTest, AFetchIsOfNowAlone) {
  request_.set_fetch(true);
  request_.mutable_verify_time()->set_seconds(1);
  ExpectRefusal(Refusal(&Stub::CheckRevocation, request_), grpc::INVALID_ARGUMENT, "verify_time:");
  request_.clear_certificate();
  ExpectRefusal(Refusal(&Stub::CheckRevocation, request_), grpc::INVALID_ARGUMENT, "certificate:");
}

}  // namespace
}  // namespace postern
