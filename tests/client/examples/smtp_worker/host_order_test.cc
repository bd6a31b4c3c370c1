#include "client/examples/smtp_worker/host_order.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace postern::smtp_worker {
namespace {

v1::DomainPolicy PolicyOf(const std::string& hosts) {  // One letter a host.
  v1::DomainPolicy policy;
  for (char c : hosts) {
    v1::HostPolicy* host = policy.add_hosts();
    host->set_host(std::string(1, c));
    host->set_preference(c < 'n' ? 10 : 20);
  }
  return policy;
}

std::string Names(const std::vector<const v1::HostPolicy*>& hosts) {
  std::string names;
  for (const auto* host : hosts) names += host->host();
  return names;
}

TEST(HostOrder, KeepsPreferenceAboveAllD29) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const v1::DomainPolicy policy = PolicyOf("zayb");
    const std::string names = Names(HostOrder(policy, seed));
    EXPECT_TRUE(names.substr(0, 2) == "ab" || names.substr(0, 2) == "ba") << names;
  }
}

TEST(HostOrder, IsAnyOrderWithinAPreferenceByTheSeed) {
  const v1::DomainPolicy policy = PolicyOf("abc");
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    orders.insert(Names(HostOrder(policy, seed)));
    EXPECT_EQ(Names(HostOrder(policy, seed)), Names(HostOrder(policy, seed)));
  }
  EXPECT_EQ(orders.size(), 6u);
}

}  // namespace
}  // namespace postern::smtp_worker
