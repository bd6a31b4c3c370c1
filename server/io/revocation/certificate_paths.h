// The files that one entry of the configuration leads to.
#ifndef POSTERN_SERVER_IO_REVOCATION_CERTIFICATE_PATHS_H_
#define POSTERN_SERVER_IO_REVOCATION_CERTIFICATE_PATHS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace postern {

// CertificateKind is what an entry says that its path is.
enum class CertificateKind {
  kAny,  // by its looks: a folder that is there, a pattern, else a file
  kFile,
  kGlob,
  kFolder,
};

// CertificatePaths is what FindCertificatePaths found.
struct CertificatePaths {
  bool is_one_file = false;  // the entry names a file, which may not be there
  std::vector<std::string> paths;
};

// FindCertificatePaths looks where an entry leads: to a file; to the *.pem, *.crt and *.cer
// of a folder, not of those below, hidden ones left out, as the ..data of a Kubernetes
// volume; or, with one of "*?[" in it, to what that pattern fits. Fails, in words that begin
// with the path: NOT_FOUND where a pattern fits nothing, UNAVAILABLE where a folder is not
// there or cannot be read, so that nobody knows what is in it.
absl::StatusOr<CertificatePaths> FindCertificatePaths(const std::string& path,
                                                      CertificateKind kind);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CERTIFICATE_PATHS_H_
