// handshake_load: asks servers of HandshakeService about handshakes that they remember,
// and prints what it measured, one JSON object a line.
//
//   handshake_load --ours ADDRESS --floor ADDRESS --in-flight K --connections N
//                  --rounds R --seconds S
//       asks both in turn, R times S seconds each
//   handshake_load --floor-for ADDRESS
//       is such a floor: it gives every question the answer that ADDRESS gives for one.
//       It prints "listening PORT", and ends with SIGTERM
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/handshake.grpc.pb.h"
#include "tests/bench/handshake_requests.h"
#include "tests/bench/load.h"
#include "tests/bench/load_in_turn.h"
#include "tests/bench/message_pool.h"
#include "tests/bench/serve_floor.h"

namespace postern {
namespace {

constexpr size_t kHandshakes = 256;

// HandshakeService that does nothing, with the generated messages, pooled.
class HandshakeFloor final : public v1::HandshakeService::CallbackService {
 public:
  explicit HandshakeFloor(const v1::VerifyHandshakeResponse& answer) : messages_(answer) {
    SetMessageAllocatorFor_VerifyHandshake(&messages_);
  }
  grpc::ServerUnaryReactor* VerifyHandshake(grpc::CallbackServerContext* context,
                                            const v1::VerifyHandshakeRequest*,
                                            v1::VerifyHandshakeResponse*) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  MessagePool<v1::VerifyHandshakeRequest, v1::VerifyHandshakeResponse> messages_;
};

int BeFloor(const std::string& copied) {
  BlockEndSignals();
  const auto stub = v1::HandshakeService::NewStub(
      grpc::CreateChannel(copied, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::VerifyHandshakeResponse answer;
  const grpc::Status status =
      stub->VerifyHandshake(&context, HandshakeRequests(1).front(), &answer);
  if (!status.ok() || answer.handshake().verdict() != v1::HandshakeVerdict::VERIFIED_DANE) {
    std::fprintf(stderr, "handshake_load: %s: %s\n", copied.c_str(),
                 status.ok() ? "not VERIFIED_DANE" : status.error_message().c_str());
    return 1;
  }
  HandshakeFloor service(answer);
  return ServeFloor(service);
}

int Main(int argc, char** argv) {
  CLI::App app("handshake_load: load on servers of HandshakeService, measured.");
  std::string ours;
  std::string floor;
  std::string copied;
  LoadOptions options;
  int rounds = 1;
  double seconds = 1;
  app.add_option("--floor-for", copied, "be a floor, with the answers of this server");
  app.add_option("--ours", ours);
  app.add_option("--floor", floor);
  app.add_option("--in-flight", options.in_flight)->check(CLI::PositiveNumber);
  app.add_option("--connections", options.connections)->check(CLI::PositiveNumber);
  app.add_option("--rounds", rounds)->check(CLI::PositiveNumber);
  app.add_option("--seconds", seconds)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  if (!copied.empty()) return BeFloor(copied);
  options.method = kHandshakeMethod;
  options.requests = Serialized(HandshakeRequests(kHandshakes));
  return LoadInTurn("handshake_load", OursAndFloor(ours, floor, std::move(options)), rounds,
                    seconds);
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return postern::Main(argc, argv);
}
