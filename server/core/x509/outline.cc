#include "server/core/x509/outline.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/core/x509/der.h"

namespace postern {
namespace {

// Contents of object identifiers.
constexpr absl::string_view kSubjectAltName("\x55\x1d\x11", 3);
constexpr absl::string_view kNameConstraints("\x55\x1d\x1e", 3);
constexpr absl::string_view kRsa("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9);
constexpr absl::string_view kRsaPss("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", 9);
constexpr absl::string_view kEc("\x2a\x86\x48\xce\x3d\x02\x01", 7);
constexpr absl::string_view kSm2("\x2a\x81\x1c\xcf\x55\x01\x82\x2d", 8);
constexpr absl::string_view kP256("\x2a\x86\x48\xce\x3d\x03\x01\x07", 8);
constexpr absl::string_view kP384("\x2b\x81\x04\x00\x22", 5);
constexpr absl::string_view kP521("\x2b\x81\x04\x00\x23", 5);
constexpr absl::string_view kEd25519("\x2b\x65\x70", 3);
constexpr absl::string_view kEd448("\x2b\x65\x71", 3);

// An internationalized address (RFC 9598) is an otherName; OpenSSL decodes the labels of
// a constraint anew for each, which takes as long as some fifty other comparisons.
constexpr size_t kOtherNameCost = 64;

absl::Status Malformed() { return absl::InvalidArgumentError("not one DER certificate"); }

absl::Status TooMany(size_t limit, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("more than ", limit, " ", what));
}

bool ReadAll(absl::string_view bytes, uint8_t tag, DerElement& element) {
  DerReader reader(bytes);
  return reader.Read(tag, element) && reader.AtEnd();
}

// Reads an element that is there or not.
bool ReadOptional(DerReader& reader, uint8_t tag, DerElement& element) {
  return !reader.NextIs(tag) || reader.Read(element);
}

// Name ::= SEQUENCE OF SET OF AttributeTypeAndValue. Limit + 1 as CountDer has it.
size_t CountNameParts(absl::string_view name) {
  DerReader sets(name);
  DerElement set;
  size_t count = 0;
  while (!sets.AtEnd() && count <= kMaxNameParts) {
    if (!sets.Read(set)) return kMaxNameParts + 1;
    count += std::max<size_t>(CountDer(set.contents, kMaxNameParts), 1);
  }
  return count;
}

// SubjectAltName ::= SEQUENCE OF GeneralName
absl::Status ReadAltNames(absl::string_view value, NameCounts& counts) {
  DerElement names;
  if (!ReadAll(value, kDerSequence, names)) return Malformed();
  const size_t count = CountDer(names.contents, kMaxSubjectAltNames);
  if (count > kMaxSubjectAltNames) return TooMany(kMaxSubjectAltNames, "subject alternative names");
  counts.names += count;
  DerReader reader(names.contents);
  DerElement name;
  while (reader.Read(name)) {
    if (name.tag == DerContext(0, true)) counts.names += kOtherNameCost - 1;
  }
  return absl::OkStatus();
}

// NameConstraints ::= SEQUENCE { permitted [0] SEQUENCE OF GeneralSubtree OPTIONAL,
//                                excluded [1] SEQUENCE OF GeneralSubtree OPTIONAL }
absl::Status ReadConstraints(absl::string_view value, NameCounts& counts) {
  DerElement lists;
  if (!ReadAll(value, kDerSequence, lists)) return Malformed();
  DerReader reader(lists.contents);
  DerElement list;
  while (!reader.AtEnd()) {
    if (!reader.Read(list)) return Malformed();
    counts.constraints += CountDer(list.contents, kMaxNameConstraints);
    if (counts.constraints > kMaxNameConstraints) {
      return TooMany(kMaxNameConstraints, "name constraints");
    }
  }
  return absl::OkStatus();
}

// Extension ::= SEQUENCE { id OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE,
//                          value OCTET STRING }
absl::Status ReadExtensions(absl::string_view contents, NameCounts& counts) {
  DerElement list;
  if (!ReadAll(contents, kDerSequence, list)) return Malformed();
  DerReader reader(list.contents);
  DerElement extension;
  DerElement id;
  DerElement element;
  for (size_t count = 1; !reader.AtEnd(); ++count) {
    if (count > kMaxExtensions) return TooMany(kMaxExtensions, "extensions");
    if (!reader.Read(kDerSequence, extension)) return Malformed();
    DerReader fields(extension.contents);
    if (!fields.Read(kDerObjectId, id) || !ReadOptional(fields, kDerBoolean, element) ||
        !fields.Read(kDerOctetString, element) || !fields.AtEnd()) {
      return Malformed();
    }
    absl::Status status;
    if (id.contents == kSubjectAltName) status = ReadAltNames(element.contents, counts);
    if (id.contents == kNameConstraints) status = ReadConstraints(element.contents, counts);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

bool ReadTbs(absl::string_view contents, CertificateOutline& outline) {
  DerReader tbs(contents);
  DerElement element;
  DerElement serial;
  DerElement algorithm;
  DerElement issuer;
  DerElement validity;
  DerElement subject;
  DerElement key;
  if (!ReadOptional(tbs, DerContext(0, true), element) ||  // version
      !tbs.Read(kDerInteger, serial) ||                    //
      !tbs.Read(kDerSequence, algorithm) ||                //
      !tbs.Read(kDerSequence, issuer) ||                   //
      !tbs.Read(kDerSequence, validity) ||                 //
      !tbs.Read(kDerSequence, subject) ||                  //
      !tbs.Read(kDerSequence, key) || !IsPublicKeyInfo(key.whole) ||
      !ReadOptional(tbs, DerContext(1, false), element) ||  // issuerUniqueID
      !ReadOptional(tbs, DerContext(2, false), element)) {  // subjectUniqueID
    return false;
  }
  outline.public_key_info = key.whole;
  outline.issuer = issuer.contents;
  outline.subject = subject.contents;
  outline.issuer_name = issuer.whole;
  outline.subject_name = subject.whole;
  outline.serial = serial.contents;
  outline.validity = validity.contents;
  outline.tbs_algorithm = algorithm.contents;
  if (tbs.NextIs(DerContext(3, true))) {
    if (!tbs.Read(element)) return false;
    outline.extensions = element.contents;
  }
  return tbs.AtEnd();
}

// Bits of a positive INTEGER.
size_t BitsOf(absl::string_view integer) {
  while (!integer.empty() && integer.front() == '\0') integer.remove_prefix(1);
  size_t bits = 8 * integer.size();
  if (integer.empty()) return bits;
  for (auto top = static_cast<uint8_t>(integer.front()); (top & 0x80) == 0;
       top = static_cast<uint8_t>(top << 1)) {
    --bits;
  }
  return bits;
}

// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
absl::Status CheckRsa(absl::string_view bit_string) {
  DerElement key;
  DerElement modulus;
  DerElement exponent;
  // The first octet counts the unused bits.
  if (bit_string.empty() || !ReadAll(bit_string.substr(1), kDerSequence, key)) return Malformed();
  DerReader reader(key.contents);
  if (!reader.Read(kDerInteger, modulus) || !reader.Read(kDerInteger, exponent)) {
    return Malformed();
  }
  if (BitsOf(modulus.contents) > kMaxRsaBits || BitsOf(exponent.contents) > kMaxRsaExponentBits) {
    return absl::InvalidArgumentError(absl::StrCat("an RSA key of more than ", kMaxRsaBits,
                                                   " bits, or an exponent of more than ",
                                                   kMaxRsaExponentBits));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CertificateOutline> ReadOutline(absl::string_view der) {
  if (der.size() > kMaxCertificateBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a certificate of more than ", kMaxCertificateBytes, " bytes"));
  }
  DerElement certificate;
  if (!ReadAll(der, kDerSequence, certificate)) return Malformed();
  DerReader reader(certificate.contents);
  DerElement tbs;
  DerElement algorithm;
  DerElement signature;
  if (!reader.Read(kDerSequence, tbs) || !reader.Read(kDerSequence, algorithm) ||
      !reader.Read(kDerBitString, signature) || !reader.AtEnd()) {
    return Malformed();
  }
  CertificateOutline outline;
  if (!ReadTbs(tbs.contents, outline)) return Malformed();
  outline.tbs = tbs.whole;
  outline.algorithm = algorithm.contents;
  outline.signature = signature.contents;
  return outline;
}

absl::StatusOr<NameCounts> CountNames(const CertificateOutline& outline) {
  for (const absl::string_view name : {outline.issuer, outline.subject}) {
    if (CountNameParts(name) > kMaxNameParts) {
      return TooMany(kMaxNameParts, "parts of a name");
    }
  }
  NameCounts counts;
  if (outline.extensions.empty()) return counts;
  if (absl::Status status = ReadExtensions(outline.extensions, counts); !status.ok()) return status;
  return counts;
}

bool IsPublicKeyInfo(absl::string_view der) {
  DerElement info;
  if (!ReadAll(der, kDerSequence, info)) return false;
  DerReader reader(info.contents);
  DerElement algorithm;
  DerElement element;
  return reader.Read(kDerSequence, algorithm) && reader.Read(kDerBitString, element) &&
         reader.AtEnd() && DerReader(algorithm.contents).Read(kDerObjectId, element);
}

absl::string_view KeyOctets(absl::string_view public_key_info) {
  DerElement element;
  if (!ReadAll(public_key_info, kDerSequence, element)) return {};
  DerReader fields(element.contents);
  // The first octet counts the unused bits.
  if (!fields.Read(kDerSequence, element) || !fields.Read(kDerBitString, element) ||
      element.contents.empty()) {
    return {};
  }
  return element.contents.substr(1);
}

absl::Status CheckReadableKey(absl::string_view public_key_info) {
  DerElement info;
  DerElement algorithm;
  DerElement id;
  if (!ReadAll(public_key_info, kDerSequence, info)) return Malformed();
  if (!DerReader(info.contents).Read(kDerSequence, algorithm)) return Malformed();
  DerReader parameters(algorithm.contents);
  if (!parameters.Read(kDerObjectId, id)) return Malformed();
  const bool is_curve = id.contents == kEc || id.contents == kSm2;
  if (!is_curve || parameters.AtEnd() || parameters.NextIs(kDerObjectId)) return absl::OkStatus();
  return absl::InvalidArgumentError("a key whose elliptic curve has no name");
}

absl::Status CheckSigningKey(absl::string_view public_key_info) {
  DerElement info;
  DerElement algorithm;
  DerElement id;
  DerElement key;
  DerElement curve;
  if (!ReadAll(public_key_info, kDerSequence, info)) return Malformed();
  DerReader fields(info.contents);
  if (!fields.Read(kDerSequence, algorithm) || !fields.Read(kDerBitString, key)) {
    return Malformed();
  }
  DerReader parameters(algorithm.contents);
  if (!parameters.Read(kDerObjectId, id)) return Malformed();
  if (id.contents == kRsa || id.contents == kRsaPss) return CheckRsa(key.contents);
  if (id.contents == kEd25519 || id.contents == kEd448) return absl::OkStatus();
  // Other curves are slow, and those whose parameters come with the key can be
  // made slow.
  if (id.contents == kEc && parameters.Read(kDerObjectId, curve) &&
      (curve.contents == kP256 || curve.contents == kP384 || curve.contents == kP521)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "a key that signatures are not verified with: RSA, P-256, P-384, P-521, Ed25519 and Ed448 "
      "are");
}

}  // namespace postern
