#include "server/core/revocation/delegate.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "server/core/x509/der.h"
#include "server/core/x509/extension.h"
#include "server/core/x509/validity.h"

namespace postern {
namespace {

// Contents of object identifiers.
constexpr absl::string_view kKeyUsage("\x55\x1d\x0f", 3);
constexpr absl::string_view kBasicConstraints("\x55\x1d\x13", 3);
constexpr absl::string_view kExtendedKeyUsage("\x55\x1d\x25", 3);
constexpr absl::string_view kOcspSigning("\x2b\x06\x01\x05\x05\x07\x03\x09", 8);
constexpr absl::string_view kNoCheck("\x2b\x06\x01\x05\x05\x07\x30\x01\x05", 9);

// Extensions that may be critical beside these, since they say nothing of what the
// certificate may sign: key identifiers, alternative names, policies, CRL and
// authority pointers (RFC 5280, section 4.2).
constexpr absl::string_view kHarmless[] = {
    {"\x55\x1d\x0e", 3},
    {"\x55\x1d\x11", 3},
    {"\x55\x1d\x12", 3},
    {"\x55\x1d\x1f", 3},
    {"\x55\x1d\x20", 3},
    {"\x55\x1d\x23", 3},
    {"\x2b\x06\x01\x05\x05\x07\x01\x01", 8},
};

bool ReadAll(absl::string_view bytes, uint8_t tag, DerElement& element) {
  DerReader reader(bytes);
  return reader.Read(tag, element) && reader.AtEnd();
}

// KeyUsage ::= BIT STRING, whose first bit is digitalSignature.
bool MaySign(absl::string_view value) {
  DerElement bits;
  return ReadAll(value, kDerBitString, bits) && bits.contents.size() >= 2 &&
         (static_cast<uint8_t>(bits.contents[1]) & 0x80) != 0;
}

// BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, ... }. Anything but an
// empty sequence, or one with cA FALSE in it as some write, may be a CA.
bool MayBeCa(absl::string_view value) {
  DerElement constraints;
  return !ReadAll(value, kDerSequence, constraints) ||
         !(constraints.contents.empty() ||
           constraints.contents == absl::string_view("\x01\x01\x00", 3));
}

// ExtKeyUsageSyntax ::= SEQUENCE OF OBJECT IDENTIFIER
bool MaySignOcsp(absl::string_view value) {
  DerElement purposes;
  if (!ReadAll(value, kDerSequence, purposes)) return false;
  DerReader reader(purposes.contents);
  DerElement purpose;
  bool found = false;
  while (!reader.AtEnd()) {
    if (!reader.Read(kDerObjectId, purpose)) return false;
    found = found || purpose.contents == kOcspSigning;
  }
  return found;
}

bool IsHarmless(absl::string_view id) {
  return std::find(std::begin(kHarmless), std::end(kHarmless), id) != std::end(kHarmless);
}

// What the extensions lack; nothing where they appoint a responder.
absl::string_view CheckExtensions(const CertificateOutline& certificate, bool& has_nocheck) {
  Extensions extensions;
  if (!ReadExplicitExtensions(certificate.extensions, kMaxExtensions, extensions)) {
    return "its extensions cannot be read";
  }
  bool may_sign_ocsp = false;
  for (const Extension& extension : extensions) {
    if (extension.id == kKeyUsage) {
      if (!MaySign(extension.value)) return "its key usage has no digitalSignature";
    } else if (extension.id == kBasicConstraints) {
      if (MayBeCa(extension.value)) return "it is a CA";
    } else if (extension.id == kExtendedKeyUsage) {
      may_sign_ocsp = MaySignOcsp(extension.value);
    } else if (extension.id == kNoCheck) {
      has_nocheck = true;
    } else if (extension.critical && !IsHarmless(extension.id)) {
      return "it has a critical extension that is not known";
    }
  }
  return may_sign_ocsp ? "" : "its extended key usage has no id-kp-OCSPSigning";
}

DelegateCheck Unauthorized(absl::string_view detail) {
  DelegateCheck check;
  check.fault = DelegateCheck::Fault::kUnauthorized;
  check.detail = detail;
  return check;
}

}  // namespace

DelegateCheck CheckDelegate(const CertificateOutline& certificate, absl::string_view issuer_name,
                            EVP_PKEY& issuer_key, absl::Time now, SignaturePolicy policy) {
  if (certificate.issuer_name != issuer_name) {
    return Unauthorized("it is not issued by the certificate's issuer");
  }
  const std::optional<Validity> validity = ReadValidity(certificate.validity);
  if (!validity) return Unauthorized("its validity cannot be read");
  if (now < validity->not_before) return Unauthorized("it is not valid yet");
  if (now >= validity->not_after) return Unauthorized("it has expired");
  DelegateCheck check;
  check.not_after = validity->not_after;
  if (const absl::string_view lack = CheckExtensions(certificate, check.has_nocheck);
      !lack.empty()) {
    return Unauthorized(lack);
  }
  switch (CheckCertificateSignature(certificate, issuer_key, policy)) {
    case SignatureCheck::kValid:
      break;
    case SignatureCheck::kWeakAlgorithm:
    case SignatureCheck::kWeakKey:
      check.fault = DelegateCheck::Fault::kWeakSignature;
      check.detail = "the issuer's signature under it is weak";
      break;
    case SignatureCheck::kInvalid:
    case SignatureCheck::kUnknownAlgorithm:
    case SignatureCheck::kUnknownKey:
      return Unauthorized("it is not signed by the certificate's issuer");
  }
  return check;
}

}  // namespace postern
