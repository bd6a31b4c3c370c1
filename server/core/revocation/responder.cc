#include "server/core/revocation/responder.h"

#include <openssl/evp.h>

#include <optional>

#include "absl/status/statusor.h"
#include "server/core/revocation/delegate.h"
#include "server/core/x509/digest.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/outline.h"
#include "server/core/x509/signature.h"
#include "server/core/x509/validity.h"

namespace postern {
namespace {

using Reason = StapleVerdict::Reason;
using Signer = StapleVerdict::Signer;

bool IsMeant(const OcspResponse& response, const CertificateOutline& certificate) {
  if (!response.responder_name.empty()) {
    return response.responder_name == certificate.subject_name;
  }
  const absl::string_view key = KeyOctets(certificate.public_key_info);
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  return EVP_Digest(key.data(), key.size(), hash, &size, DigestFunction(Digest::kSha1), nullptr) ==
             1 &&
         response.responder_key_hash ==
             absl::string_view(reinterpret_cast<const char*>(hash), size);
}

Responder Failed(Reason reason, absl::string_view detail) {
  Responder responder;
  responder.reason = reason;
  responder.detail = detail;
  return responder;
}

// Verifies the response's signature by a key that may sign.
Responder Verify(const OcspResponse& response, EVP_PKEY* key, const StapleOptions& options) {
  if (key == nullptr) return Failed(Reason::kWeakSignature, "the signer's key cannot be read");
  switch (CheckSignature(response.signed_bytes, *key, {options.allow_sha1})) {
    case SignatureCheck::kValid:
      break;
    case SignatureCheck::kInvalid:
      return Failed(Reason::kSignature, "the signer's key did not sign these bytes");
    case SignatureCheck::kWeakAlgorithm:
      return Failed(Reason::kWeakSignature, "the response is signed by SHA-1 or MD5");
    case SignatureCheck::kWeakKey:
      return Failed(Reason::kWeakSignature, "the signer's RSA key has less than 2048 bits");
    case SignatureCheck::kUnknownAlgorithm:
      return Failed(Reason::kWeakSignature, "the response is signed by an unknown algorithm");
    case SignatureCheck::kUnknownKey:
      return Failed(Reason::kWeakSignature, "the signer's key is of an unknown kind");
  }
  return Failed(Reason::kNone, "");
}

// A responder by its own right: the issuer, or one whom the operator configured.
Responder Try(const OcspResponse& response, const Certificate& certificate, Signer kind,
              absl::Time now, const StapleOptions& options) {
  const std::optional<Validity> validity = ReadValidity(certificate.outline.validity);
  if (!validity || !validity->Contains(now)) {
    return Failed(Reason::kUnauthorizedSigner,
                  kind == Signer::kIssuer ? "the issuer, who signed, is not within its validity"
                                          : "the configured responder is not within its validity");
  }
  if (!CheckSigningKey(certificate.outline.public_key_info).ok()) {
    return Failed(Reason::kWeakSignature, "the signer's key is of an unknown kind");
  }
  Responder responder = Verify(response, X509_get0_pubkey(certificate.x509.get()), options);
  responder.kind = kind;
  responder.name = certificate.outline.subject_name;
  responder.not_after = validity->not_after;
  return responder;
}

// A certificate that came with the response.
Responder TryDelegate(const OcspResponse& response, const CertificateOutline& delegate,
                      const Certificate& certificate, const Certificate& issuer, absl::Time now,
                      const StapleOptions& options) {
  EVP_PKEY* const issuer_key = X509_get0_pubkey(issuer.x509.get());
  if (issuer_key == nullptr || !CheckSigningKey(issuer.outline.public_key_info).ok()) {
    return Failed(Reason::kWeakSignature, "the issuer's key is of an unknown kind");
  }
  // The two are equal, if perhaps not octet by octet.
  const absl::string_view issuer_name = delegate.issuer_name == certificate.outline.issuer_name
                                            ? certificate.outline.issuer_name
                                            : issuer.outline.subject_name;
  const DelegateCheck check =
      CheckDelegate(delegate, issuer_name, *issuer_key, now, {options.allow_sha1});
  if (check.fault != DelegateCheck::Fault::kNone) {
    return Failed(check.fault == DelegateCheck::Fault::kWeakSignature ? Reason::kWeakSignature
                                                                      : Reason::kUnauthorizedSigner,
                  check.detail);
  }
  const absl::StatusOr<UniqueKey> key = ParseSigningKey(delegate.public_key_info);
  Responder responder = Verify(response, key.ok() ? key->get() : nullptr, options);
  responder.kind = Signer::kDelegate;
  responder.name = delegate.subject_name;
  responder.not_after = check.not_after;
  responder.is_unchecked = !check.has_nocheck;
  return responder;
}

// How much a failure tells.
int Rank(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return 3;
    case Reason::kWeakSignature:
      return 2;
    case Reason::kSignature:
      return 1;
    default:
      return 0;
  }
}

// Takes the better of two, of equal ones the latter; tells whether it is one that signed.
bool Take(Responder& best, const Responder& next) {
  if (Rank(next.reason) >= Rank(best.reason)) best = next;
  return best.reason == Reason::kNone;
}

}  // namespace

Responder FindResponder(const OcspResponse& response, const Certificate& certificate,
                        const Certificate& issuer, absl::Time now, const StapleOptions& options) {
  Responder best;
  if (IsMeant(response, issuer.outline) &&
      Take(best, Try(response, issuer, Signer::kIssuer, now, options))) {
    return best;
  }
  for (const Certificate* configured : options.responder_certificates) {
    if (IsMeant(response, configured->outline) &&
        Take(best, Try(response, *configured, Signer::kConfigured, now, options))) {
      return best;
    }
  }
  int tries = 0;
  for (const absl::string_view der : response.certificates) {
    const absl::StatusOr<CertificateOutline> delegate = ReadOutline(der);
    if (!delegate.ok() || !IsMeant(response, *delegate)) continue;
    if (tries++ == kMaxResponderTries ||
        Take(best, TryDelegate(response, *delegate, certificate, issuer, now, options))) {
      break;
    }
  }
  return best;
}

}  // namespace postern
