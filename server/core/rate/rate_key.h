// Who is counted: a client's prefix, for a rule.
#ifndef POSTERN_SERVER_CORE_RATE_RATE_KEY_H_
#define POSTERN_SERVER_CORE_RATE_RATE_KEY_H_

#include <cstdint>

#include "server/core/net/ip_address.h"

namespace postern {

// RateRuleId stands for a rule's name, 1 to 255 (rate_rule_ids.h).
enum class RateRuleId : uint8_t {};

// RateKey is compared as a whole; the bits of the prefix past its length are 0.
struct RateKey {
  RateRuleId rule{};
  IpPrefix prefix;

  bool operator==(const RateKey& other) const {
    return rule == other.rule && prefix.length == other.prefix.length &&
           prefix.address == other.prefix.address;
  }
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_RATE_RATE_KEY_H_
