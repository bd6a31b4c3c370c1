#include "tests/client/posternctl/run_posternctl.h"

#include <sstream>

#include "client/posternctl/app.h"
#include "client/posternctl/command.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern::posternctl {

Outcome RunPosternctl(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"posternctl"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{out, err};
  const int status = RunApp(static_cast<int>(argv.size()), argv.data(), terminal);
  return {status, out.str(), err.str()};
}

void ExpectOneLine(const std::string& err) {
  EXPECT_THAT(err,
              ::testing::AllOf(::testing::StartsWith("posternctl: "), ::testing::EndsWith("\n")));
  EXPECT_EQ(err.find('\n'), err.size() - 1) << err;
}

}  // namespace postern::posternctl
