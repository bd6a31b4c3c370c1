#include "server/io/revocation/stapler_options.h"

namespace postern {

const char* NameOf(StaplerEvent::Kind kind) {
  using Kind = StaplerEvent::Kind;
  switch (kind) {
    case Kind::kLoaded:
      return "loaded";
    case Kind::kRefreshed:
      return "refreshed";
    case Kind::kFailed:
      return "failed";
    case Kind::kRevoked:
      return "revoked";
    case Kind::kExpired:
      return "expired";
    case Kind::kFileError:
      return "file_error";
    case Kind::kStoreError:
      return "store_error";
    case Kind::kSinkError:
      break;
  }
  return "sink_error";
}

}  // namespace postern
