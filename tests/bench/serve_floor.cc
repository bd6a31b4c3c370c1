#include "tests/bench/serve_floor.h"

#include <signal.h>

#include <chrono>
#include <cstdio>
#include <memory>

#include "grpcpp/grpcpp.h"
#include "server/config.h"
#include "server/grpc_limits.h"
#include "server/memory_shares.h"

namespace postern {
namespace {

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

void BlockEndSignals() {
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

int ServeFloor(grpc::Service& service) {
  grpc::ServerBuilder builder;
  LimitGrpc(LimitsConfig(), GrpcBytes(MemoryConfig().budget), builder);
  int port = 0;
  builder.AddListeningPort("localhost:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::printf("listening %d\n", port);
  std::fflush(stdout);
  const sigset_t signals = EndSignals();
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}

}  // namespace postern
