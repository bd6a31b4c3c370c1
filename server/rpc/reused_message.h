// A request message that a thread uses again and again.
#ifndef POSTERN_SERVER_RPC_REUSED_MESSAGE_H_
#define POSTERN_SERVER_RPC_REUSED_MESSAGE_H_

#include <cstddef>
#include <memory>

namespace postern {

// ReusedMessage keeps a message's memory for the next request, which saves the
// allocations of most, but not what an unusually large one took. For a thread_local.
//
//   thread_local ReusedMessage<Request> reused;
//   const ReusedMessage<Request>::Use use(reused, bytes.Length());
//   if (!ParseOne(bytes, "domain", use.message()).ok()) ...  (policy_wire.h)
template <typename Message>
class ReusedMessage {
 public:
  // Bytes of a message that are kept.
  static constexpr size_t kMaxKept = size_t{256} << 10;

  // Use is for one request.
  class Use {
   public:
    // `length` is that of the request's bytes.
    Use(ReusedMessage& reused, size_t length) : reused_(reused) { reused_.parsed_ += length; }
    ~Use() { reused_.Trim(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    Message& message() const { return *reused_.message_; }

   private:
    ReusedMessage& reused_;
  };

  size_t SpaceUsed() const { return message_->SpaceUsedLong(); }

 private:
  // A message grows with what is parsed into it only, so that it need not be measured,
  // which is slow, before that could be much.
  void Trim() {
    if (parsed_ < kMeasureAfter) return;
    parsed_ = 0;
    if (SpaceUsed() > kMaxKept) message_ = std::make_unique<Message>();
  }

  static constexpr size_t kMeasureAfter = size_t{8} << 10;

  std::unique_ptr<Message> message_ = std::make_unique<Message>();
  size_t parsed_ = 0;  // bytes since it was measured
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_REUSED_MESSAGE_H_
