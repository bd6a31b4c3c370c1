#include "server/core/x509/name_match.h"

#include <openssl/err.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace postern {
namespace {

bool IsPrinting(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return absl::ascii_isgraph(c); });
}

// The last common name as text, or nothing.
std::string CommonName(const X509& certificate) {
  const X509_NAME* const subject = X509_get_subject_name(&certificate);
  int last = -1;
  for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;) last = i;
  if (last < 0) return {};
  unsigned char* utf8 = nullptr;
  const int length =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
  ERR_clear_error();
  if (length < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<size_t>(length));
  OPENSSL_free(utf8);
  return text;
}

// Collects the DNS-IDs that are text; tells whether there is, or may be, any at all.
bool CollectDnsIds(const X509& certificate, std::vector<std::string>& ids) {
  int critical = -1;
  const UniqueGeneralNames names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, &critical, nullptr)));
  ERR_clear_error();
  // -1: there is no such extension. One that cannot be read, or comes twice, may
  // hold a DNS-ID.
  bool any = names == nullptr && critical != -1;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    any = true;
    std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                     static_cast<size_t>(ASN1_STRING_length(name->d.dNSName)));
    if (IsPrinting(text)) ids.push_back(std::move(text));
  }
  return any;
}

bool HasNameConstraints(absl::Span<const UniqueX509> chain) {
  return std::any_of(chain.begin(), chain.end(), [](const UniqueX509& one) {
    return X509_get_ext_by_NID(one.get(), NID_name_constraints, -1) >= 0;
  });
}

// What OpenSSL takes for a DNS name where it holds a common name to name constraints.
bool IsConstrainable(absl::string_view name) {
  const auto is_inner = [](char c) { return c == '.' || c == '-'; };
  if (is_inner(name.front()) || is_inner(name.back())) return false;
  for (const absl::string_view odd : {"..", "-.", ".-"}) {
    if (absl::StrContains(name, odd)) return false;
  }
  return absl::StrContains(name, ".") && std::all_of(name.begin(), name.end(), [&is_inner](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || is_inner(c);
         });
}

}  // namespace

std::vector<std::string> DnsIds(const X509& certificate) {
  std::vector<std::string> ids;
  CollectDnsIds(certificate, ids);
  return ids;
}

std::vector<std::string> PresentedNames(const X509& certificate) {
  std::vector<std::string> names;
  // RFC 7672, section 3.2.3: a CN counts only where there is no DNS-ID.
  if (CollectDnsIds(certificate, names)) return names;
  std::string common_name = CommonName(certificate);
  if (IsPrinting(common_name)) names.push_back(std::move(common_name));
  return names;
}

std::vector<std::string> NamesOfChain(absl::Span<const UniqueX509> chain) {
  const X509& own = *chain.front();
  std::vector<std::string> names = PresentedNames(own);
  std::vector<std::string> ids;
  if (names.empty() || !HasNameConstraints(chain) || CollectDnsIds(own, ids)) return names;
  if (!IsConstrainable(names.front())) names.clear();
  return names;
}

bool MatchesName(absl::string_view presented, absl::string_view reference) {
  if (!absl::StartsWith(presented, "*.")) return absl::EqualsIgnoreCase(presented, reference);
  const size_t dot = reference.find('.');
  return dot != absl::string_view::npos && dot > 0 && dot + 1 < reference.size() &&
         absl::EqualsIgnoreCase(presented.substr(1), reference.substr(dot));
}

const std::string* FindPresented(absl::Span<const std::string> presented,
                                 absl::Span<const std::string> references) {
  for (const std::string& reference : references) {
    for (const std::string& name : presented) {
      if (MatchesName(name, reference)) return &reference;
    }
  }
  return nullptr;
}

}  // namespace postern
