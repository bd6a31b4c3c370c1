// What one call is given beside its request. A value.
#ifndef POSTERN_CLIENT_CALL_CONTEXT_H_
#define POSTERN_CLIENT_CALL_CONTEXT_H_

#include <optional>

#include "absl/time/time.h"

namespace postern {

// CallContext is what one call is given beside its request.
struct CallContext {
  // How long the caller waits, retries included; more than zero. Absent: a
  // Client takes the RPC's timeout from its Options, a Connection waits for ever.
  std::optional<absl::Duration> timeout;
};

}  // namespace postern

#endif  // POSTERN_CLIENT_CALL_CONTEXT_H_
