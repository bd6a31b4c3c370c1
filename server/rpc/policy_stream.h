// The streams of StreamDomainPolicies.
#ifndef POSTERN_SERVER_RPC_POLICY_STREAM_H_
#define POSTERN_SERVER_RPC_POLICY_STREAM_H_

#include <memory>

#include "absl/container/flat_hash_set.h"
#include "grpcpp/grpcpp.h"
#include "server/io/mutex.h"
#include "server/rpc/policy_answers.h"

namespace postern {

class PolicyStream;

// PolicyStreams are the streams of one service. Thread safe.
class PolicyStreams {
 public:
  using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

  // Open begins a stream; it deletes itself.
  Reactor* Open(PolicyAnswers& answers);

  // Drain makes every stream, and each that is opened later, answer what is
  // under way and end with UNAVAILABLE.
  void Drain();

 private:
  friend class PolicyStream;
  void Remove(PolicyStream* stream);

  Mutex mutex_;
  bool draining_ POSTERN_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<std::shared_ptr<PolicyStream>> open_ POSTERN_GUARDED_BY(mutex_);
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_POLICY_STREAM_H_
