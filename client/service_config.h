// The channel's service config: load balancing, and which RPCs are retried. Pure.
#ifndef POSTERN_CLIENT_SERVICE_CONFIG_H_
#define POSTERN_CLIENT_SERVICE_CONFIG_H_

#include <string>

#include "client/options.h"

namespace postern {

// ServiceConfigJson gives the gRPC service config for a checked RetryPolicy:
// round robin over all addresses, and retries on UNAVAILABLE for the RPCs that
// have no effect.
std::string ServiceConfigJson(const RetryPolicy& retry);

}  // namespace postern

#endif  // POSTERN_CLIENT_SERVICE_CONFIG_H_
