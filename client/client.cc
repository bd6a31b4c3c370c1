#include "client/client.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/failure_mode.h"
#include "client/grpc_connection.h"

namespace postern {
namespace {

CallContext WithTimeout(CallContext context, absl::Duration timeout) {
  if (!context.timeout) context.timeout = timeout;
  return context;
}

using BatchResponse = absl::StatusOr<v1::ResolveDomainPolicyBatchResponse>;

std::vector<std::string> DomainsOf(const v1::ResolveDomainPolicyBatchRequest& request) {
  std::vector<std::string> domains;
  domains.reserve(request.requests_size());
  for (const auto& question : request.requests()) domains.push_back(question.domain());
  return domains;
}

std::vector<absl::StatusOr<PolicyAnswer>> AnswersFor(const std::vector<std::string>& domains,
                                                     PolicyFailureMode mode,
                                                     BatchResponse response) {
  if (response.ok() && static_cast<size_t>(response->results_size()) != domains.size()) {
    response = absl::InternalError(absl::StrCat("the server gave ", response->results_size(),
                                                " results for ", domains.size(),
                                                " questions: report a bug of the server"));
  }
  std::vector<absl::StatusOr<PolicyAnswer>> answers;
  answers.reserve(domains.size());
  for (size_t i = 0; i < domains.size(); ++i) {
    absl::StatusOr<v1::DomainPolicy> outcome =
        response.ok() ? OutcomeOf(std::move(*response->mutable_results(static_cast<int>(i))))
                      : absl::StatusOr<v1::DomainPolicy>(OfAllQuestions(response.status()));
    answers.push_back(AnswerFor(domains[i], mode, std::move(outcome)));
  }
  return answers;
}

}  // namespace

absl::StatusOr<Client> Client::Create(const Options& options) {
  auto connection = MakeGrpcConnection(options);
  if (!connection.ok()) return connection.status();
  return Client(*std::move(connection), options);
}

Client::Client(std::shared_ptr<Connection> connection, const Options& options)
    : connection_(std::move(connection)), options_(options) {}

absl::StatusOr<PolicyAnswer> Client::ResolveDomainPolicy(std::string_view domain) const {
  v1::ResolveDomainPolicyRequest request;
  request.set_domain(std::string(domain));
  return ResolveDomainPolicy(request);
}

absl::StatusOr<PolicyAnswer> Client::ResolveDomainPolicy(
    const v1::ResolveDomainPolicyRequest& request, const CallContext& context) const {
  const PolicyRpc& rpc = options_.resolve_domain_policy;
  return AnswerFor(
      request.domain(), rpc.failure_mode,
      PolicyOf(connection_->ResolveDomainPolicy(request, WithTimeout(context, rpc.timeout))));
}

void Client::AsyncResolveDomainPolicy(v1::ResolveDomainPolicyRequest request, PolicyCallback done,
                                      const CallContext& context) const {
  const PolicyRpc& rpc = options_.resolve_domain_policy;
  auto finish = [domain = request.domain(), mode = rpc.failure_mode,
                 done = std::move(done)](absl::StatusOr<v1::ResolveDomainPolicyResponse> response) {
    done(AnswerFor(domain, mode, PolicyOf(std::move(response))));
  };
  connection_->AsyncResolveDomainPolicy(std::move(request), WithTimeout(context, rpc.timeout),
                                        std::move(finish));
}

absl::StatusOr<PolicyAnswer> Client::ResolveRelayPolicy(
    const v1::ResolveRelayPolicyRequest& request, const CallContext& context) const {
  const PolicyRpc& rpc = options_.resolve_relay_policy;
  return AnswerFor(
      request.host(), rpc.failure_mode,
      PolicyOf(connection_->ResolveRelayPolicy(request, WithTimeout(context, rpc.timeout))));
}

void Client::AsyncResolveRelayPolicy(v1::ResolveRelayPolicyRequest request, PolicyCallback done,
                                     const CallContext& context) const {
  const PolicyRpc& rpc = options_.resolve_relay_policy;
  auto finish = [host = request.host(), mode = rpc.failure_mode,
                 done = std::move(done)](absl::StatusOr<v1::ResolveRelayPolicyResponse> response) {
    done(AnswerFor(host, mode, PolicyOf(std::move(response))));
  };
  connection_->AsyncResolveRelayPolicy(std::move(request), WithTimeout(context, rpc.timeout),
                                       std::move(finish));
}

std::vector<absl::StatusOr<PolicyAnswer>> Client::ResolveDomainPolicyBatch(
    const v1::ResolveDomainPolicyBatchRequest& request, const CallContext& context) const {
  const PolicyRpc& rpc = options_.resolve_domain_policy_batch;
  return AnswersFor(
      DomainsOf(request), rpc.failure_mode,
      connection_->ResolveDomainPolicyBatch(request, WithTimeout(context, rpc.timeout)));
}

void Client::AsyncResolveDomainPolicyBatch(v1::ResolveDomainPolicyBatchRequest request,
                                           BatchCallback done, const CallContext& context) const {
  const PolicyRpc& rpc = options_.resolve_domain_policy_batch;
  auto finish = [domains = DomainsOf(request), mode = rpc.failure_mode,
                 done = std::move(done)](BatchResponse response) {
    done(AnswersFor(domains, mode, std::move(response)));
  };
  connection_->AsyncResolveDomainPolicyBatch(std::move(request), WithTimeout(context, rpc.timeout),
                                             std::move(finish));
}

std::unique_ptr<PolicyStream> Client::OpenPolicyStream(const CallContext& context) const {
  const PolicyRpc& rpc = options_.stream_domain_policies;
  return std::make_unique<PolicyStream>(*connection_, rpc.failure_mode,
                                        WithTimeout(context, rpc.timeout));
}

absl::StatusOr<v1::GetStatusResponse> Client::GetStatus(const CallContext& context) const {
  return connection_->GetStatus({}, WithTimeout(context, options_.get_status.timeout));
}

void Client::AsyncGetStatus(Callback<v1::GetStatusResponse> done,
                            const CallContext& context) const {
  connection_->AsyncGetStatus({}, WithTimeout(context, options_.get_status.timeout),
                              std::move(done));
}

absl::StatusOr<v1::ListCachedPoliciesResponse> Client::ListCachedPolicies(
    const v1::ListCachedPoliciesRequest& request, const CallContext& context) const {
  return connection_->ListCachedPolicies(
      request, WithTimeout(context, options_.list_cached_policies.timeout));
}

void Client::AsyncListCachedPolicies(v1::ListCachedPoliciesRequest request,
                                     Callback<v1::ListCachedPoliciesResponse> done,
                                     const CallContext& context) const {
  connection_->AsyncListCachedPolicies(std::move(request),
                                       WithTimeout(context, options_.list_cached_policies.timeout),
                                       std::move(done));
}

absl::StatusOr<v1::PurgeCachedPoliciesResponse> Client::PurgeCachedPolicies(
    const v1::PurgeCachedPoliciesRequest& request, const CallContext& context) const {
  return connection_->PurgeCachedPolicies(
      request, WithTimeout(context, options_.purge_cached_policies.timeout));
}

void Client::AsyncPurgeCachedPolicies(v1::PurgeCachedPoliciesRequest request,
                                      Callback<v1::PurgeCachedPoliciesResponse> done,
                                      const CallContext& context) const {
  connection_->AsyncPurgeCachedPolicies(
      std::move(request), WithTimeout(context, options_.purge_cached_policies.timeout),
      std::move(done));
}

}  // namespace postern
