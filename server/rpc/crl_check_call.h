// The calls of CheckCrl, which bring a CRL in pieces.
#ifndef POSTERN_SERVER_RPC_CRL_CHECK_CALL_H_
#define POSTERN_SERVER_RPC_CRL_CHECK_CALL_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "grpcpp/grpcpp.h"
#include "postern/v1/revocation.pb.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/crl.h"
#include "server/io/clock.h"

namespace postern {

// CrlLimits bound the bytes that callers may leave with the server.
struct CrlLimits {
  size_t max_crl_bytes = size_t{32} << 20;    // of one CRL; at most kMaxCrlBytes
  size_t max_held_bytes = size_t{128} << 20;  // of all under way, with their certificates
};

// CrlChecks begins calls. Thread safe.
class CrlChecks {
 public:
  using Reactor = grpc::ServerReadReactor<v1::CheckCrlRequest>;

  // The clock must outlive this, and this the server.
  CrlChecks(const Clock& clock, const RevocationOptions& options, const CrlLimits& limits)
      : clock_(clock), options_(options), limits_(limits) {}

  // Open begins a call; it deletes itself.
  Reactor* Open(v1::CheckCrlResponse* response);

  // held_bytes are those of all calls now.
  size_t held_bytes() const { return held_bytes_.load(std::memory_order_relaxed); }

  // decided is how many CRLs were read since the start.
  uint64_t decided() const { return decided_.load(std::memory_order_relaxed); }

 private:
  friend class CrlCheckCall;
  // Hold makes room for more bytes, or returns false.
  bool Hold(size_t bytes);
  void Free(size_t bytes) { held_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  const Clock& clock_;
  const RevocationOptions options_;
  const CrlLimits limits_;
  std::atomic<size_t> held_bytes_{0};
  std::atomic<uint64_t> decided_{0};
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_CRL_CHECK_CALL_H_
