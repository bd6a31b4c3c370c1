// OpenSSL's errors as absl::Status. Inside the library only.
#ifndef POSTERN_CLIENT_TLS_SSL_ERROR_H_
#define POSTERN_CLIENT_TLS_SSL_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace postern::client_internal {

// SslError makes a status of what was attempted and the last of OpenSSL's error
// queue of this thread, and empties the queue.
absl::Status SslError(absl::StatusCode code, absl::string_view what);

}  // namespace postern::client_internal

#endif  // POSTERN_CLIENT_TLS_SSL_ERROR_H_
