// Makes one gRPC call with bytes, for tests that have no stubs.
//
//   grpc_call ADDRESS /package.Service/Method HEX
//       prints the status code's number and the response in hex digits
//   grpc_call --stream [--open] ADDRESS /package.Service/Method HEX...
//       sends the messages, prints each response in hex digits as it comes, and, at the
//       end, "status", the code's number and the message. With --open more messages might
//       follow, for all that the server knows.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"

namespace {

grpc::ByteBuffer FromHex(absl::string_view hex) {
  const grpc::Slice slice(absl::HexStringToBytes(hex));
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToHex(const grpc::ByteBuffer& bytes) {
  grpc::Slice whole;
  if (!bytes.Valid() || !bytes.DumpToSingleSlice(&whole).ok()) return "";
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(whole.begin()), whole.size()));
}

class Caller {
 public:
  explicit Caller(const std::string& address)
      : stub_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {}

  void Unary(const std::string& method, absl::string_view hex) {
    const auto call = stub_.PrepareUnaryCall(&context_, method, FromHex(hex), &queue_);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    Await();
    std::cout << status.error_code() << " " << ToHex(response) << "\n";
  }

  void Stream(const std::string& method, const std::vector<std::string>& messages, bool open) {
    const auto call = stub_.PrepareCall(&context_, method, &queue_);
    call->StartCall(nullptr);
    bool good = Await();
    for (const std::string& hex : messages) {
      if (!good) break;
      call->Write(FromHex(hex), nullptr);
      good = Await();
    }
    if (good && !open) {
      call->WritesDone(nullptr);
      Await();
    }
    grpc::ByteBuffer response;
    for (call->Read(&response, nullptr); Await(); call->Read(&response, nullptr)) {
      std::cout << ToHex(response) << std::endl;
    }
    grpc::Status status;
    call->Finish(&status, nullptr);
    Await();
    std::cout << "status " << status.error_code() << " " << status.error_message() << std::endl;
  }

 private:
  // Waits for the operation that was started last.
  bool Await() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
};

}  // namespace

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  std::vector<std::string> words(argv + 1, argv + argc);
  const auto flag = [&words](absl::string_view name) {
    if (words.empty() || words.front() != name) return false;
    words.erase(words.begin());
    return true;
  };
  const bool stream = flag("--stream");
  const bool open = stream && flag("--open");
  if (words.size() < 3 || (!stream && words.size() != 3)) {
    std::cerr << "usage: grpc_call [--stream [--open]] ADDRESS /package.Service/Method HEX...\n";
    return 64;
  }
  Caller caller(words[0]);
  if (stream) {
    caller.Stream(words[1], {words.begin() + 2, words.end()}, open);
  } else {
    caller.Unary(words[1], words[2]);
  }
  return 0;
}
