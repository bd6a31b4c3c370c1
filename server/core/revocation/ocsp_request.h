// An OCSP request (RFC 9919 and 5019, section 2.1.1; RFC 6960, section 4.1.1): one
// question on one certificate, by SHA-1 CertID, which every responder knows and caches
// are made for. No nonce, no extension, no signature (O-12).
//
//   OCSPRequest ::= SEQUENCE { tbsRequest SEQUENCE { requestList SEQUENCE OF
//     SEQUENCE { reqCert SEQUENCE { hashAlgorithm AlgorithmIdentifier,
//       issuerNameHash OCTET STRING, issuerKeyHash OCTET STRING, serialNumber INTEGER }}}}
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_OCSP_REQUEST_H_
#define POSTERN_SERVER_CORE_REVOCATION_OCSP_REQUEST_H_

#include <string>

#include "server/core/x509/outline.h"

namespace postern {

// MakeOcspRequest returns the DER of the request on a certificate. That the issuer
// signed it is the caller's to know (O-15).
std::string MakeOcspRequest(const CertificateOutline& certificate,
                            const CertificateOutline& issuer);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_OCSP_REQUEST_H_
