#include "client/posternctl/association_data.h"

#include <openssl/evp.h>

#include <array>

#include "absl/strings/string_view.h"

namespace postern::posternctl {
namespace {

std::string Digest(absl::string_view bytes, const EVP_MD* type) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, type, nullptr);
  return std::string(reinterpret_cast<const char*>(digest.data()), size);
}

bool IsTrustAnchor(const v1::TlsaRecord& record) {
  return record.certificate_usage() == 0 || record.certificate_usage() == 2;
}

}  // namespace

std::optional<std::string> AssociationData(const Certificate& certificate, uint32_t selector,
                                           uint32_t matching_type) {
  if (selector > 1) return std::nullopt;
  const std::string& selected = selector == 0 ? certificate.der : certificate.public_key;
  switch (matching_type) {
    case 0:
      return selected;
    case 1:
      return Digest(selected, EVP_sha256());
    case 2:
      return Digest(selected, EVP_sha512());
    default:
      return std::nullopt;
  }
}

std::optional<uint32_t> MatchedDepth(const v1::TlsaRecord& record,
                                     const std::vector<Certificate>& chain) {
  const std::string& data = record.certificate_association_data();
  if (record.certificate_usage() > 3) return std::nullopt;
  const bool anchor = IsTrustAnchor(record);
  for (size_t depth = anchor ? 1 : 0; depth < (anchor ? chain.size() : 1); ++depth) {
    if (AssociationData(chain[depth], record.selector(), record.matching_type()) == data) {
      return static_cast<uint32_t>(depth);
    }
  }
  if (record.certificate_usage() != 2 || record.matching_type() != 0) return std::nullopt;
  const std::string key = record.selector() == 0 ? PublicKeyOf(data) : data;
  if (!IsSignedBy(chain.back(), key)) return std::nullopt;
  return static_cast<uint32_t>(chain.size());
}

}  // namespace postern::posternctl
