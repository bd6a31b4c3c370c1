#include "server/rpc/admin_service.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "postern/version.h"
#include "server/rpc/policy_convert.h"
#include "server/rpc/status_convert.h"
#include "server/rpc/time_convert.h"

namespace postern {
namespace {

constexpr uint32_t kDefaultListed = 100;
constexpr uint32_t kMaxListed = 1000;

// Of a list: clients take messages of 4 MiB by default.
constexpr size_t kMaxListBytes = size_t{3} << 20;

v1::ResolverStatus::Validation Convert(ResolverSelfTest::Verdict verdict) {
  switch (verdict) {
    case ResolverSelfTest::Verdict::kUnknown:
      return v1::ResolverStatus::VALIDATION_UNSPECIFIED;
    case ResolverSelfTest::Verdict::kValidating:
      return v1::ResolverStatus::VALIDATING;
    case ResolverSelfTest::Verdict::kNotValidating:
      return v1::ResolverStatus::NOT_VALIDATING;
    case ResolverSelfTest::Verdict::kUnreachable:
      return v1::ResolverStatus::UNREACHABLE;
  }
  return v1::ResolverStatus::VALIDATION_UNSPECIFIED;
}

void AddPart(const char* name, bool healthy, const std::string& detail,
             v1::GetStatusResponse& response) {
  v1::PartHealth& part = *response.add_parts();
  part.set_name(name);
  part.set_healthy(healthy);
  part.set_detail(detail);
}

// A resolver that cannot reach the DNS may go on answering from memory: say so.
std::string ResolverDetail(const ResolverSelfTest::State& state) {
  if (state.verdict != ResolverSelfTest::Verdict::kUnreachable) return state.detail;
  return absl::StrCat(state.detail, state.may_answer
                                        ? "; what is remembered is answered, the rest will fail"
                                        : "; nothing is answered before a self-test succeeds");
}

void FillResolver(const Resolver& resolver, const ResolverSelfTest::State& state,
                  v1::GetStatusResponse& response) {
  const ResolverStats stats = resolver.Stats();
  v1::ResolverStatus& proto = *response.mutable_resolver();
  proto.set_validation(Convert(state.verdict));
  if (state.verdict != ResolverSelfTest::Verdict::kUnknown) {
    TimeToProto(state.time, *proto.mutable_last_self_test_time());
  }
  proto.set_detail(state.detail);
  proto.set_threads(static_cast<uint32_t>(stats.threads));
  proto.set_questions_in_flight(static_cast<uint32_t>(stats.in_flight));
  proto.set_questions_limit(static_cast<uint32_t>(stats.in_flight_limit));
  proto.set_questions(stats.questions);
  proto.set_timeouts(stats.timeouts);
  proto.set_refused(stats.refused);
}

void FillCache(const PolicyCache& cache, v1::GetStatusResponse& response) {
  const PolicyCache::Stats stats = cache.GetStats();
  v1::PolicyCacheStatus& proto = *response.mutable_policy_cache();
  proto.set_entries(stats.entries);
  proto.set_bytes(stats.bytes);
  proto.set_capacity_bytes(stats.capacity_bytes);
  proto.set_hits(stats.hits);
  proto.set_misses(stats.misses);
  proto.set_joined(stats.joined);
  proto.set_refreshes(stats.refreshes);
  proto.set_evictions(stats.evictions);
}

void FillHandshakes(const AnswerMemo& memo, size_t trust_anchors, v1::GetStatusResponse& response) {
  const AnswerMemo::Stats stats = memo.GetStats();
  v1::HandshakeStatus& proto = *response.mutable_handshakes();
  proto.set_trust_anchors(static_cast<uint32_t>(trust_anchors));
  proto.set_entries(stats.entries);
  proto.set_bytes(stats.bytes);
  proto.set_capacity_bytes(stats.capacity_bytes);
  proto.set_hits(stats.hits);
  proto.set_misses(stats.misses);
  proto.set_evictions(stats.evictions);
}

}  // namespace

grpc::ServerUnaryReactor* AdminService::GetStatus(grpc::CallbackServerContext* context,
                                                  const v1::GetStatusRequest*,
                                                  v1::GetStatusResponse* response) {
  const ResolverSelfTest::State state = parts_.self_test.state();
  const size_t waiting = parts_.admission.in_flight();
  response->set_version(kVersion);
  TimeToProto(start_time_, *response->mutable_start_time());
  DurationToProto(parts_.clock.Now() - start_time_, *response->mutable_uptime());
  AddPart("resolver", state.verdict == ResolverSelfTest::Verdict::kValidating,
          ResolverDetail(state), *response);
  AddPart("admission", waiting < parts_.admission.limit(),
          absl::StrCat(waiting, " of ", parts_.admission.limit(), " questions wait for DNS"),
          *response);
  AddPart("trust_anchors", parts_.trust_anchors > 0,
          parts_.trust_anchors > 0
              ? absl::StrCat(parts_.trust_anchors, " trust anchors for PKIX")
              : "none: no chain is valid by PKIX; set handshake.trust_anchor_file",
          *response);
  FillCache(parts_.cache, *response);
  FillResolver(parts_.resolver, state, *response);
  FillHandshakes(parts_.handshakes, parts_.trust_anchors, *response);
  response->set_questions_in_flight(static_cast<uint32_t>(waiting));
  response->set_questions_limit(static_cast<uint32_t>(parts_.admission.limit()));
  response->set_questions_refused(parts_.admission.refused());
  return FinishNow(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* AdminService::ListCachedPolicies(
    grpc::CallbackServerContext* context, const v1::ListCachedPoliciesRequest* request,
    v1::ListCachedPoliciesResponse* response) {
  if (request->limit() > kMaxListed) {
    return FinishNow(
        context, absl::InvalidArgumentError(absl::StrCat("limit: must be at most ", kMaxListed)));
  }
  std::string next_hop;
  if (!request->domain().empty()) {
    absl::StatusOr<std::string> parsed = ParseNextHop("domain", request->domain());
    if (!parsed.ok()) return FinishNow(context, parsed.status());
    next_hop = *std::move(parsed);
  }
  const uint32_t limit = request->limit() == 0 ? kDefaultListed : request->limit();
  size_t bytes_listed = 0;
  for (const PolicyRef& entry : parts_.cache.List(next_hop, parts_.clock.Now(), limit + 1)) {
    // What is beside the policy takes few bytes.
    bytes_listed += entry->policy_and_trace().size() + 64;
    if (static_cast<uint32_t>(response->policies_size()) == limit || bytes_listed > kMaxListBytes) {
      response->set_more(true);
      break;
    }
    const PolicyQuestion question = PolicyKeyQuestion(entry->key());
    v1::CachedPolicy& cached = *response->add_policies();
    cached.set_port(question.port);
    cached.set_mode(ToProto(question.mode));
    cached.set_relay(question.is_relay);
    const absl::string_view bytes = entry->policy_and_trace();
    if (!cached.mutable_policy()->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return FinishNow(context, absl::InternalError("a cached policy cannot be read"));
    }
    cached.set_hits(entry->hits());
  }
  return FinishNow(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* AdminService::PurgeCachedPolicies(
    grpc::CallbackServerContext* context, const v1::PurgeCachedPoliciesRequest* request,
    v1::PurgeCachedPoliciesResponse* response) {
  if (request->all() != request->domain().empty()) {
    return FinishNow(context,
                     absl::InvalidArgumentError("domain: give either a domain, or all: true"));
  }
  if (request->all()) {
    response->set_purged(parts_.cache.PurgeAll());
    return FinishNow(context, absl::OkStatus());
  }
  const absl::StatusOr<std::string> next_hop = ParseNextHop("domain", request->domain());
  if (!next_hop.ok()) return FinishNow(context, next_hop.status());
  response->set_purged(parts_.cache.Purge(*next_hop));
  return FinishNow(context, absl::OkStatus());
}

}  // namespace postern
