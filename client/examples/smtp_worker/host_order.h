// The order in which hosts are tried. Pure.
#ifndef POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_HOST_ORDER_H_
#define POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_HOST_ORDER_H_

#include <cstdint>
#include <vector>

#include "postern/v1/policy.pb.h"

namespace postern::smtp_worker {

// HostOrder gives the policy's hosts by ascending preference, those of one
// preference in an order by the seed (RFC 5321, section 5.1). They live as long as
// the policy.
std::vector<const v1::HostPolicy*> HostOrder(const v1::DomainPolicy& policy, uint64_t seed);

}  // namespace postern::smtp_worker

#endif  // POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_HOST_ORDER_H_
