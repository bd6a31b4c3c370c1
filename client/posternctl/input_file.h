// A file that an option names, read whole.
#ifndef POSTERN_CLIENT_POSTERNCTL_INPUT_FILE_H_
#define POSTERN_CLIENT_POSTERNCTL_INPUT_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/posternctl/certificate.h"

namespace postern::posternctl {

// Bytes of an input file, at most: PEM may hold much else.
inline constexpr size_t kMaxInputFile = size_t{1} << 20;
// Bytes of a staple, at most. A message that the server takes has to hold it.
inline constexpr size_t kMaxStaple = size_t{64} << 10;

// ReadInputFile gives the bytes of a file; "-" is no special name. Fails with
// FAILED_PRECONDITION, naming option and path, if it cannot be read, is empty or
// is larger than max.
absl::StatusOr<std::string> ReadInputFile(absl::string_view option, const std::string& path,
                                          size_t max = kMaxInputFile);

// ReadInputFileUpTo gives the first bytes of a file, at most `max`. Fails as ReadInputFile, but
// for the size.
absl::StatusOr<std::string> ReadInputFileUpTo(absl::string_view option, const std::string& path,
                                              size_t max);

// ReadCertificates gives the certificates of a PEM file in their order. Fails as
// ReadInputFile, and where ParseCertificates does.
absl::StatusOr<std::vector<Certificate>> ReadCertificates(absl::string_view option,
                                                          const std::string& path);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_INPUT_FILE_H_
