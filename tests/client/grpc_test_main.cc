// main() of tests that run gRPC.
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

int main(int argc, char** argv) {
  // Debian's Abseil would abort on what it takes for a deadlock inside gRPC.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
