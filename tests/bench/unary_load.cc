#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "tests/bench/load.h"
#include "tests/bench/load_worker.h"

namespace postern {
namespace {

struct Call {
  grpc::GenericStub* stub = nullptr;
  std::optional<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  grpc::ByteBuffer response;
  grpc::Status status;
  int64_t start = 0;
};

class UnaryWorker final : public LoadWorker {
 public:
  using LoadWorker::LoadWorker;

  LoadSample Run(LoadPlan& plan) override {
    LoadSample sample;
    std::vector<Call> calls(in_flight_);
    size_t under_way = 0;
    for (size_t i = 0; i < calls.size(); ++i) {
      calls[i].stub = stubs_[i % stubs_.size()].get();
      under_way += Start(calls[i], plan) ? 1 : 0;
    }
    void* tag = nullptr;
    bool ok = false;
    while (under_way > 0 && queue_.Next(&tag, &ok)) {
      Call& call = *static_cast<Call*>(tag);
      const int64_t now = MonotonicNanos();
      if (!call.status.ok()) {
        if (sample.error.empty()) sample.error = call.status.error_message();
        --under_way;
        continue;
      }
      Show(call.response);
      Note(call.start, now, plan, sample);
      if (!Start(call, plan)) --under_way;
    }
    return sample;
  }

 private:
  bool Start(Call& call, LoadPlan& plan) {
    size_t index = 0;
    call.start = MonotonicNanos();
    if (!plan.Next(call.start, index)) return false;
    call.context.emplace();
    call.context->set_deadline(std::chrono::system_clock::now() + kCallDeadline);
    call.reader = call.stub->PrepareUnaryCall(&*call.context, options_.method,
                                              options_.requests[index], &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.response, &call.status, &call);
    return true;
  }
};

}  // namespace

std::unique_ptr<Load> NewUnaryLoad(LoadOptions options) {
  return std::make_unique<WorkersLoad<UnaryWorker>>(std::move(options));
}

}  // namespace postern
