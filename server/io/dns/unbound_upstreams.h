// Stub zones and forwarders: checked, and handed to libunbound. For
// unbound_context.cc.
#ifndef POSTERN_SERVER_IO_DNS_UNBOUND_UPSTREAMS_H_
#define POSTERN_SERVER_IO_DNS_UNBOUND_UPSTREAMS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/io/dns/unbound_options.h"

struct ub_ctx;

namespace postern {

// CheckZoneName fails with INVALID_ARGUMENT where zone is no host name, "." apart.
absl::Status CheckZoneName(absl::string_view option, const std::string& zone);

// CheckUpstreams checks names and addresses; each zone needs an address. Fails with
// INVALID_ARGUMENT that names the option and what is wrong.
absl::Status CheckUpstreams(absl::string_view option, const std::vector<UpstreamZone>& zones);

// HasLoopbackUpstream tells whether any upstream is at a loopback address, which
// libunbound otherwise does not ask.
bool HasLoopbackUpstream(const UnboundOptions& options);

// AddUpstreams hands the checked upstreams to a context that has had no question.
absl::Status AddUpstreams(ub_ctx* context, const UnboundOptions& options);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_UNBOUND_UPSTREAMS_H_
