#include "server/core/handshake/peer_chain.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/x509/certificate.h"

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

absl::Status AtDepth(size_t depth, const absl::Status& status) {
  return absl::InvalidArgumentError(
      absl::StrCat("the certificate at depth ", depth, ": ", status.message()));
}

bool IsCopy(const PeerChain& chain, size_t depth) {
  return std::any_of(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(depth),
                     [&](const PeerCertificate& one) { return one.der == chain[depth].der; });
}

// Which certificates may be on a path from the server's.
std::vector<bool> FindPaths(const PeerChain& chain) {
  std::vector<bool> on_path(chain.size());
  std::vector<size_t> todo = {0};
  on_path[0] = true;
  while (!todo.empty()) {
    const PeerCertificate& child = chain[todo.back()];
    todo.pop_back();
    if (child.is_anchor) continue;
    for (size_t depth = 1; depth < chain.size(); ++depth) {
      if (on_path[depth] || chain[depth].outline.subject != child.outline.issuer ||
          IsCopy(chain, depth)) {
        continue;
      }
      on_path[depth] = true;
      todo.push_back(depth);
    }
  }
  return on_path;
}

}  // namespace

absl::StatusOr<PeerChain> ReadPeerChain(absl::Span<const absl::string_view> certificates) {
  PeerChain chain;
  for (const absl::string_view der : certificates) {
    const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
    if (!outline.ok()) return AtDepth(chain.size(), outline.status());
    chain.push_back({der, *outline, false, nullptr});
  }
  return chain;
}

absl::Status ParsePaths(PeerChain& chain) {
  NameCounts counts;
  const std::vector<bool> on_path = FindPaths(chain);
  for (size_t depth = 0; depth < chain.size(); ++depth) {
    if (!on_path[depth]) continue;
    absl::StatusOr<Certificate> certificate =
        depth == 0 ? ParseCertificate(chain[depth].der) : ParseIssuer(chain[depth].der);
    if (!certificate.ok()) return AtDepth(depth, certificate.status());
    counts.names += certificate->counts.names;
    counts.constraints += certificate->counts.constraints;
    chain[depth].x509 = std::move(certificate->x509);
  }
  if (counts.names * counts.constraints <= kMaxNameChecks) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the chain's names times its name constraints are more than ", kMaxNameChecks));
}

std::vector<X509*> Parsed(const PeerChain& chain) {
  std::vector<X509*> parsed;
  for (const PeerCertificate& one : chain) {
    if (one.x509 != nullptr) parsed.push_back(one.x509.get());
  }
  return parsed;
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
