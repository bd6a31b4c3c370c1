#include "server/io/revocation/staple_hook.h"

#include <string>

#include "absl/time/time.h"

namespace postern {
namespace {

const char* NameOf(KeptStaple::Status status) {
  switch (status) {
    case KeptStaple::Status::kGood:
      return "GOOD";
    case KeptStaple::Status::kRevoked:
      return "REVOKED";
    case KeptStaple::Status::kPending:
      return "PENDING";
    case KeptStaple::Status::kExpired:
      return "EXPIRED";
    case KeptStaple::Status::kNotAvailable:
      return "NOT_AVAILABLE";
    case KeptStaple::Status::kUnusable:
      return "UNUSABLE";
  }
  return "";
}

}  // namespace

CommandHook::Change StapleHookChange(const KeptStaple& staple, const StapleFilePaths& paths) {
  CommandHook::Change change;
  change.key = staple.name;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) change.environment.emplace_back(name, value);
  };
  add("POSTERN_STAPLE_NAME", staple.name);
  add("POSTERN_STAPLE_STATUS", NameOf(staple.status));
  add("POSTERN_STAPLE_FILE", paths.der.empty() ? paths.beside : paths.der);
  add("POSTERN_STAPLE_PEM_FILE", paths.pem);
  add("POSTERN_CERTIFICATE_FILE", staple.file);
  if (staple.use_until > absl::InfinitePast() && staple.use_until < absl::InfiniteFuture()) {
    add("POSTERN_STAPLE_USE_UNTIL",
        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", staple.use_until, absl::UTCTimeZone()));
  }
  return change;
}

}  // namespace postern
