#include "tests/support/zone_signer.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

constexpr uint16_t kDnskey = 48;
constexpr uint16_t kRrsig = 46;
constexpr uint16_t kNsec = 47;
constexpr char kAlgorithm = 13;  // ECDSAP256SHA256, RFC 6605
constexpr size_t kCoordinate = 32;

int Labels(const std::string& name) {
  return name == "." ? 0 : 1 + static_cast<int>(std::count(name.begin(), name.end(), '.'));
}

// DER, as OpenSSL signs, to r and s of 32 octets each, as DNSSEC wants them.
std::string RawSignature(const std::vector<unsigned char>& der) {
  const unsigned char* at = der.data();
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string raw(2 * kCoordinate, '\0');
  unsigned char* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, kCoordinate);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + kCoordinate, kCoordinate);
  ECDSA_SIG_free(signature);
  return raw;
}

}  // namespace

ZoneSigner::ZoneSigner(std::string zone, absl::Time now)
    : zone_(std::move(zone)), now_(now), key_(EVP_EC_gen("P-256")) {
  if (key_ == nullptr) abort();
}

std::string ZoneSigner::KeyData() const {
  unsigned char point[1 + 2 * kCoordinate];
  size_t length = 0;
  if (EVP_PKEY_get_octet_string_param(key_.get(), "pub", point, sizeof point, &length) != 1 ||
      length != sizeof point) {
    abort();
  }
  // flags (zone key, secure entry point), protocol, algorithm, key (RFC 4034, section 2.1)
  return Wire16(257) + '\3' + kAlgorithm +
         std::string(reinterpret_cast<char*>(point) + 1, 2 * kCoordinate);
}

// RFC 4034, appendix B.
uint16_t ZoneSigner::KeyTag() const {
  uint32_t sum = 0;
  const std::string data = KeyData();
  for (size_t i = 0; i < data.size(); ++i) {
    const uint32_t octet = static_cast<uint8_t>(data[i]);
    sum += i % 2 == 0 ? octet << 8 : octet;
  }
  return static_cast<uint16_t>(sum + (sum >> 16));
}

Rr ZoneSigner::Dnskey() const { return {zone_, kDnskey, 3600, KeyData()}; }

std::string ZoneSigner::Anchor() const {
  return absl::StrCat(zone_ == "." ? "" : zone_, ". IN DNSKEY 257 3 13 ",
                      absl::Base64Escape(KeyData().substr(4)));
}

Rr ZoneSigner::Sign(const std::vector<Rr>& rrset) const {
  return SignUntil(rrset, now_ + absl::Hours(24));
}

Rr ZoneSigner::SignUntil(const std::vector<Rr>& rrset, absl::Time expiration) const {
  const Rr& first = rrset.front();
  const absl::Time inception = std::min(now_, expiration) - absl::Hours(24);
  // RFC 4034, section 3.1: type covered, algorithm, labels, original TTL, expiration,
  // inception, key tag, signer's name; then the signature.
  const std::string head = Wire16(first.type) + kAlgorithm +
                           static_cast<char>(Labels(first.owner)) + Wire32(first.ttl) +
                           Wire32(static_cast<uint32_t>(absl::ToUnixSeconds(expiration))) +
                           Wire32(static_cast<uint32_t>(absl::ToUnixSeconds(inception))) +
                           Wire16(KeyTag()) + WireName(zone_);
  std::vector<std::string> data;
  for (const Rr& rr : rrset) data.push_back(rr.data);
  std::sort(data.begin(), data.end(), [](const std::string& a, const std::string& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
      return static_cast<uint8_t>(x) < static_cast<uint8_t>(y);
    });
  });
  std::string message = head;
  for (const std::string& rdata : data) {
    message += WireName(first.owner) + Wire16(first.type) + Wire16(1) + Wire32(first.ttl) +
               Wire16(static_cast<uint16_t>(rdata.size())) + rdata;
  }
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::vector<unsigned char> der(256);
  size_t length = der.size();
  const unsigned char* bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context, der.data(), &length, bytes, message.size()) != 1) {
    abort();
  }
  EVP_MD_CTX_free(context);
  der.resize(length);
  return {first.owner, kRrsig, first.ttl, head + RawSignature(der)};
}

Rr ZoneSigner::Nsec(const std::string& owner, uint32_t ttl, const std::string& next,
                    const std::vector<int>& types) {
  std::string bitmap(types.back() / 8 + 1, '\0');
  for (int type : types) bitmap[type / 8] = static_cast<char>(bitmap[type / 8] | 0x80 >> type % 8);
  return {owner, kNsec, ttl, WireName(next) + '\0' + static_cast<char>(bitmap.size()) + bitmap};
}

}  // namespace postern
