#include "client/posternctl/status_text.h"

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

std::string Text(const std::string& proto, bool colour = false) {
  v1::GetStatusResponse status;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(proto, &status));
  return StatusText(status, {absl::FromUnixSeconds(1000), colour});
}

TEST(StatusText, TellsPartsCacheAndResolver) {
  EXPECT_EQ(Text(R"(
    version: "0.1.0" uptime { seconds: 7260 } questions_in_flight: 3 questions_limit: 4
    questions_refused: 5
    parts { name: "resolver" healthy: true detail: "validates" }
    parts { name: "admission" healthy: true }
    policy_cache {
      entries: 12 bytes: 20480 capacity_bytes: 67108864 hits: 1 misses: 2 joined: 3 refreshes: 4
      evictions: 5
    }
    handshakes { entries: 3 bytes: 2048 capacity_bytes: 1048576 hits: 10 misses: 11 evictions: 12 }
    resolver {
      validation: VALIDATING last_self_test_time { seconds: 970 } detail: "." threads: 2
      questions_in_flight: 6 questions_limit: 4096 questions: 7 timeouts: 8 refused: 9
    })"),
            R"(posternd 0.1.0, up 2 h, healthy
    resolver   healthy    validates
    admission  healthy

    cache       12 policies, 20.0 KiB of 64.0 MiB
                1 hits, 2 misses, 3 joined, 4 refreshed ahead, 5 evicted
    handshakes  3 verdicts, 2.0 KiB of 1.0 MiB
                10 hits, 11 misses, 12 evicted
    resolver    validates (tested 30 s ago): .
                2 threads, 6 of 4096 questions in flight
                7 questions, 8 timed out, 9 refused
    waiting     3 of 4 questions for DNS, 5 refused
)");
}

TEST(StatusText, TellsWhichPartIsUnhealthy) {
  const std::string text = Text(R"(
    version: "0.1.0"
    parts { name: "admission" healthy: true }
    parts { name: "resolver" detail: "a\033strips RRSIG" }
    resolver { validation: NOT_VALIDATING })");
  EXPECT_NE(text.find(", UNHEALTHY\n"), std::string::npos) << text;
  EXPECT_NE(text.find("    resolver   UNHEALTHY  a?strips RRSIG\n"), std::string::npos) << text;
  EXPECT_NE(text.find("DOES NOT VALIDATE: every policy is DEFER"), std::string::npos) << text;
}

TEST(StatusText, ColoursHealthOnlyIfAsked) {
  constexpr char kPart[] = R"(parts { name: "admission" healthy: true })";
  EXPECT_EQ(Text(kPart).find('\033'), std::string::npos);
  EXPECT_NE(Text(kPart, true).find("\x1b[32mhealthy\x1b[0m"), std::string::npos);
}

}  // namespace
}  // namespace postern::posternctl
