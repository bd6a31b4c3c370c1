#include "server/core/revocation/ocsp_response.h"

#include "server/core/x509/asn1_time.h"
#include "server/core/x509/der.h"
#include "server/core/x509/extension.h"

namespace postern {
namespace {

// Contents of object identifiers: id-pkix-ocsp-basic, -nonce, -extended-revoke.
constexpr absl::string_view kBasic("\x2b\x06\x01\x05\x05\x07\x30\x01\x01", 9);
constexpr absl::string_view kNonce("\x2b\x06\x01\x05\x05\x07\x30\x01\x02", 9);
constexpr absl::string_view kExtendedRevoke("\x2b\x06\x01\x05\x05\x07\x30\x01\x09", 9);

constexpr size_t kSha1Bytes = 20;

bool ReadAll(absl::string_view bytes, uint8_t tag, DerElement& element) {
  DerReader reader(bytes);
  return reader.Read(tag, element) && reader.AtEnd();
}

// A response is an error if its status is: there is nothing else in it.
OcspFault ReadError(char status, bool has_more) {
  if (has_more) return OcspFault::kMalformed;
  switch (status) {
    case 0:  // successful, but says nothing
      return OcspFault::kMalformed;
    case 1:
      return OcspFault::kMalformedRequest;
    case 2:
      return OcspFault::kInternalError;
    case 3:
      return OcspFault::kTryLater;
    case 5:
      return OcspFault::kSignatureRequired;
    case 6:
      return OcspFault::kUnauthorized;
    default:
      return OcspFault::kUnknownResponseStatus;
  }
}

// Finds the BasicOCSPResponse.
OcspFault ReadEnvelope(absl::string_view der, absl::string_view& basic) {
  DerElement element;
  if (!ReadAll(der, kDerSequence, element)) return OcspFault::kMalformed;
  DerReader fields(element.contents);
  if (!fields.Read(kDerEnumerated, element) || element.contents.size() != 1) {
    return OcspFault::kMalformed;
  }
  const char status = element.contents[0];
  if (status != 0 || fields.AtEnd()) return ReadError(status, !fields.AtEnd());
  if (!fields.Read(DerContext(0, true), element) || !fields.AtEnd() ||
      !ReadAll(element.contents, kDerSequence, element)) {
    return OcspFault::kMalformed;
  }
  DerReader bytes(element.contents);
  DerElement type;
  if (!bytes.Read(kDerObjectId, type) || !bytes.Read(kDerOctetString, element) || !bytes.AtEnd()) {
    return OcspFault::kMalformed;
  }
  if (type.contents != kBasic) return OcspFault::kUnknownResponseType;
  basic = element.contents;
  return OcspFault::kNone;
}

OcspFault ReadCertificates(absl::string_view contents, OcspResponse& response) {
  DerElement list;
  DerElement certificate;
  if (!ReadAll(contents, kDerSequence, list)) return OcspFault::kMalformed;
  DerReader reader(list.contents);
  while (!reader.AtEnd()) {
    if (response.certificates.size() == kMaxResponderCertificates) return OcspFault::kTooLarge;
    if (!reader.Read(kDerSequence, certificate)) return OcspFault::kMalformed;
    response.certificates.push_back(certificate.whole);
  }
  return OcspFault::kNone;
}

bool ReadResponderId(DerReader& fields, OcspResponse& response) {
  DerElement choice;
  DerElement id;
  if (!fields.Read(choice)) return false;
  if (choice.tag == DerContext(1, true)) {
    if (!ReadAll(choice.contents, kDerSequence, id)) return false;
    response.responder_name = id.whole;
    return true;
  }
  if (choice.tag != DerContext(2, true) || !ReadAll(choice.contents, kDerOctetString, id) ||
      id.contents.size() != kSha1Bytes) {
    return false;
  }
  response.responder_key_hash = id.contents;
  return true;
}

OcspFault ReadResponses(absl::string_view contents, OcspResponse& response) {
  DerReader reader(contents);
  DerElement element;
  while (!reader.AtEnd()) {
    if (response.responses.size() == kMaxSingleResponses) return OcspFault::kTooLarge;
    if (!reader.Read(kDerSequence, element)) return OcspFault::kMalformed;
    SingleResponse& single = response.responses.emplace_back();
    const OcspFault fault = ReadSingleResponse(element.contents, single);
    if (fault != OcspFault::kNone) return fault;
  }
  return OcspFault::kNone;
}

OcspFault ReadResponseExtensions(absl::string_view contents, OcspResponse& response) {
  Extensions extensions;
  if (contents.empty() || !ReadExplicitExtensions(contents, kMaxOcspExtensions, extensions)) {
    return OcspFault::kMalformed;
  }
  for (const Extension& extension : extensions) {
    if (extension.id == kNonce) {
      // RFC 9654. What older responders send in no OCTET STRING of its own equals no
      // nonce that was sent.
      DerElement nonce;
      response.nonce =
          ReadAll(extension.value, kDerOctetString, nonce) ? nonce.contents : absl::string_view();
    } else if (extension.critical && extension.id != kExtendedRevoke) {
      return OcspFault::kCriticalExtension;
    }
  }
  return OcspFault::kNone;
}

OcspFault ReadVersion(DerReader& fields) {
  if (!fields.NextIs(DerContext(0, true))) return OcspFault::kNone;
  DerElement element;
  if (!fields.Read(element) || !ReadAll(element.contents, kDerInteger, element)) {
    return OcspFault::kMalformed;
  }
  // v1 is the default, which DER leaves out.
  return element.contents == absl::string_view("\0", 1) ? OcspFault::kMalformed
                                                        : OcspFault::kUnknownVersion;
}

OcspFault ReadResponseData(absl::string_view contents, OcspResponse& response) {
  DerReader fields(contents);
  DerElement element;
  if (OcspFault fault = ReadVersion(fields); fault != OcspFault::kNone) return fault;
  if (!ReadResponderId(fields, response) || !fields.Read(kDerGeneralizedTime, element)) {
    return OcspFault::kMalformed;
  }
  const std::optional<absl::Time> produced_at = ReadGeneralizedTime(element.contents);
  if (!produced_at) return OcspFault::kMalformedTime;
  response.produced_at = *produced_at;
  if (!fields.Read(kDerSequence, element)) return OcspFault::kMalformed;
  if (OcspFault fault = ReadResponses(element.contents, response); fault != OcspFault::kNone) {
    return fault;
  }
  if (fields.AtEnd()) return OcspFault::kNone;
  if (!fields.Read(DerContext(1, true), element) || !fields.AtEnd()) return OcspFault::kMalformed;
  return ReadResponseExtensions(element.contents, response);
}

}  // namespace

OcspFault ReadOcspResponse(absl::string_view der, OcspResponse& response) {
  response = OcspResponse();
  if (der.size() > kMaxOcspResponseBytes) return OcspFault::kTooLarge;
  absl::string_view basic;
  if (OcspFault fault = ReadEnvelope(der, basic); fault != OcspFault::kNone) return fault;
  DerElement outer;
  DerElement data;
  DerElement algorithm;
  DerElement signature;
  if (!ReadAll(basic, kDerSequence, outer)) return OcspFault::kMalformed;
  DerReader fields(outer.contents);
  if (!fields.Read(kDerSequence, data) || !fields.Read(kDerSequence, algorithm) ||
      !fields.Read(kDerBitString, signature)) {
    return OcspFault::kMalformed;
  }
  const std::optional<absl::string_view> octets = ReadSignature(signature.contents);
  if (!octets) return OcspFault::kMalformed;
  response.signed_bytes = {data.whole, algorithm.contents, *octets};
  if (!fields.AtEnd()) {
    DerElement certificates;
    if (!fields.Read(DerContext(0, true), certificates) || !fields.AtEnd()) {
      return OcspFault::kMalformed;
    }
    const OcspFault fault = ReadCertificates(certificates.contents, response);
    if (fault != OcspFault::kNone) return fault;
  }
  return ReadResponseData(data.contents, response);
}

}  // namespace postern
