// Makes one gRPC call with bytes, for tests that have no stubs.
//
//   grpc_call ADDRESS /package.Service/Method HEX
//
// Prints the status code's number and the response in hex digits.
#include <future>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  if (argc != 4) {
    std::cerr << "usage: grpc_call ADDRESS /package.Service/Method HEX\n";
    return 64;
  }
  const auto channel = grpc::CreateChannel(argv[1], grpc::InsecureChannelCredentials());
  grpc::GenericStub stub(channel);
  const std::string request_bytes = absl::HexStringToBytes(argv[3]);
  const grpc::Slice slice(request_bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::ClientContext context;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, argv[2], {}, &request, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  std::string response_bytes;
  grpc::Slice whole;
  if (status.ok() && response.DumpToSingleSlice(&whole).ok()) {
    response_bytes.assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
  }
  std::cout << status.error_code() << " " << absl::BytesToHexString(response_bytes) << "\n";
  return 0;
}
