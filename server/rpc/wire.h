// Protobuf's encoding, as far as messages are put together from bytes that are
// ready, or taken apart without being read.
//
// A message on the wire is the concatenation of its fields, and a field that is a
// message is a tag, a length and the message's bytes.
#ifndef POSTERN_SERVER_RPC_WIRE_H_
#define POSTERN_SERVER_RPC_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpc/slice.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/slice.h"

namespace postern {

// Fields 1 to 15 have a tag of one byte; here are no others.
inline constexpr size_t kTagSize = 1;

// FieldSize returns the size of a field that holds a message of so many bytes.
size_t FieldSize(size_t size);

// WireWriter fills a slice from front to back.
class WireWriter {
 public:
  explicit WireWriter(size_t size)
      : slice_(grpc_slice_malloc(size)), next_(GRPC_SLICE_START_PTR(slice_)) {}

  // Message begins a field that holds a message of so many bytes.
  void Message(int field, size_t size);
  void Uint64(int field, uint64_t value);
  void Bytes(absl::string_view bytes);

  grpc::Slice Finish() { return grpc::Slice(slice_, grpc::Slice::STEAL_REF); }
  // Fills an empty buffer: gRPC's can be swapped, but not moved.
  void Finish(grpc::ByteBuffer& response);

 private:
  grpc_slice slice_;
  uint8_t* next_;
};

// SingleSlice returns the bytes of a buffer as one slice; empty if there are none.
grpc::Slice SingleSlice(const grpc::ByteBuffer& bytes);

inline absl::string_view ViewOf(const grpc::Slice& slice) {
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

// SplitMessages finds the messages that a repeated field of a message holds; other
// fields are passed over. It stops once there are more than `max`. False where the
// bytes are no message.
bool SplitMessages(absl::string_view bytes, int field, size_t max,
                   std::vector<absl::string_view>& messages);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_WIRE_H_
