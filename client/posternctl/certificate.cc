#include "client/posternctl/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace postern::posternctl {
namespace {

template <auto free>
struct Deleter {
  template <typename T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

// A PEM block that is encrypted is damaged to us: nobody is asked for a password.
int NoPassword(char*, int, int, void*) { return -1; }

// Der gives the DER that an i2d function of OpenSSL writes.
template <typename T>
std::string Der(int (*i2d)(T, unsigned char**), T value) {
  unsigned char* bytes = nullptr;
  const int size = i2d(value, &bytes);
  if (size <= 0) return "";
  std::string der(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

X509Ptr ParseDer(absl::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* const end = bytes + der.size();
  X509Ptr x509(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  if (bytes != end) x509.reset();
  ERR_clear_error();
  return x509;
}

std::string PublicKeyDer(const X509* x509) {
  return Der<const X509_PUBKEY*>(i2d_X509_PUBKEY, X509_get_X509_PUBKEY(x509));
}

std::string NameText(const X509_NAME* name) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : "";
}

absl::Time TimeOf(const ASN1_TIME* time, absl::Time otherwise) {
  std::tm tm = {};
  if (ASN1_TIME_to_tm(time, &tm) != 1) return otherwise;
  return absl::FromTM(tm, absl::UTCTimeZone());
}

// The last CN, or nothing.
std::vector<std::string> CommonName(const X509* x509) {
  const X509_NAME* subject = X509_get_subject_name(x509);
  int last = -1;
  for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;) last = i;
  if (last < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
  if (size < 0) return {};
  std::string name(reinterpret_cast<char*>(utf8), static_cast<size_t>(size));
  OPENSSL_free(utf8);
  return {name};
}

std::vector<std::string> PresentedNames(const X509* x509) {
  std::vector<std::string> dns_names;
  const NamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    dns_names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                           static_cast<size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  return dns_names.empty() ? CommonName(x509) : dns_names;
}

Certificate Describe(X509* x509) {
  Certificate certificate;
  certificate.der = Der<const X509*>(i2d_X509, x509);
  certificate.public_key = PublicKeyDer(x509);
  certificate.subject = NameText(X509_get_subject_name(x509));
  certificate.names = PresentedNames(x509);
  certificate.not_before = TimeOf(X509_get0_notBefore(x509), absl::InfiniteFuture());
  certificate.not_after = TimeOf(X509_get0_notAfter(x509), absl::InfinitePast());
  certificate.authority = X509_check_ca(x509) != 0;
  return certificate;
}

}  // namespace

absl::StatusOr<std::vector<Certificate>> ParseCertificates(absl::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<Certificate> certificates;
  size_t bytes = 0;
  ERR_clear_error();
  while (true) {
    const X509Ptr x509(PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
    if (x509 == nullptr) break;
    if (certificates.size() == kMaxCertificates) {
      return absl::InvalidArgumentError(
          absl::StrCat("holds more than ", kMaxCertificates, " certificates"));
    }
    certificates.push_back(Describe(x509.get()));
    bytes += certificates.back().der.size();
    if (bytes > kMaxCertificateBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("holds certificates of more than ", kMaxCertificateBytes, " bytes"));
    }
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) {
    return absl::InvalidArgumentError(
        absl::StrCat("is damaged: certificate ", certificates.size(), ", counted from 0"));
  }
  if (certificates.empty()) {
    return absl::InvalidArgumentError(
        "holds no PEM certificate: if it is DER, turn it into PEM with openssl x509 -inform DER");
  }
  return certificates;
}

bool IsSignedBy(const Certificate& certificate, absl::string_view public_key) {
  const X509Ptr x509 = ParseDer(certificate.der);
  const auto* bytes = reinterpret_cast<const unsigned char*>(public_key.data());
  const KeyPtr key(d2i_PUBKEY(nullptr, &bytes, static_cast<long>(public_key.size())));
  const bool verified =
      x509 != nullptr && key != nullptr && X509_verify(x509.get(), key.get()) == 1;
  ERR_clear_error();
  return verified;
}

bool PresentsName(const Certificate& certificate, absl::string_view name) {
  // From the dot after the first label: what a wildcard stands before.
  const size_t dot = name.find('.');
  for (const std::string& presented : certificate.names) {
    if (absl::EqualsIgnoreCase(presented, name)) return true;
    if (dot != absl::string_view::npos && dot > 0 && absl::StartsWith(presented, "*.") &&
        absl::EqualsIgnoreCase(absl::string_view(presented).substr(1), name.substr(dot))) {
      return true;
    }
  }
  return false;
}

std::string PublicKeyOf(absl::string_view certificate_der) {
  const X509Ptr x509 = ParseDer(certificate_der);
  return x509 == nullptr ? "" : PublicKeyDer(x509.get());
}

}  // namespace postern::posternctl
