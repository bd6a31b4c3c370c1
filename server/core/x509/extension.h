// The extensions of a certificate, a CRL or an entry of one (RFC 5280, sections 4.1
// and 5.1), one by one:
//
//   Extensions ::= SEQUENCE SIZE (1..MAX) OF SEQUENCE {
//     id OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, value OCTET STRING }
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_EXTENSION_H_
#define POSTERN_SERVER_CORE_X509_EXTENSION_H_

#include <cstddef>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace postern {

// Extension points to the bytes that it was read from.
struct Extension {
  absl::string_view id;  // contents of the object identifier
  bool critical = false;
  absl::string_view value;  // contents of the OCTET STRING
};

using Extensions = absl::InlinedVector<Extension, 4>;

// ReadExtensions reads the contents of Extensions in DER. False where they are
// anything else, none, more than a limit, or one of them is there twice (section 4.2).
bool ReadExtensions(absl::string_view contents, size_t limit, Extensions& extensions);

// ReadExplicitExtensions is ReadExtensions for the contents of the context tag that
// certificates and CRLs put them into. Empty contents stand for no extensions.
bool ReadExplicitExtensions(absl::string_view contents, size_t limit, Extensions& extensions);

// IsDerTrue tells whether the contents of a BOOLEAN are TRUE. FALSE is the default of
// every field here, and DER leaves out a default.
bool IsDerTrue(absl::string_view contents);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_EXTENSION_H_
