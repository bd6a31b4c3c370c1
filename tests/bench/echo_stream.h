// A stream that answers each message by fixed answers with its ids, for no-op services.
#ifndef POSTERN_TESTS_BENCH_ECHO_STREAM_H_
#define POSTERN_TESTS_BENCH_ECHO_STREAM_H_

#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "grpcpp/grpcpp.h"

namespace postern {

// EchoStream reads on while it writes. Codec has `Ids Read(const Request&)` and
// `void Fill(const Ids&, Response&)`, where Ids is std::vector<uint64_t>; what Fill is
// given is the same response each time.
template <typename Request, typename Response, typename Codec>
class EchoStream final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  EchoStream(Codec codec, Response response)
      : codec_(std::move(codec)), response_(std::move(response)) {
    this->StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ended_ = !ok;
      if (ok) queue_.push_back(codec_.Read(request_));
      Write();
    }
    if (ok) this->StartRead(&request_);
  }
  void OnWriteDone(bool ok) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    writing_ = false;
    if (!ok) queue_.clear();
    Write();
  }
  void OnDone() override { delete this; }

 private:
  void Write() {
    if (writing_ || finished_) return;
    if (queue_.empty()) {
      finished_ = ended_;
      if (finished_) this->Finish(grpc::Status::OK);
      return;
    }
    writing_ = true;
    codec_.Fill(queue_.front(), response_);
    queue_.pop_front();
    grpc::WriteOptions options;
    if (!queue_.empty()) options.set_buffer_hint();
    this->StartWrite(&response_, options);
  }

  Codec codec_;
  Request request_;
  std::mutex mutex_;
  Response response_;
  std::deque<std::vector<uint64_t>> queue_;
  bool writing_ = false;
  bool ended_ = false;
  bool finished_ = false;
};

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_ECHO_STREAM_H_
