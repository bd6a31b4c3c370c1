// main() of tests that run gRPC: Debian's Abseil would abort on what it takes for
// a deadlock inside it.
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
