// The operator's certificates in their files, read again when those change: by a rename, a
// write in place, or the swap of a symbolic link, as of a Kubernetes volume.
#ifndef POSTERN_SERVER_IO_REVOCATION_CERTIFICATE_FILES_H_
#define POSTERN_SERVER_IO_REVOCATION_CERTIFICATE_FILES_H_

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/revocation/own_certificate.h"
#include "server/io/file_stamp.h"
#include "server/io/revocation/certificate_paths.h"

namespace postern {

// CertificateEntry is one of the configuration.
struct CertificateEntry {
  std::string path;         // a file, a folder, or a pattern: certificate_paths.h
  std::string name;         // for one file alone; empty: its path. At most kMaxStapleName bytes
  std::string issuer_file;  // empty: the issuer's certificate is in the chain
  std::string responder;    // http or https URL; empty: those of the certificate
  CertificateKind kind = CertificateKind::kAny;
};

inline constexpr size_t kMaxStapleName = 255;
inline constexpr size_t kMaxCertificateFileBytes = size_t{64} * 1024;

// CertificateFile is how it stands with one file.
struct CertificateFile {
  std::string name;
  std::string path;
  // What was read last; null if nothing could be, yet.
  std::shared_ptr<const OwnCertificate> certificate;
  // Why the last reading failed, in words that begin with the path; empty if it did not.
  std::string error;
};

// CertificateFiles reads them. Used by one thread.
class CertificateFiles {
 public:
  struct Options {
    size_t max_certificates = 20'000;
    bool allow_sha1 = false;  // in the certificates' signatures
  };

  // Create checks the entries. Fails with INVALID_ARGUMENT that names the entry.
  static absl::StatusOr<std::unique_ptr<CertificateFiles>> Create(
      std::vector<CertificateEntry> entries, Options options);

  // Scan looks at all files, and reads those that have changed. What cannot be read keeps
  // the certificate that it had, and is tried again with each Scan. A file of a folder or
  // pattern is gone when two Scans in a row do not find it, and did look: a folder that
  // cannot be read keeps the files that it had.
  void Scan();

  // Of the last Scan, by their names.
  const std::map<std::string, CertificateFile>& files() const { return files_; }

  // Why entries, or files of entries, were left out, in words that name the path.
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  // What is remembered of a file beside how it stands.
  struct State {
    const CertificateEntry* entry = nullptr;  // that led to it
    FileStamp stamp;
    FileStamp issuer_stamp;
    bool is_settled = false;  // read without an error twice with these stamps
    bool is_seen = true;      // in this Scan
    bool was_missed = false;  // in the one before
  };

  CertificateFiles(std::vector<CertificateEntry> entries, Options options)
      : entries_(std::move(entries)), options_(options) {}

  void ScanEntry(const CertificateEntry& entry);
  void ScanFile(const CertificateEntry& entry, const std::string& path, bool is_one_file);
  // Read is false where a folder's or pattern's file holds no certificate, but a key, say.
  bool Read(const CertificateEntry& entry, bool is_one_file, CertificateFile& file);
  void ReadTexts(const CertificateEntry& entry, absl::string_view chain, CertificateFile& file);
  void ForgetMissing();
  // One object for equal issuers.
  absl::StatusOr<std::shared_ptr<const HeldCertificate>> HoldIssuer(std::string der);

  const std::vector<CertificateEntry> entries_;
  const Options options_;
  std::map<std::string, CertificateFile> files_;
  std::map<std::string, State> states_;  // of the same names
  std::vector<std::string> errors_;
  std::set<std::string> paths_;                                          // of this Scan
  std::map<std::string, std::weak_ptr<const HeldCertificate>> issuers_;  // by their DER
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CERTIFICATE_FILES_H_
