// The library that an SMTP worker links: policy questions to Postern,
// verdicts on handshakes, staples and revocation, and the state of a server. A value: copies share
// one connection. Make one in a process and keep it.
//
//   absl::StatusOr<postern::Client> client = postern::Client::Create({});
//   auto answer = client->ResolveDomainPolicy("example.org");
//
// The client checks nothing that the server checks: a bad domain comes back as
// the server's INVALID_ARGUMENT, which names the field. Only what is not UTF-8 is
// refused here, the same way: it cannot be sent.
//
// Thread safe. Executables begin main() as client/grpc_connection.h says.
#ifndef POSTERN_CLIENT_CLIENT_H_
#define POSTERN_CLIENT_CLIENT_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/call_context.h"
#include "client/connection.h"
#include "client/handshake_answer.h"
#include "client/options.h"
#include "client/policy_answer.h"
#include "client/policy_stream.h"
#include "client/staple_watch.h"
#include "postern/v1/admin.pb.h"
#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"
#include "postern/v1/revocation.pb.h"

namespace postern {

// Client asks the service. Each policy and handshake method fails with INVALID_ARGUMENT if the
// server refuses the request, and otherwise only where the failure mode of its
// RPC is kReturnError. Each revocation and admin method fails with the status of the call.
//
// Asynchronous forms return at once; their callback runs exactly once, on one of
// the connection's threads, or, where there is nothing that can be sent, within the
// call; it must not block.
class Client {
 public:
  using PolicyCallback = std::function<void(absl::StatusOr<PolicyAnswer>)>;
  using BatchCallback = std::function<void(std::vector<absl::StatusOr<PolicyAnswer>>)>;
  using HandshakeCallback = std::function<void(absl::StatusOr<HandshakeAnswer>)>;
  using HandshakeBatchCallback = std::function<void(std::vector<absl::StatusOr<HandshakeAnswer>>)>;

  // Create makes a client; it connects with the first call. Fails with
  // INVALID_ARGUMENT if a member of options is out of its range,
  // FAILED_PRECONDITION if a TLS file cannot be used; both name it.
  static absl::StatusOr<Client> Create(const Options& options);

  // A client over any connection, such as a mock. Of options only the timeouts
  // and the failure modes are used.
  explicit Client(std::shared_ptr<Connection> connection, const Options& options = {});

  // How may mail for a domain be delivered?
  absl::StatusOr<PolicyAnswer> ResolveDomainPolicy(std::string_view domain) const;
  absl::StatusOr<PolicyAnswer> ResolveDomainPolicy(const v1::ResolveDomainPolicyRequest& request,
                                                   const CallContext& context = {}) const;
  void AsyncResolveDomainPolicy(v1::ResolveDomainPolicyRequest request, PolicyCallback done,
                                const CallContext& context = {}) const;

  // How may mail be handed to one host, without an MX lookup?
  absl::StatusOr<PolicyAnswer> ResolveRelayPolicy(const v1::ResolveRelayPolicyRequest& request,
                                                  const CallContext& context = {}) const;
  void AsyncResolveRelayPolicy(v1::ResolveRelayPolicyRequest request, PolicyCallback done,
                               const CallContext& context = {}) const;

  // ResolveDomainPolicy for up to 256 domains in one call. Gives one answer for
  // each question, in the order of the questions, also if the call failed.
  std::vector<absl::StatusOr<PolicyAnswer>> ResolveDomainPolicyBatch(
      const v1::ResolveDomainPolicyBatchRequest& request, const CallContext& context = {}) const;
  void AsyncResolveDomainPolicyBatch(v1::ResolveDomainPolicyBatchRequest request,
                                     BatchCallback done, const CallContext& context = {}) const;

  // ResolveDomainPolicy over a stream; never null. context bounds the whole
  // stream.
  std::unique_ptr<PolicyStream> OpenPolicyStream(const CallContext& context = {}) const;

  // What is a handshake worth? client/tls makes the request from an SSL object.
  // A caller with an error in its hands does not deliver over that connection.
  absl::StatusOr<HandshakeAnswer> VerifyHandshake(const v1::VerifyHandshakeRequest& request,
                                                  const CallContext& context = {}) const;
  void AsyncVerifyHandshake(v1::VerifyHandshakeRequest request, HandshakeCallback done,
                            const CallContext& context = {}) const;

  // VerifyHandshake for up to 64 handshakes in one call. Gives one answer for each,
  // in the order of the request, also if the call failed.
  std::vector<absl::StatusOr<HandshakeAnswer>> VerifyHandshakeBatch(
      const v1::VerifyHandshakeBatchRequest& request, const CallContext& context = {}) const;
  void AsyncVerifyHandshakeBatch(v1::VerifyHandshakeBatchRequest request,
                                 HandshakeBatchCallback done,
                                 const CallContext& context = {}) const;

  // What does a server staple for one of the configuration's certificates? Serve the
  // bytes until use_until, and none where there are none. NOT_FOUND if the configuration
  // does not have the certificate.
  absl::StatusOr<v1::GetStapleResponse> GetStaple(const v1::GetStapleRequest& request,
                                                  const CallContext& context = {}) const;
  void AsyncGetStaple(v1::GetStapleRequest request, Callback<v1::GetStapleResponse> done,
                      const CallContext& context = {}) const;

  // The staples of all, or of some, as they are and as they change, over a stream that is
  // opened again whenever it ends; never null.
  std::unique_ptr<StapleWatch> WatchStaples(const v1::WatchStaplesRequest& request,
                                            StapleWatch::Handlers handlers) const;

  // How do the configuration's certificates stand? A page of the list.
  absl::StatusOr<v1::ListStaplesResponse> ListStaples(const v1::ListStaplesRequest& request,
                                                      const CallContext& context = {}) const;

  // Fetches a staple now. Never retried.
  absl::StatusOr<v1::RefreshStapleResponse> RefreshStaple(const v1::RefreshStapleRequest& request,
                                                          const CallContext& context = {}) const;

  // What does the responder of a certificate say? Never retried.
  absl::StatusOr<v1::FetchStapleResponse> FetchStaple(const v1::FetchStapleRequest& request,
                                                      const CallContext& context = {}) const;

  // What is an OCSP response worth?
  absl::StatusOr<v1::CheckStapleResponse> CheckStaple(const v1::CheckStapleRequest& request,
                                                      const CallContext& context = {}) const;

  // What does a CRL say? The request holds all of it, whatever its size.
  absl::StatusOr<v1::CheckCrlResponse> CheckCrl(const v1::CheckCrlRequest& request,
                                                const CallContext& context = {}) const;

  // Is a certificate revoked? A caller without an answer knows nothing: whether that is
  // reason to refuse is the caller's policy. Only with fetch may this take long.
  absl::StatusOr<v1::CheckRevocationResponse> CheckRevocation(
      const v1::CheckRevocationRequest& request, const CallContext& context = {}) const;
  void AsyncCheckRevocation(v1::CheckRevocationRequest request,
                            Callback<v1::CheckRevocationResponse> done,
                            const CallContext& context = {}) const;

  // How is the server?
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const CallContext& context = {}) const;
  void AsyncGetStatus(Callback<v1::GetStatusResponse> done, const CallContext& context = {}) const;

  // Which policies does the server remember?
  absl::StatusOr<v1::ListCachedPoliciesResponse> ListCachedPolicies(
      const v1::ListCachedPoliciesRequest& request, const CallContext& context = {}) const;
  void AsyncListCachedPolicies(v1::ListCachedPoliciesRequest request,
                               Callback<v1::ListCachedPoliciesResponse> done,
                               const CallContext& context = {}) const;

  // Forgets policies. Never retried.
  absl::StatusOr<v1::PurgeCachedPoliciesResponse> PurgeCachedPolicies(
      const v1::PurgeCachedPoliciesRequest& request, const CallContext& context = {}) const;
  void AsyncPurgeCachedPolicies(v1::PurgeCachedPoliciesRequest request,
                                Callback<v1::PurgeCachedPoliciesResponse> done,
                                const CallContext& context = {}) const;

 private:
  std::shared_ptr<Connection> connection_;
  Options options_;
};

}  // namespace postern

#endif  // POSTERN_CLIENT_CLIENT_H_
