// What other threads do while the stapler's own thread works.
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/revocation/stapler.h"
#include "tests/server/io/revocation/stapler_lab.h"

namespace postern {
namespace {

TEST(StaplerThreads, FindRefreshAndWatchWhileItWorks) {
  StaplerLab lab;
  lab.Serve(lab.Good());
  lab.Start();
  const std::string digest = lab.Kept()->certificate_sha256;
  constexpr int kRounds = 200;
  constexpr int kThreads = 3;
  std::atomic<int> running{kThreads};
  std::atomic<int> answered{0};
  std::atomic<int> told{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        EXPECT_NE(lab.stapler->FindByDigest(digest), nullptr);
        EXPECT_NE(lab.stapler->FindByHost("mx1.test"), nullptr);
        EXPECT_EQ(lab.stapler->List("", 10).size(), 1U);
        lab.stapler->Refresh("mx1", [&](const auto& /*result*/) { ++answered; });
        const uint64_t id =
            lab.stapler->Watch([&](const KeptStaplePtr& /*staple*/, bool /*removed*/) { ++told; });
        lab.stapler->Unwatch(id);
      }
      --running;
    });
  }
  while (running > 0) {
    lab.stapler->Tick();
    lab.clock.Advance(absl::Minutes(2));
    lab.files.Write("mx1.pem", PemOf(lab.leaf.der) + PemOf(lab.root.der) + "\n");
  }
  for (std::thread& thread : threads) thread.join();
  lab.stapler.reset();
  EXPECT_EQ(answered, kRounds * kThreads) << "each exactly once";
}

}  // namespace
}  // namespace postern
