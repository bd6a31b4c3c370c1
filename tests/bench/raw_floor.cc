#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/message_lite.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/policy.grpc.pb.h"
#include "tests/bench/echo_stream.h"
#include "tests/bench/floor_service.h"
#include "tests/bench/policy_requests.h"

namespace postern {
namespace {

using google::protobuf::io::CodedOutputStream;

constexpr uint8_t kMessageTag = 1 << 3 | 2;  // questions and answers are field 1
constexpr uint8_t kIdTag = 1 << 3;           // request_id is field 1 of each

// An answer is its id and bytes that all have in common.
class BytesCodec {
 public:
  // `body` is a StreamedAnswer without id.
  explicit BytesCodec(const grpc::Slice& body) : body_(body) {}

  std::vector<uint64_t> Read(const grpc::ByteBuffer& request) const { return RequestIds(request); }
  void Fill(const std::vector<uint64_t>& ids, grpc::ByteBuffer& response) const {
    std::vector<grpc::Slice> slices;
    slices.reserve(2 * ids.size());
    for (const uint64_t id : ids) {
      const size_t size = 1 + CodedOutputStream::VarintSize64(id) + body_.size();
      uint8_t head[24] = {kMessageTag};
      uint8_t* end = CodedOutputStream::WriteVarint64ToArray(size, head + 1);
      *end++ = kIdTag;
      end = CodedOutputStream::WriteVarint64ToArray(id, end);
      slices.emplace_back(head, static_cast<size_t>(end - head));
      slices.push_back(body_);
    }
    grpc::ByteBuffer filled(slices.data(), slices.size());
    response.Swap(&filled);
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
        stream_(Serialize(answers.stream.answers(0))) {}

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
