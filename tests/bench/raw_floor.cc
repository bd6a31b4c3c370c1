#include <cstddef>
#include <cstdint>
#include <memory>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/message_lite.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/policy.grpc.pb.h"
#include "tests/bench/echo_stream.h"
#include "tests/bench/floor_service.h"

namespace postern {
namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr uint8_t kIdTag = 1 << 3;  // request_id is field 1 of both messages

// A response is its id and bytes that all have in common.
class BytesCodec {
 public:
  explicit BytesCodec(const grpc::Slice& body) : body_(body) {}

  uint64_t Id(const grpc::ByteBuffer& request) const {
    grpc::Slice slice;
    if (!request.TrySingleSlice(&slice).ok() && !request.DumpToSingleSlice(&slice).ok()) return 0;
    CodedInputStream in(slice.begin(), static_cast<int>(slice.size()));
    uint64_t id = 0;
    return in.ReadTag() == kIdTag && in.ReadVarint64(&id) ? id : 0;
  }
  void SetId(uint64_t id, grpc::ByteBuffer& response) const {
    uint8_t field[11] = {kIdTag};
    const uint8_t* const end = CodedOutputStream::WriteVarint64ToArray(id, field + 1);
    const grpc::Slice slices[] = {grpc::Slice(field, static_cast<size_t>(end - field)), body_};
    response = grpc::ByteBuffer(slices, 2);
  }

 private:
  const grpc::Slice body_;
};

grpc::Slice Serialize(const google::protobuf::MessageLite& message) {
  return grpc::Slice(message.SerializeAsString());
}

class RawFloor final : public v1::PolicyService::WithRawCallbackMethod_ResolveDomainPolicy<
                           v1::PolicyService::WithRawCallbackMethod_ResolveDomainPolicyBatch<
                               v1::PolicyService::WithRawCallbackMethod_StreamDomainPolicies<
                                   v1::PolicyService::Service>>> {
 public:
  explicit RawFloor(const FixedAnswers& answers)
      : unary_(Serialize(answers.unary)),
        batch_(Serialize(answers.batch)),
        stream_(Serialize(answers.stream)) {}

  grpc::ServerUnaryReactor* ResolveDomainPolicy(grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer*,
                                                grpc::ByteBuffer* response) override {
    return Finish(context, unary_, response);
  }
  grpc::ServerUnaryReactor* ResolveDomainPolicyBatch(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer*,
                                                     grpc::ByteBuffer* response) override {
    return Finish(context, batch_, response);
  }
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StreamDomainPolicies(
      grpc::CallbackServerContext*) override {
    return new EchoStream<grpc::ByteBuffer, grpc::ByteBuffer, BytesCodec>(BytesCodec(stream_),
                                                                          grpc::ByteBuffer());
  }

 private:
  static grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context,
                                          const grpc::Slice& bytes, grpc::ByteBuffer* response) {
    *response = grpc::ByteBuffer(&bytes, 1);
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  const grpc::Slice unary_;
  const grpc::Slice batch_;
  const grpc::Slice stream_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewRawFloor(const FixedAnswers& answers) {
  return std::make_unique<RawFloor>(answers);
}

}  // namespace postern
