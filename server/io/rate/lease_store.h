// How many connections (or other things that last) a key has at a time: leases, which the
// holder renews, and which end by themselves where it died. For what a rate cannot say.
//
// All is thread safe and does not block. `done` is called once, on any thread, perhaps
// before the call returns.
#ifndef POSTERN_SERVER_IO_RATE_LEASE_STORE_H_
#define POSTERN_SERVER_IO_RATE_LEASE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/rate/rate_key.h"

namespace postern {

// kMaxLeaseIdBytes bounds a lease's id, which is 1 byte at least; kMaxLeaseTime how long one
// lasts without being renewed.
inline constexpr size_t kMaxLeaseIdBytes = 128;
inline constexpr absl::Duration kMaxLeaseTime = absl::Hours(24);

// LeaseQuestion asks for a lease, or its renewal.
struct LeaseQuestion {
  RateKey key;
  // id is chosen by the holder, and is of this key: the same id asked again is the same
  // lease, so that a retry takes none more.
  absl::string_view id;
  // limit is how many leases the key may have, this one included.
  uint32_t limit = 0;
  // time is how long from now it lasts, above 0, at most kMaxLeaseTime.
  absl::Duration time;
};

struct LeaseAnswer {
  enum class Result {
    kHeld,     // the lease is held, until `time` from now
    kRefused,  // the key has as many as it may
    kGone,     // of Renew: it has ended, or never was
    kNoRoom,   // the store has as many as it can, of all keys: no decision
    kUnknown,  // the store did not answer in time: no decision
  };
  Result result = Result::kUnknown;
  // held is how many leases the key has now, this one included if it is held.
  uint32_t held = 0;
};

class LeaseStore {
 public:
  using Done = std::function<void(const LeaseAnswer&)>;

  virtual ~LeaseStore() = default;

  // Acquire takes a lease, or renews the one that is held under this id, also where the
  // limit was lowered meanwhile. `now` is as in RateStore::Decide.
  virtual void Acquire(const LeaseQuestion& question, int64_t now, Done done) = 0;

  // Renew makes a lease that is held last longer. The limit has no meaning.
  virtual void Renew(const LeaseQuestion& question, int64_t now, Done done) = 0;

  // Release ends a lease: kHeld where it was held until now, else kGone.
  virtual void Release(const RateKey& key, absl::string_view id, int64_t now, Done done) = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_RATE_LEASE_STORE_H_
