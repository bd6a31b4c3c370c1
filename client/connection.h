// The seam between Client and the service: one method for each RPC of
// PolicyService, HandshakeService, RevocationService and AdminService. A worker's own tests put
// MockConnection (client/mocks/mock_connection.h) here; GrpcConnection is the real one.
//
// A Connection adds nothing to the answer: OK is the server's response, any
// other status says that there is none. What is made of that is Client's part.
//
// Implementations are thread safe. A callback runs exactly once, on a thread of
// the implementation, also if the Connection is gone by then; it must not block
// and must not throw.
#ifndef POSTERN_CLIENT_CONNECTION_H_
#define POSTERN_CLIENT_CONNECTION_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/call_context.h"
#include "postern/v1/admin.pb.h"
#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"
#include "postern/v1/revocation.pb.h"

namespace postern {

// Callback takes the outcome of one call.
template <typename Response>
using Callback = std::function<void(absl::StatusOr<Response>)>;

// StreamHandlers take what comes back on a stream. They are not called
// concurrently.
struct StreamHandlers {
  // Called for each answer.
  std::function<void(v1::StreamedAnswer)> on_answer;
  // Called once, last: how the stream ended.
  std::function<void(absl::Status)> on_end;
};

// ConnectionStream is the caller's half of a stream of questions. Destroying it
// cancels the stream; on_end still comes.
class ConnectionStream {
 public:
  virtual ~ConnectionStream() = default;

  // Write sends a question without blocking. Fails with UNAVAILABLE if the
  // stream has ended or was closed, RESOURCE_EXHAUSTED if too many questions
  // wait to be sent; the question is not sent then.
  virtual absl::Status Write(v1::StreamedQuestion question) = 0;

  // Close says that no more questions follow. Answers still come.
  virtual void Close() = 0;
};

// WatchHandlers take what comes back on a stream of staples. They are not called
// concurrently.
struct WatchHandlers {
  // Called for each message.
  std::function<void(v1::WatchStaplesResponse)> on_staples;
  // Called once, last: how the stream ended.
  std::function<void(absl::Status)> on_end;
};

// ConnectionWatch is a stream of staples. Destroying it cancels the stream; on_end still
// comes.
class ConnectionWatch {
 public:
  virtual ~ConnectionWatch() = default;
};

// Connection is a way to the service.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual absl::StatusOr<v1::ResolveDomainPolicyResponse> ResolveDomainPolicy(
      const v1::ResolveDomainPolicyRequest& request, const CallContext& context) = 0;
  virtual void AsyncResolveDomainPolicy(v1::ResolveDomainPolicyRequest request, CallContext context,
                                        Callback<v1::ResolveDomainPolicyResponse> done) = 0;

  virtual absl::StatusOr<v1::ResolveRelayPolicyResponse> ResolveRelayPolicy(
      const v1::ResolveRelayPolicyRequest& request, const CallContext& context) = 0;
  virtual void AsyncResolveRelayPolicy(v1::ResolveRelayPolicyRequest request, CallContext context,
                                       Callback<v1::ResolveRelayPolicyResponse> done) = 0;

  virtual absl::StatusOr<v1::ResolveDomainPolicyBatchResponse> ResolveDomainPolicyBatch(
      const v1::ResolveDomainPolicyBatchRequest& request, const CallContext& context) = 0;
  virtual void AsyncResolveDomainPolicyBatch(
      v1::ResolveDomainPolicyBatchRequest request, CallContext context,
      Callback<v1::ResolveDomainPolicyBatchResponse> done) = 0;

  // StreamDomainPolicies opens a stream; never null. That it could not be opened
  // is told by on_end. The timeout of context bounds the whole stream.
  virtual std::unique_ptr<ConnectionStream> StreamDomainPolicies(StreamHandlers handlers,
                                                                 const CallContext& context) = 0;

  virtual absl::StatusOr<v1::VerifyHandshakeResponse> VerifyHandshake(
      const v1::VerifyHandshakeRequest& request, const CallContext& context) = 0;
  virtual void AsyncVerifyHandshake(v1::VerifyHandshakeRequest request, CallContext context,
                                    Callback<v1::VerifyHandshakeResponse> done) = 0;

  virtual absl::StatusOr<v1::VerifyHandshakeBatchResponse> VerifyHandshakeBatch(
      const v1::VerifyHandshakeBatchRequest& request, const CallContext& context) = 0;
  virtual void AsyncVerifyHandshakeBatch(v1::VerifyHandshakeBatchRequest request,
                                         CallContext context,
                                         Callback<v1::VerifyHandshakeBatchResponse> done) = 0;

  virtual absl::StatusOr<v1::GetStapleResponse> GetStaple(const v1::GetStapleRequest& request,
                                                          const CallContext& context) = 0;
  virtual void AsyncGetStaple(v1::GetStapleRequest request, CallContext context,
                              Callback<v1::GetStapleResponse> done) = 0;

  // WatchStaples opens a stream; never null. That it could not be opened is told by
  // on_end. The timeout of context bounds the whole stream.
  virtual std::unique_ptr<ConnectionWatch> WatchStaples(const v1::WatchStaplesRequest& request,
                                                        WatchHandlers handlers,
                                                        const CallContext& context) = 0;

  virtual absl::StatusOr<v1::ListStaplesResponse> ListStaples(const v1::ListStaplesRequest& request,
                                                              const CallContext& context) = 0;
  virtual absl::StatusOr<v1::RefreshStapleResponse> RefreshStaple(
      const v1::RefreshStapleRequest& request, const CallContext& context) = 0;
  virtual absl::StatusOr<v1::FetchStapleResponse> FetchStaple(const v1::FetchStapleRequest& request,
                                                              const CallContext& context) = 0;
  virtual absl::StatusOr<v1::CheckStapleResponse> CheckStaple(const v1::CheckStapleRequest& request,
                                                              const CallContext& context) = 0;

  // CheckCrl takes a request with the whole CRL, and sends it in pieces.
  virtual absl::StatusOr<v1::CheckCrlResponse> CheckCrl(const v1::CheckCrlRequest& request,
                                                        const CallContext& context) = 0;

  virtual absl::StatusOr<v1::CheckRevocationResponse> CheckRevocation(
      const v1::CheckRevocationRequest& request, const CallContext& context) = 0;
  virtual void AsyncCheckRevocation(v1::CheckRevocationRequest request, CallContext context,
                                    Callback<v1::CheckRevocationResponse> done) = 0;

  virtual absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest& request,
                                                          const CallContext& context) = 0;
  virtual void AsyncGetStatus(v1::GetStatusRequest request, CallContext context,
                              Callback<v1::GetStatusResponse> done) = 0;

  virtual absl::StatusOr<v1::ListCachedPoliciesResponse> ListCachedPolicies(
      const v1::ListCachedPoliciesRequest& request, const CallContext& context) = 0;
  virtual void AsyncListCachedPolicies(v1::ListCachedPoliciesRequest request, CallContext context,
                                       Callback<v1::ListCachedPoliciesResponse> done) = 0;

  virtual absl::StatusOr<v1::PurgeCachedPoliciesResponse> PurgeCachedPolicies(
      const v1::PurgeCachedPoliciesRequest& request, const CallContext& context) = 0;
  virtual void AsyncPurgeCachedPolicies(v1::PurgeCachedPoliciesRequest request, CallContext context,
                                        Callback<v1::PurgeCachedPoliciesResponse> done) = 0;
};

}  // namespace postern

#endif  // POSTERN_CLIENT_CONNECTION_H_
