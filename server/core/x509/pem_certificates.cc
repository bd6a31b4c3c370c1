#include "server/core/x509/pem_certificates.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/core/x509/openssl_types.h"

namespace postern {
namespace {

using UniqueBio = std::unique_ptr<BIO, OpensslFree<BIO_free>>;

// Block is what PEM_read_bio gives. It may be a private key.
struct Block {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;

  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<size_t>(size));
  }
  bool Read(BIO& bio) { return PEM_read_bio(&bio, &name, &header, &data, &size) == 1; }
};

bool IsCertificate(absl::string_view name) {
  return name == PEM_STRING_X509 || name == PEM_STRING_X509_OLD;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadPemCertificates(absl::string_view text,
                                                             size_t max_certificates) {
  std::vector<std::string> certificates;
  const UniqueBio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  ERR_clear_error();
  for (;;) {
    Block block;
    if (!block.Read(*bio)) break;
    if (!IsCertificate(block.name)) continue;
    if (certificates.size() == max_certificates) {
      return absl::InvalidArgumentError(
          absl::StrCat("there are more than ", max_certificates, " certificates"));
    }
    certificates.emplace_back(reinterpret_cast<const char*>(block.data),
                              static_cast<size_t>(block.size));
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a PEM block after the first ", certificates.size(),
        " certificates is cut short or malformed: write the file elsewhere and rename it here"));
  }
  return certificates;
}

}  // namespace postern
