// A RevocationService in this process, over fakes.
#ifndef POSTERN_TESTS_SERVER_RPC_REVOCATION_SERVICE_TEST_BASE_H_
#define POSTERN_TESTS_SERVER_RPC_REVOCATION_SERVICE_TEST_BASE_H_

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "postern/v1/revocation.grpc.pb.h"
#include "server/io/answer_memo.h"
#include "server/io/revocation/staple_source.h"
#include "server/rpc/admission.h"
#include "server/rpc/revocation_service.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_fetcher.h"
#include "tests/support/fake_staple_source.h"
#include "tests/support/map_of_crls.h"

namespace postern {

class RevocationServiceTest : public testing::Test {
 protected:
  RevocationServiceTest() { clock_.Advance(TestNow() - clock_.Now()); }
  ~RevocationServiceTest() override {
    staples_.Release();
    fetcher_.Release();
    if (server_ != nullptr) server_->Shutdown();
  }

  // The server, begun by the first call, so that a test can set options before.
  v1::RevocationService::Stub& stub() {
    if (stub_ != nullptr) return *stub_;
    service_ = std::make_unique<RevocationService>(
        RevocationService::Parts{
            staples_, crls_, fetcher_,
            [this](const std::string& url, const Certificate& issuer, absl::Time,
                   const FetchCrlCallback& done) { done(far_crls_.Find(url, issuer)); },
            memo_, waiting_, clock_},
        options_);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::RevocationService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
    return *stub_;
  }

  template <typename Request, typename Response>
  using Method = grpc::Status (v1::RevocationService::Stub::*)(grpc::ClientContext*, const Request&,
                                                               Response*);

  // Ask expects OK.
  template <typename Request, typename Response>
  Response Ask(Method<Request, Response> method, const Request& request) {
    Response response;
    grpc::ClientContext context;
    const grpc::Status status = (stub().*method)(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  template <typename Request, typename Response>
  grpc::Status Refusal(Method<Request, Response> method, const Request& request) {
    Response response;
    grpc::ClientContext context;
    return (stub().*method)(&context, request, &response);
  }

  void ExpectRefusal(const grpc::Status& status, grpc::StatusCode code, const std::string& begin) {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    EXPECT_EQ(status.error_message().substr(0, begin.size()), begin);
  }

  // A good staple, of 23 hours more.
  KeptStaple Kept(const std::string& name) const {
    KeptStaple staple;
    staple.name = name;
    staple.source = KeptStaple::Source::kOcsp;
    staple.status = KeptStaple::Status::kGood;
    staple.use_until = TestNow() + absl::Hours(23);
    staple.certificate_sha256 = std::string(31, 'x') + name.substr(0, 1);
    staple.dns_names = {name + ".test"};
    staple.der = "staple of " + name;
    return staple;
  }

  FakeClock clock_;
  FakeStapleSource staples_;
  MapOfCrls crls_;
  MapOfCrls far_crls_;
  AnswerMemo memo_{1 << 20};
  Admission waiting_{2};
  FakeHttpFetcher fetcher_;
  RevocationService::Options options_;
  std::unique_ptr<RevocationService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::RevocationService::Stub> stub_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SERVER_RPC_REVOCATION_SERVICE_TEST_BASE_H_
