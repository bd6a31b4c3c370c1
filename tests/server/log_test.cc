#include "server/log.h"

#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "postern/v1/policy.pb.h"
#include "server/config.h"

namespace postern {
namespace {

// What is logged while a request is parsed whose text is not UTF-8.
std::string LoggedOfBadText(LogLevel level) {
  LogConfig config;
  config.level = level;
  testing::internal::CaptureStderr();
  StartLog(config);
  v1::ResolveDomainPolicyRequest request;
  EXPECT_FALSE(request.ParseFromString("\x0a\x01\xff"));
  return testing::internal::GetCapturedStderr();
}

TEST(StartLog, KeepsTheErrorsOfARequestOutOfTheLog) {
  EXPECT_EQ(LoggedOfBadText(LogLevel::kInfo), "");
  EXPECT_TRUE(absl::StrContains(LoggedOfBadText(LogLevel::kDebug), "debug protobuf message="));
}

}  // namespace
}  // namespace postern
