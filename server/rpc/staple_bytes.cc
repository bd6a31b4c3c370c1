#include "server/rpc/staple_bytes.h"

#include "absl/hash/hash.h"
#include "postern/v1/revocation.pb.h"
#include "server/rpc/staple_convert.h"

namespace postern {
namespace {

static_assert(v1::GetStapleResponse::kStapleFieldNumber ==
              v1::WatchStaplesResponse::kStaplesFieldNumber);

grpc::Slice Encode(const KeptStaple& staple, absl::Time now) {
  v1::GetStapleResponse response;
  ToProto(staple, now, StapleDetail::kWithBytes, response.mutable_staple());
  return grpc::Slice(response.SerializeAsString());
}

}  // namespace

grpc::Slice StapleBytes::ResponseOf(const KeptStaplePtr& staple, absl::Time now) {
  // What is said of a state changes once, at its end.
  const bool has_ended = HasEndedAt(*staple, now);
  Shard& shard = shards_[absl::Hash<std::string>()(staple->name) % kShards];
  {
    MutexLock lock(shard.mutex);
    const auto it = shard.by_name.find(staple->name);
    if (it != shard.by_name.end() && it->second.staple == staple &&
        it->second.has_ended == has_ended) {
      return it->second.bytes;
    }
  }
  grpc::Slice bytes = Encode(*staple, now);
  MutexLock lock(shard.mutex);
  if (shard.by_name.size() >= kMaxShardEntries && !shard.by_name.contains(staple->name)) {
    shard.by_name.clear();
  }
  shard.by_name[staple->name] = {staple, has_ended, bytes};
  return bytes;
}

}  // namespace postern
