#include "client/posternctl/lint_text.h"

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TlsaLint Parse(const std::string& text) {
  TlsaLint lint;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &lint));
  return lint;
}

std::string Text(const TlsaLint& lint, bool colour = false) {
  return LintText(lint, {absl::UnixEpoch(), colour});
}

TEST(LintText, TellsRecordsProblemsAndSteps) {
  EXPECT_EQ(Text(Parse(R"(
    domain: "d.test" verdict: HOSTS reason: MX_FOUND
    hosts {
      host: "mx1.test" owner: "_25._tcp.mx1.test" result: BAD
      records { state: MATCHES depth: 0 next_depth: 0 record {
        certificate_usage: 3 selector: 1 matching_type: 1 certificate_association_data: "a" } }
      records { state: MATCHES_NEXT next_depth: 1 record {
        certificate_usage: 2 matching_type: 1 certificate_association_data: "b" } }
      records { state: STALE record {
        certificate_usage: 3 matching_type: 2 certificate_association_data: "c" } }
      records { state: UNUSABLE record {
        certificate_usage: 9 certificate_association_data: "d" unusable_reason: UNKNOWN_USAGE } }
      problems: "no 3 0 2 record matches" steps: "publish" steps: "wait"
    }
    hosts { host: "mx2.test" result: NO_RECORDS problems: "no secure TLSA records" }
    hosts { host: "mx3.test" result: LOOKUP_FAILED problems: "bogus" })")),
            R"(d.test  HOSTS  from its MX records

mx1.test  BAD  _25._tcp.mx1.test
    3 1 1 61  matches at depth 0, and the next chain too
    2 0 1 62  matches the next chain at depth 1
    3 0 2 63  stale: matches nothing that the server sends
    9 0 0 64  unusable: unknown certificate usage
    problem  no 3 0 2 record matches
    step 1   publish
    step 2   wait

mx2.test  NO RECORDS
    why  no secure TLSA records

mx3.test  LOOKUP FAILED
    why  bogus
)");
}

TEST(LintText, LetsNoNameSteerTheTerminal) {
  EXPECT_THAT(Text(Parse(R"(
    domain: "\033" hosts { host: "\033" owner: "\033" problems: "\033" steps: "\033" })")),
              Not(HasSubstr("\033")));
}

TEST(LintText, ColoursResults) {
  EXPECT_THAT(Text(Parse("hosts { result: GOOD }"), true), HasSubstr("\033[32mGOOD\033[0m"));
  EXPECT_THAT(Text(Parse("hosts { result: BAD }"), true), HasSubstr("\033[31mBAD\033[0m"));
}

TEST(LintExitStatus, IsOfTheWorstHost) {
  const struct {
    const char* lint;
    int status;
  } kCases[] = {
      {"verdict: HOSTS hosts { result: GOOD } hosts { result: NO_RECORDS }", 0},
      {"verdict: HOSTS hosts { result: NO_RECORDS }", 1},
      {"verdict: HOSTS hosts { result: GOOD } hosts { result: LOOKUP_FAILED }", 75},
      {"verdict: HOSTS hosts { result: LOOKUP_FAILED } hosts { result: BAD }", 1},
      {"verdict: DEFER", 75},
      {"verdict: NO_SUCH_DOMAIN", 1},
      {"verdict: NULL_MX", 1},
  };
  for (const auto& test : kCases)
    EXPECT_EQ(ExitStatusOf(Parse(test.lint)), test.status) << test.lint;
}

}  // namespace
}  // namespace postern::posternctl
