// DER for tests, written piece by piece: also what no library would encode.
#ifndef POSTERN_TESTS_SUPPORT_DER_WRITER_H_
#define POSTERN_TESTS_SUPPORT_DER_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern {

// Der returns one element: identifier octet, length in as few octets as it needs,
// contents.
std::string Der(uint8_t tag, absl::string_view contents);

// DerOid returns an OBJECT IDENTIFIER of dotted numbers, or of a name of OpenSSL's.
std::string DerOid(const std::string& id);

// DerTime returns a Time: a UTCTime to 2049, a GeneralizedTime after.
std::string DerTime(absl::Time time);

// DerExtension returns one Extension.
std::string DerExtension(const std::string& id, bool critical, absl::string_view value);

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_DER_WRITER_H_
