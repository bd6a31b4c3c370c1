#include "server/core/x509/name_text.h"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/core/x509/openssl_types.h"

namespace postern {
namespace {

constexpr size_t kMaxText = 256;
constexpr size_t kMaxNameBytes = 4096;

using UniqueBio = std::unique_ptr<BIO, OpensslFree<BIO_free>>;
using UniqueName = std::unique_ptr<X509_NAME, OpensslFree<X509_NAME_free>>;

}  // namespace

std::string PrintableText(absl::string_view text) {
  std::string printable;
  for (const char c : text) {
    if (printable.size() + 4 > kMaxText) break;
    if (absl::ascii_isprint(static_cast<unsigned char>(c))) {
      printable.push_back(c);
    } else {
      absl::StrAppend(&printable, "\\x", absl::BytesToHexString(absl::string_view(&c, 1)));
    }
  }
  return printable;
}

std::string NameText(const X509_NAME* name) {
  const UniqueBio bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return PrintableText(absl::string_view(text, static_cast<size_t>(length)));
}

std::string NameText(absl::string_view der) {
  if (der.empty() || der.size() > kMaxNameBytes) return {};
  const auto* const begin = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = begin;
  const UniqueName name(d2i_X509_NAME(nullptr, &end, static_cast<long>(der.size())));
  std::string text =
      name != nullptr && end == begin + der.size() ? NameText(name.get()) : std::string();
  ERR_clear_error();
  return text;
}

}  // namespace postern
