#include "server/core/x509/distribution_point_name.h"

#include "server/core/x509/der.h"

namespace postern {

bool ReadPointName(absl::string_view contents, absl::string_view& full_names) {
  full_names = {};
  DerReader reader(contents);
  DerElement choice;
  if (!reader.Read(choice) || !reader.AtEnd()) return false;
  DerReader parts(choice.contents);
  DerElement part;
  if (parts.AtEnd()) return false;
  while (!parts.AtEnd()) {
    if (!parts.Read(part)) return false;
  }
  if (choice.tag == DerContext(0, true)) {
    full_names = choice.contents;
    return true;
  }
  return choice.tag == DerContext(1, true);
}

}  // namespace postern
