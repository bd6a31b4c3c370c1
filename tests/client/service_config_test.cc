#include "client/service_config.h"

#include <string>

#include "client/options.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ServiceConfig, RetriesOnlyWhatHasNoEffect) {
  const std::string json = ServiceConfigJson({});
  for (const char* method :
       {"ResolveDomainPolicy", "ResolveRelayPolicy", "ResolveDomainPolicyBatch", "VerifyHandshake",
        "VerifyHandshakeBatch", "GetStatus", "ListCachedPolicies"}) {
    EXPECT_THAT(json, HasSubstr("\"method\":\"" + std::string(method) + "\""));
  }
  EXPECT_THAT(json, Not(HasSubstr("PurgeCachedPolicies")));
  EXPECT_THAT(json, Not(HasSubstr("StreamDomainPolicies")));
}

TEST(ServiceConfig, CarriesTheRetryPolicyAndThrottles) {
  RetryPolicy retry;
  retry.max_attempts = 4;
  retry.initial_backoff = absl::Milliseconds(20);
  retry.max_backoff = absl::Milliseconds(1500);
  const std::string json = ServiceConfigJson(retry);
  EXPECT_THAT(json, HasSubstr("\"maxAttempts\":4"));
  EXPECT_THAT(json, HasSubstr("\"initialBackoff\":\"0.020s\",\"maxBackoff\":\"1.500s\""));
  EXPECT_THAT(json, HasSubstr("\"retryThrottling\""));
}

TEST(ServiceConfig, OfOneAttemptHasNoRetryPolicy) {
  RetryPolicy retry;
  retry.max_attempts = 1;
  EXPECT_EQ(ServiceConfigJson(retry), "{\"loadBalancingConfig\":[{\"round_robin\":{}}]}");
}

}  // namespace
}  // namespace postern
