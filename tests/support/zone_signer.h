// A DNSSEC key that signs records in memory (RFC 4034, ECDSA P-256 with SHA-256), so
// that a test's zones never expire, or expire when the test says.
#ifndef POSTERN_TESTS_SUPPORT_ZONE_SIGNER_H_
#define POSTERN_TESTS_SUPPORT_ZONE_SIGNER_H_

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/support/dns_packet.h"

namespace postern {

// ZoneSigner is the only key of one zone. Thread safe.
class ZoneSigner {
 public:
  // A fresh key for a zone; signatures hold from a day before `now` to a day after.
  ZoneSigner(std::string zone, absl::Time now);

  // Dnskey is the zone's DNSKEY record.
  Rr Dnskey() const;
  // Anchor is the same in presentation form, for UnboundOptions::trust_anchors.
  std::string Anchor() const;

  // Sign returns the RRSIG record of an RRset: records of one owner, type and TTL, whose
  // data holds no upper case name.
  Rr Sign(const std::vector<Rr>& rrset) const;
  // SignUntil is Sign with a signature that expires at `expiration`.
  Rr SignUntil(const std::vector<Rr>& rrset, absl::Time expiration) const;

  // Nsec denies the types of `owner` but for `types` (in ascending order, below 256) and
  // every name between it and `next` (RFC 4034, section 4).
  static Rr Nsec(const std::string& owner, uint32_t ttl, const std::string& next,
                 const std::vector<int>& types);

 private:
  struct PkeyFree {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };

  std::string KeyData() const;
  uint16_t KeyTag() const;

  const std::string zone_;
  const absl::Time now_;
  std::unique_ptr<EVP_PKEY, PkeyFree> key_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_ZONE_SIGNER_H_
