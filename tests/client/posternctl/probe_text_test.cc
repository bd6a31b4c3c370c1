#include "client/posternctl/probe_text.h"

#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Probe Parse(const std::string& text) {
  Probe probe;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &probe));
  return probe;
}

std::string Text(const Probe& probe, bool colour = false) {
  return ProbeText(probe, {absl::UnixEpoch(), colour});
}

TEST(ProbeText, TellsAtAGlanceHowEachHostIs) {
  EXPECT_EQ(Text(Parse(R"(
    policy {
      domain: "d.test" verdict: HOSTS reason: MX_FOUND
      hosts { host: "mx1.test" preference: 10 verdict: DANE reason: TLSA_USABLE }
      hosts { host: "mx2.test" preference: 20 verdict: OPPORTUNISTIC reason: NO_TLSA }
      hosts { host: "mx3.test" preference: 30 verdict: SKIP reason: TLSA_ERROR detail: "SERVFAIL" }
    }
    policy_elapsed { nanos: 1500000 }
    hosts {
      host: "mx1.test"
      addresses {
        address: "192.0.2.1" port: 25 tls_version: "TLSv1.3" cipher: "AES" stapled: true
        handshake { verdict: VERIFIED_DANE action: PROCEED reason: DANE_EE_MATCHED cv: "dane"
                    matched_name: "mx1.test" }
        steps { name: "connect" elapsed { nanos: 200000 } }
        steps { name: "verdict" elapsed { seconds: 1 } }
      }
      addresses {
        address: "2001:db8::1" port: 25 error: "connect: no route"
        steps { name: "connect" elapsed { nanos: 100000 } }
      }
    }
    hosts {
      host: "mx2.test"
      addresses {
        address: "192.0.2.2" port: 25
        handshake { verdict: UNAUTHENTICATED action: PROCEED reason: STARTTLS_NOT_OFFERED cv: "no" }
      }
    }
    hosts { host: "mx3.test" })")),
            R"(d.test  HOSTS  from its MX records  (1.5 ms)

10 mx1.test  GOOD  DANE: authenticate by its TLSA records
    192.0.2.1:25  VERIFIED_DANE  PROCEED  CV=dane  a DANE-EE record matches
        name  mx1.test
        TLS   TLSv1.3 AES, with a staple
        took  connect 0.2 ms, verdict 1000.0 ms
    [2001:db8::1]:25  no handshake
        error  connect: no route
        took   connect 0.1 ms

20 mx2.test  UNAUTHENTICATED  OPPORTUNISTIC: no secure TLSA records
    192.0.2.2:25  UNAUTHENTICATED  PROCEED  CV=no  the server does not offer STARTTLS
        took

30 mx3.test  NOT TRIED  SKIP: the lookup of its TLSA records failed: SERVFAIL
)");
}

TEST(ProbeText, LetsNoServerSteerTheTerminal) {
  const std::string text = Text(Parse(R"(
    policy { domain: "\033" detail: "\033" hosts { host: "\033" detail: "\n\033" } }
    hosts { host: "\033" addresses {
      address: "\033" error: "\033\n" tls_version: "\033" cipher: "\033"
      handshake { cv: "\033" } } })"));
  EXPECT_THAT(text, Not(HasSubstr("\033")));
}

TEST(ProbeText, ColoursHosts) {
  const Probe probe = Parse(R"(
    policy { hosts {} hosts {} hosts {} }
    hosts { addresses { handshake { action: PROCEED verdict: VERIFIED_PKIX } } }
    hosts { addresses { handshake { action: NEXT_HOST verdict: FAILED } } }
    hosts { addresses { error: "connect" } })");
  EXPECT_THAT(Text(probe, true), HasSubstr("\033[32mGOOD\033[0m"));
  EXPECT_THAT(Text(probe, true), HasSubstr("\033[31mBAD\033[0m"));
  EXPECT_THAT(Text(probe, true), HasSubstr("\033[31mUNREACHABLE\033[0m"));
  EXPECT_THAT(Text(probe), Not(HasSubstr("\033")));
}

TEST(ProbeExitStatus, IsOfTheBestHost) {
  const std::string one = "policy { verdict: HOSTS hosts { verdict: DANE } } ";
  const std::string good = "hosts { addresses { handshake { action: PROCEED } } } ";
  const std::string bad = "hosts { addresses { handshake { action: NEXT_HOST } } } ";
  const std::string unreachable = "hosts { addresses { error: \"connect\" } } ";
  const struct {
    std::string probe;
    int status;
  } kCases[] = {
      {one + good, 0},
      {one + bad + unreachable + good, 0},
      {one + bad, 1},
      {one + bad + unreachable, 1},
      {one + unreachable, 75},
      {one + "hosts {}", 75},
      {"policy { verdict: HOSTS hosts { verdict: SKIP } } hosts {}", 75},
      {"policy { verdict: DEFER }", 75},
      {"policy { verdict: NULL_MX }", 1},
      {"policy { verdict: NO_SUCH_DOMAIN }", 1},
      {"policy {}", 70},
  };
  for (const auto& test : kCases)
    EXPECT_EQ(ExitStatusOf(Parse(test.probe)), test.status) << test.probe;
}

}  // namespace
}  // namespace postern::posternctl
