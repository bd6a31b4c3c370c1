#include "server/io/rate/rate_rule_ids.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace postern {

absl::StatusOr<RateRuleId> RateRuleIds::IdOf(absl::string_view name) {
  MutexLock lock(mutex_);
  if (const std::optional<RateRuleId> id = FindLocked(name)) return *id;
  if (names_.size() == kMaxNames) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kMaxNames,
                     " names of rate rules since the start; use fewer rules, or restart to "
                     "forget the names that are no longer used"));
  }
  names_.emplace_back(name);
  return static_cast<RateRuleId>(names_.size());
}

std::optional<RateRuleId> RateRuleIds::Find(absl::string_view name) const {
  MutexLock lock(mutex_);
  return FindLocked(name);
}

std::optional<RateRuleId> RateRuleIds::FindLocked(absl::string_view name) const {
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return static_cast<RateRuleId>(i + 1);
  }
  return std::nullopt;
}

std::string RateRuleIds::NameOf(RateRuleId id) const {
  MutexLock lock(mutex_);
  const size_t number = static_cast<size_t>(id);
  return number >= 1 && number <= names_.size() ? names_[number - 1] : "";
}

}  // namespace postern
