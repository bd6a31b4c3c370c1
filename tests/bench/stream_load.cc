#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "tests/bench/load.h"
#include "tests/bench/load_worker.h"
#include "tests/bench/policy_requests.h"

namespace postern {
namespace {

// One stream, which stays open from one measurement to the next.
struct Stream {
  enum class Step { kStart, kRead, kWrite };
  struct Tag {
    Stream* stream;
    Step step;
  };

  grpc::ClientContext context;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call;
  Tag start{this, Step::kStart}, read{this, Step::kRead}, write{this, Step::kWrite};
  grpc::ByteBuffer response;
  std::optional<size_t> next;  // to be written: its index
  bool writing = false;
  bool reading = false;
  size_t unanswered = 0;  // questions
  // By the message's index: when it was sent last, and its questions without an answer. The
  // same message may be under way on other streams too, or here a second time.
  std::vector<int64_t> sent;
  std::vector<size_t> left;
};

class StreamWorker final : public LoadWorker {
 public:
  StreamWorker(const LoadOptions& options, size_t connections, size_t in_flight)
      : LoadWorker(options, connections, in_flight),
        window_(in_flight / connections * options.questions) {
    for (const auto& stub : stubs_) {
      auto stream = std::make_unique<Stream>();
      stream->sent.resize(options.requests.size());
      stream->left.resize(options.requests.size());
      stream->call = stub->PrepareCall(&stream->context, options_.method, &queue_);
      stream->call->StartCall(&stream->start);
      streams_.push_back(std::move(stream));
    }
    for (size_t i = 0; i < streams_.size(); ++i) Next();
  }

  ~StreamWorker() override {
    for (const auto& stream : streams_) stream->context.TryCancel();
    queue_.Shutdown();
    while (Next() != nullptr) {
    }
  }

  LoadSample Run(LoadPlan& plan) override {
    LoadSample sample;
    for (const auto& stream : streams_) Write(*stream, plan);
    while (Busy()) {
      const Stream::Tag* const tag = Await();
      if (!ok_) {
        sample.error = tag == nullptr ? "a question has no answer" : "the stream has ended";
        return sample;
      }
      Stream& stream = *tag->stream;
      if (tag->step == Stream::Step::kWrite) {
        stream.writing = false;
      } else {
        stream.reading = false;
        const int64_t now = MonotonicNanos();
        Show(stream.response);
        for (const uint64_t id : RequestIds(stream.response)) {
          const size_t message = id / options_.questions;
          if (message >= stream.left.size() || stream.left[message] == 0) {
            sample.error = "an answer to what was not asked";
            return sample;
          }
          --stream.unanswered;
          if (--stream.left[message] % options_.questions == 0) {
            Note(stream.sent[message], now, plan, sample);
          }
        }
      }
      Write(stream, plan);
      Read(stream);
    }
    return sample;
  }

 private:
  const Stream::Tag* Next() {
    void* tag = nullptr;
    return queue_.Next(&tag, &ok_) ? static_cast<const Stream::Tag*>(tag) : nullptr;
  }

  // As Next, but null, and not ok, where nothing happens for too long.
  const Stream::Tag* Await() {
    void* tag = nullptr;
    const auto deadline = std::chrono::system_clock::now() + kCallDeadline;
    if (queue_.AsyncNext(&tag, &ok_, deadline) == grpc::CompletionQueue::GOT_EVENT) {
      return static_cast<const Stream::Tag*>(tag);
    }
    ok_ = false;
    return nullptr;
  }

  bool Busy() const {
    for (const auto& stream : streams_) {
      if (stream->writing || stream->next || stream->unanswered > 0) return true;
    }
    return false;
  }

  void Write(Stream& stream, LoadPlan& plan) {
    if (stream.writing || stream.unanswered + options_.questions > window_) return;
    const int64_t now = MonotonicNanos();
    if (!stream.next) stream.next = Take(plan, now);
    if (!stream.next) return;
    const size_t index = *stream.next;
    stream.next = Take(plan, now);
    stream.writing = true;
    stream.sent[index] = now;
    stream.left[index] += options_.questions;
    stream.unanswered += options_.questions;
    // Where another one follows for certain the bytes may wait for it.
    grpc::WriteOptions options;
    if (stream.unanswered + options_.questions <= window_ && stream.next) {
      options.set_buffer_hint();
    }
    stream.call->Write(options_.requests[index], options, &stream.write);
    Read(stream);
  }

  static std::optional<size_t> Take(LoadPlan& plan, int64_t now) {
    size_t index = 0;
    return plan.Next(now, index) ? std::optional<size_t>(index) : std::nullopt;
  }

  void Read(Stream& stream) {
    if (stream.reading || stream.unanswered == 0) return;
    stream.reading = true;
    stream.call->Read(&stream.response, &stream.read);
  }

  const size_t window_;  // questions under way on a stream
  std::vector<std::unique_ptr<Stream>> streams_;
  bool ok_ = false;
};

}  // namespace

std::unique_ptr<Load> NewStreamLoad(LoadOptions options) {
  return std::make_unique<WorkersLoad<StreamWorker>>(std::move(options));
}

}  // namespace postern
