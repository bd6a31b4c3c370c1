// Where staples outlive the process, and where replicas share them.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLE_STORE_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLE_STORE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern {

// StapleStore keeps one OCSP response for each certificate, which has 32 bytes of SHA-256
// for a name. What it gives back is foreign bytes: others may have written them.
//
// Used by one thread; several processes may use one store.
class StapleStore {
 public:
  // Claim is the right to fetch for one certificate. It ends with the object, or the process.
  class Claim {
   public:
    virtual ~Claim() = default;
  };

  virtual ~StapleStore() = default;

  // Load returns what was saved last, by whomever; nothing if nothing was. Other errors
  // name the file.
  virtual absl::StatusOr<std::optional<std::string>> Load(absl::string_view sha256) = 0;

  // Save replaces it: after a crash at any instant there is the old one or the new one.
  virtual absl::Status Save(absl::string_view sha256, absl::string_view der) = 0;

  // TryClaim returns null while another process fetches.
  virtual absl::StatusOr<std::unique_ptr<Claim>> TryClaim(absl::string_view sha256) = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLE_STORE_H_
