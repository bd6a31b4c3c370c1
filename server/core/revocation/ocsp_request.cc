#include "server/core/revocation/ocsp_request.h"

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/core/x509/der.h"

namespace postern {
namespace {

// AlgorithmIdentifier of SHA-1, with the NULL that RFC 5019's own example has.
constexpr absl::string_view kSha1("\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00", 11);

std::string Element(uint8_t tag, absl::string_view contents) {
  std::string element(1, static_cast<char>(tag));
  const size_t size = contents.size();
  if (size > 0x7f) {
    std::string length;
    for (size_t rest = size; rest > 0; rest >>= 8) {
      length.insert(length.begin(), static_cast<char>(rest & 0xff));
    }
    element.push_back(static_cast<char>(0x80 | length.size()));
    element.append(length);
  } else {
    element.push_back(static_cast<char>(size));
  }
  return absl::StrCat(element, contents);
}

std::string Sha1(absl::string_view bytes) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return std::string(digest.begin(), digest.end());
}

}  // namespace

std::string MakeOcspRequest(const CertificateOutline& certificate,
                            const CertificateOutline& issuer) {
  const std::string cert_id = Element(
      kDerSequence,
      absl::StrCat(kSha1, Element(kDerOctetString, Sha1(certificate.issuer_name)),
                   Element(kDerOctetString, Sha1(KeyOctets(issuer.public_key_info))),
                   Element(kDerInteger, certificate.serial)));
  const std::string request_list = Element(kDerSequence, Element(kDerSequence, cert_id));
  return Element(kDerSequence, Element(kDerSequence, request_list));
}

}  // namespace postern
