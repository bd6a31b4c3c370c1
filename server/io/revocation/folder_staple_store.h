// Staples in a folder, which replicas may share.
//
//   HEX.ocsp   what was saved last for the certificate with this SHA-256
//   HEX.lock   while somebody fetches for it
//
// Claims are flock(2): they end with the process, and hold between machines where the
// file system has them (NFS: version 4).
#ifndef POSTERN_SERVER_IO_REVOCATION_FOLDER_STAPLE_STORE_H_
#define POSTERN_SERVER_IO_REVOCATION_FOLDER_STAPLE_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/io/revocation/staple_store.h"

namespace postern {

// FolderStapleStore is a StapleStore. Its files have the mode 0600, and at most
// kMaxOcspResponseBytes.
class FolderStapleStore : public StapleStore {
 public:
  // A file that was not written for so long is of a certificate that has gone: no
  // statement counts for more than 366 days.
  static constexpr absl::Duration kForgottenAfter = absl::Hours(24 * 400);

  // Create fails where the folder is not there or cannot be written to, and says what to
  // do. It removes what dead processes left, and what was forgotten by `now`.
  static absl::StatusOr<std::unique_ptr<FolderStapleStore>> Create(std::string folder,
                                                                   absl::Time now);

  absl::StatusOr<std::optional<std::string>> Load(absl::string_view sha256) override;
  absl::Status Save(absl::string_view sha256, absl::string_view der) override;
  absl::StatusOr<std::unique_ptr<Claim>> TryClaim(absl::string_view sha256) override;

 private:
  explicit FolderStapleStore(std::string folder) : folder_(std::move(folder)) {}

  std::string PathOf(absl::string_view sha256, absl::string_view ending) const;

  const std::string folder_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_FOLDER_STAPLE_STORE_H_
