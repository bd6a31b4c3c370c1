// What a caller may demand of a handshake beyond its policy. A value.
#ifndef POSTERN_CLIENT_TLS_HANDSHAKE_OPTIONS_H_
#define POSTERN_CLIENT_TLS_HANDSHAKE_OPTIONS_H_

#include <string>
#include <vector>

namespace postern {

// HandshakeOptions go to PrepareHandshake and VerifyHandshake alike.
struct HandshakeOptions {
  // Demand authentication by PKIX where the policy is OPPORTUNISTIC.
  bool require_pkix = false;
  // PKIX: the names that the certificate may present, at most 8. Empty: those of
  // the policy, else its host.
  std::vector<std::string> reference_identifiers;
  // Get each certificate and each record in the answer.
  bool include_details = false;
};

}  // namespace postern

#endif  // POSTERN_CLIENT_TLS_HANDSHAKE_OPTIONS_H_
