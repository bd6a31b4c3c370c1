// One libunbound context, made for one event loop. For UnboundThread.
#ifndef POSTERN_SERVER_IO_DNS_UNBOUND_CONTEXT_H_
#define POSTERN_SERVER_IO_DNS_UNBOUND_CONTEXT_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/io/dns/unbound_options.h"

struct event_base;
struct ub_ctx;

namespace postern {

struct UbCtxDelete {
  void operator()(ub_ctx* context) const;
};

// UbCtxPtr owns a context. It must be deleted by the thread that runs its loop,
// which must exist still; questions in it are called back then, with SERVFAIL.
using UbCtxPtr = std::unique_ptr<ub_ctx, UbCtxDelete>;

// CheckUnboundOptions checks ranges and addresses, and that each trust anchor is
// one. Fails with INVALID_ARGUMENT that names the option.
absl::Status CheckUnboundOptions(const UnboundOptions& options);

// MaxUnboundFiles is how many files a resolver with these options has open, at most: for
// each thread those of its loop, and for each of its two contexts a UDP socket for each
// query in flight, 128 to 4096, and 64 TCP sockets.
size_t MaxUnboundFiles(const UnboundOptions& options);

// These ask libunbound whether it can read a DS or DNSKEY record, a file of them, and a
// root hints file. Fail with INVALID_ARGUMENT that says what is wrong, without the value.
absl::Status TryTrustAnchor(const std::string& record);
absl::Status TryTrustAnchorFile(const std::string& path);
absl::Status TryRootHintsFile(const std::string& path);

// CreateUnboundContext makes a context for options that were checked, and sets
// every option; libunbound reads them at the first question. The caches take
// `cache_bytes`, a share of options.cache_bytes. Fails with INVALID_ARGUMENT that names the
// option that libunbound refused, or RESOURCE_EXHAUSTED.
//
// libunbound's log is global and switched off: what it has to say of an answer
// comes with the answer. Calls are serialised; a context may move to another thread
// before its first question.
absl::StatusOr<UbCtxPtr> CreateUnboundContext(event_base* base, const UnboundOptions& options,
                                              size_t cache_bytes);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_UNBOUND_CONTEXT_H_
