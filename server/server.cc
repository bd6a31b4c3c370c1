#include "server/server.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "server/file_limit.h"
#include "server/grpc_limits.h"
#include "server/io/dns/fresh_resolver.h"
#include "server/io/dns/unbound_context.h"
#include "server/io/dns/unbound_resolver.h"
#include "server/io/file.h"
#include "server/log.h"
#include "server/memory_shares.h"
#include "server/rpc/policy_wire.h"

namespace postern {
namespace {

// For each resolver of the self-test, which asks one question. There are two while one
// takes the other's place.
constexpr size_t kSelfTestCacheBytes = size_t{1} << 20;
constexpr size_t kSelfTestQuestions = 16;
constexpr size_t kSelfTestResolvers = 2;

// Calls that wait for responders, each for up to a minute.
constexpr size_t kWaitingCalls = 1024;

constexpr char kPolicyServiceName[] = "postern.v1.PolicyService";
constexpr char kHandshakeServiceName[] = "postern.v1.HandshakeService";
constexpr char kRevocationServiceName[] = "postern.v1.RevocationService";
constexpr char kAdminServiceName[] = "postern.v1.AdminService";

size_t ResolverThreads(const Config& config) {
  if (config.resolver.threads > 0) return static_cast<size_t>(config.resolver.threads);
  const size_t cores = std::thread::hardware_concurrency();  // 0: not known
  return std::clamp<size_t>(cores, 1, MaxResolverThreads(config.memory.budget));
}

UnboundOptions ResolverOptions(const Config& config) {
  const ResolverConfig& from = config.resolver;
  UnboundOptions options;
  options.threads = ResolverThreads(config);
  options.in_flight_limit = from.questions_in_flight;
  options.cache_bytes = ResolverCacheBytes(config.memory.budget);
  options.use_root_anchors = from.use_root_anchors;
  options.trust_anchors = from.trust_anchors;
  options.trust_anchor_files = from.trust_anchor_files;
  options.root_hints_file = from.root_hints;
  for (const ZoneServers& zone : from.stub_zones) {
    options.stub_zones.push_back({zone.zone, zone.addresses});
  }
  for (const ZoneServers& zone : from.forwarders) {
    options.forwarders.push_back({zone.zone, zone.addresses});
  }
  switch (from.ipv6) {
    case ResolverConfig::Ipv6::kAuto:
      options.ipv6 = UseIpv6::kAuto;
      break;
    case ResolverConfig::Ipv6::kYes:
      options.ipv6 = UseIpv6::kYes;
      break;
    case ResolverConfig::Ipv6::kNo:
      options.ipv6 = UseIpv6::kNo;
      break;
  }
  return options;
}

absl::StatusOr<std::unique_ptr<Resolver>> MakeResolver(const UnboundOptions& options) {
  absl::StatusOr<std::unique_ptr<UnboundResolver>> made = UnboundResolver::Create(options);
  if (!made.ok()) {
    return absl::Status(made.status().code(), absl::StrCat("resolver: ", made.status().message()));
  }
  return std::unique_ptr<Resolver>(*std::move(made));
}

}  // namespace

Server::Server(const Config& config)
    : config_(config), admission_(config.limits.calls_in_flight), waiting_(kWaitingCalls) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Config& config) {
  std::unique_ptr<Server> server(new Server(config));
  if (absl::Status status = server->CreateResolver(); !status.ok()) return status;
  if (absl::Status status = server->CreateRevocation(); !status.ok()) return status;
  if (absl::Status status = server->CreateHandshakes(); !status.ok()) return status;
  if (absl::Status status = server->Listen(); !status.ok()) return status;
  server->Tick();
  return server;
}

absl::Status Server::CreateResolver() {
  const UnboundOptions options = ResolverOptions(config_);
  UnboundOptions fresh = options;
  fresh.threads = 1;
  fresh.cache_bytes = kSelfTestCacheBytes;
  fresh.in_flight_limit = kSelfTestQuestions;
  if (absl::Status status = CheckFileLimit(
          FileLimit(), MaxUnboundFiles(options) + kSelfTestResolvers * MaxUnboundFiles(fresh));
      !status.ok()) {
    return status;
  }
  absl::StatusOr<std::unique_ptr<Resolver>> resolver = MakeResolver(options);
  if (!resolver.ok()) return resolver.status();
  resolver_ = *std::move(resolver);
  self_test_resolver_ = std::make_unique<FreshResolver>([fresh] { return MakeResolver(fresh); });
  source_ =
      std::make_unique<DnsPolicySource>(*resolver_, clock_, config_.policy,
                                        DnsPolicySource::Options{config_.resolver.question_deadline,
                                                                 config_.resolver.lookup_deadline});
  PolicyCache::Options cache;
  cache.max_bytes = PolicyCacheBytes(config_.memory.budget);
  cache_ = std::make_unique<PolicyCache>(*source_, clock_, EncodePolicy, cache);
  ResolverSelfTest::Options self_test;
  self_test.question = {config_.resolver.self_test.name, config_.resolver.self_test.type};
  self_test.interval = config_.resolver.self_test.interval;
  self_test_ = std::make_unique<ResolverSelfTest>(
      self_test_resolver_.get(), self_test,
      [this](const ResolverSelfTest::State& state) { OnSelfTest(state); });
  return absl::OkStatus();
}

absl::Status Server::CreateRevocation() {
  absl::StatusOr<std::unique_ptr<RevocationAdapters>> revocation = RevocationAdapters::Start(
      config_.revocation, config_.staples, CrlBytes(config_.memory.budget), clock_);
  if (!revocation.ok()) return revocation.status();
  revocation_ = *std::move(revocation);
  return absl::OkStatus();
}

absl::Status Server::CreateHandshakes() {
  const std::string& file = config_.handshake.trust_anchor_file;
  if (!file.empty()) {
    absl::StatusOr<std::string> text = ReadFile(file, kMaxPemFileBytes);
    absl::StatusOr<TrustAnchors> anchors = text.ok() ? TrustAnchors::FromPem(*text) : text.status();
    if (!anchors.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("handshake.trust_anchor_file: ", text.ok() ? absl::StrCat(file, ": ") : "",
                       anchors.status().message(),
                       "; install ca-certificates, name another PEM file, or \"\" for none"));
    }
    trust_anchors_ = *std::move(anchors);
  }
  handshake_memo_ = std::make_unique<AnswerMemo>(HandshakeMemoBytes(config_.memory.budget));
  handshake_answers_ = std::make_unique<HandshakeAnswers>(
      *handshake_memo_, clock_, trust_anchors_, config_.policy.digests, revocation_->crls(),
      config_.revocation.checks);
  handshake_service_ = std::make_unique<HandshakeService>(*handshake_answers_);
  RevocationService::Options options;
  options.revocation = config_.revocation.checks;
  options.crl.max_crl_bytes = config_.revocation.crl.max_bytes;
  options.crl.max_held_bytes = CheckedCrlBytes(config_.memory.budget, options.crl.max_crl_bytes);
  options.max_fetch_time = config_.revocation.fetch.total_timeout;
  revocation_service_ = std::make_unique<RevocationService>(
      RevocationService::Parts{revocation_->staples(), revocation_->crls(), revocation_->fetcher(),
                               revocation_->fetch_crl(), *handshake_memo_, waiting_, clock_},
      options);
  return absl::OkStatus();
}

absl::Status Server::Listen() {
  answers_ = std::make_unique<PolicyAnswers>(
      *cache_, clock_, admission_, [this] { return validating_.load(std::memory_order_relaxed); });
  policy_service_ = std::make_unique<PolicyService>(*answers_);
  admin_service_ = std::make_unique<AdminService>(
      AdminService::Parts{*cache_, *resolver_, *self_test_, admission_, *handshake_memo_,
                          trust_anchors_.size(), clock_});
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  LimitGrpc(config_.limits, GrpcBytes(config_.memory.budget), builder);
  builder.RegisterService(policy_service_.get());
  builder.RegisterService(handshake_service_.get());
  builder.RegisterService(revocation_service_.get());
  builder.RegisterService(admin_service_.get());
  std::vector<std::string> wanted = config_.listen.addresses;
  const std::string& socket = config_.listen.unix_socket;
  if (!socket.empty()) {
    absl::StatusOr<std::unique_ptr<UnixSocketLock>> lock = UnixSocketLock::Take(socket);
    if (!lock.ok()) return lock.status();
    socket_lock_ = *std::move(lock);
    wanted.push_back(absl::StrCat("unix:", socket));
  }
  std::vector<int> ports(wanted.size(), 0);
  for (size_t i = 0; i < wanted.size(); ++i) {
    builder.AddListeningPort(wanted[i], grpc::InsecureServerCredentials(), &ports[i]);
  }
  {
    const ClosedUmask closed;
    grpc_ = builder.BuildAndStart();
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (grpc_ == nullptr || ports[i] == 0) {
      return absl::UnavailableError(
          absl::StrCat("listen: cannot listen on ", wanted[i],
                       "; is it in use by another program? choose another address, or port 0"));
    }
    const bool is_unix = absl::StartsWith(wanted[i], "unix:");
    addresses_.push_back(
        is_unix ? wanted[i]
                : absl::StrCat(wanted[i].substr(0, wanted[i].rfind(':')), ":", ports[i]));
    LogEvent(LogLevel::kInfo, "listening", {{"address", addresses_.back()}});
  }
  if (!socket.empty()) {
    if (absl::Status status = OpenUnixSocket(socket, config_.listen.unix_socket_mode);
        !status.ok()) {
      return status;
    }
  }
  SetServing(false);  // gRPC begins with SERVING
  // These need no resolver.
  grpc_->GetHealthCheckService()->SetServingStatus(kHandshakeServiceName, true);
  grpc_->GetHealthCheckService()->SetServingStatus(kRevocationServiceName, true);
  grpc_->GetHealthCheckService()->SetServingStatus(kAdminServiceName, true);
  return absl::OkStatus();
}

Server::~Server() {
  if (grpc_ != nullptr) grpc_->Shutdown(std::chrono::system_clock::now());
  // Lookups that nobody waits for may be under way: they end with the resolver,
  // and what they call is there until then.
  revocation_service_.reset();  // it watches the staples
  revocation_.reset();
  self_test_.reset();
  self_test_resolver_.reset();
  resolver_.reset();
}

void Server::Tick() { self_test_->Tick(clock_.Now()); }

void Server::OnSelfTest(const ResolverSelfTest::State& state) {
  validating_.store(state.may_answer, std::memory_order_relaxed);
  // What was learnt since the self-test before may be wrong.
  if (!state.may_answer) cache_->PurgeAll();
  LogEvent(state.verdict == ResolverSelfTest::Verdict::kValidating ? LogLevel::kInfo
                                                                   : LogLevel::kWarning,
           "resolver_self_test",
           {{"verdict", VerdictName(state.verdict)}, {"detail", state.detail}});
  SetServing(state.may_answer);
}

void Server::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface* const health =
      grpc_ == nullptr ? nullptr : grpc_->GetHealthCheckService();
  if (health == nullptr) return;
  health->SetServingStatus("", serving);
  health->SetServingStatus(kPolicyServiceName, serving);
}

void Server::Drain() {
  LogEvent(LogLevel::kInfo, "draining",
           {{"delay", absl::FormatDuration(config_.drain.delay)},
            {"timeout", absl::FormatDuration(config_.drain.timeout)}});
  if (grpc::HealthCheckServiceInterface* health = grpc_->GetHealthCheckService()) {
    health->Shutdown();  // NOT_SERVING from now on, whatever the self-test says
  }
  std::this_thread::sleep_for(absl::ToChronoNanoseconds(config_.drain.delay));
  policy_service_->Drain();
  revocation_service_->Drain();
  grpc_->Shutdown(absl::ToChronoTime(clock_.Now() + config_.drain.timeout));
  LogEvent(LogLevel::kInfo, "drained", {});
}

}  // namespace postern
