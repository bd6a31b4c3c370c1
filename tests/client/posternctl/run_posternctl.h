// posternctl in the test's own process.
#ifndef POSTERN_TESTS_CLIENT_POSTERNCTL_RUN_POSTERNCTL_H_
#define POSTERN_TESTS_CLIENT_POSTERNCTL_RUN_POSTERNCTL_H_

#include <string>
#include <vector>

namespace postern::posternctl {

// Outcome is what one run left.
struct Outcome {
  int status;
  std::string out;
  std::string err;
};

// RunPosternctl runs the command line, without colour.
Outcome RunPosternctl(const std::vector<std::string>& arguments);

// ExpectOneLine holds that an error is one line of posternctl's.
void ExpectOneLine(const std::string& err);

}  // namespace postern::posternctl

#endif  // POSTERN_TESTS_CLIENT_POSTERNCTL_RUN_POSTERNCTL_H_
