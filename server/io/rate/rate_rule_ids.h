// A small number for each rule name, so that a key is short. A name keeps its number until
// the process ends, also while no rule has the name: what is remembered of it stays its own.
#ifndef POSTERN_SERVER_IO_RATE_RATE_RULE_IDS_H_
#define POSTERN_SERVER_IO_RATE_RATE_RULE_IDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/rate/rate_key.h"
#include "server/io/mutex.h"

namespace postern {

// RateRuleIds is thread safe.
class RateRuleIds {
 public:
  static constexpr size_t kMaxNames = 255;

  // IdOf returns the number of a name, a new one if it has none. RESOURCE_EXHAUSTED where
  // kMaxNames were given out.
  absl::StatusOr<RateRuleId> IdOf(absl::string_view name);

  // Find returns the number of a name that has one.
  std::optional<RateRuleId> Find(absl::string_view name) const;

  // NameOf returns the name; it is empty for a number that was not given out.
  std::string NameOf(RateRuleId id) const;

 private:
  std::optional<RateRuleId> FindLocked(absl::string_view name) const POSTERN_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::vector<std::string> names_ POSTERN_GUARDED_BY(mutex_);  // of 1, 2, ...
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_RATE_RATE_RULE_IDS_H_
