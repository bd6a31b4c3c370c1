#include "server/rpc/policy_service.h"

#include <chrono>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/generic/generic_stub.h"
#include "tests/server/rpc/service_test_base.h"

namespace postern {
namespace {

class PolicyServiceTest : public ServiceTest {
 protected:
  grpc::Status Resolve(const std::string& domain, v1::DomainPolicy* policy, bool trace = false,
                       uint32_t port = 0, v1::Dane::Mode mode = v1::Dane::MODE_UNSPECIFIED) {
    grpc::ClientContext context;
    v1::ResolveDomainPolicyRequest request;
    request.set_domain(domain);
    request.set_port(port);
    request.set_mode(mode);
    request.set_include_trace(trace);
    v1::ResolveDomainPolicyResponse response;
    grpc::Status status = policy_->ResolveDomainPolicy(&context, request, &response);
    *policy = response.policy();
    return status;
  }
};

TEST_F(PolicyServiceTest, AnswersADomainFromDnsThenFromMemory) {
  for (int i = 0; i < 2; ++i) {
    v1::DomainPolicy policy;
    ASSERT_TRUE(Resolve("D.Test.", &policy).ok());
    EXPECT_EQ(policy.domain(), "d.test");
    EXPECT_EQ(policy.verdict(), v1::DomainPolicy::HOSTS);
    ASSERT_EQ(policy.hosts_size(), 1);
    EXPECT_EQ(policy.hosts(0).verdict(), v1::HostPolicy::DANE);
    EXPECT_EQ(policy.hosts(0).tlsa_records_size(), 1);
    EXPECT_EQ(policy.trace_size(), 0) << "not asked for";
  }
  EXPECT_EQ(resolver_.CountAsked(RrType::kMx), 1u);
}

TEST_F(PolicyServiceTest, AddsTheTraceWhereItIsAskedForAlsoFromMemory) {
  v1::DomainPolicy without;
  v1::DomainPolicy with;
  ASSERT_TRUE(Resolve("d.test", &without).ok());
  ASSERT_TRUE(Resolve("d.test", &with, /*trace=*/true).ok());
  ASSERT_EQ(with.trace_size(), 4);
  EXPECT_EQ(with.trace(0).name(), "d.test");
  EXPECT_EQ(with.trace(0).type(), "MX");
  EXPECT_EQ(with.trace(0).state(), v1::DnsQuery::SECURE);
  EXPECT_EQ(with.trace(3).name(), "_25._tcp.mx1.test");
  EXPECT_EQ(with.trace(3).ttl(), 60u);
  with.clear_trace();
  EXPECT_EQ(with.SerializeAsString(), without.SerializeAsString());
}

TEST_F(PolicyServiceTest, AnswersARelayD35) {
  grpc::ClientContext context;
  v1::ResolveRelayPolicyRequest request;
  request.set_host("relay.test");
  request.set_port(587);
  v1::ResolveRelayPolicyResponse response;
  ASSERT_TRUE(policy_->ResolveRelayPolicy(&context, request, &response).ok());
  EXPECT_EQ(response.policy().reason(), v1::DomainPolicy::NO_MX_LOOKUP);
  ASSERT_EQ(response.policy().hosts_size(), 1);
  EXPECT_EQ(response.policy().hosts(0).tlsa_usages(), 4u);
  EXPECT_FALSE(response.policy().hosts(0).raw_public_key_allowed());
}

TEST_F(PolicyServiceTest, SaysWhereARawPublicKeyMayBeOfferedA4) {
  v1::DomainPolicy policy;
  ASSERT_TRUE(Resolve("d.test", &policy).ok());
  ASSERT_EQ(policy.hosts_size(), 1);
  EXPECT_EQ(policy.hosts(0).verdict(), v1::HostPolicy::DANE);
  EXPECT_TRUE(policy.hosts(0).raw_public_key_allowed());
  ASSERT_TRUE(Resolve("[192.0.2.1]", &policy).ok());
  ASSERT_EQ(policy.hosts_size(), 1);
  EXPECT_FALSE(policy.hosts(0).raw_public_key_allowed());
}

TEST_F(PolicyServiceTest, RefusesBadFieldsByName) {
  v1::DomainPolicy policy;
  const auto expect = [](const grpc::Status& status, const char* message) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_TRUE(absl::StartsWith(status.error_message(), message)) << status.error_message();
  };
  expect(Resolve("", &policy), "domain: is empty");
  expect(Resolve("a..test", &policy), "domain: has an empty label");
  expect(Resolve("[192.0.2]", &policy), "domain: is no address literal");
  expect(Resolve("192.0.2.1", &policy), "domain: is an address");
  expect(Resolve("d.test", &policy, false, 65536), "port: must be 1 to 65535");
  expect(Resolve("d.test", &policy, false, 0, static_cast<v1::Dane::Mode>(9)),
         "mode: 9 is unknown");
  grpc::ClientContext context;
  v1::ResolveRelayPolicyRequest relay;
  v1::ResolveRelayPolicyResponse response;
  expect(policy_->ResolveRelayPolicy(&context, relay, &response), "host: is empty");
  EXPECT_TRUE(resolver_.Asked().empty());
}

TEST_F(PolicyServiceTest, RefusesBytesThatAreNoRequest) {
  const grpc::Slice slice("\x0a\xff garbage");
  grpc::ByteBuffer request(&slice, 1);
  grpc::GenericStub stub(server_->InProcessChannel(grpc::ChannelArguments()));
  for (const char* method :
       {"ResolveDomainPolicy", "ResolveRelayPolicy", "ResolveDomainPolicyBatch"}) {
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, absl::StrCat("/postern.v1.PolicyService/", method), {}, &request,
                   &response, [&done](grpc::Status status) { done.set_value(std::move(status)); });
    EXPECT_EQ(done.get_future().get().error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
  }
}

TEST_F(PolicyServiceTest, DefersEverythingWhileTheResolverDoesNotValidateD1) {
  v1::DomainPolicy policy;
  ASSERT_TRUE(Resolve("d.test", &policy).ok());
  EXPECT_EQ(policy.verdict(), v1::DomainPolicy::HOSTS);
  validating_ = false;
  for (const char* domain : {"d.test", "other.test", "[192.0.2.1]"}) {
    ASSERT_TRUE(Resolve(domain, &policy).ok());
    EXPECT_EQ(policy.verdict(), v1::DomainPolicy::DEFER) << domain;
    EXPECT_EQ(policy.reason(), v1::DomainPolicy::RESOLVER_NOT_VALIDATING);
    EXPECT_EQ(policy.hosts_size(), 0);
  }
  validating_ = true;
  ASSERT_TRUE(Resolve("d.test", &policy).ok());
  EXPECT_EQ(policy.verdict(), v1::DomainPolicy::HOSTS);
}

TEST_F(PolicyServiceTest, DefersWhatWasUnderWayWhenTheResolverIsFoundNotToValidateD1) {
  resolver_.Hold();
  std::thread call([this] {
    v1::DomainPolicy policy;
    ASSERT_TRUE(Resolve("d.test", &policy).ok());
    EXPECT_EQ(policy.reason(), v1::DomainPolicy::RESOLVER_NOT_VALIDATING);
  });
  AwaitAsked(1);
  validating_ = false;
  resolver_.Release();
  call.join();
}

TEST_F(PolicyServiceTest, AnswersABatchInItsOrderEachElementByItself) {
  v1::DomainPolicy known;
  ASSERT_TRUE(Resolve("d.test", &known).ok());
  grpc::ClientContext context;
  v1::ResolveDomainPolicyBatchRequest request;
  for (const char* domain : {"d.test", "a..test", "gone.test", "d.test"}) {
    request.add_requests()->set_domain(domain);
  }
  request.mutable_requests(3)->set_include_trace(true);
  v1::ResolveDomainPolicyBatchResponse response;
  ASSERT_TRUE(policy_->ResolveDomainPolicyBatch(&context, request, &response).ok());
  ASSERT_EQ(response.results_size(), 4);
  EXPECT_EQ(response.results(0).policy().SerializeAsString(), known.SerializeAsString());
  EXPECT_EQ(response.results(1).error().code(), 3);
  EXPECT_TRUE(absl::StartsWith(response.results(1).error().message(), "domain:"));
  EXPECT_EQ(response.results(2).policy().verdict(), v1::DomainPolicy::NO_SUCH_DOMAIN);
  EXPECT_EQ(response.results(3).policy().trace_size(), 4);
}

TEST_F(PolicyServiceTest, AnswersTheInnocentBesideADomainThatIsNotUtf8) {
  grpc::ClientContext context;
  v1::ResolveDomainPolicyBatchRequest request;
  request.add_requests()->set_domain("caf\xE9.test");
  request.add_requests()->set_domain("d.test");
  v1::ResolveDomainPolicyBatchResponse response;
  ASSERT_TRUE(policy_->ResolveDomainPolicyBatch(&context, request, &response).ok());
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.results(0).error().code(), 3);
  EXPECT_TRUE(absl::StartsWith(response.results(0).error().message(), "domain: not UTF-8"));
  EXPECT_EQ(response.results(1).policy().domain(), "d.test");

  grpc::ClientContext stream_context;
  const auto stream = policy_->StreamDomainPolicies(&stream_context);
  v1::StreamDomainPoliciesRequest questions;
  for (const uint64_t id : {7, 8}) {
    v1::StreamedQuestion& question = *questions.add_questions();
    question.set_request_id(id);
    *question.mutable_request() = request.requests(static_cast<int>(id - 7));
  }
  ASSERT_TRUE(stream->Write(questions));
  stream->WritesDone();
  v1::StreamDomainPoliciesResponse message;
  v1::StreamDomainPoliciesResponse answers;
  while (stream->Read(&message)) answers.MergeFrom(message);
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_EQ(answers.answers_size(), 2);
  for (const v1::StreamedAnswer& answer : answers.answers()) {
    EXPECT_EQ(answer.result().has_error(), answer.request_id() == 7);
  }
}

TEST_F(PolicyServiceTest, BoundsABatch) {
  for (int size : {0, 257}) {
    grpc::ClientContext context;
    v1::ResolveDomainPolicyBatchRequest request;
    for (int i = 0; i < size; ++i) request.add_requests()->set_domain("d.test");
    v1::ResolveDomainPolicyBatchResponse response;
    const grpc::Status status = policy_->ResolveDomainPolicyBatch(&context, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_TRUE(absl::StartsWith(status.error_message(), "requests: must hold 1 to 256"));
  }
}

TEST_F(PolicyServiceTest, RefusesACallPastItsLimitAndSaysWhenToComeBack) {
  resolver_.Hold();
  std::vector<std::thread> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back([this, i] {
      v1::DomainPolicy policy;
      EXPECT_TRUE(Resolve(absl::StrCat("wait", i, ".test"), &policy).ok());
    });
  }
  AwaitAsked(4);
  grpc::ClientContext context;
  v1::ResolveDomainPolicyRequest request;
  request.set_domain("fifth.test");
  v1::ResolveDomainPolicyResponse response;
  const grpc::Status status = policy_->ResolveDomainPolicy(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(context.GetServerTrailingMetadata().count("grpc-retry-pushback-ms"), 1u);
  EXPECT_EQ(admission_.refused(), 1u);
  resolver_.Release();
  for (std::thread& thread : waiting) thread.join();
  EXPECT_EQ(admission_.in_flight(), 0u);
}

TEST_F(PolicyServiceTest, RefusesOnlyTheElementsOfABatchThatAreTooMany) {
  resolver_.Hold();
  std::thread batch([this] {
    grpc::ClientContext context;
    v1::ResolveDomainPolicyBatchRequest request;
    for (int i = 0; i < 6; ++i) request.add_requests()->set_domain(absl::StrCat("b", i, ".test"));
    v1::ResolveDomainPolicyBatchResponse response;
    EXPECT_TRUE(policy_->ResolveDomainPolicyBatch(&context, request, &response).ok());
    int refused = 0;
    for (const v1::DomainPolicyResult& result : response.results()) {
      refused += result.error().code() == 8 ? 1 : 0;
    }
    EXPECT_EQ(refused, 2);
  });
  AwaitAsked(4);
  resolver_.Release();
  batch.join();
}

TEST_F(PolicyServiceTest, StopsWorkForACallThatWasCancelled) {
  resolver_.Hold();
  grpc::ClientContext context;
  std::thread call([this, &context] {
    v1::ResolveDomainPolicyRequest request;
    request.set_domain("d.test");
    v1::ResolveDomainPolicyResponse response;
    EXPECT_EQ(policy_->ResolveDomainPolicy(&context, request, &response).error_code(),
              grpc::StatusCode::CANCELLED);
  });
  AwaitAsked(1);
  context.TryCancel();
  call.join();
  // The server learns of it in its own time, and finds nobody waiting when DNS answers.
  ASSERT_TRUE(AwaitUnwanted());
  resolver_.Release();
  EXPECT_EQ(resolver_.Asked().size(), 1u) << "hosts are not asked any more";
  EXPECT_EQ(admission_.in_flight(), 0u);
  EXPECT_EQ(cache_.GetStats().entries, 0u);
}

TEST_F(PolicyServiceTest, KeepsTheCallersDeadline) {
  resolver_.Hold();
  // A deadline that passes only once the question has come to the server.
  for (std::chrono::milliseconds left{50}; resolver_.Asked().empty(); left *= 2) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + left);
    v1::ResolveDomainPolicyRequest request;
    request.set_domain("d.test");
    v1::ResolveDomainPolicyResponse response;
    EXPECT_EQ(policy_->ResolveDomainPolicy(&context, request, &response).error_code(),
              grpc::StatusCode::DEADLINE_EXCEEDED);
  }
  ASSERT_TRUE(AwaitUnwanted());
  resolver_.Release();
  EXPECT_EQ(resolver_.Asked().size(), 1u) << "hosts are not asked any more";
  EXPECT_EQ(admission_.in_flight(), 0u);
  EXPECT_EQ(cache_.GetStats().entries, 0u);
}

using Stream =
    grpc::ClientReaderWriter<v1::StreamDomainPoliciesRequest, v1::StreamDomainPoliciesResponse>;

v1::StreamDomainPoliciesRequest StreamRequest(uint64_t id, const std::string& domain) {
  v1::StreamDomainPoliciesRequest request;
  v1::StreamedQuestion* const question = request.add_questions();
  question->set_request_id(id);
  question->mutable_request()->set_domain(domain);
  return request;
}

// Reads the answers of one stream one by one, however they come.
class Answers {
 public:
  explicit Answers(Stream& stream) : stream_(stream) {}

  bool Read(v1::StreamedAnswer* answer) {
    if (next_ == message_.answers_size()) {
      next_ = 0;
      if (!stream_.Read(&message_)) return false;
    }
    *answer = message_.answers(next_++);
    return true;
  }

 private:
  Stream& stream_;
  v1::StreamDomainPoliciesResponse message_;
  int next_ = 0;
};

TEST_F(PolicyServiceTest, AnswersAStreamOutOfOrderByRequestId) {
  v1::DomainPolicy known;
  ASSERT_TRUE(Resolve("d.test", &known).ok());
  resolver_.Hold();
  grpc::ClientContext context;
  const std::unique_ptr<Stream> stream = policy_->StreamDomainPolicies(&context);
  stream->Write(StreamRequest(7, "slow.test"));
  stream->Write(StreamRequest(8, "d.test"));
  stream->Write(StreamRequest(1ull << 63, "a..test"));
  Answers answers(*stream);
  v1::StreamedAnswer response;
  ASSERT_TRUE(answers.Read(&response));
  EXPECT_EQ(response.request_id(), 8u);
  EXPECT_EQ(response.result().policy().SerializeAsString(), known.SerializeAsString());
  ASSERT_TRUE(answers.Read(&response));
  EXPECT_EQ(response.request_id(), 1ull << 63);
  EXPECT_EQ(response.result().error().code(), 3);
  stream->WritesDone();
  resolver_.Release();
  ASSERT_TRUE(answers.Read(&response)) << "what is under way is answered after the last question";
  EXPECT_EQ(response.request_id(), 7u);
  EXPECT_FALSE(answers.Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(admission_.in_flight(), 0u);
}

TEST_F(PolicyServiceTest, AnswersEveryQuestionOfABusyStreamOnce) {
  constexpr int kQuestions = 5000;
  grpc::ClientContext context;
  const std::unique_ptr<Stream> stream = policy_->StreamDomainPolicies(&context);
  std::thread writer([&stream] {
    for (int i = 0; i < kQuestions; ++i) {
      EXPECT_TRUE(stream->Write(StreamRequest(i, absl::StrCat("d", i % 10, ".test"))));
    }
    stream->WritesDone();
  });
  std::map<uint64_t, int> answered;
  Answers answers(*stream);
  v1::StreamedAnswer response;
  while (answers.Read(&response)) ++answered[response.request_id()];
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(answered.size(), static_cast<size_t>(kQuestions));
  for (const auto& [id, count] : answered) EXPECT_EQ(count, 1) << id;
}

TEST_F(PolicyServiceTest, AnswersTheQuestionsOfOneMessageInOneMessage) {
  v1::DomainPolicy known;
  ASSERT_TRUE(Resolve("d.test", &known).ok());
  grpc::ClientContext context;
  const std::unique_ptr<Stream> stream = policy_->StreamDomainPolicies(&context);
  v1::StreamDomainPoliciesRequest request;
  for (int i = 0; i < 64; ++i) request.MergeFrom(StreamRequest(i, "d.test"));
  stream->Write(request);
  v1::StreamDomainPoliciesResponse message;
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_EQ(message.answers_size(), 64);
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(message.answers(i).request_id(), static_cast<uint64_t>(i));
    EXPECT_EQ(message.answers(i).result().policy().SerializeAsString(), known.SerializeAsString());
  }
}

TEST_F(PolicyServiceTest, BoundsTheQuestionsOfOneMessage) {
  for (int size : {0, 257}) {
    grpc::ClientContext context;
    const std::unique_ptr<Stream> stream = policy_->StreamDomainPolicies(&context);
    v1::StreamDomainPoliciesRequest request;
    for (int i = 0; i < size; ++i) request.MergeFrom(StreamRequest(i, "d.test"));
    stream->Write(request);
    v1::StreamDomainPoliciesResponse message;
    EXPECT_FALSE(stream->Read(&message));
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_TRUE(absl::StartsWith(status.error_message(), "questions: ")) << status.error_message();
  }
}

TEST_F(PolicyServiceTest, RefusesTheQuestionsOfAStreamThatAreTooMany) {
  resolver_.Hold();
  grpc::ClientContext context;
  const std::unique_ptr<Stream> stream = policy_->StreamDomainPolicies(&context);
  for (int i = 0; i < 5; ++i) stream->Write(StreamRequest(i, absl::StrCat("s", i, ".test")));
  Answers answers(*stream);
  v1::StreamedAnswer response;
  ASSERT_TRUE(answers.Read(&response));
  EXPECT_EQ(response.request_id(), 4u);
  EXPECT_EQ(response.result().error().code(), 8);
  resolver_.Release();
  stream->WritesDone();
  int rest = 0;
  while (answers.Read(&response)) ++rest;
  EXPECT_EQ(rest, 4);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PolicyServiceTest, DrainsAStream) {
  resolver_.Hold();
  grpc::ClientContext context;
  const std::unique_ptr<Stream> stream = policy_->StreamDomainPolicies(&context);
  stream->Write(StreamRequest(1, "slow.test"));
  AwaitAsked(1);
  policy_service_.Drain();
  resolver_.Release();
  Answers answers(*stream);
  v1::StreamedAnswer response;
  ASSERT_TRUE(answers.Read(&response)) << "what is under way is answered";
  EXPECT_EQ(response.request_id(), 1u);
  EXPECT_FALSE(answers.Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);

  grpc::ClientContext late;
  const std::unique_ptr<Stream> second = policy_->StreamDomainPolicies(&late);
  EXPECT_EQ(second->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(PolicyServiceTest, LetsGoOfACancelledStream) {
  resolver_.Hold();
  grpc::ClientContext context;
  const std::unique_ptr<Stream> stream = policy_->StreamDomainPolicies(&context);
  stream->Write(StreamRequest(1, "slow.test"));
  AwaitAsked(1);
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  ASSERT_TRUE(AwaitUnwanted());
  resolver_.Release();
  EXPECT_EQ(resolver_.Asked().size(), 1u) << "hosts are not asked any more";
  EXPECT_EQ(admission_.in_flight(), 0u);
  EXPECT_EQ(cache_.GetStats().entries, 0u);
}

}  // namespace
}  // namespace postern
