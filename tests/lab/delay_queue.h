// Things to be done later, in the order of their time.
#ifndef POSTERN_TESTS_LAB_DELAY_QUEUE_H_
#define POSTERN_TESTS_LAB_DELAY_QUEUE_H_

#include <chrono>
#include <map>
#include <optional>
#include <utility>

namespace postern {

using SteadyTime = std::chrono::steady_clock::time_point;

// DelayQueue holds items until they are due. Those due at one time come in the
// order in which they were added. One thread.
template <typename T>
class DelayQueue {
 public:
  // Add is cheap where items come in the order of their time, as they do with
  // one delay for all.
  void Add(SteadyTime due, T item) { items_.emplace_hint(items_.end(), due, std::move(item)); }

  std::optional<SteadyTime> NextDue() const {
    if (items_.empty()) return std::nullopt;
    return items_.begin()->first;
  }

  // TakeDue removes and returns the first item that is due; nothing if none is.
  std::optional<T> TakeDue(SteadyTime now) {
    if (items_.empty() || items_.begin()->first > now) return std::nullopt;
    std::optional<T> item = std::move(items_.begin()->second);
    items_.erase(items_.begin());
    return item;
  }

  size_t size() const { return items_.size(); }

 private:
  std::multimap<SteadyTime, T> items_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_LAB_DELAY_QUEUE_H_
