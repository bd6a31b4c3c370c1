// What a certificate is, for people.
#ifndef POSTERN_SERVER_CORE_X509_CERTIFICATE_SUMMARY_H_
#define POSTERN_SERVER_CORE_X509_CERTIFICATE_SUMMARY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern {

// CertificateSummary is what proto/postern/v1/handshake.proto tells of each field.
// Text is cut at 256 bytes, and bytes that do not print are written as \xHH.
struct CertificateSummary {
  std::string subject;
  std::string issuer;
  std::vector<std::string> dns_names;
  absl::Time not_before;
  absl::Time not_after;
  std::string serial_number;
  std::string public_key;
  std::string sha256;
  std::string spki_sha256;
  std::string error;
};

// SummarizeCertificate reads a certificate; `error` says why it could not be read.
CertificateSummary SummarizeCertificate(absl::string_view der);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_CERTIFICATE_SUMMARY_H_
