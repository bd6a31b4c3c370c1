#include "server/file_limit.h"

#include <sys/resource.h>

#include <limits>

#include "absl/strings/str_cat.h"

namespace postern {

void RaiseFileLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

size_t FileLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<size_t>::max() : limit.rlim_cur;
}

absl::Status CheckFileLimit(size_t limit, size_t resolver_files) {
  const size_t wanted = resolver_files + kFilesBesideResolver;
  if (limit >= wanted) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "resolver.questions_in_flight: the limit of open files is ", limit,
      ", but the resolver may open ", resolver_files, " with this and resolver.threads, and ",
      kFilesBesideResolver, " are kept for connections; raise the limit to ", wanted,
      " (LimitNOFILE=, ulimit -n), or lower resolver.questions_in_flight or resolver.threads"));
}

}  // namespace postern
