#include "client/posternctl/der_file.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/posternctl/certificate.h"
#include "client/posternctl/input_file.h"

namespace postern::posternctl {
namespace {

constexpr char kCrlLabel[] = "X509 CRL";

// DER of a certificate or CRL begins with the tag of a SEQUENCE, PEM with text.
bool IsDer(absl::string_view bytes) { return !bytes.empty() && bytes[0] == '\x30'; }

absl::Status Unusable(absl::string_view option, const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(option, ": ", path, " ", why));
}

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

// The contents of the first block with a label; empty if there is none.
std::string PemBlock(absl::string_view pem, const char* label) {
  const std::unique_ptr<BIO, BioFree> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  unsigned char* bytes = nullptr;
  long size = 0;
  std::string der;
  if (PEM_bytes_read_bio(&bytes, &size, nullptr, label, bio.get(), nullptr, nullptr) == 1) {
    der.assign(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
    OPENSSL_free(bytes);
  }
  ERR_clear_error();
  return der;
}

}  // namespace

absl::StatusOr<std::string> ReadCertificateDer(absl::string_view option, const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadInputFile(option, path);
  if (!bytes.ok()) return bytes.status();
  if (IsDer(*bytes)) {
    if (PublicKeyOf(*bytes).empty()) {
      return Unusable(option, path, "is neither a certificate in DER nor one in PEM");
    }
    return bytes;
  }
  absl::StatusOr<std::vector<Certificate>> certificates = ParseCertificates(*bytes);
  if (!certificates.ok()) return Unusable(option, path, certificates.status().message());
  return std::move(certificates->front().der);
}

absl::StatusOr<std::string> ReadCrlDer(absl::string_view option, const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadInputFile(option, path, kMaxCrlFile);
  if (!bytes.ok() || IsDer(*bytes)) return bytes;
  std::string der = PemBlock(*bytes, kCrlLabel);
  if (der.empty()) return Unusable(option, path, "holds no CRL, neither in DER nor in PEM");
  return der;
}

}  // namespace postern::posternctl
