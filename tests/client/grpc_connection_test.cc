#include "client/grpc_connection.h"

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/grpc_stream.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/fake_policy_server.h"
#include "tests/client/socket_dir.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::shared_ptr<Connection> Connect(const std::string& target) {
  Options options;
  options.target = target;
  options.retry.initial_backoff = absl::Milliseconds(1);
  return MakeGrpcConnection(options).value();
}

v1::ResolveDomainPolicyRequest Question(const std::string& domain) {
  v1::ResolveDomainPolicyRequest request;
  request.set_domain(domain);
  return request;
}

v1::ResolveDomainPolicyResponse Deferred(const std::string& domain) {
  v1::ResolveDomainPolicyResponse response;
  response.mutable_policy()->set_domain(domain);
  response.mutable_policy()->set_verdict(v1::DomainPolicy::DEFER);
  return response;
}

TEST(GrpcConnection, CarriesEachUnaryRpc) {
  FakePolicyServer server;
  server.domain.Answer(Deferred("d.test"));
  server.relay.Answer({});
  server.batch.Answer({});
  server.status.Answer({});
  server.list.Answer({});
  server.purge.Answer({});
  auto connection = Connect(server.target());
  auto answer = connection->ResolveDomainPolicy(Question("d.test"), {});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->policy().domain(), "d.test");
  EXPECT_EQ(server.domain.requests().at(0).domain(), "d.test");
  EXPECT_TRUE(connection->ResolveRelayPolicy({}, {}).ok());
  EXPECT_TRUE(connection->ResolveDomainPolicyBatch({}, {}).ok());
  EXPECT_TRUE(connection->GetStatus({}, {}).ok());
  EXPECT_TRUE(connection->ListCachedPolicies({}, {}).ok());
  EXPECT_TRUE(connection->PurgeCachedPolicies({}, {}).ok());
  EXPECT_THAT(server.purge.requests(), SizeIs(1));
}

// Waits for the callback of one asynchronous call.
template <typename Response, typename Request>
absl::StatusOr<Response> Await(Connection& connection,
                               void (Connection::*method)(Request, CallContext, Callback<Response>),
                               Request request, CallContext context = {}) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<Response>>>();
  (connection.*method)(std::move(request), context,
                       [promise](auto response) { promise->set_value(std::move(response)); });
  return promise->get_future().get();
}

TEST(GrpcConnection, CarriesEachUnaryRpcInItsCallbackForm) {
  FakePolicyServer server;
  server.domain.Answer(Deferred("d.test"));
  server.relay.Answer({});
  server.batch.Answer({});
  server.status.Answer({});
  server.list.Answer({});
  server.purge.Fail(grpc::RESOURCE_EXHAUSTED, "full");
  auto connection = Connect(server.target());
  auto answer = Await(*connection, &Connection::AsyncResolveDomainPolicy, Question("d.test"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->policy().domain(), "d.test");
  EXPECT_TRUE(Await(*connection, &Connection::AsyncResolveRelayPolicy, {}).ok());
  EXPECT_TRUE(Await(*connection, &Connection::AsyncResolveDomainPolicyBatch, {}).ok());
  EXPECT_TRUE(Await(*connection, &Connection::AsyncGetStatus, {}).ok());
  EXPECT_TRUE(Await(*connection, &Connection::AsyncListCachedPolicies, {}).ok());
  EXPECT_EQ(Await(*connection, &Connection::AsyncPurgeCachedPolicies, {}).status(),
            absl::ResourceExhaustedError("full"));
}

TEST(GrpcConnection, CallsBackAfterItsObjectIsGone) {
  FakePolicyServer server;
  server.domain.Hang();
  auto promise = std::make_shared<std::promise<absl::Status>>();
  auto connection = Connect(server.target());
  connection->AsyncResolveDomainPolicy(
      Question("d.test"), {absl::Milliseconds(50)},
      [promise](auto response) { promise->set_value(response.status()); });
  connection.reset();
  EXPECT_TRUE(absl::IsDeadlineExceeded(promise->get_future().get()));
}

TEST(GrpcConnection, MayGoWhileItsCallsEnd) {
  // The callback returns, and the call's channel goes, while this thread is at
  // the next call: what ends last ends on a thread of gRPC.
  SocketDir sockets;
  for (int i = 0; i < 100; ++i) {
    auto promise = std::make_shared<std::promise<void>>();
    Connect(sockets.Target("nobody.sock"))->AsyncGetStatus({}, {}, [promise](auto) {
      promise->set_value();
    });
    promise->get_future().get();
  }
}

TEST(GrpcConnection, WorksOverAUnixSocket) {
  SocketDir sockets;
  FakePolicyServer server(sockets.Target("postern.sock"));
  server.domain.Answer(Deferred("d.test"));
  EXPECT_TRUE(Connect(server.target())->ResolveDomainPolicy(Question("d.test"), {}).ok());
}

TEST(GrpcConnection, GivesUpAtTheDeadline) {
  FakePolicyServer server;
  server.domain.Hang();
  auto answer =
      Connect(server.target())->ResolveDomainPolicy(Question("d.test"), {absl::Milliseconds(50)});
  EXPECT_TRUE(absl::IsDeadlineExceeded(answer.status())) << answer.status();
}

TEST(GrpcConnection, RetriesWhatHasNoEffect) {
  FakePolicyServer server;
  server.domain.Fail(grpc::UNAVAILABLE, "draining").Answer(Deferred("d.test"));
  server.status.Fail(grpc::UNAVAILABLE, "draining").Answer({});
  auto connection = Connect(server.target());
  EXPECT_TRUE(connection->ResolveDomainPolicy(Question("d.test"), {}).ok());
  EXPECT_THAT(server.domain.requests(), SizeIs(2));
  EXPECT_TRUE(connection->GetStatus({}, {}).ok());
  EXPECT_THAT(server.status.requests(), SizeIs(2));
}

TEST(GrpcConnection, CarriesAndRetriesHandshakes) {
  FakePolicyServer server;
  v1::VerifyHandshakeResponse verdict;
  verdict.mutable_handshake()->set_cv("dane");
  v1::VerifyHandshakeBatchResponse verdicts;
  *verdicts.add_results()->mutable_handshake() = verdict.handshake();
  server.handshake.Fail(grpc::UNAVAILABLE, "draining").Answer(verdict);
  server.handshake_batch.Fail(grpc::UNAVAILABLE, "draining").Answer(verdicts);
  auto connection = Connect(server.target());
  v1::VerifyHandshakeRequest request;
  request.add_certificates("DER");
  auto answer = connection->VerifyHandshake(request, {});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->handshake().cv(), "dane");
  EXPECT_EQ(server.handshake.requests().at(1).certificates(0), "DER");
  EXPECT_THAT(server.handshake.requests(), SizeIs(2));
  EXPECT_EQ(connection->VerifyHandshakeBatch({}, {})->results_size(), 1);
  EXPECT_THAT(server.handshake_batch.requests(), SizeIs(2));
  EXPECT_TRUE(Await(*connection, &Connection::AsyncVerifyHandshake, request).ok());
  EXPECT_TRUE(Await(*connection, &Connection::AsyncVerifyHandshakeBatch, {}).ok());
}

TEST(GrpcConnection, GivesUpOnAHandshakeAtTheDeadline) {
  FakePolicyServer server;
  server.handshake.Hang();
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      Connect(server.target())->VerifyHandshake({}, {absl::Milliseconds(50)}).status()));
}

TEST(GrpcConnection, GivesUpAfterTheLastAttempt) {
  FakePolicyServer server;
  server.relay.Fail(grpc::UNAVAILABLE, "draining");
  EXPECT_EQ(Connect(server.target())->ResolveRelayPolicy({}, {}).status(),
            absl::UnavailableError("draining"));
  EXPECT_THAT(server.relay.requests(), SizeIs(RetryPolicy().max_attempts));
}

TEST(GrpcConnection, DoesNotRetryAPurge) {
  FakePolicyServer server;
  server.purge.Fail(grpc::UNAVAILABLE, "draining").Answer({});
  EXPECT_EQ(Connect(server.target())->PurgeCachedPolicies({}, {}).status(),
            absl::UnavailableError("draining"));
  EXPECT_THAT(server.purge.requests(), SizeIs(1));
}

TEST(GrpcConnection, DoesNotRetryAnyOtherStatus) {
  for (auto code : {grpc::RESOURCE_EXHAUSTED, grpc::INVALID_ARGUMENT, grpc::INTERNAL}) {
    FakePolicyServer server;
    server.domain.Fail(code, "no").Answer({});
    EXPECT_FALSE(Connect(server.target())->ResolveDomainPolicy(Question("d"), {}).ok());
    EXPECT_THAT(server.domain.requests(), SizeIs(1)) << code;
  }
}

TEST(GrpcConnection, IsUnavailableWhereNobodyListens) {
  SocketDir sockets;
  auto connection = Connect(sockets.Target("nobody.sock"));
  EXPECT_TRUE(absl::IsUnavailable(connection->GetStatus({}, {}).status()));
}

// Records what a stream brings.
struct Recorder {
  StreamHandlers Handlers() {
    return {[this](const v1::StreamedAnswer& answer) { ids.push_back(answer.request_id()); },
            [this](absl::Status status) { end.set_value(std::move(status)); }};
  }
  std::vector<uint64_t> ids;
  std::promise<absl::Status> end;
};

v1::StreamedQuestion StreamQuestion(uint64_t id) {
  v1::StreamedQuestion question;
  question.set_request_id(id);
  return question;
}

TEST(GrpcStream, CarriesQuestionsAndAnswersUntilItIsClosed) {
  FakePolicyServer server;
  server.stream.hold = 3;
  Recorder recorder;
  auto stream = Connect(server.target())->StreamDomainPolicies(recorder.Handlers(), {});
  for (uint64_t id : {1, 2, 3, 4}) EXPECT_TRUE(stream->Write(StreamQuestion(id)).ok());
  stream->Close();
  EXPECT_TRUE(recorder.end.get_future().get().ok());
  // Which questions share a message is a matter of time.
  EXPECT_THAT(recorder.ids, UnorderedElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(absl::IsUnavailable(stream->Write(StreamQuestion(5))));
}

TEST(GrpcStream, TellsHowTheServerEndedIt) {
  FakePolicyServer server;
  server.stream.answers = 1;
  server.stream.end = grpc::Status(grpc::UNAVAILABLE, "draining");
  Recorder recorder;
  auto stream = Connect(server.target())->StreamDomainPolicies(recorder.Handlers(), {});
  EXPECT_TRUE(stream->Write(StreamQuestion(1)).ok());
  EXPECT_EQ(recorder.end.get_future().get(), absl::UnavailableError("draining"));
  EXPECT_THAT(recorder.ids, ElementsAre(1));
  EXPECT_TRUE(absl::IsUnavailable(stream->Write(StreamQuestion(2))));
}

TEST(GrpcStream, IsCancelledWithItsObject) {
  FakePolicyServer server;
  server.stream.hold = 100;
  Recorder recorder;
  auto stream = Connect(server.target())->StreamDomainPolicies(recorder.Handlers(), {});
  EXPECT_TRUE(stream->Write(StreamQuestion(1)).ok());
  stream.reset();
  EXPECT_TRUE(absl::IsCancelled(recorder.end.get_future().get()));
}

TEST(GrpcStream, EndsWhereNobodyListens) {
  SocketDir sockets;
  Recorder recorder;
  auto stream =
      Connect(sockets.Target("nobody.sock"))->StreamDomainPolicies(recorder.Handlers(), {});
  (void)stream->Write(StreamQuestion(1));
  EXPECT_TRUE(absl::IsUnavailable(recorder.end.get_future().get()));
}

TEST(GrpcStream, BoundsTheQuestionsThatWaitToBeSent) {
  FakePolicyServer server;
  server.stream.stall = true;
  Recorder recorder;
  auto stream = Connect(server.target())->StreamDomainPolicies(recorder.Handlers(), {});
  // The transport takes some questions, and then no more.
  v1::StreamedQuestion question = StreamQuestion(1);
  question.mutable_request()->set_domain(std::string(16 << 10, 'a'));
  absl::Status status;
  for (size_t i = 0; status.ok() && i < 4 * kMaxUnsentQuestions; ++i) {
    status = stream->Write(question);
  }
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  stream.reset();
  EXPECT_TRUE(absl::IsCancelled(recorder.end.get_future().get()));
}

TEST(GrpcStream, TakesQuestionsFromManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 200;
  FakePolicyServer server;
  server.stream.hold = 7;
  Recorder recorder;
  auto stream = Connect(server.target())->StreamDomainPolicies(recorder.Handlers(), {});
  std::vector<std::future<int>> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.push_back(std::async(std::launch::async, [&stream, t] {
      int sent = 0;
      for (int i = 0; i < kEach; ++i) sent += stream->Write(StreamQuestion(t * kEach + i)).ok();
      return sent;
    }));
  }
  int sent = 0;
  for (auto& thread : threads) sent += thread.get();
  stream->Close();
  EXPECT_TRUE(recorder.end.get_future().get().ok());
  EXPECT_EQ(sent, kThreads * kEach);
  EXPECT_THAT(recorder.ids, SizeIs(kThreads * kEach));
}

TEST(Client, AnswersOverAStreamOfTheWire) {
  FakePolicyServer server;
  Options options;
  options.target = server.target();
  auto stream = Client::Create(options)->OpenPolicyStream();
  std::promise<absl::StatusOr<PolicyAnswer>> promise;
  stream->Ask(Question("d.test"), [&](auto answer) { promise.set_value(std::move(answer)); });
  auto answer = promise.get_future().get();
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->from_server);
  EXPECT_EQ(answer->policy.domain(), "d.test");
}

}  // namespace
}  // namespace postern
