#include "client/tls/ssl_error.h"

#include <openssl/err.h>

#include "absl/strings/str_cat.h"

namespace postern::client_internal {

absl::Status SslError(absl::StatusCode code, absl::string_view what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  absl::Status status(
      code, absl::StrCat(what, reason == nullptr ? "" : ": ", reason == nullptr ? "" : reason));
  ERR_clear_error();
  return status;
}

}  // namespace postern::client_internal
