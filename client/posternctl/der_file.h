// Certificates and CRLs of input files, in PEM or DER, as DER.
#ifndef POSTERN_CLIENT_POSTERNCTL_DER_FILE_H_
#define POSTERN_CLIENT_POSTERNCTL_DER_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern::posternctl {

// Bytes of a CRL's file, at most: 64 MiB, which is all that a server can take, in PEM.
inline constexpr size_t kMaxCrlFile = size_t{96} << 20;

// These fail as ReadInputFile, and with FAILED_PRECONDITION, naming option and path, where
// the file holds no such thing.

// ReadCertificateDer gives the first certificate of a file.
absl::StatusOr<std::string> ReadCertificateDer(absl::string_view option, const std::string& path);

// ReadCrlDer gives the first CRL of a file. What it is worth is the server's to say.
absl::StatusOr<std::string> ReadCrlDer(absl::string_view option, const std::string& path);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_DER_FILE_H_
