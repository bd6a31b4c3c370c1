// The policy and the answers of a service that tests of handshakes need.
#ifndef POSTERN_TESTS_CLIENT_TLS_HANDSHAKE_MESSAGES_H_
#define POSTERN_TESTS_CLIENT_TLS_HANDSHAKE_MESSAGES_H_

#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern {

// Policy is that of mx1.test.
inline v1::HostPolicy Policy(v1::HostPolicy::Verdict verdict = v1::HostPolicy::DANE) {
  v1::HostPolicy policy;
  policy.set_host("mx1.test");
  policy.set_verdict(verdict);
  return policy;
}

inline v1::VerifyHandshakeResponse Response(v1::HandshakeVerdict::Action action,
                                            bool audit_failure = false) {
  v1::VerifyHandshakeResponse response;
  response.mutable_handshake()->set_action(action);
  response.mutable_handshake()->set_audit_failure(audit_failure);
  return response;
}

}  // namespace postern

#endif  // POSTERN_TESTS_CLIENT_TLS_HANDSHAKE_MESSAGES_H_
