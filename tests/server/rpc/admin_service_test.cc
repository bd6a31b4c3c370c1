#include "server/rpc/admin_service.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "postern/version.h"
#include "tests/server/rpc/service_test_base.h"

namespace postern {
namespace {

class AdminServiceTest : public ServiceTest {
 protected:
  void Ask(const std::string& domain, uint32_t port = 25) {
    grpc::ClientContext context;
    v1::ResolveDomainPolicyRequest request;
    request.set_domain(domain);
    request.set_port(port);
    v1::ResolveDomainPolicyResponse response;
    ASSERT_TRUE(policy_->ResolveDomainPolicy(&context, request, &response).ok());
  }

  v1::GetStatusResponse GetStatus() {
    grpc::ClientContext context;
    v1::GetStatusResponse response;
    EXPECT_TRUE(admin_->GetStatus(&context, {}, &response).ok());
    return response;
  }

  grpc::Status List(const v1::ListCachedPoliciesRequest& request,
                    v1::ListCachedPoliciesResponse* response) {
    grpc::ClientContext context;
    return admin_->ListCachedPolicies(&context, request, response);
  }

  grpc::Status Purge(const std::string& domain, bool all,
                     v1::PurgeCachedPoliciesResponse* response) {
    grpc::ClientContext context;
    v1::PurgeCachedPoliciesRequest request;
    request.set_domain(domain);
    request.set_all(all);
    return admin_->PurgeCachedPolicies(&context, request, response);
  }
};

TEST_F(AdminServiceTest, TellsHowTheServerIs) {
  v1::GetStatusResponse status = GetStatus();
  EXPECT_EQ(status.version(), kVersion);
  EXPECT_EQ(status.resolver().validation(), v1::ResolverStatus::VALIDATION_UNSPECIFIED);
  EXPECT_FALSE(status.parts(0).healthy()) << "no self-test yet";
  self_test_.Tick(clock_.Now());
  Ask("d.test");
  Ask("d.test");
  clock_.Advance(absl::Seconds(5));
  status = GetStatus();
  EXPECT_EQ(status.resolver().validation(), v1::ResolverStatus::VALIDATING);
  EXPECT_EQ(status.parts(0).name(), "resolver");
  EXPECT_TRUE(status.parts(0).healthy());
  EXPECT_EQ(status.uptime().seconds(), 5);
  EXPECT_EQ(status.policy_cache().entries(), 1u);
  EXPECT_EQ(status.policy_cache().hits(), 1u);
  EXPECT_EQ(status.policy_cache().misses(), 1u);
  EXPECT_GT(status.policy_cache().bytes(), 0u);
  EXPECT_EQ(status.questions_limit(), 4u);
}

TEST_F(AdminServiceTest, TellsThatTheResolverDoesNotValidateD1) {
  resolver_.Replace(". NS[I] a.root");
  self_test_.Tick(clock_.Now());
  const v1::GetStatusResponse status = GetStatus();
  EXPECT_EQ(status.resolver().validation(), v1::ResolverStatus::NOT_VALIDATING);
  EXPECT_FALSE(status.parts(0).healthy());
}

TEST_F(AdminServiceTest, AResolverThatReachesNothingIsNotHealthyThoughItAnsweredBefore) {
  self_test_.Tick(clock_.Now());
  ASSERT_TRUE(GetStatus().parts(0).healthy());
  resolver_.Replace(". NS[F]");
  clock_.Advance(absl::Seconds(60));
  self_test_.Tick(clock_.Now());
  const v1::GetStatusResponse status = GetStatus();
  EXPECT_EQ(status.resolver().validation(), v1::ResolverStatus::UNREACHABLE);
  EXPECT_FALSE(status.parts(0).healthy());
  EXPECT_TRUE(absl::StrContains(status.parts(0).detail(), "what is remembered is answered"))
      << status.parts(0).detail();
}

TEST_F(AdminServiceTest, ListsPoliciesWithTheirQuestions) {
  Ask("d.test");
  Ask("d.test");
  Ask("e.test", 587);
  v1::ListCachedPoliciesResponse response;
  ASSERT_TRUE(List({}, &response).ok());
  EXPECT_EQ(response.policies_size(), 2);
  v1::ListCachedPoliciesRequest one;
  one.set_domain("D.TEST");
  response.Clear();
  ASSERT_TRUE(List(one, &response).ok());
  ASSERT_EQ(response.policies_size(), 1);
  EXPECT_EQ(response.policies(0).port(), 25u);
  EXPECT_EQ(response.policies(0).policy().domain(), "d.test");
  EXPECT_EQ(response.policies(0).policy().trace_size(), 4);
  EXPECT_EQ(response.policies(0).hits(), 1u);
}

TEST_F(AdminServiceTest, BoundsAList) {
  v1::ListCachedPoliciesRequest request;
  request.set_limit(1001);
  v1::ListCachedPoliciesResponse response;
  const grpc::Status status = List(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(absl::StartsWith(status.error_message(), "limit:"));
}

TEST_F(AdminServiceTest, SaysThatAListIsCutByItsLimit) {
  Ask("d.test");
  Ask("e.test");
  v1::ListCachedPoliciesRequest request;
  request.set_limit(1);
  v1::ListCachedPoliciesResponse response;
  ASSERT_TRUE(List(request, &response).ok());
  EXPECT_EQ(response.policies_size(), 1);
  EXPECT_TRUE(response.more());
  request.set_limit(2);
  ASSERT_TRUE(List(request, &response).ok());
  EXPECT_EQ(response.policies_size(), 2);
  EXPECT_FALSE(response.more());
}

TEST_F(AdminServiceTest, CutsAListBeforeItIsTooLongForAClient) {
  // Names of up to 64 hosts, each with addresses, a trace and so on: about 20 KB a policy.
  std::string records = ". NS[S] a.root;";
  const std::string label(60, 'h');
  for (int host = 0; host < 30; ++host) {
    absl::StrAppend(&records, host == 0 ? "big.test MX[S] " : ", ", 10 + host, " ", label, host,
                    ".", label, ".", label, ".test");
  }
  resolver_.Replace(records);
  for (uint32_t port = 1; port <= 400; ++port) Ask("big.test", port);
  v1::ListCachedPoliciesRequest request;
  request.set_limit(1000);
  v1::ListCachedPoliciesResponse response;
  ASSERT_TRUE(List(request, &response).ok());
  EXPECT_TRUE(response.more());
  EXPECT_GT(response.policies_size(), 10);
  EXPECT_LT(response.policies_size(), 400);
  EXPECT_LE(response.ByteSizeLong(), size_t{3} << 20);
}

TEST_F(AdminServiceTest, PurgesADomainOrAll) {
  Ask("d.test");
  Ask("d.test", 587);
  Ask("e.test");
  v1::PurgeCachedPoliciesResponse response;
  ASSERT_TRUE(Purge("d.test", false, &response).ok());
  EXPECT_EQ(response.purged(), 2u);
  ASSERT_TRUE(Purge("", true, &response).ok());
  EXPECT_EQ(response.purged(), 1u);
  Ask("d.test");
  EXPECT_EQ(resolver_.CountAsked(RrType::kMx), 4u);
}

TEST_F(AdminServiceTest, PurgesNothingByMistake) {
  v1::PurgeCachedPoliciesResponse response;
  EXPECT_EQ(Purge("", false, &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Purge("d.test", true, &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Purge("a..test", false, &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace postern
