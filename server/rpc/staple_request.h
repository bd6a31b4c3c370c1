// Which certificate of the configuration a request is about.
#ifndef POSTERN_SERVER_RPC_STAPLE_REQUEST_H_
#define POSTERN_SERVER_RPC_STAPLE_REQUEST_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "postern/v1/revocation.pb.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// All fail with INVALID_ARGUMENT and a message that begins with the field's name, or,
// where that is said, NOT_FOUND.

// FindStaple returns the state of the certificate that a request names; NOT_FOUND if there
// is no such one, never null.
absl::StatusOr<KeptStaplePtr> FindStaple(const v1::GetStapleRequest& request,
                                         const StapleSource& staples);

// ReadStapleNames returns the names of a request to watch.
absl::StatusOr<std::vector<std::string>> ReadStapleNames(absl::string_view request);

// CheckStapleName checks the name of a certificate.
absl::Status CheckStapleName(absl::string_view field, absl::string_view name);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_STAPLE_REQUEST_H_
