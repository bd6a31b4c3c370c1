#include "client/grpc_watch.h"

#include <utility>

#include "client/grpc_status.h"
#include "grpcpp/support/client_callback.h"

namespace postern {
namespace {

// Reactor reads until the stream ends; it deletes itself.
class Reactor final : public grpc::ClientReadReactor<v1::WatchStaplesResponse> {
 public:
  Reactor(std::shared_ptr<grpc::ClientContext> context, v1::WatchStaplesRequest request,
          WatchHandlers handlers)
      : context_(std::move(context)),
        request_(std::move(request)),
        handlers_(std::move(handlers)) {}

  void Start(v1::RevocationService::Stub& stub) {
    stub.async()->WatchStaples(context_.get(), &request_, this);
    StartRead(&response_);
    StartCall();
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    handlers_.on_staples(std::move(response_));
    response_.Clear();
    StartRead(&response_);
  }
  void OnDone(const grpc::Status& status) override {
    handlers_.on_end(FromGrpc(status));
    delete this;
  }

  const std::shared_ptr<grpc::ClientContext> context_;
  const v1::WatchStaplesRequest request_;
  const WatchHandlers handlers_;
  v1::WatchStaplesResponse response_;
};

class Watch final : public ConnectionWatch {
 public:
  explicit Watch(std::shared_ptr<grpc::ClientContext> context) : context_(std::move(context)) {}
  ~Watch() override { context_->TryCancel(); }

 private:
  const std::shared_ptr<grpc::ClientContext> context_;
};

}  // namespace

std::unique_ptr<ConnectionWatch> StartGrpcWatch(v1::RevocationService::Stub& stub,
                                                std::shared_ptr<grpc::ClientContext> context,
                                                const v1::WatchStaplesRequest& request,
                                                WatchHandlers handlers) {
  auto watch = std::make_unique<Watch>(context);
  (new Reactor(std::move(context), request, std::move(handlers)))->Start(stub);
  return watch;
}

}  // namespace postern
