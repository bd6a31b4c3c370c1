// A handshake as bytes, for the fuzz target handshake_fuzz and its seeds:
//
//   octet    policy verdict (bits 0, 1), mode (2, 3), audit (4), require_pkix (5),
//            connection (6, 7; 3: established, and staples follow)
//   4 octets seconds from TestNow(), signed
//   only with staples:
//     octet    status_requested (0), session_resumed (1), require_ocsp (2),
//              require_revocation_status (3), must_staple_out_of_band (4)
//     staple   2 octets of length before it
//     octet    how many issuers' staples there are, each as the staple
//   octet    how many records there are
//   each     2 octets of length, then a record: usage, selector, matching type, data
//   each     2 octets of length, then a certificate, to the end; the last byte
//            string is the trust anchor too
#ifndef POSTERN_TESTS_FUZZ_HANDSHAKE_INPUT_H_
#define POSTERN_TESTS_FUZZ_HANDSHAKE_INPUT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "tests/support/handshakes.h"

namespace postern {

// ReadHandshake reads any bytes; what is missing is absent.
TestHandshake ReadHandshake(absl::string_view bytes);

// WriteHandshake is the inverse, of what the bytes hold.
std::string WriteHandshake(const TestHandshake& handshake);

}  // namespace postern

#endif  // POSTERN_TESTS_FUZZ_HANDSHAKE_INPUT_H_
