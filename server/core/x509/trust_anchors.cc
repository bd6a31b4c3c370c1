#include "server/core/x509/trust_anchors.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/core/x509/certificate.h"

namespace postern {
namespace {

using UniqueBio = std::unique_ptr<BIO, OpensslFree<BIO_free>>;

// No certificate is encrypted; OpenSSL would ask the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace

TrustAnchors::TrustAnchors() : store_(X509_STORE_new(), X509_STORE_free) {}

void TrustAnchors::Add(X509* certificate) {
  if (X509_STORE_add_cert(store_.get(), certificate) == 1) ++size_;
}

absl::StatusOr<TrustAnchors> TrustAnchors::FromPem(absl::string_view text) {
  TrustAnchors anchors;
  const UniqueBio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  while (const UniqueX509 certificate{PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr)}) {
    anchors.Add(certificate.get());
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) {
    return absl::InvalidArgumentError(
        absl::StrCat("the PEM certificate after the first ", anchors.size(), " cannot be read"));
  }
  if (anchors.size() == 0) return absl::InvalidArgumentError("there is no PEM certificate");
  return anchors;
}

absl::StatusOr<TrustAnchors> TrustAnchors::FromDer(
    absl::Span<const absl::string_view> certificates) {
  TrustAnchors anchors;
  for (size_t i = 0; i < certificates.size(); ++i) {
    const absl::StatusOr<Certificate> certificate = ParseIssuer(certificates[i]);
    if (!certificate.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("[", i, "]: ", certificate.status().message()));
    }
    anchors.Add(certificate->x509.get());
  }
  return anchors;
}

}  // namespace postern
