// The parts of an answer, one by one, with Google Benchmark: `bazel run` shows what each
// takes. For finding out where time goes; no bar stands on these.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/policy.pb.h"
#include "server/core/dane/evaluate.h"
#include "server/core/dns/message.h"
#include "server/io/clock.h"
#include "server/io/policy/policy_cache.h"
#include "server/rpc/policy_convert.h"
#include "server/rpc/policy_wire.h"
#include "tests/bench/policy_requests.h"
#include "tests/bench/two_hosts.h"
#include "tests/support/dns_packet.h"

namespace postern {
namespace {

const char kDomain[] = "d1.bench.test";

PolicyQuestion Question(const std::string& domain) {
  PolicyQuestion question;
  question.next_hop = domain;
  question.port = 25;
  return question;
}

void BM_Evaluate(benchmark::State& state) {
  const absl::Time now = absl::Now();
  const AnswerMap answers = TwoHostsAnswers(kDomain, now);
  const PolicyRules rules;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Evaluate(Question(kDomain), rules, answers, now));
  }
}
BENCHMARK(BM_Evaluate);

void BM_ParseAnswer(benchmark::State& state) {
  DnsPacket packet;
  packet.question = {kDomain, RrType::kMx};
  packet.answer = {MxRr(kDomain, 3600, 10, absl::StrCat("mx1.", kDomain)),
                   MxRr(kDomain, 3600, 20, absl::StrCat("mx2.", kDomain))};
  const std::string bytes = packet.Build();
  const auto span =
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(ParseAnswer(span, packet.question, DnsState::kInsecure, absl::Now()));
  }
}
BENCHMARK(BM_ParseAnswer);

void BM_EncodePolicy(benchmark::State& state) {
  const absl::Time now = absl::Now();
  const Evaluation evaluation =
      Evaluate(Question(kDomain), PolicyRules(), TwoHostsAnswers(kDomain, now), now);
  for (auto _ : state) benchmark::DoNotOptimize(EncodePolicy(evaluation.policy));
}
BENCHMARK(BM_EncodePolicy);

void BM_ParseRequest(benchmark::State& state) {
  const std::vector<grpc::ByteBuffer> requests = PolicyRequests("unary", {"bench.test", 1, 1});
  v1::ResolveDomainPolicyRequest request;
  for (auto _ : state) {
    benchmark::DoNotOptimize(ParseOne(requests[0], "domain", request));
    benchmark::DoNotOptimize(QuestionFromProto(request));
  }
}
BENCHMARK(BM_ParseRequest);

void BM_Lookup(benchmark::State& state) {
  const SystemClock clock;
  const absl::Time now = clock.Now();
  TwoHostsSource source(now);
  PolicyCache cache(source, clock, EncodePolicy, PolicyCache::Options());
  std::vector<PolicyQuestion> questions;
  for (int i = 0; i < state.range(0); ++i) {
    questions.push_back(Question(absl::StrCat("d", i, ".bench.test")));
    cache.Fetch(questions.back(), std::make_shared<NoWaiter>());
  }
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(cache.Lookup(questions[i++ % questions.size()], now));
  }
}
BENCHMARK(BM_Lookup)->Arg(1)->Arg(100000);

void BM_EncodeResponse(benchmark::State& state) {
  const SystemClock clock;
  TwoHostsSource source(clock.Now());
  PolicyCache cache(source, clock, EncodePolicy, PolicyCache::Options());
  cache.Fetch(Question(kDomain), std::make_shared<NoWaiter>());
  PolicyOutcome outcome;
  outcome.policy = cache.Lookup(Question(kDomain), clock.Now());
  for (auto _ : state) {
    grpc::ByteBuffer response;
    EncodeResponse(outcome, response);
    benchmark::DoNotOptimize(response);
  }
}
BENCHMARK(BM_EncodeResponse);

}  // namespace
}  // namespace postern

BENCHMARK_MAIN();
