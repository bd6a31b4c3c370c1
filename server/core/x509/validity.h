// A certificate's validity (RFC 5280, section 4.1.2.5), read strictly.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_VALIDITY_H_
#define POSTERN_SERVER_CORE_X509_VALIDITY_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern {

struct Validity {
  absl::Time not_before;
  absl::Time not_after;

  // Contains tells whether an instant is within. The end is not, as in IsValidAt
  // (certificate.h).
  bool Contains(absl::Time time) const { return not_before <= time && time < not_after; }
};

// ReadValidity reads the contents of Validity ::= SEQUENCE { notBefore Time,
// notAfter Time }; nothing where they are anything else.
std::optional<Validity> ReadValidity(absl::string_view contents);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_VALIDITY_H_
