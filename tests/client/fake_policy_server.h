// PolicyService, HandshakeService, RevocationService and AdminService with answers by script, on a
// real gRPC server: for tests of the client's side of the wire. Thread safe.
#ifndef POSTERN_TESTS_CLIENT_FAKE_POLICY_SERVER_H_
#define POSTERN_TESTS_CLIENT_FAKE_POLICY_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/support/server_callback.h"
#include "postern/v1/admin.grpc.pb.h"
#include "postern/v1/handshake.grpc.pb.h"
#include "postern/v1/policy.grpc.pb.h"
#include "postern/v1/revocation.grpc.pb.h"

namespace postern {

// Script is what one RPC answers, call by call; the last line holds for all
// further calls. Without a line: UNIMPLEMENTED.
template <typename Request, typename Response>
class Script {
 public:
  Script& Answer(Response response) { return Add({grpc::Status::OK, std::move(response), false}); }
  Script& Fail(grpc::StatusCode code, const std::string& message) {
    return Add({grpc::Status(code, message), Response(), false});
  }
  // No answer until the caller gives up.
  Script& Hang() { return Add({grpc::Status::OK, Response(), true}); }

  // What was asked so far.
  std::vector<Request> requests() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return requests_;
  }

  // Serve answers one call.
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response) {
    const Line line = Next(*request);
    if (line.hang) return new HangingReactor;
    *response = line.response;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(line.status);
    return reactor;
  }

 private:
  struct Line {
    grpc::Status status;
    Response response;
    bool hang;
  };
  class HangingReactor final : public grpc::ServerUnaryReactor {
    void OnCancel() override { Finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }
  };

  Script& Add(Line line) {
    std::lock_guard<std::mutex> lock(mutex_);
    lines_.push_back(std::move(line));
    return *this;
  }

  Line Next(const Request& request) {
    std::lock_guard<std::mutex> lock(mutex_);
    requests_.push_back(request);
    if (lines_.empty()) return {grpc::Status(grpc::UNIMPLEMENTED, "no script"), Response(), false};
    Line line = lines_.front();
    if (lines_.size() > 1) lines_.pop_front();
    return line;
  }

  mutable std::mutex mutex_;
  std::deque<Line> lines_;
  std::vector<Request> requests_;
};

// StreamScript is what StreamDomainPolicies does: it takes questions until it
// holds `hold` of them or the caller closes, answers all that it holds with the
// question's domain and the verdict DEFER, the last question first, and goes on
// until the caller closes or it has answered `answers`; then it ends the stream.
struct StreamScript {
  // Take no question at all, until the caller cancels.
  bool stall = false;
  size_t hold = 1;
  size_t answers = SIZE_MAX;
  grpc::Status end = grpc::Status::OK;
};

// FakePolicyServer serves until it is destroyed.
class FakePolicyServer final : private v1::PolicyService::CallbackService,
                               private v1::HandshakeService::CallbackService,
                               private v1::RevocationService::CallbackService,
                               private v1::AdminService::CallbackService {
 public:
  // Listens on a free port of 127.0.0.1, or on address ("unix:/path").
  explicit FakePolicyServer(const std::string& address = "127.0.0.1:0",
                            const std::shared_ptr<grpc::ServerCredentials>& credentials =
                                grpc::InsecureServerCredentials());
  ~FakePolicyServer() override;

  // Where to find it, as gRPC names it.
  const std::string& target() const { return target_; }

  Script<v1::ResolveDomainPolicyRequest, v1::ResolveDomainPolicyResponse> domain;
  Script<v1::ResolveRelayPolicyRequest, v1::ResolveRelayPolicyResponse> relay;
  Script<v1::ResolveDomainPolicyBatchRequest, v1::ResolveDomainPolicyBatchResponse> batch;
  Script<v1::VerifyHandshakeRequest, v1::VerifyHandshakeResponse> handshake;
  Script<v1::VerifyHandshakeBatchRequest, v1::VerifyHandshakeBatchResponse> handshake_batch;
  Script<v1::GetStapleRequest, v1::GetStapleResponse> get_staple;
  Script<v1::ListStaplesRequest, v1::ListStaplesResponse> list_staples;
  Script<v1::RefreshStapleRequest, v1::RefreshStapleResponse> refresh_staple;
  Script<v1::FetchStapleRequest, v1::FetchStapleResponse> fetch_staple;
  Script<v1::CheckStapleRequest, v1::CheckStapleResponse> check_staple;
  Script<v1::CheckRevocationRequest, v1::CheckRevocationResponse> check_revocation;
  // What CheckCrl answers, once the pieces have come; its request is all of them.
  v1::CheckCrlResponse crl_response;
  grpc::Status crl_end;
  v1::CheckCrlRequest crl_request() const {
    std::lock_guard<std::mutex> lock(crl_mutex_);
    return crl_request_;
  }
  // What each stream of WatchStaples tells, before it ends so.
  std::vector<v1::WatchStaplesResponse> watch;
  grpc::Status watch_end = grpc::Status(grpc::UNAVAILABLE, "draining");
  Script<v1::GetStatusRequest, v1::GetStatusResponse> status;
  Script<v1::ListCachedPoliciesRequest, v1::ListCachedPoliciesResponse> list;
  Script<v1::PurgeCachedPoliciesRequest, v1::PurgeCachedPoliciesResponse> purge;
  // Set before the first stream.
  StreamScript stream;

 private:
  grpc::ServerUnaryReactor* ResolveDomainPolicy(
      grpc::CallbackServerContext* context, const v1::ResolveDomainPolicyRequest* request,
      v1::ResolveDomainPolicyResponse* response) override {
    return domain.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* ResolveRelayPolicy(grpc::CallbackServerContext* context,
                                               const v1::ResolveRelayPolicyRequest* request,
                                               v1::ResolveRelayPolicyResponse* response) override {
    return relay.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* ResolveDomainPolicyBatch(
      grpc::CallbackServerContext* context, const v1::ResolveDomainPolicyBatchRequest* request,
      v1::ResolveDomainPolicyBatchResponse* response) override {
    return batch.Serve(context, request, response);
  }
  grpc::ServerBidiReactor<v1::StreamDomainPoliciesRequest, v1::StreamDomainPoliciesResponse>*
  StreamDomainPolicies(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* VerifyHandshake(grpc::CallbackServerContext* context,
                                            const v1::VerifyHandshakeRequest* request,
                                            v1::VerifyHandshakeResponse* response) override {
    return handshake.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* VerifyHandshakeBatch(
      grpc::CallbackServerContext* context, const v1::VerifyHandshakeBatchRequest* request,
      v1::VerifyHandshakeBatchResponse* response) override {
    return handshake_batch.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* GetStaple(grpc::CallbackServerContext* context,
                                      const v1::GetStapleRequest* request,
                                      v1::GetStapleResponse* response) override {
    return get_staple.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* ListStaples(grpc::CallbackServerContext* context,
                                        const v1::ListStaplesRequest* request,
                                        v1::ListStaplesResponse* response) override {
    return list_staples.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* RefreshStaple(grpc::CallbackServerContext* context,
                                          const v1::RefreshStapleRequest* request,
                                          v1::RefreshStapleResponse* response) override {
    return refresh_staple.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* FetchStaple(grpc::CallbackServerContext* context,
                                        const v1::FetchStapleRequest* request,
                                        v1::FetchStapleResponse* response) override {
    return fetch_staple.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* CheckStaple(grpc::CallbackServerContext* context,
                                        const v1::CheckStapleRequest* request,
                                        v1::CheckStapleResponse* response) override {
    return check_staple.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* CheckRevocation(grpc::CallbackServerContext* context,
                                            const v1::CheckRevocationRequest* request,
                                            v1::CheckRevocationResponse* response) override {
    return check_revocation.Serve(context, request, response);
  }
  grpc::ServerReadReactor<v1::CheckCrlRequest>* CheckCrl(grpc::CallbackServerContext* context,
                                                         v1::CheckCrlResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchStaplesResponse>* WatchStaples(
      grpc::CallbackServerContext* context, const v1::WatchStaplesRequest* request) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override {
    return status.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* ListCachedPolicies(grpc::CallbackServerContext* context,
                                               const v1::ListCachedPoliciesRequest* request,
                                               v1::ListCachedPoliciesResponse* response) override {
    return list.Serve(context, request, response);
  }
  grpc::ServerUnaryReactor* PurgeCachedPolicies(
      grpc::CallbackServerContext* context, const v1::PurgeCachedPoliciesRequest* request,
      v1::PurgeCachedPoliciesResponse* response) override {
    return purge.Serve(context, request, response);
  }

  std::string target_;
  mutable std::mutex crl_mutex_;
  v1::CheckCrlRequest crl_request_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_CLIENT_FAKE_POLICY_SERVER_H_
