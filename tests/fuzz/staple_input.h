// What staple_fuzz puts its inputs into: an issuer and a certificate that are the same
// in every process, so that a seed stays one that is on the certificate.
#ifndef POSTERN_TESTS_FUZZ_STAPLE_INPUT_H_
#define POSTERN_TESTS_FUZZ_STAPLE_INPUT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "tests/support/certificate_builder.h"

namespace postern {

// FixedIssuer has the P-256 key whose private part is 1. FixedCertificate is its.
const TestCertificate& FixedIssuer();
const TestCertificate& FixedCertificate();

// SignedResponse makes a response of the contents of a ResponseData: by the issuer's
// key, so that what is in it counts.
std::string SignedResponse(absl::string_view contents);

}  // namespace postern

#endif  // POSTERN_TESTS_FUZZ_STAPLE_INPUT_H_
