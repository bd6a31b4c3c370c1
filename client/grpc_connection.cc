#include "client/grpc_connection.h"

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/callback_threads.h"
#include "client/credentials.h"
#include "client/grpc_status.h"
#include "client/grpc_stream.h"
#include "client/grpc_watch.h"
#include "client/service_config.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/support/channel_arguments.h"
#include "postern/v1/admin.grpc.pb.h"
#include "postern/v1/handshake.grpc.pb.h"
#include "postern/v1/policy.grpc.pb.h"
#include "postern/v1/revocation.grpc.pb.h"
#include "postern/version.h"

namespace postern {
namespace {

// A batch of 256 policies with large TLSA sets and traces is a few MiB.
constexpr int kMaxResponseBytes = 16 << 20;
// Bytes of a CRL in one message: well below what the server takes.
constexpr size_t kMaxPieceBytes = size_t{256} << 10;
// A dead peer is noticed on an idle stream. More than the 5 minutes that a gRPC
// server by default allows between pings without data.
constexpr int kKeepaliveMilliseconds = 320 * 1000;
constexpr int kKeepaliveTimeoutMilliseconds = 10 * 1000;

class GrpcConnection final : public Connection {
 public:
  explicit GrpcConnection(const std::shared_ptr<grpc::Channel>& channel)
      : policy_(v1::PolicyService::NewStub(channel)),
        handshake_(v1::HandshakeService::NewStub(channel)),
        revocation_(v1::RevocationService::NewStub(channel)),
        admin_(v1::AdminService::NewStub(channel)) {}

  absl::StatusOr<v1::ResolveDomainPolicyResponse> ResolveDomainPolicy(
      const v1::ResolveDomainPolicyRequest& request, const CallContext& context) override {
    return Call(*policy_, &v1::PolicyService::Stub::ResolveDomainPolicy, request, context);
  }
  void AsyncResolveDomainPolicy(v1::ResolveDomainPolicyRequest request, CallContext context,
                                Callback<v1::ResolveDomainPolicyResponse> done) override {
    Start<v1::ResolveDomainPolicyResponse>(
        std::move(request), context, std::move(done),
        [this](auto... args) { policy_->async()->ResolveDomainPolicy(args...); });
  }

  absl::StatusOr<v1::ResolveRelayPolicyResponse> ResolveRelayPolicy(
      const v1::ResolveRelayPolicyRequest& request, const CallContext& context) override {
    return Call(*policy_, &v1::PolicyService::Stub::ResolveRelayPolicy, request, context);
  }
  void AsyncResolveRelayPolicy(v1::ResolveRelayPolicyRequest request, CallContext context,
                               Callback<v1::ResolveRelayPolicyResponse> done) override {
    Start<v1::ResolveRelayPolicyResponse>(
        std::move(request), context, std::move(done),
        [this](auto... args) { policy_->async()->ResolveRelayPolicy(args...); });
  }

  absl::StatusOr<v1::ResolveDomainPolicyBatchResponse> ResolveDomainPolicyBatch(
      const v1::ResolveDomainPolicyBatchRequest& request, const CallContext& context) override {
    return Call(*policy_, &v1::PolicyService::Stub::ResolveDomainPolicyBatch, request, context);
  }
  void AsyncResolveDomainPolicyBatch(v1::ResolveDomainPolicyBatchRequest request,
                                     CallContext context,
                                     Callback<v1::ResolveDomainPolicyBatchResponse> done) override {
    Start<v1::ResolveDomainPolicyBatchResponse>(
        std::move(request), context, std::move(done),
        [this](auto... args) { policy_->async()->ResolveDomainPolicyBatch(args...); });
  }

  std::unique_ptr<ConnectionStream> StreamDomainPolicies(StreamHandlers handlers,
                                                         const CallContext& context) override {
    KeepCallbackThreads();
    auto client_context = std::make_unique<grpc::ClientContext>();
    Apply(context, *client_context);
    return StartGrpcStream(*policy_, std::move(client_context), std::move(handlers));
  }

  absl::StatusOr<v1::VerifyHandshakeResponse> VerifyHandshake(
      const v1::VerifyHandshakeRequest& request, const CallContext& context) override {
    return Call(*handshake_, &v1::HandshakeService::Stub::VerifyHandshake, request, context);
  }
  void AsyncVerifyHandshake(v1::VerifyHandshakeRequest request, CallContext context,
                            Callback<v1::VerifyHandshakeResponse> done) override {
    Start<v1::VerifyHandshakeResponse>(
        std::move(request), context, std::move(done),
        [this](auto... args) { handshake_->async()->VerifyHandshake(args...); });
  }

  absl::StatusOr<v1::VerifyHandshakeBatchResponse> VerifyHandshakeBatch(
      const v1::VerifyHandshakeBatchRequest& request, const CallContext& context) override {
    return Call(*handshake_, &v1::HandshakeService::Stub::VerifyHandshakeBatch, request, context);
  }
  void AsyncVerifyHandshakeBatch(v1::VerifyHandshakeBatchRequest request, CallContext context,
                                 Callback<v1::VerifyHandshakeBatchResponse> done) override {
    Start<v1::VerifyHandshakeBatchResponse>(
        std::move(request), context, std::move(done),
        [this](auto... args) { handshake_->async()->VerifyHandshakeBatch(args...); });
  }

  absl::StatusOr<v1::GetStapleResponse> GetStaple(const v1::GetStapleRequest& request,
                                                  const CallContext& context) override {
    return Call(*revocation_, &v1::RevocationService::Stub::GetStaple, request, context);
  }
  void AsyncGetStaple(v1::GetStapleRequest request, CallContext context,
                      Callback<v1::GetStapleResponse> done) override {
    Start<v1::GetStapleResponse>(
        std::move(request), context, std::move(done),
        [this](auto... args) { revocation_->async()->GetStaple(args...); });
  }

  std::unique_ptr<ConnectionWatch> WatchStaples(const v1::WatchStaplesRequest& request,
                                                WatchHandlers handlers,
                                                const CallContext& context) override {
    KeepCallbackThreads();
    auto client_context = std::make_shared<grpc::ClientContext>();
    Apply(context, *client_context);
    return StartGrpcWatch(*revocation_, std::move(client_context), request, std::move(handlers));
  }

  absl::StatusOr<v1::ListStaplesResponse> ListStaples(const v1::ListStaplesRequest& request,
                                                      const CallContext& context) override {
    return Call(*revocation_, &v1::RevocationService::Stub::ListStaples, request, context);
  }

  absl::StatusOr<v1::RefreshStapleResponse> RefreshStaple(const v1::RefreshStapleRequest& request,
                                                          const CallContext& context) override {
    return Call(*revocation_, &v1::RevocationService::Stub::RefreshStaple, request, context);
  }

  absl::StatusOr<v1::FetchStapleResponse> FetchStaple(const v1::FetchStapleRequest& request,
                                                      const CallContext& context) override {
    return Call(*revocation_, &v1::RevocationService::Stub::FetchStaple, request, context);
  }

  absl::StatusOr<v1::CheckStapleResponse> CheckStaple(const v1::CheckStapleRequest& request,
                                                      const CallContext& context) override {
    return Call(*revocation_, &v1::RevocationService::Stub::CheckStaple, request, context);
  }

  absl::StatusOr<v1::CheckCrlResponse> CheckCrl(const v1::CheckCrlRequest& request,
                                                const CallContext& context) override {
    grpc::ClientContext client_context;
    Apply(context, client_context);
    v1::CheckCrlResponse response;
    const auto writer = revocation_->CheckCrl(&client_context, &response);
    v1::CheckCrlRequest piece;
    piece.set_certificate(request.certificate());
    piece.set_issuer(request.issuer());
    piece.set_url(request.url());
    if (request.has_verify_time()) *piece.mutable_verify_time() = request.verify_time();
    size_t sent = 0;
    do {
      piece.set_crl(request.crl().substr(sent, kMaxPieceBytes));
      sent += piece.crl().size();
      if (!writer->Write(piece)) break;  // the server has answered
      piece.Clear();
    } while (sent < request.crl().size());
    writer->WritesDone();
    if (grpc::Status status = writer->Finish(); !status.ok()) return FromGrpc(status);
    return response;
  }

  absl::StatusOr<v1::CheckRevocationResponse> CheckRevocation(
      const v1::CheckRevocationRequest& request, const CallContext& context) override {
    return Call(*revocation_, &v1::RevocationService::Stub::CheckRevocation, request, context);
  }
  void AsyncCheckRevocation(v1::CheckRevocationRequest request, CallContext context,
                            Callback<v1::CheckRevocationResponse> done) override {
    Start<v1::CheckRevocationResponse>(
        std::move(request), context, std::move(done),
        [this](auto... args) { revocation_->async()->CheckRevocation(args...); });
  }

  absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest& request,
                                                  const CallContext& context) override {
    return Call(*admin_, &v1::AdminService::Stub::GetStatus, request, context);
  }
  void AsyncGetStatus(v1::GetStatusRequest request, CallContext context,
                      Callback<v1::GetStatusResponse> done) override {
    Start<v1::GetStatusResponse>(std::move(request), context, std::move(done),
                                 [this](auto... args) { admin_->async()->GetStatus(args...); });
  }

  absl::StatusOr<v1::ListCachedPoliciesResponse> ListCachedPolicies(
      const v1::ListCachedPoliciesRequest& request, const CallContext& context) override {
    return Call(*admin_, &v1::AdminService::Stub::ListCachedPolicies, request, context);
  }
  void AsyncListCachedPolicies(v1::ListCachedPoliciesRequest request, CallContext context,
                               Callback<v1::ListCachedPoliciesResponse> done) override {
    Start<v1::ListCachedPoliciesResponse>(
        std::move(request), context, std::move(done),
        [this](auto... args) { admin_->async()->ListCachedPolicies(args...); });
  }

  absl::StatusOr<v1::PurgeCachedPoliciesResponse> PurgeCachedPolicies(
      const v1::PurgeCachedPoliciesRequest& request, const CallContext& context) override {
    return Call(*admin_, &v1::AdminService::Stub::PurgeCachedPolicies, request, context);
  }
  void AsyncPurgeCachedPolicies(v1::PurgeCachedPoliciesRequest request, CallContext context,
                                Callback<v1::PurgeCachedPoliciesResponse> done) override {
    Start<v1::PurgeCachedPoliciesResponse>(
        std::move(request), context, std::move(done),
        [this](auto... args) { admin_->async()->PurgeCachedPolicies(args...); });
  }

 private:
  static void Apply(const CallContext& context, grpc::ClientContext& client_context) {
    if (!context.timeout || *context.timeout == absl::InfiniteDuration()) return;
    client_context.set_deadline(absl::ToChronoTime(absl::Now() + *context.timeout));
  }

  template <typename Stub, typename Request, typename Response>
  static absl::StatusOr<Response> Call(Stub& stub,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                       const Request& request, const CallContext& context) {
    grpc::ClientContext client_context;
    Apply(context, client_context);
    Response response;
    grpc::Status status = (stub.*method)(&client_context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }

  // Start makes the call that start names with what gRPC wants to live as long as
  // the call; the callback owns it. The channel outlives this object if need be.
  template <typename Response, typename Request, typename StartCall>
  static void Start(Request request, const CallContext& context, Callback<Response> done,
                    StartCall start) {
    struct State {
      grpc::ClientContext context;
      Request request;
      Response response;
      Callback<Response> done;
    };
    KeepCallbackThreads();
    auto state = std::make_shared<State>();
    Apply(context, state->context);
    state->request = std::move(request);
    state->done = std::move(done);
    State* raw = state.get();
    start(&raw->context, &raw->request, &raw->response,
          std::function<void(grpc::Status)>([state = std::move(state)](const grpc::Status& status) {
            if (status.ok()) {
              state->done(std::move(state->response));
            } else {
              state->done(FromGrpc(status));
            }
          }));
  }

  const std::unique_ptr<v1::PolicyService::Stub> policy_;
  const std::unique_ptr<v1::HandshakeService::Stub> handshake_;
  const std::unique_ptr<v1::RevocationService::Stub> revocation_;
  const std::unique_ptr<v1::AdminService::Stub> admin_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<Connection>> MakeGrpcConnection(const Options& options) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  auto credentials = ChannelCredentialsFor(options);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(ServiceConfigJson(options.retry));
  // The operator's channel is configured here, not by a TXT record.
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetMaxReceiveMessageSize(kMaxResponseBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMilliseconds);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMilliseconds);
  arguments.SetUserAgentPrefix(std::string("postern-client/") + kVersion);
  return std::make_shared<GrpcConnection>(
      grpc::CreateCustomChannel(options.target, *credentials, arguments));
}

}  // namespace postern
