// The error of a request that a field makes wrong.
#ifndef POSTERN_SERVER_RPC_FIELD_ERROR_H_
#define POSTERN_SERVER_RPC_FIELD_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace postern {

inline absl::Status FieldError(absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", what));
}

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_FIELD_ERROR_H_
