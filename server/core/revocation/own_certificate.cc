#include "server/core/revocation/own_certificate.h"

#include <openssl/err.h>
#include <openssl/sha.h>

#include <array>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/core/dns/name.h"
#include "server/core/revocation/must_staple.h"
#include "server/core/x509/certificate_urls.h"
#include "server/core/x509/name_match.h"
#include "server/core/x509/pem_certificates.h"
#include "server/core/x509/signature.h"
#include "server/core/x509/validity.h"

namespace postern {
namespace {

using Held = std::shared_ptr<const HeldCertificate>;

absl::StatusOr<Held> Hold(std::string der) {
  auto held = std::make_shared<HeldCertificate>();
  held->der = std::move(der);
  absl::StatusOr<Certificate> certificate = ParseCertificate(held->der);
  if (!certificate.ok()) return certificate.status();
  held->certificate = *std::move(certificate);
  return held;
}

std::string Sha256(absl::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return std::string(digest.begin(), digest.end());
}

// A name that no host can have is left out.
std::vector<std::string> NormalNames(const X509& certificate) {
  std::vector<std::string> names;
  for (const std::string& name : DnsIds(certificate)) {
    const bool is_wildcard = absl::StartsWith(name, "*.");
    const absl::StatusOr<std::string> normal =
        ParseHostName(absl::string_view(name).substr(is_wildcard ? 2 : 0));
    if (normal.ok()) names.push_back(is_wildcard ? absl::StrCat("*.", *normal) : *normal);
  }
  return names;
}

absl::Status FindSource(const OwnCertificateText& text, OwnCertificate& own) {
  const CertificateOutline& outline = own.leaf->certificate.outline;
  absl::StatusOr<AuthorityAccess> access = ReadAuthorityAccess(outline);
  if (!access.ok()) return access.status();
  own.responders = std::move(access->ocsp);
  if (!text.responder.empty()) own.responders = {std::string(text.responder)};
  const absl::StatusOr<std::vector<CrlPoint>> points = ReadCrlPoints(outline);
  if (!points.ok()) return points.status();
  for (const CrlPoint& point : *points) {
    if (!point.is_usable) continue;
    own.crl_urls.insert(own.crl_urls.end(), point.urls.begin(), point.urls.end());
  }
  if (!own.responders.empty()) {
    own.source = OwnCertificate::Source::kOcsp;
  } else if (!own.crl_urls.empty()) {
    own.source = OwnCertificate::Source::kCrl;
  }
  return absl::OkStatus();
}

bool IsIssuer(const Certificate& candidate, const Certificate& leaf, bool allow_sha1) {
  if (candidate.outline.subject_name != leaf.outline.issuer_name) return false;
  EVP_PKEY* const key = X509_get0_pubkey(candidate.x509.get());
  return key != nullptr &&
         CheckCertificateSignature(leaf.outline, *key, {allow_sha1}) == SignatureCheck::kValid;
}

absl::StatusOr<Held> FindIssuer(std::vector<std::string> candidates, const Certificate& leaf,
                                bool allow_sha1) {
  for (std::string& der : candidates) {
    // A key that signatures are not verified with is nobody's issuer.
    if (!ParseIssuer(der).ok()) continue;
    absl::StatusOr<Held> held = Hold(std::move(der));
    if (held.ok() && IsIssuer((*held)->certificate, leaf, allow_sha1)) return held;
  }
  return absl::InvalidArgumentError(
      "none of the certificates that follow is of the issuer that signed the first: append the "
      "issuer's certificate, or name its file as issuer_file");
}

absl::StatusOr<OwnCertificate> Read(const OwnCertificateText& text) {
  absl::StatusOr<std::vector<std::string>> chain = ReadPemCertificates(text.chain, kMaxChainFile);
  if (!chain.ok()) return chain.status();
  if (chain->empty()) return absl::InvalidArgumentError("there is no PEM certificate");
  OwnCertificate own;
  absl::StatusOr<Held> leaf = Hold(std::move(chain->front()));
  if (!leaf.ok()) return leaf.status();
  own.leaf = *std::move(leaf);
  const Certificate& certificate = own.leaf->certificate;
  const std::optional<Validity> validity = ReadValidity(certificate.outline.validity);
  if (!validity) {
    return absl::InvalidArgumentError("the certificate's validity cannot be read");
  }
  own.not_after = validity->not_after;
  own.sha256 = Sha256(own.leaf->der);
  own.dns_names = NormalNames(*certificate.x509);
  own.must_staple = RequiresStaple(certificate.outline);
  if (absl::Status status = FindSource(text, own); !status.ok()) return status;
  if (own.source == OwnCertificate::Source::kNone) return own;

  if (text.issuer.empty()) {
    chain->erase(chain->begin());
  } else {
    chain = ReadPemCertificates(text.issuer, kMaxChainFile);
    if (!chain.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("issuer_file: ", chain.status().message()));
    }
  }
  absl::StatusOr<Held> issuer = FindIssuer(*std::move(chain), certificate, text.allow_sha1);
  if (!issuer.ok()) return issuer.status();
  own.issuer = *std::move(issuer);
  return own;
}

}  // namespace

absl::StatusOr<OwnCertificate> ReadOwnCertificate(const OwnCertificateText& text) {
  absl::StatusOr<OwnCertificate> own = Read(text);
  ERR_clear_error();  // keys and names that cannot be read leave some behind
  return own;
}

}  // namespace postern
