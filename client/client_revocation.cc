// The methods of Client on staples and revocation.
#include <utility>

#include "client/client.h"

namespace postern {
namespace {

CallContext WithTimeout(CallContext context, const RevocationRpc& rpc) {
  if (!context.timeout) context.timeout = rpc.timeout;
  return context;
}

}  // namespace

absl::StatusOr<v1::GetStapleResponse> Client::GetStaple(const v1::GetStapleRequest& request,
                                                        const CallContext& context) const {
  return connection_->GetStaple(request, WithTimeout(context, options_.get_staple));
}

void Client::AsyncGetStaple(v1::GetStapleRequest request, Callback<v1::GetStapleResponse> done,
                            const CallContext& context) const {
  connection_->AsyncGetStaple(std::move(request), WithTimeout(context, options_.get_staple),
                              std::move(done));
}

std::unique_ptr<StapleWatch> Client::WatchStaples(const v1::WatchStaplesRequest& request,
                                                  StapleWatch::Handlers handlers) const {
  return std::make_unique<StapleWatch>(connection_, request, std::move(handlers));
}

absl::StatusOr<v1::ListStaplesResponse> Client::ListStaples(const v1::ListStaplesRequest& request,
                                                            const CallContext& context) const {
  return connection_->ListStaples(request, WithTimeout(context, options_.list_staples));
}

absl::StatusOr<v1::RefreshStapleResponse> Client::RefreshStaple(
    const v1::RefreshStapleRequest& request, const CallContext& context) const {
  return connection_->RefreshStaple(request, WithTimeout(context, options_.refresh_staple));
}

absl::StatusOr<v1::FetchStapleResponse> Client::FetchStaple(const v1::FetchStapleRequest& request,
                                                            const CallContext& context) const {
  return connection_->FetchStaple(request, WithTimeout(context, options_.fetch_staple));
}

absl::StatusOr<v1::CheckStapleResponse> Client::CheckStaple(const v1::CheckStapleRequest& request,
                                                            const CallContext& context) const {
  return connection_->CheckStaple(request, WithTimeout(context, options_.check_staple));
}

absl::StatusOr<v1::CheckCrlResponse> Client::CheckCrl(const v1::CheckCrlRequest& request,
                                                      const CallContext& context) const {
  return connection_->CheckCrl(request, WithTimeout(context, options_.check_crl));
}

absl::StatusOr<v1::CheckRevocationResponse> Client::CheckRevocation(
    const v1::CheckRevocationRequest& request, const CallContext& context) const {
  return connection_->CheckRevocation(request, WithTimeout(context, options_.check_revocation));
}

void Client::AsyncCheckRevocation(v1::CheckRevocationRequest request,
                                  Callback<v1::CheckRevocationResponse> done,
                                  const CallContext& context) const {
  connection_->AsyncCheckRevocation(
      std::move(request), WithTimeout(context, options_.check_revocation), std::move(done));
}

}  // namespace postern
