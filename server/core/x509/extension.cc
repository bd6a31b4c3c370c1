#include "server/core/x509/extension.h"

#include <algorithm>

#include "server/core/x509/der.h"

namespace postern {
namespace {

bool ReadExtension(absl::string_view contents, Extension& extension) {
  DerReader fields(contents);
  DerElement element;
  if (!fields.Read(kDerObjectId, element) || !IsDerObjectId(element.contents)) return false;
  extension.id = element.contents;
  extension.critical = fields.NextIs(kDerBoolean);
  if (extension.critical && (!fields.Read(element) || !IsDerTrue(element.contents))) return false;
  if (!fields.Read(kDerOctetString, element) || !fields.AtEnd()) return false;
  extension.value = element.contents;
  return true;
}

}  // namespace

bool ReadExtensions(absl::string_view contents, size_t limit, Extensions& extensions) {
  extensions.clear();
  DerReader reader(contents);
  DerElement element;
  Extension extension;
  while (!reader.AtEnd()) {
    if (extensions.size() == limit || !reader.Read(kDerSequence, element) ||
        !ReadExtension(element.contents, extension) ||
        std::any_of(extensions.begin(), extensions.end(),
                    [&extension](const Extension& other) { return other.id == extension.id; })) {
      return false;
    }
    extensions.push_back(extension);
  }
  return !extensions.empty();
}

bool ReadExplicitExtensions(absl::string_view contents, size_t limit, Extensions& extensions) {
  extensions.clear();
  if (contents.empty()) return true;
  DerReader reader(contents);
  DerElement list;
  return reader.Read(kDerSequence, list) && reader.AtEnd() &&
         ReadExtensions(list.contents, limit, extensions);
}

bool IsDerTrue(absl::string_view contents) { return contents == "\xff"; }

}  // namespace postern
