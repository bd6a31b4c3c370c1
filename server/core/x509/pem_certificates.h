// The certificates of a PEM text (RFC 7468), such as the file that a server reads its
// chain from.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_PEM_CERTIFICATES_H_
#define POSTERN_SERVER_CORE_X509_PEM_CERTIFICATES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern {

// ReadPemCertificates returns the DER of the certificates in their order. Other blocks, keys
// among them, and what is between blocks, are skipped. Fails with INVALID_ARGUMENT, in words
// that name no file, where a block is cut short or there are more than max_certificates;
// that there is none is no failure.
absl::StatusOr<std::vector<std::string>> ReadPemCertificates(absl::string_view text,
                                                             size_t max_certificates);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_PEM_CERTIFICATES_H_
