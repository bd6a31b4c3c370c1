// PEM for tests.
#ifndef POSTERN_TESTS_SUPPORT_PEM_H_
#define POSTERN_TESTS_SUPPORT_PEM_H_

#include <cstddef>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace postern {

// PemOf returns one block.
inline std::string PemOf(absl::string_view der, absl::string_view label = "CERTIFICATE") {
  const std::string text = absl::Base64Escape(der);
  std::string pem = absl::StrCat("-----BEGIN ", label, "-----\n");
  for (size_t i = 0; i < text.size(); i += 64) {
    absl::StrAppend(&pem, absl::string_view(text).substr(i, 64), "\n");
  }
  absl::StrAppend(&pem, "-----END ", label, "-----\n");
  return pem;
}

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_PEM_H_
