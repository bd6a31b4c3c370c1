// What an operator may say of the CRLs that are kept, and what is seen of them.
#ifndef POSTERN_SERVER_IO_REVOCATION_CRL_CACHE_OPTIONS_H_
#define POSTERN_SERVER_IO_REVOCATION_CRL_CACHE_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "server/core/revocation/revocation_options.h"

namespace postern {

// CrlCacheOptions has the defaults of the daemon. Of the CRLs that strangers' certificates
// name, those that have proved themselves have a part of the room that new ones cannot take.
struct CrlCacheOptions {
  bool peers = true;   // false: only what is watched, or fetched by FetchNow
  std::string folder;  // where CRLs outlive the process; empty: nowhere
  size_t max_bytes = size_t{16} * 1024 * 1024;  // of a CRL as it is sent; to kMaxCrlBytes

  // Of strangers' CRLs in memory, and of their files, all together. New ones have a quarter.
  size_t max_total_bytes = size_t{256} * 1024 * 1024;
  size_t max_entries = 4096;
  size_t max_new_entries = 256;  // beside the former
  size_t max_wanted = 256;       // noted by Find, and not yet looked at
  size_t max_waiting = 1024;     // FetchNow
  size_t max_fetches = 4;        // at once; new ones have half of them
  size_t max_watched = 4096;     // different ones
  absl::Duration fetch_timeout = absl::Seconds(60);

  RevocationOptions checks;  // without nextUpdate a CRL counts for kMaxCrlAgeForCa here
  uint64_t seed = 0;         // of the jitter; 0: by chance
};

// CrlState is how it stands with one of them.
enum class CrlState {
  kPending,  // never fetched
  kLoaded,   // at hand
  kStale,    // at hand, and past its nextUpdate: it counts for nothing
  kFailed,   // not to be had
};

// CrlStateName returns a word for logs and metrics: "loaded".
const char* CrlStateName(CrlState state);

// CrlStatus tells of one, for people.
struct CrlStatus {
  std::string url;
  std::string issuer;  // its name, as RFC 2253 writes it
  CrlState state = CrlState::kPending;
  bool watched = false;
  absl::Time this_update = absl::InfinitePast();
  absl::Time next_update = absl::InfiniteFuture();  // the infinite future: none
  size_t entries = 0;
  size_t bytes = 0;  // of memory, or of its file where that is more
  std::string last_error;
  int failures = 0;                                  // in a row
  absl::Time next_refresh = absl::InfiniteFuture();  // the infinite future: once it is asked for
};

// CrlEvent is for the owner's log.
struct CrlEvent {
  enum class Kind {
    kLoaded,     // a CRL is at hand that was not, from the net or the folder
    kUnchanged,  // the server says that it is the same
    kFailed,     // it could not be fetched
    kRefused,    // what came is of no use: the former, if there is one, stays
    kEvicted,    // it had to make room, or nobody asked for it any more
    kDisk,       // a file cannot be read, judged, written or removed
  };
  Kind kind = Kind::kLoaded;
  std::string url;  // printable; empty for a file that cannot be read
  std::string detail;
};

// NameOf returns a word for logs and counters: "loaded".
const char* NameOf(CrlEvent::Kind kind);

// CrlCacheStats counts since the start, but for what is "now".
struct CrlCacheStats {
  size_t entries = 0;   // now
  size_t at_hand = 0;   // now: those with a CRL
  size_t watched = 0;   // now
  size_t bytes = 0;     // now
  size_t fetching = 0;  // now
  uint64_t hits = 0;    // of Find
  uint64_t misses = 0;
  uint64_t wanted_refused = 0;  // there was no room to note, or to begin with, another one
  uint64_t fetches = 0;
  uint64_t loaded = 0;
  uint64_t unchanged = 0;
  uint64_t failed = 0;
  uint64_t refused = 0;
  uint64_t evicted = 0;
  uint64_t disk_failures = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CRL_CACHE_OPTIONS_H_
