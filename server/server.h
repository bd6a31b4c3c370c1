// The whole server: adapters and services, wired once.
#ifndef POSTERN_SERVER_SERVER_H_
#define POSTERN_SERVER_SERVER_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "server/config.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/trust_anchors.h"
#include "server/io/answer_memo.h"
#include "server/io/clock.h"
#include "server/io/dns/resolver.h"
#include "server/io/dns/resolver_self_test.h"
#include "server/io/policy/dns_policy_source.h"
#include "server/io/policy/policy_cache.h"
#include "server/revocation_adapters.h"
#include "server/rpc/admin_service.h"
#include "server/rpc/admission.h"
#include "server/rpc/handshake_answers.h"
#include "server/rpc/handshake_service.h"
#include "server/rpc/policy_answers.h"
#include "server/rpc/policy_service.h"
#include "server/rpc/revocation_service.h"
#include "server/unix_socket.h"

namespace postern {

// Server serves from Start to Drain. Its owner calls Tick about once a second.
class Server {
 public:
  // Start makes all of it and begins to serve. PolicyService is NOT_SERVING to
  // health checks until the resolver's self-test has succeeded. Fails with the
  // config key that is to be changed.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Config& config);

  ~Server();

  // addresses returns where clients find the server, ports filled in, as gRPC
  // names them.
  const std::vector<std::string>& addresses() const { return addresses_; }

  // Tick does what is to be done from time to time.
  void Tick();

  // Drain ends the server: NOT_SERVING, then what the config's drain says. Blocks.
  void Drain();

 private:
  explicit Server(const Config& config);

  absl::Status CreateResolver();
  absl::Status CreateRevocation();
  // Fails if the trust anchors cannot be read.
  absl::Status CreateHandshakes();
  absl::Status Listen();
  void OnSelfTest(const ResolverSelfTest::State& state);
  void SetServing(bool serving);

  const Config config_;
  const SystemClock clock_;
  Admission admission_;
  Admission waiting_;  // calls that wait for a responder
  std::atomic<bool> validating_{false};
  TrustAnchors trust_anchors_;

  // In the order in which they rest on each other.
  std::unique_ptr<Resolver> resolver_;
  // Remembers nothing, so that each self-test sees what the network says then.
  std::unique_ptr<Resolver> self_test_resolver_;
  std::unique_ptr<DnsPolicySource> source_;
  std::unique_ptr<PolicyCache> cache_;
  std::unique_ptr<ResolverSelfTest> self_test_;
  std::unique_ptr<PolicyAnswers> answers_;
  std::unique_ptr<RevocationAdapters> revocation_;
  std::unique_ptr<AnswerMemo> handshake_memo_;
  std::unique_ptr<HandshakeAnswers> handshake_answers_;
  std::unique_ptr<PolicyService> policy_service_;
  std::unique_ptr<HandshakeService> handshake_service_;
  std::unique_ptr<RevocationService> revocation_service_;
  std::unique_ptr<AdminService> admin_service_;
  std::unique_ptr<UnixSocketLock> socket_lock_;  // null without a socket
  std::unique_ptr<grpc::Server> grpc_;
  std::vector<std::string> addresses_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_SERVER_H_
