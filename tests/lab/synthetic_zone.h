// An unsigned zone of endless domains that needs no zone file: for benches of a
// million domains.
#ifndef POSTERN_TESTS_LAB_SYNTHETIC_ZONE_H_
#define POSTERN_TESTS_LAB_SYNTHETIC_ZONE_H_

#include <optional>
#include <string>
#include <string_view>

#include "tests/lab/dns_wire.h"

namespace postern {

// SyntheticZone answers for the zone ZONE, where for each number N:
//   dN.ZONE      MX   10 mx.dN.ZONE, 20 mx2.dN.ZONE
//   mx.dN.ZONE   A    192.0.2.1
//   mx2.dN.ZONE  A    192.0.2.2
// TTL 3600, negative answers 300. It is immutable.
class SyntheticZone {
 public:
  // `zone` as DnsQuery has names: lower case, no final dot.
  explicit SyntheticZone(std::string zone) : zone_(std::move(zone)) {}

  // Answer answers a question about a name in the zone; nothing for other names,
  // and for the zone's DS record, which is the parent's.
  std::optional<std::string> Answer(std::string_view message, const DnsQuery& query) const;

 private:
  const std::string zone_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_LAB_SYNTHETIC_ZONE_H_
