#include "client/client.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/failure_mode.h"
#include "client/grpc_connection.h"
#include "client/utf8.h"

namespace postern {
namespace {

CallContext WithTimeout(CallContext context, absl::Duration timeout) {
  if (!context.timeout) context.timeout = timeout;
  return context;
}

using BatchRequest = v1::ResolveDomainPolicyBatchRequest;
using BatchResponse = absl::StatusOr<v1::ResolveDomainPolicyBatchResponse>;

// Takes what cannot be sent out of a batch, so that it does not spoil the rest. Gives, for
// each question as it was, why it is not sent, or OK.
std::vector<absl::Status> TakeUnsendable(BatchRequest& request) {
  std::vector<absl::Status> refusals;
  refusals.reserve(static_cast<size_t>(request.requests_size()));
  auto& questions = *request.mutable_requests();
  auto sendable = questions.begin();
  for (auto it = questions.begin(); it != questions.end(); ++it) {
    refusals.push_back(CheckUtf8("domain", it->domain()));
    if (!refusals.back().ok()) continue;
    if (sendable != it) std::iter_swap(sendable, it);
    ++sendable;
  }
  questions.erase(sendable, questions.end());
  return refusals;
}

// Puts the answers and the refusals together, in the order of the questions.
std::vector<absl::StatusOr<PolicyAnswer>> Merge(const std::vector<absl::Status>& refusals,
                                                std::vector<absl::StatusOr<PolicyAnswer>> answers) {
  if (answers.size() == refusals.size()) return answers;
  std::vector<absl::StatusOr<PolicyAnswer>> all;
  all.reserve(refusals.size());
  auto next = answers.begin();
  for (const absl::Status& refusal : refusals) {
    if (refusal.ok()) {
      all.push_back(std::move(*next++));
    } else {
      all.emplace_back(refusal);
    }
  }
  return all;
}

std::vector<std::string> DomainsOf(const BatchRequest& request) {
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
  if (absl::Status status = CheckUtf8("domain", request.domain()); !status.ok()) return status;
  const PolicyRpc& rpc = options_.resolve_domain_policy;
  return AnswerFor(
      request.domain(), rpc.failure_mode,
      PolicyOf(connection_->ResolveDomainPolicy(request, WithTimeout(context, rpc.timeout))));
}

void Client::AsyncResolveDomainPolicy(v1::ResolveDomainPolicyRequest request, PolicyCallback done,
                                      const CallContext& context) const {
  if (absl::Status status = CheckUtf8("domain", request.domain()); !status.ok()) {
    return done(std::move(status));
  }
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
  if (absl::Status status = CheckUtf8("host", request.host()); !status.ok()) return status;
  const PolicyRpc& rpc = options_.resolve_relay_policy;
  return AnswerFor(
      request.host(), rpc.failure_mode,
      PolicyOf(connection_->ResolveRelayPolicy(request, WithTimeout(context, rpc.timeout))));
}

void Client::AsyncResolveRelayPolicy(v1::ResolveRelayPolicyRequest request, PolicyCallback done,
                                     const CallContext& context) const {
  if (absl::Status status = CheckUtf8("host", request.host()); !status.ok()) {
    return done(std::move(status));
  }
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
  BatchRequest sendable = request;
  const std::vector<absl::Status> refusals = TakeUnsendable(sendable);
  if (sendable.requests().empty() && !refusals.empty()) return Merge(refusals, {});
  return Merge(refusals, AnswersFor(DomainsOf(sendable), rpc.failure_mode,
                                    connection_->ResolveDomainPolicyBatch(
                                        sendable, WithTimeout(context, rpc.timeout))));
}

void Client::AsyncResolveDomainPolicyBatch(v1::ResolveDomainPolicyBatchRequest request,
                                           BatchCallback done, const CallContext& context) const {
  const PolicyRpc& rpc = options_.resolve_domain_policy_batch;
  std::vector<absl::Status> refusals = TakeUnsendable(request);
  if (request.requests().empty() && !refusals.empty()) return done(Merge(refusals, {}));
  auto finish = [refusals = std::move(refusals), domains = DomainsOf(request),
                 mode = rpc.failure_mode, done = std::move(done)](BatchResponse response) {
    done(Merge(refusals, AnswersFor(domains, mode, std::move(response))));
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
