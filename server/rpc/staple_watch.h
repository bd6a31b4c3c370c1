// The streams of WatchStaples.
#ifndef POSTERN_SERVER_RPC_STAPLE_WATCH_H_
#define POSTERN_SERVER_RPC_STAPLE_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "grpcpp/grpcpp.h"
#include "server/io/clock.h"
#include "server/io/mutex.h"
#include "server/io/revocation/staple_source.h"
#include "server/rpc/staple_bytes.h"

namespace postern {

class StapleWatch;

// Streams at once, at most: one for each process that serves TLS with these staples.
inline constexpr size_t kMaxStapleWatches = 1024;

// StapleWatches are the streams of one service, over one watch of the source. Thread safe.
//
// A stream keeps no messages for a slow reader: what changes meanwhile is kept by name,
// the latest state only, and what there was at the beginning is looked up page by page.
class StapleWatches {
 public:
  using Reactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;

  // All must outlive this, and this the server.
  StapleWatches(StapleSource& source, StapleBytes& bytes, const Clock& clock,
                size_t max_open = kMaxStapleWatches);
  ~StapleWatches();
  StapleWatches(const StapleWatches&) = delete;
  StapleWatches& operator=(const StapleWatches&) = delete;

  // Open begins a stream of these names, or, without any, of all; it deletes itself. One
  // too many ends at once with RESOURCE_EXHAUSTED.
  Reactor* Open(std::vector<std::string> names);

  // Drain ends every stream, and each that is opened later, with UNAVAILABLE.
  void Drain();

 private:
  friend class StapleWatch;
  void OnChange(const KeptStaplePtr& staple, bool removed);
  std::vector<std::shared_ptr<StapleWatch>> Open() const;
  void Remove(StapleWatch* watch);

  StapleSource& source_;
  StapleBytes& bytes_;
  const Clock& clock_;
  const size_t max_open_;
  uint64_t watch_id_ = 0;

  mutable Mutex mutex_;
  bool draining_ POSTERN_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<std::shared_ptr<StapleWatch>> open_ POSTERN_GUARDED_BY(mutex_);
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_STAPLE_WATCH_H_
