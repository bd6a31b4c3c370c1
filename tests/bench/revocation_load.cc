// revocation_load: serves and asks RevocationService about staples that are kept and
// verdicts that are remembered, and prints what it measured, one JSON object a line.
//
//   revocation_load --serve ours|floor
//       is the service over 256 certificates, or one of the same messages that does
//       nothing. It prints "listening PORT", and ends with SIGTERM
//   revocation_load --ours ADDRESS --floor ADDRESS --method GetStaple|CheckStaple
//                   --in-flight K --connections N --rounds R --seconds S
//       asks both in turn, R times S seconds each
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/revocation.grpc.pb.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/certificate.h"
#include "server/io/answer_memo.h"
#include "server/io/clock.h"
#include "server/rpc/admission.h"
#include "server/rpc/fetch_revocation.h"
#include "server/rpc/revocation_service.h"
#include "tests/bench/load.h"
#include "tests/bench/load_in_turn.h"
#include "tests/bench/message_pool.h"
#include "tests/bench/revocation_requests.h"
#include "tests/bench/serve_floor.h"
#include "tests/support/fake_http_fetcher.h"

namespace postern {
namespace {

// RevocationService that does nothing, with the generated messages, pooled.
class RevocationFloor final : public v1::RevocationService::CallbackService {
 public:
  RevocationFloor(const v1::GetStapleResponse& staple, const v1::CheckStapleResponse& verdict)
      : staples_(staple), verdicts_(verdict) {
    SetMessageAllocatorFor_GetStaple(&staples_);
    SetMessageAllocatorFor_CheckStaple(&verdicts_);
  }
  grpc::ServerUnaryReactor* GetStaple(grpc::CallbackServerContext* context,
                                      const v1::GetStapleRequest*,
                                      v1::GetStapleResponse*) override {
    return Finish(context);
  }
  grpc::ServerUnaryReactor* CheckStaple(grpc::CallbackServerContext* context,
                                        const v1::CheckStapleRequest*,
                                        v1::CheckStapleResponse*) override {
    return Finish(context);
  }

 private:
  static grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  MessagePool<v1::GetStapleRequest, v1::GetStapleResponse> staples_;
  MessagePool<v1::CheckStapleRequest, v1::CheckStapleResponse> verdicts_;
};

int Serve(bool is_floor) {
  BlockEndSignals();
  BenchStaples staples;
  const SystemClock clock;
  const NoCrls crls;
  FakeHttpFetcher fetcher;  // nothing is fetched
  AnswerMemo memo(size_t{64} << 20);
  Admission waiting(1);
  RevocationService service({staples, crls, fetcher,
                             [](const std::string&, const Certificate&, absl::Time,
                                const FetchCrlCallback& done) { done(nullptr); },
                             memo, waiting, clock},
                            {});
  if (!is_floor) return ServeFloor(service);

  // With the answers that the service gives.
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const auto stub =
      v1::RevocationService::NewStub(server->InProcessChannel(grpc::ChannelArguments()));
  grpc::ClientContext get;
  v1::GetStapleResponse staple;
  grpc::ClientContext check;
  v1::CheckStapleResponse verdict;
  if (!stub->GetStaple(&get, GetStapleRequests(1)[0], &staple).ok() ||
      !stub->CheckStaple(&check, CheckStapleRequests(1)[0], &verdict).ok() ||
      staple.staple().staple().empty() || verdict.verdict().status() != v1::StapleVerdict::GOOD) {
    std::fprintf(stderr, "revocation_load: there is no good staple to copy\n");
    return 1;
  }
  server->Shutdown();
  RevocationFloor floor(staple, verdict);
  return ServeFloor(floor);
}

int Main(int argc, char** argv) {
  CLI::App app("revocation_load: load on servers of RevocationService, measured.");
  std::string served;
  std::string ours;
  std::string floor;
  std::string method = "GetStaple";
  LoadOptions options;
  int rounds = 1;
  double seconds = 1;
  app.add_option("--serve", served)->check(CLI::IsMember({"ours", "floor"}));
  app.add_option("--ours", ours);
  app.add_option("--floor", floor);
  app.add_option("--method", method)->check(CLI::IsMember({"GetStaple", "CheckStaple"}));
  app.add_option("--in-flight", options.in_flight)->check(CLI::PositiveNumber);
  app.add_option("--connections", options.connections)->check(CLI::PositiveNumber);
  app.add_option("--rounds", rounds)->check(CLI::PositiveNumber);
  app.add_option("--seconds", seconds)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  if (!served.empty()) return Serve(served == "floor");
  options.method = absl::StrCat("/postern.v1.RevocationService/", method);
  options.requests = method == "GetStaple" ? Serialized(GetStapleRequests(kBenchCertificates))
                                           : Serialized(CheckStapleRequests(kBenchCertificates));
  return LoadInTurn("revocation_load", OursAndFloor(ours, floor, std::move(options)), rounds,
                    seconds);
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return postern::Main(argc, argv);
}
