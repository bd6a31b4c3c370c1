// Who serves staples: what is to be written for MTAs when one changes.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLE_SINK_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLE_SINK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// StapleSink hears of what there is to serve. Used by one thread.
class StapleSink {
 public:
  virtual ~StapleSink() = default;

  // Put is called with each state whose bytes to serve have changed, when a certificate
  // becomes revoked or is no longer, and once for each certificate at the start; a state
  // without bytes means that nothing is to be served.
  // An error is tried again with the next Put of the certificate.
  virtual absl::Status Put(const KeptStaple& staple, absl::Time now) = 0;

  // Remove is called when the configuration no longer has a certificate.
  virtual void Remove(const KeptStaple& staple) = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLE_SINK_H_
