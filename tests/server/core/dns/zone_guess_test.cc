#include "server/core/dns/zone_guess.h"

#include "gtest/gtest.h"

namespace postern {
namespace {

TEST(GuessZone, BringsTheQuestionsOfADomainTogether) {
  struct Case {
    const char* name;
    RrType type;
    const char* zone;
  };
  const Case cases[] = {
      {"example.org", RrType::kMx, "example.org"},
      {"mx1.example.org", RrType::kA, "example.org"},
      {"mx1.example.org", RrType::kAaaa, "example.org"},
      {"mx1.example.org", RrType::kCname, "example.org"},
      {"_25._tcp.mx1.example.org", RrType::kTlsa, "example.org"},
      {"_25._tcp.example.org", RrType::kTlsa, "example.org"},
      {"example.org", RrType::kA, "example.org"},
      {"sub.example.org", RrType::kMx, "sub.example.org"},
      {"org", RrType::kA, "org"},
      {"_tcp", RrType::kTlsa, "_tcp"},
      {".", RrType::kNs, "."},
      {"a\\046b.c.example.org", RrType::kA, "c.example.org"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(GuessZone({c.name, c.type}), c.zone) << c.name << " " << RrTypeName(c.type);
  }
}

}  // namespace
}  // namespace postern
