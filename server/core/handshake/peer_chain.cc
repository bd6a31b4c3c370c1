#include "server/core/handshake/peer_chain.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

HandshakeVerdict::Reason ReasonOf(int error) {
  if (IsWithoutAnchor(error)) return HandshakeVerdict::Reason::kIssuerUnknown;
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return HandshakeVerdict::Reason::kCertificateExpired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return HandshakeVerdict::Reason::kCertificateNotYetValid;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return HandshakeVerdict::Reason::kAlgorithmWeak;
    default:
      return HandshakeVerdict::Reason::kChainInvalid;
  }
}

}  // namespace

absl::StatusOr<PeerChain> ReadPeerChain(absl::Span<const absl::string_view> certificates) {
  PeerChain chain;
  NameCounts counts;
  for (size_t i = 0; i < certificates.size(); ++i) {
    absl::StatusOr<Certificate> certificate =
        i == 0 ? ParseCertificate(certificates[i]) : ParseIssuer(certificates[i]);
    if (!certificate.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the certificate at depth ", i, ": ", certificate.status().message()));
    }
    counts.names += certificate->counts.names;
    counts.constraints += certificate->counts.constraints;
    chain.certificates.push_back(certificate->x509.get());
    chain.owned.push_back(*std::move(certificate));
  }
  if (counts.names * counts.constraints > kMaxNameChecks) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the chain's names times its name constraints are more than ", kMaxNameChecks));
  }
  return chain;
}

absl::Time NextDate(absl::Span<X509* const> certificates, absl::Time now) {
  absl::Time next = absl::InfiniteFuture();
  for (const X509* certificate : certificates) {
    for (const absl::Time date :
         {ToTime(*X509_get0_notBefore(certificate)), ToTime(*X509_get0_notAfter(certificate))}) {
      if (date > now) next = std::min(next, date);
    }
  }
  return next;
}

void SetChainError(const ChainResult& result, HandshakeVerdict& verdict) {
  verdict.reason = ReasonOf(result.error);
  verdict.x509_error = result.error;
  verdict.detail =
      absl::StrCat(X509_verify_cert_error_string(result.error), " at depth ", result.depth);
}

}  // namespace postern
