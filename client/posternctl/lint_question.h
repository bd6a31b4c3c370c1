// What a host's published TLSA records are compared with. A value.
#ifndef POSTERN_CLIENT_POSTERNCTL_LINT_QUESTION_H_
#define POSTERN_CLIENT_POSTERNCTL_LINT_QUESTION_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "client/posternctl/certificate.h"

namespace postern::posternctl {

// LintQuestion is what a host's records are compared with.
struct LintQuestion {
  uint32_t port = 25;
  // The chain that the server sends, its own certificate first; not empty.
  std::vector<Certificate> chain;
  // The chain that it will send; empty if none is coming.
  std::vector<Certificate> next_chain;
  // Seconds that the RRset's answer could be kept; 0 if it is not known.
  uint32_t ttl = 0;
  absl::Time now;
};

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_LINT_QUESTION_H_
