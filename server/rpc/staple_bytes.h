// The bytes of GetStaple's responses, made once for each state of a certificate.
#ifndef POSTERN_SERVER_RPC_STAPLE_BYTES_H_
#define POSTERN_SERVER_RPC_STAPLE_BYTES_H_

#include <array>
#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "grpcpp/support/slice.h"
#include "server/io/mutex.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// StapleBytes remembers the bytes of the latest state of each name that was asked for.
// Thread safe.
class StapleBytes {
 public:
  // ResponseOf returns a GetStapleResponse, with the staple while there is one to serve.
  // Several, one after the other, are a WatchStaplesResponse.
  grpc::Slice ResponseOf(const KeptStaplePtr& staple, absl::Time now);

 private:
  struct Entry {
    KeptStaplePtr staple;
    bool has_ended = false;
    grpc::Slice bytes;
  };
  struct Shard {
    Mutex mutex;
    absl::flat_hash_map<std::string, Entry> by_name POSTERN_GUARDED_BY(mutex);
  };

  static constexpr size_t kShards = 16;
  // Names come and go with the configuration: a full shard begins anew.
  static constexpr size_t kMaxShardEntries = 2048;

  std::array<Shard, kShards> shards_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_STAPLE_BYTES_H_
