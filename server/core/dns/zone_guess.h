// Which questions are likely to be of one zone. For the resolver, whose threads
// have caches of their own: questions of a zone share its keys and name servers.
//
// Pure and thread safe.
#ifndef POSTERN_SERVER_CORE_DNS_ZONE_GUESS_H_
#define POSTERN_SERVER_CORE_DNS_ZONE_GUESS_H_

#include <string_view>

#include "server/core/dns/answer.h"

namespace postern {

// GuessZone returns the end of the question's name that is likely to be its zone:
// without the labels in front that begin with '_', and, for types that are asked of
// a host (A, AAAA, CNAME, TLSA), without the host's own label if two or more are
// left then. A wrong guess costs time, nothing else. The view is into the question.
std::string_view GuessZone(const DnsQuestion& question);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DNS_ZONE_GUESS_H_
