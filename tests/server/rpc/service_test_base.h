// A server of our services in this process, over a resolver that the test scripts.
#ifndef POSTERN_TESTS_SERVER_RPC_SERVICE_TEST_BASE_H_
#define POSTERN_TESTS_SERVER_RPC_SERVICE_TEST_BASE_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "postern/v1/admin.grpc.pb.h"
#include "postern/v1/handshake.grpc.pb.h"
#include "postern/v1/policy.grpc.pb.h"
#include "server/core/dane/tlsa.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/trust_anchors.h"
#include "server/io/answer_memo.h"
#include "server/io/dns/resolver_self_test.h"
#include "server/io/mutex.h"
#include "server/io/policy/dns_policy_source.h"
#include "server/io/policy/policy_cache.h"
#include "server/io/policy/policy_source.h"
#include "server/rpc/admin_service.h"
#include "server/rpc/admission.h"
#include "server/rpc/handshake_answers.h"
#include "server/rpc/handshake_service.h"
#include "server/rpc/policy_answers.h"
#include "server/rpc/policy_service.h"
#include "server/rpc/policy_wire.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_resolver.h"

namespace postern {

constexpr char kDaneDomain[] =
    "d.test MX[S] 10 mx1.test; mx1.test A[S] 192.0.2.1;"
    "_25._tcp.mx1.test TLSA[S] 3 1 1 ttl=60; _587._tcp.relay.test TLSA[S] 2 1 1;"
    "relay.test A[S] 192.0.2.2; gone.test NXDOMAIN[S]; . NS[S] a.root";

// Finds as another source does, and keeps how the last lookup learns that it is not wanted.
class WatchedSource : public PolicySource {
 public:
  explicit WatchedSource(PolicySource& source) : source_(source) {}

  void Find(const PolicyQuestion& question, int generation, StillWanted still_wanted,
            Callback done) override {
    {
      MutexLock lock(mutex_);
      still_wanted_ = still_wanted;
    }
    source_.Find(question, generation, std::move(still_wanted), std::move(done));
  }

  // Whether anybody waits for the last lookup.
  bool Wanted() {
    MutexLock lock(mutex_);
    return still_wanted_();
  }

 private:
  PolicySource& source_;
  Mutex mutex_;
  StillWanted still_wanted_ POSTERN_GUARDED_BY(mutex_);
};

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    resolver_.SetTime(clock_.Now());
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&policy_service_);
    builder.RegisterService(&handshake_service_);
    builder.RegisterService(&admin_service_);
    server_ = builder.BuildAndStart();
    const auto channel =
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
    policy_ = v1::PolicyService::NewStub(channel);
    handshake_ = v1::HandshakeService::NewStub(channel);
    admin_ = v1::AdminService::NewStub(channel);
  }

  // Ends what waits, then the server, before what it stands on.
  ~ServiceTest() override {
    resolver_.Release();
    server_->Shutdown();
  }

  // Waits until the resolver was asked `count` questions in all.
  void AwaitAsked(size_t count) {
    while (resolver_.Asked().size() < count) std::this_thread::yield();
  }

  // Waits until nobody waits for the last lookup any more. False: after a time that is ample
  // for the server to learn of it, somebody still does.
  bool AwaitUnwanted() {
    const absl::Time give_up = absl::Now() + absl::Seconds(10);
    while (watched_source_.Wanted()) {
      if (absl::Now() > give_up) return false;
      std::this_thread::yield();
    }
    return true;
  }

  FakeClock clock_;
  FakeResolver resolver_{kDaneDomain};
  PolicyRules rules_;
  Admission admission_{4};
  std::atomic<bool> validating_{true};
  DnsPolicySource source_{resolver_, clock_, rules_, {}};
  WatchedSource watched_source_{source_};
  PolicyCache cache_{watched_source_, clock_, EncodePolicy, {}};
  ResolverSelfTest self_test_{&resolver_, {}, nullptr};
  PolicyAnswers answers_{cache_, clock_, admission_, [this] { return validating_.load(); }};
  PolicyService policy_service_{answers_};
  NoCrls crls_;
  AnswerMemo handshake_memo_{1 << 20};
  HandshakeAnswers handshake_answers_{handshake_memo_,      clock_, TrustAnchors(),
                                      DefaultDigestOrder(), crls_,  RevocationOptions()};
  HandshakeService handshake_service_{handshake_answers_};
  AdminService admin_service_{
      {cache_, resolver_, self_test_, admission_, handshake_memo_, 0, clock_}};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PolicyService::Stub> policy_;
  std::unique_ptr<v1::HandshakeService::Stub> handshake_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SERVER_RPC_SERVICE_TEST_BASE_H_
