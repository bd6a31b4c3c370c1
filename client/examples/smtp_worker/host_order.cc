#include "client/examples/smtp_worker/host_order.h"

#include <algorithm>
#include <random>

namespace postern::smtp_worker {

std::vector<const v1::HostPolicy*> HostOrder(const v1::DomainPolicy& policy, uint64_t seed) {
  std::vector<const v1::HostPolicy*> hosts;
  for (const v1::HostPolicy& host : policy.hosts()) hosts.push_back(&host);
  std::mt19937_64 random(seed);
  std::shuffle(hosts.begin(), hosts.end(), random);
  std::stable_sort(hosts.begin(), hosts.end(),
                   [](const auto* a, const auto* b) { return a->preference() < b->preference(); });
  return hosts;
}

}  // namespace postern::smtp_worker
