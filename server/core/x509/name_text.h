// Names of certificates, for people.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_NAME_TEXT_H_
#define POSTERN_SERVER_CORE_X509_NAME_TEXT_H_

#include <openssl/x509.h>

#include <string>

#include "absl/strings/string_view.h"

namespace postern {

// PrintableText returns text with the bytes that do not print as \xHH, cut at 256
// bytes.
std::string PrintableText(absl::string_view text);

// NameText returns a name as RFC 2253 writes it, as PrintableText does.
std::string NameText(const X509_NAME* name);

// The same of the DER of a Name; nothing where it is none, or longer than 4096 bytes.
std::string NameText(absl::string_view der);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_NAME_TEXT_H_
