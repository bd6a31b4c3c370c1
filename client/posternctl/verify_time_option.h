// The option --at-time.
#ifndef POSTERN_CLIENT_POSTERNCTL_VERIFY_TIME_OPTION_H_
#define POSTERN_CLIENT_POSTERNCTL_VERIFY_TIME_OPTION_H_

#include <cstdint>
#include <optional>

#include "CLI/CLI.hpp"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace postern::posternctl {

// VerifyTimeOption is the time of verification, if one is given.
class VerifyTimeOption {
 public:
  void AddTo(CLI::App& command) {
    // The last second of the year 9999, where protobuf's time ends.
    constexpr int64_t kLastEpoch = 253402300799;
    command.add_option("--at-time", seconds_, "The time of verification, in seconds since 1970")
        ->type_name("EPOCH")
        ->check(CLI::Range(int64_t{0}, kLastEpoch).description(""));
  }

  // SetIn sets the field verify_time of a request.
  template <typename Request>
  void SetIn(Request& request) const {
    if (seconds_.has_value()) request.mutable_verify_time()->set_seconds(*seconds_);
  }

  // What times are told relative to.
  absl::Time Now() const {
    return seconds_.has_value() ? absl::FromUnixSeconds(*seconds_) : absl::Now();
  }

 private:
  std::optional<int64_t> seconds_;
};

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_VERIFY_TIME_OPTION_H_
