#include "server/io/revocation/staple_hook.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

TEST(StapleHookChange, TellsTheCommandAllThatThereIs) {
  KeptStaple staple;
  staple.name = "mx1";
  staple.file = "/etc/ssl/mx1.pem";
  staple.status = KeptStaple::Status::kGood;
  staple.use_until = absl::FromUnixSeconds(1'800'000'000);
  const CommandHook::Change change =
      StapleHookChange(staple, {"/out/mx1.ocsp", "/out/mx1.ocsp.pem", "/etc/ssl/mx1.pem.ocsp"});
  EXPECT_EQ(change.key, "mx1");
  EXPECT_EQ(change.environment, (Environment{
                                    {"POSTERN_STAPLE_NAME", "mx1"},
                                    {"POSTERN_STAPLE_STATUS", "GOOD"},
                                    {"POSTERN_STAPLE_FILE", "/out/mx1.ocsp"},
                                    {"POSTERN_STAPLE_PEM_FILE", "/out/mx1.ocsp.pem"},
                                    {"POSTERN_CERTIFICATE_FILE", "/etc/ssl/mx1.pem"},
                                    {"POSTERN_STAPLE_USE_UNTIL", "2027-01-15T08:00:00Z"},
                                }));
}

TEST(StapleHookChange, HasNoVariableForWhatThereIsNot) {
  KeptStaple staple;
  staple.name = "mx1";
  staple.status = KeptStaple::Status::kRevoked;
  EXPECT_EQ(StapleHookChange(staple, {"", "", "/etc/ssl/mx1.pem.ocsp"}).environment,
            (Environment{
                {"POSTERN_STAPLE_NAME", "mx1"},
                {"POSTERN_STAPLE_STATUS", "REVOKED"},
                {"POSTERN_STAPLE_FILE", "/etc/ssl/mx1.pem.ocsp"},
            }));
}

}  // namespace
}  // namespace postern
