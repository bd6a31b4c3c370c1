// A handshake's verdict as text for people. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_HANDSHAKE_TEXT_H_
#define POSTERN_CLIENT_POSTERNCTL_HANDSHAKE_TEXT_H_

#include <string>
#include <vector>

#include "client/posternctl/text.h"
#include "postern/v1/handshake.pb.h"

namespace postern::posternctl {

// VerdictLine tells verdict, action, CV and reason, as "FAILED  NEXT_HOST  CV=no
// no TLSA record matches".
std::string VerdictLine(const v1::HandshakeVerdict& handshake, const TextOptions& options);

// HandshakeRows gives what else a verdict holds as rows of Table: a label and its
// text, the records and the certificates last.
std::vector<std::vector<std::string>> HandshakeRows(const v1::HandshakeVerdict& handshake,
                                                    const TextOptions& options);

// HandshakeText tells all of it below a title.
std::string HandshakeText(const std::string& title, const v1::HandshakeVerdict& handshake,
                          const TextOptions& options);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_HANDSHAKE_TEXT_H_
