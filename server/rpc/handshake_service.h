// HandshakeService of proto/postern/v1/handshake.proto.
#ifndef POSTERN_SERVER_RPC_HANDSHAKE_SERVICE_H_
#define POSTERN_SERVER_RPC_HANDSHAKE_SERVICE_H_

#include "grpcpp/grpcpp.h"
#include "postern/v1/handshake.grpc.pb.h"
#include "server/rpc/handshake_answers.h"

namespace postern {

// HandshakeService takes and gives bytes: the digest of a request is the key of its
// answer, and what is remembered is sent as it is.
class HandshakeService final : public v1::HandshakeService::WithRawCallbackMethod_VerifyHandshake<
                                   v1::HandshakeService::WithRawCallbackMethod_VerifyHandshakeBatch<
                                       v1::HandshakeService::Service>> {
 public:
  explicit HandshakeService(HandshakeAnswers& answers) : answers_(answers) {}

  grpc::ServerUnaryReactor* VerifyHandshake(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* VerifyHandshakeBatch(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) override;

 private:
  HandshakeAnswers& answers_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_HANDSHAKE_SERVICE_H_
