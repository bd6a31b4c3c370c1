// Staples as the files that MTAs and proxies serve.
//
//   OUTPUT_FOLDER/NAME.ocsp      DER: Exim's tls_ocsp_file, nginx's ssl_stapling_file
//   OUTPUT_FOLDER/NAME.ocsp.pem  PEM, "OCSP RESPONSE": Exim's `tls_ocsp_file = PEM ...`
//   CERTIFICATE_FILE.ocsp        DER: HAProxy
//
// NAME is the certificate's name, as SafeFileName has it. There is nothing secret in a
// staple: the files may be read by everybody.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLE_FILES_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLE_FILES_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/io/revocation/staple_sink.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

struct StapleFilesOptions {
  std::string output_folder;  // empty: none
  bool write_der = true;      // of output_folder
  bool write_pem = true;
  bool beside_certificates = false;
  // Whether files stay when there is no staple any more, but for revoked certificates.
  bool keep_expired = false;
};

// StapleFilePaths are those of one certificate; empty: no such file is asked for.
struct StapleFilePaths {
  std::string der;
  std::string pem;
  std::string beside;
};

// StapleFiles is a StapleSink. Files that are as they should be are left alone.
class StapleFiles : public StapleSink {
 public:
  // ChangeObserver hears of a certificate of which a file was written or removed.
  using ChangeObserver = std::function<void(const KeptStaple&, const StapleFilePaths&)>;
  // ErrorObserver hears why Remove could not remove a file.
  using ErrorObserver = std::function<void(const absl::Status&)>;

  // Create fails where the output folder is not there or cannot be written to, and says
  // what to do. Observers may be empty; they run inside Put and Remove.
  static absl::StatusOr<std::unique_ptr<StapleFiles>> Create(StapleFilesOptions options,
                                                             ChangeObserver on_change,
                                                             ErrorObserver on_error);

  // Put writes every file that it can, and returns the first error.
  absl::Status Put(const KeptStaple& staple, absl::Time now) override;

  // Remove leaves the files where keep_expired says so, unless the certificate is revoked.
  void Remove(const KeptStaple& staple) override;

  StapleFilePaths PathsOf(const KeptStaple& staple) const;

 private:
  StapleFiles(StapleFilesOptions options, ChangeObserver on_change, ErrorObserver on_error)
      : options_(std::move(options)),
        on_change_(std::move(on_change)),
        on_error_(std::move(on_error)) {}

  absl::Status WriteAll(const StapleFilePaths& paths, absl::string_view der, bool& changed);
  absl::Status RemoveAll(const StapleFilePaths& paths, bool& changed);
  void CleanUp(const std::string& certificate_file);

  const StapleFilesOptions options_;
  const ChangeObserver on_change_;
  const ErrorObserver on_error_;
  std::set<std::string> clean_folders_;
  // By name: where the file beside the certificate was put, in case the certificate moves.
  std::map<std::string, std::string> beside_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLE_FILES_H_
