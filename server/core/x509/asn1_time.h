// Times as RFC 5280, section 4.1.2.5, has them, and in no other form: what the TLS
// library takes beside it (fractions, offsets, no seconds) it then compares wrongly.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_ASN1_TIME_H_
#define POSTERN_SERVER_CORE_X509_ASN1_TIME_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/x509/der.h"

namespace postern {

// ReadGeneralizedTime reads the contents of a GeneralizedTime, YYYYMMDDHHMMSSZ.
// Nothing where they are anything else, or no date of the calendar.
std::optional<absl::Time> ReadGeneralizedTime(absl::string_view contents);

// ReadUtcTime reads the contents of a UTCTime, YYMMDDHHMMSSZ, of 1950 to 2049.
std::optional<absl::Time> ReadUtcTime(absl::string_view contents);

// ReadTime reads a Time, which is the one or the other. It does not ask that years
// up to 2049 come as UTCTime.
std::optional<absl::Time> ReadTime(const DerElement& element);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_ASN1_TIME_H_
