// An OCSP response from foreign bytes (RFC 6960, section 4.2.1), read in whole before
// anything in it counts.
//
// Everything is DER, to the last byte; times are of the one form of asn1_time.h; the
// version is v1; whatever comes twice that may come once is refused. Extensions that
// are critical must be among those that are known.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_OCSP_RESPONSE_H_
#define POSTERN_SERVER_CORE_REVOCATION_OCSP_RESPONSE_H_

#include <cstddef>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/x509/signature.h"

namespace postern {

// What a response may hold, at most.
inline constexpr size_t kMaxOcspResponseBytes = size_t{64} * 1024;
inline constexpr size_t kMaxSingleResponses = 256;
inline constexpr size_t kMaxResponderCertificates = 8;
inline constexpr size_t kMaxOcspExtensions = 16;  // of a response, of a SingleResponse

// OcspFault says why bytes are no successful response.
enum class OcspFault {
  kNone,
  kTooLarge,   // past one of the bounds above
  kMalformed,  // not one DER response of the standard's shape
  kMalformedTime,
  // Error statuses. They are not signed, so that they prove nothing.
  kMalformedRequest,
  kInternalError,
  kTryLater,
  kSignatureRequired,
  kUnauthorized,
  kUnknownResponseStatus,
  kUnknownResponseType,
  kUnknownVersion,
  kCriticalExtension,  // of the response, that is not known
};

// CertId names a certificate.
//
//   CertID ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, issuerNameHash OCTET STRING,
//                         issuerKeyHash OCTET STRING, serialNumber INTEGER }
struct CertId {
  absl::string_view algorithm;  // contents
  absl::string_view name_hash;
  absl::string_view key_hash;
  absl::string_view serial;  // contents
};

enum class CertStatus { kGood, kRevoked, kUnknown };

// SingleResponse is a statement on one certificate.
//
//   SingleResponse ::= SEQUENCE {
//     certID CertID,
//     certStatus CHOICE {
//       good [0] NULL,
//       revoked [1] SEQUENCE { revocationTime GeneralizedTime,
//                              revocationReason [0] EXPLICIT ENUMERATED OPTIONAL },
//       unknown [2] NULL },
//     thisUpdate GeneralizedTime, nextUpdate [0] EXPLICIT GeneralizedTime OPTIONAL,
//     singleExtensions [1] EXPLICIT Extensions OPTIONAL }
struct SingleResponse {
  CertId cert_id;
  CertStatus status = CertStatus::kUnknown;
  absl::Time revocation_time;            // of kRevoked
  std::optional<int> revocation_reason;  // CRLReason, RFC 5280, section 5.3.1
  absl::Time this_update;
  std::optional<absl::Time> next_update;
  bool has_unknown_critical_extension = false;
};

// OcspResponse is a response whose status is successful. It points to the bytes that
// it was read from.
//
//   OCSPResponse ::= SEQUENCE {
//     responseStatus ENUMERATED,
//     responseBytes [0] EXPLICIT SEQUENCE { responseType OBJECT IDENTIFIER,
//                                           response OCTET STRING } OPTIONAL }
//   BasicOCSPResponse ::= SEQUENCE {
//     tbsResponseData ResponseData, signatureAlgorithm AlgorithmIdentifier,
//     signature BIT STRING, certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
//   ResponseData ::= SEQUENCE {
//     version [0] EXPLICIT INTEGER DEFAULT v1,
//     responderID CHOICE { byName [1] EXPLICIT Name, byKey [2] EXPLICIT OCTET STRING },
//     producedAt GeneralizedTime, responses SEQUENCE OF SingleResponse,
//     responseExtensions [1] EXPLICIT Extensions OPTIONAL }
struct OcspResponse {
  SignedBytes signed_bytes;
  // One of the two is there.
  absl::string_view responder_name;      // Name, with tag and length
  absl::string_view responder_key_hash;  // SHA-1 of the key's octets
  absl::Time produced_at;
  absl::InlinedVector<SingleResponse, 2> responses;
  std::optional<absl::string_view> nonce;                  // without its OCTET STRING
  absl::InlinedVector<absl::string_view, 2> certificates;  // DER, of any contents
};

// ReadOcspResponse reads DER. The response is undefined where there is a fault.
OcspFault ReadOcspResponse(absl::string_view der, OcspResponse& response);

// ReadSingleResponse reads the contents of one SingleResponse.
OcspFault ReadSingleResponse(absl::string_view contents, SingleResponse& single);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_OCSP_RESPONSE_H_
