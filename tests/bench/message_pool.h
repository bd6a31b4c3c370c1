// Request and response messages that are used again, for a no-op service.
#ifndef POSTERN_TESTS_BENCH_MESSAGE_POOL_H_
#define POSTERN_TESTS_BENCH_MESSAGE_POOL_H_

#include <memory>
#include <mutex>
#include <vector>

#include "grpcpp/grpcpp.h"

namespace postern {

// MessagePool gives out responses that hold the answer already. Thread safe. The mutex
// is never contended by more than gRPC's two threads.
template <typename Request, typename Response>
class MessagePool final : public grpc::MessageAllocator<Request, Response> {
 public:
  explicit MessagePool(const Response& answer) : answer_(answer) {}

  grpc::MessageHolder<Request, Response>* AllocateMessages() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!free_.empty()) {
        Holder* const holder = free_.back();
        free_.pop_back();
        return holder;
      }
    }
    return new Holder(*this);
  }

 private:
  struct Holder final : grpc::MessageHolder<Request, Response> {
    explicit Holder(MessagePool& pool) : pool(pool), answer(pool.answer_) {
      this->set_request(&question);
      this->set_response(&answer);
    }
    void Release() override {
      const std::lock_guard<std::mutex> lock(pool.mutex_);
      pool.free_.push_back(this);
    }

    MessagePool& pool;
    Request question;
    Response answer;
  };

  const Response answer_;
  std::mutex mutex_;
  std::vector<Holder*> free_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_MESSAGE_POOL_H_
