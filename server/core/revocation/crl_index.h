// The CRLs that are at hand, as those see them who decide by them.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CRL_INDEX_H_
#define POSTERN_SERVER_CORE_REVOCATION_CRL_INDEX_H_

#include <memory>

#include "absl/strings/string_view.h"
#include "server/core/revocation/crl.h"
#include "server/core/x509/certificate.h"

namespace postern {

// CrlIndex finds CRLs. Thread safe, and waits for nothing.
class CrlIndex {
 public:
  virtual ~CrlIndex() = default;

  // Find returns the CRL, without a defect, that was found at a URL and that this issuer
  // signed; null if none is at hand. That one was wanted is noted.
  virtual std::shared_ptr<const Crl> Find(absl::string_view url,
                                          const Certificate& issuer) const = 0;
};

// NoCrls has none.
class NoCrls final : public CrlIndex {
 public:
  std::shared_ptr<const Crl> Find(absl::string_view /*url*/,
                                  const Certificate& /*issuer*/) const override {
    return nullptr;
  }
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CRL_INDEX_H_
