#include "server/rpc/wire.h"

#include <cstring>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace postern {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

}  // namespace

size_t FieldSize(size_t size) {
  return kTagSize + CodedOutputStream::VarintSize32(static_cast<uint32_t>(size)) + size;
}

void WireWriter::Message(int field, size_t size) {
  *next_++ = static_cast<uint8_t>(
      WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
  next_ = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(size), next_);
}

void WireWriter::Uint64(int field, uint64_t value) {
  *next_++ = static_cast<uint8_t>(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_VARINT));
  next_ = CodedOutputStream::WriteVarint64ToArray(value, next_);
}

void WireWriter::Bytes(absl::string_view bytes) {
  std::memcpy(next_, bytes.data(), bytes.size());
  next_ += bytes.size();
}

void WireWriter::Finish(grpc::ByteBuffer& response) {
  const grpc::Slice slice = Finish();
  grpc::ByteBuffer filled(&slice, 1);
  response.Swap(&filled);
}

grpc::Slice SingleSlice(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  if (!bytes.TrySingleSlice(&slice).ok() && !bytes.DumpToSingleSlice(&slice).ok()) return {};
  return slice;
}

bool SplitMessages(absl::string_view bytes, int field, size_t max,
                   std::vector<absl::string_view>& messages) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  const uint32_t wanted = WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  while (const uint32_t tag = in.ReadTag()) {
    if (tag != wanted) {
      if (!WireFormatLite::SkipField(&in, tag)) return false;
      continue;
    }
    uint32_t size = 0;
    if (!in.ReadVarint32(&size)) return false;
    const size_t begin = static_cast<size_t>(in.CurrentPosition());
    if (size > bytes.size() - begin || !in.Skip(static_cast<int>(size))) return false;
    messages.push_back(bytes.substr(begin, size));
    if (messages.size() > max) return true;
  }
  return in.ConsumedEntireMessage();
}

}  // namespace postern
