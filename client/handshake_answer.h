// What a Client answers about a handshake. A value.
#ifndef POSTERN_CLIENT_HANDSHAKE_ANSWER_H_
#define POSTERN_CLIENT_HANDSHAKE_ANSWER_H_

#include "absl/status/status.h"
#include "postern/v1/handshake.pb.h"

namespace postern {

// HandshakeAnswer is the verdict on a handshake, and whether the service said so.
//
// The action gates the mail: a caller goes on only with PROCEED, and treats a
// value that it does not know, from a newer server, as NEXT_HOST.
struct HandshakeAnswer {
  // The server's verdict. Where no answer came: UNAUTHENTICATED or FAILED by what
  // the policy demands, the reason REASON_UNSPECIFIED (which no server sends), the
  // cv "no", and words in detail.
  v1::HandshakeVerdict handshake;
  // True if the verdict is the server's.
  bool from_server = false;
  // OK if the verdict is the server's, else why there was no answer.
  absl::Status status;
};

}  // namespace postern

#endif  // POSTERN_CLIENT_HANDSHAKE_ANSWER_H_
