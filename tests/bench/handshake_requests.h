// Questions about handshakes, for the bench's programs.
#ifndef POSTERN_TESTS_BENCH_HANDSHAKE_REQUESTS_H_
#define POSTERN_TESTS_BENCH_HANDSHAKE_REQUESTS_H_

#include <cstddef>
#include <vector>

#include "postern/v1/handshake.pb.h"

namespace postern {

// kHandshakeMethod is the method that is measured.
inline constexpr char kHandshakeMethod[] = "/postern.v1.HandshakeService/VerifyHandshake";

// HandshakeRequests returns so many different questions, each about a host whose
// certificate, sent with its issuer's, a DANE-EE record matches.
std::vector<v1::VerifyHandshakeRequest> HandshakeRequests(size_t count);

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_HANDSHAKE_REQUESTS_H_
