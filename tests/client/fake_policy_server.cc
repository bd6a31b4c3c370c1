#include "tests/client/fake_policy_server.h"

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/server_builder.h"

namespace postern {
namespace {

using Question = v1::StreamDomainPoliciesRequest;
using Answer = v1::StreamDomainPoliciesResponse;

class StreamReactor final : public grpc::ServerBidiReactor<Question, Answer> {
 public:
  explicit StreamReactor(StreamScript script) : script_(std::move(script)) {
    if (!script_.stall) StartRead(&question_);
  }

 private:
  void OnReadDone(bool ok) override {
    if (ok) held_.insert(held_.end(), question_.questions().begin(), question_.questions().end());
    closed_ = !ok;
    Advance();
  }
  void OnWriteDone(bool) override {
    held_.pop_back();
    ++answered_;
    if (held_.empty()) answering_ = false;
    Advance();
  }
  void OnCancel() override {
    if (script_.stall) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

  // One operation at a time: read, or write, or end.
  void Advance() {
    const bool has_answer =
        answering_ || (closed_ && !held_.empty()) || held_.size() >= script_.hold;
    if (answered_ == script_.answers || (closed_ && !has_answer)) {
      Finish(script_.end);
    } else if (has_answer) {
      answering_ = true;
      answer_.Clear();
      v1::StreamedAnswer* answer = answer_.add_answers();
      answer->set_request_id(held_.back().request_id());
      v1::DomainPolicy* policy = answer->mutable_result()->mutable_policy();
      policy->set_domain(held_.back().request().domain());
      policy->set_verdict(v1::DomainPolicy::DEFER);
      StartWrite(&answer_);
    } else {
      StartRead(&question_);
    }
  }

  const StreamScript script_;
  Question question_;
  Answer answer_;
  std::vector<v1::StreamedQuestion> held_;
  size_t answered_ = 0;
  bool answering_ = false;
  bool closed_ = false;
};

}  // namespace

FakePolicyServer::FakePolicyServer(const std::string& address,
                                   const std::shared_ptr<grpc::ServerCredentials>& credentials) {
  grpc::ServerBuilder builder;
  int port = 0;
  // Else another test's server could share the port.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(address, credentials, &port);
  builder.RegisterService(static_cast<v1::PolicyService::CallbackService*>(this));
  builder.RegisterService(static_cast<v1::HandshakeService::CallbackService*>(this));
  builder.RegisterService(static_cast<v1::RevocationService::CallbackService*>(this));
  builder.RegisterService(static_cast<v1::AdminService::CallbackService*>(this));
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) {
    std::cerr << "cannot listen on " << address << "\n";
    std::abort();
  }
  target_ = absl::StartsWith(address, "unix:") ? address : absl::StrCat("127.0.0.1:", port);
}

FakePolicyServer::~FakePolicyServer() {
  // Now: what still hangs is cancelled.
  server_->Shutdown(std::chrono::system_clock::now());
}

grpc::ServerBidiReactor<Question, Answer>* FakePolicyServer::StreamDomainPolicies(
    grpc::CallbackServerContext*) {
  return new StreamReactor(stream);
}

grpc::ServerReadReactor<v1::CheckCrlRequest>* FakePolicyServer::CheckCrl(
    grpc::CallbackServerContext*, v1::CheckCrlResponse* response) {
  class Reactor final : public grpc::ServerReadReactor<v1::CheckCrlRequest> {
   public:
    Reactor(FakePolicyServer& server, v1::CheckCrlResponse* response)
        : server_(server), response_(response) {
      StartRead(&piece_);
    }
    void OnReadDone(bool ok) override {
      if (!ok) {
        std::lock_guard<std::mutex> lock(server_.crl_mutex_);
        server_.crl_request_ = all_;
        *response_ = server_.crl_response;
        return Finish(server_.crl_end);
      }
      const std::string crl = all_.crl() + piece_.crl();
      all_.MergeFrom(piece_);
      all_.set_crl(crl);
      StartRead(&piece_);
    }
    void OnDone() override { delete this; }

   private:
    FakePolicyServer& server_;
    v1::CheckCrlResponse* const response_;
    v1::CheckCrlRequest piece_;
    v1::CheckCrlRequest all_;
  };
  return new Reactor(*this, response);
}

grpc::ServerWriteReactor<v1::WatchStaplesResponse>* FakePolicyServer::WatchStaples(
    grpc::CallbackServerContext*, const v1::WatchStaplesRequest*) {
  class Reactor final : public grpc::ServerWriteReactor<v1::WatchStaplesResponse> {
   public:
    explicit Reactor(const FakePolicyServer& server) : server_(server) { Next(); }
    void OnWriteDone(bool) override { Next(); }
    void OnDone() override { delete this; }

   private:
    void Next() {
      if (told_ == server_.watch.size()) return Finish(server_.watch_end);
      StartWrite(&server_.watch[told_++]);
    }
    const FakePolicyServer& server_;
    size_t told_ = 0;
  };
  return new Reactor(*this);
}

}  // namespace postern
