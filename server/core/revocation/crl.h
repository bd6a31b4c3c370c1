// A CRL (RFC 5280, section 5) that was read once, to be asked often: check_crl.h.
//
// What it costs before the signature is known to be good is a walk over its outline
// and one digest; the entries are read after that.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CRL_H_
#define POSTERN_SERVER_CORE_REVOCATION_CRL_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/revocation/crl_scope.h"
#include "server/core/revocation/revoked_serials.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/signature.h"

namespace postern {

// A million entries with reasons and the longest serials take 51 MiB.
inline constexpr size_t kMaxCrlBytes = size_t{64} * 1024 * 1024;

// Crl is a CRL, or why there is none. It points to nobody's bytes, and can be shared
// between threads. Without a defect all of it was signed by the issuer; with one
// nothing of it is of use.
struct Crl {
  CrlReason defect = CrlReason::kNone;
  // The issuer's, as they were when the signature was verified.
  std::string issuer_key;   // SubjectPublicKeyInfo
  std::string issuer_name;  // contents of its subject
  absl::Time this_update = absl::InfinitePast();
  std::optional<absl::Time> next_update;
  CrlScope scope;
  RevokedSerials serials;
};

// MaySignCrls tells whether an issuer's key usage lets it sign CRLs, or does not say
// (section 4.2.1.3).
bool MaySignCrls(const Certificate& issuer);

// ReadCrl reads DER that is one CRL, by an issuer whose own chain is the caller's
// concern. Never fails: a CRL that is of no use for any certificate has a defect.
Crl ReadCrl(absl::string_view der, const Certificate& issuer, SignaturePolicy policy = {});

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CRL_H_
