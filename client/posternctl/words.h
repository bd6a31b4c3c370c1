// The words for the proto's enums. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_WORDS_H_
#define POSTERN_CLIENT_POSTERNCTL_WORDS_H_

#include <string>

#include "postern/v1/dane.pb.h"
#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {

// Words tell a value to people; its number if it is unknown, as of a newer
// server.
std::string Words(v1::DomainPolicy::Reason reason);
std::string Words(v1::HostPolicy::Reason reason);
std::string Words(v1::TlsaRecord::UnusableReason reason);
std::string Words(v1::HandshakeVerdict::Reason reason);

// Name gives the name of a value as the proto has it, such as "HOSTS"; its number
// if it is unknown.
std::string Name(v1::DomainPolicy::Verdict verdict);
std::string Name(v1::HostPolicy::Verdict verdict);
std::string Name(v1::HandshakeVerdict::Verdict verdict);
std::string Name(v1::HandshakeVerdict::Action action);
std::string Name(v1::Dane::Mode mode);
std::string Name(v1::DnsQuery::State state);

// Name gives the TLSRPT result type as RFC 8460, section 4.3, writes it.
std::string Name(v1::Tlsrpt::ResultType type);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_WORDS_H_
