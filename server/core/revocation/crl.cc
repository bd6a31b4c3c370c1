#include "server/core/revocation/crl.h"

#include <openssl/x509v3.h>

#include <optional>
#include <string>

#include "server/core/revocation/crl_entries.h"
#include "server/core/revocation/crl_outline.h"
#include "server/core/x509/distinguished_name.h"
#include "server/core/x509/outline.h"

namespace postern {
namespace {

CrlReason ReasonOf(SignatureCheck check) {
  switch (check) {
    case SignatureCheck::kValid:
      break;
    case SignatureCheck::kInvalid:
      return CrlReason::kSignature;
    case SignatureCheck::kUnknownAlgorithm:
    case SignatureCheck::kUnknownKey:
      return CrlReason::kUnknownAlgorithm;
    case SignatureCheck::kWeakAlgorithm:
    case SignatureCheck::kWeakKey:
      return CrlReason::kWeakSignature;
  }
  return CrlReason::kNone;
}

// Whether the CRL is this issuer's. What is cheap comes first.
CrlReason CheckIssuer(const CrlOutline& outline, const Certificate& issuer,
                      SignaturePolicy policy) {
  if (!IsSameName(outline.issuer, issuer.outline.subject)) return CrlReason::kWrongIssuer;
  if (!MaySignCrls(issuer)) return CrlReason::kKeyUsage;
  if (!CheckSigningKey(issuer.outline.public_key_info).ok()) return CrlReason::kUnknownAlgorithm;
  EVP_PKEY* const key = X509_get0_pubkey(issuer.x509.get());
  if (key == nullptr) return CrlReason::kUnknownAlgorithm;
  return ReasonOf(CheckSignature(outline.signed_bytes, *key, policy));
}

CrlReason Read(absl::string_view der, const Certificate& issuer, SignaturePolicy policy, Crl& crl) {
  if (der.size() > kMaxCrlBytes) return CrlReason::kTooLarge;
  const std::optional<CrlOutline> outline = ReadCrlOutline(der);
  if (!outline) return CrlReason::kMalformed;
  CrlReason reason = CheckIssuer(*outline, issuer, policy);
  if (reason == CrlReason::kNone) reason = ReadCrlScope(outline->extensions, crl.scope);
  if (reason == CrlReason::kNone) {
    reason = ReadCrlEntries(outline->entries, outline->is_v2, crl.serials);
  }
  if (reason != CrlReason::kNone) return reason;
  crl.issuer_key = std::string(issuer.outline.public_key_info);
  crl.issuer_name = std::string(issuer.outline.subject);
  crl.this_update = outline->this_update;
  crl.next_update = outline->next_update;
  return CrlReason::kNone;
}

}  // namespace

bool MaySignCrls(const Certificate& issuer) {
  return (X509_get_key_usage(issuer.x509.get()) & KU_CRL_SIGN) != 0;
}

Crl ReadCrl(absl::string_view der, const Certificate& issuer, SignaturePolicy policy) {
  Crl crl;
  crl.defect = Read(der, issuer, policy, crl);
  if (crl.defect == CrlReason::kNone) return crl;
  Crl none;
  none.defect = crl.defect;
  return none;
}

}  // namespace postern
