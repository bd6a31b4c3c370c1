// Answers remembered by the digest of all that they rest on.
//
// For answers that are a function of their question, such as handshake verdicts:
// whoever asks the same again, before the instant at which time could change the
// answer, gets it without its being worked out. Thread safe.
#ifndef POSTERN_SERVER_IO_ANSWER_MEMO_H_
#define POSTERN_SERVER_IO_ANSWER_MEMO_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/io/mutex.h"

namespace postern {

// AnswerMemo holds answers up to a bound in bytes; past it those go that were not
// asked for the longest.
class AnswerMemo {
 public:
  // Of SHA-256 of the question, and of its kind: nobody can make two that share one.
  using Key = std::array<uint8_t, 32>;
  using Answer = std::shared_ptr<const std::string>;

  // KeyOf makes the key of a question. Questions of different kinds share none, though
  // their bytes be the same.
  enum class Kind : uint8_t { kHandshake, kStaple };
  static Key KeyOf(Kind kind, absl::string_view question);

  struct Stats {
    size_t entries = 0;
    size_t bytes = 0;
    size_t capacity_bytes = 0;
    uint64_t hits = 0;
    uint64_t misses = 0;
    uint64_t evictions = 0;
  };

  explicit AnswerMemo(size_t max_bytes);

  // Find returns what is remembered and still holds at `now`, or null.
  Answer Find(const Key& key, absl::Time now);

  // Insert remembers an answer until `valid_until`. One that is larger than a
  // shard can hold is not remembered.
  void Insert(const Key& key, Answer answer, absl::Time valid_until);

  Stats GetStats() const;

 private:
  struct Entry {
    Key key;
    Answer answer;
    absl::Time valid_until;
  };
  struct KeyHash {
    // A digest is a hash already; its first bytes choose the shard.
    size_t operator()(const Key& key) const;
  };
  struct Shard {
    mutable Mutex mutex;
    // Most recently asked first.
    std::list<Entry> entries POSTERN_GUARDED_BY(mutex);
    absl::flat_hash_map<Key, std::list<Entry>::iterator, KeyHash> by_key POSTERN_GUARDED_BY(mutex);
    size_t bytes POSTERN_GUARDED_BY(mutex) = 0;
    uint64_t hits POSTERN_GUARDED_BY(mutex) = 0;
    uint64_t misses POSTERN_GUARDED_BY(mutex) = 0;
    uint64_t evictions POSTERN_GUARDED_BY(mutex) = 0;

    void Erase(std::list<Entry>::iterator entry) POSTERN_REQUIRES(mutex);
  };

  static constexpr size_t kShards = 16;
  static size_t BytesOf(const Entry& entry);
  Shard& ShardOf(const Key& key) { return shards_[key[0] % kShards]; }

  const size_t max_shard_bytes_;
  std::array<Shard, kShards> shards_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_ANSWER_MEMO_H_
