#include "server/core/x509/distinguished_name.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "server/core/x509/der.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/outline.h"

namespace postern {
namespace {

constexpr size_t kMaxNameBytes = 4096;

using UniqueName = std::unique_ptr<X509_NAME, OpensslFree<X509_NAME_free>>;

// The header of a Name with such contents.
std::string HeaderOf(size_t length) {
  std::string header(1, static_cast<char>(kDerSequence));
  if (length < 0x80) return header + static_cast<char>(length);
  if (length < 0x100) return header + '\x81' + static_cast<char>(length);
  return header + '\x82' + static_cast<char>(length >> 8) + static_cast<char>(length & 0xff);
}

UniqueName Parse(absl::string_view contents) {
  if (contents.size() > kMaxNameBytes || CountDer(contents, kMaxNameParts) > kMaxNameParts) {
    return nullptr;
  }
  std::string der = HeaderOf(contents.size());
  der.append(contents.data(), contents.size());
  const auto* end = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const begin = end;
  UniqueName name(d2i_X509_NAME(nullptr, &end, static_cast<long>(der.size())));
  ERR_clear_error();
  if (end != begin + der.size()) return nullptr;
  return name;
}

}  // namespace

bool IsSameName(absl::string_view a, absl::string_view b) {
  if (a == b) return true;
  const UniqueName name_a = Parse(a);
  const UniqueName name_b = Parse(b);
  return name_a != nullptr && name_b != nullptr && X509_NAME_cmp(name_a.get(), name_b.get()) == 0;
}

}  // namespace postern
