// A Connection for tests of code that uses postern::Client (GoogleMock):
//
//   auto connection = std::make_shared<postern::MockConnection>();
//   EXPECT_CALL(*connection, ResolveDomainPolicy).WillOnce(Return(response));
//   postern::Client client(connection);
//
// client/examples and tests/client/mock_connection_test.cc show more.
#ifndef POSTERN_CLIENT_MOCKS_MOCK_CONNECTION_H_
#define POSTERN_CLIENT_MOCKS_MOCK_CONNECTION_H_

#include <memory>

#include "client/connection.h"
#include "gmock/gmock.h"

namespace postern {

// MockConnection mocks every RPC, in its blocking and its asynchronous form.
class MockConnection : public Connection {
 public:
  MOCK_METHOD(absl::StatusOr<v1::ResolveDomainPolicyResponse>, ResolveDomainPolicy,
              (const v1::ResolveDomainPolicyRequest& request, const CallContext& context),
              (override));
  MOCK_METHOD(void, AsyncResolveDomainPolicy,
              (v1::ResolveDomainPolicyRequest request, CallContext context,
               Callback<v1::ResolveDomainPolicyResponse> done),
              (override));
  MOCK_METHOD(absl::StatusOr<v1::ResolveRelayPolicyResponse>, ResolveRelayPolicy,
              (const v1::ResolveRelayPolicyRequest& request, const CallContext& context),
              (override));
  MOCK_METHOD(void, AsyncResolveRelayPolicy,
              (v1::ResolveRelayPolicyRequest request, CallContext context,
               Callback<v1::ResolveRelayPolicyResponse> done),
              (override));
  MOCK_METHOD(absl::StatusOr<v1::ResolveDomainPolicyBatchResponse>, ResolveDomainPolicyBatch,
              (const v1::ResolveDomainPolicyBatchRequest& request, const CallContext& context),
              (override));
  MOCK_METHOD(void, AsyncResolveDomainPolicyBatch,
              (v1::ResolveDomainPolicyBatchRequest request, CallContext context,
               Callback<v1::ResolveDomainPolicyBatchResponse> done),
              (override));
  MOCK_METHOD(std::unique_ptr<ConnectionStream>, StreamDomainPolicies,
              (StreamHandlers handlers, const CallContext& context), (override));
  MOCK_METHOD(absl::StatusOr<v1::VerifyHandshakeResponse>, VerifyHandshake,
              (const v1::VerifyHandshakeRequest& request, const CallContext& context), (override));
  MOCK_METHOD(void, AsyncVerifyHandshake,
              (v1::VerifyHandshakeRequest request, CallContext context,
               Callback<v1::VerifyHandshakeResponse> done),
              (override));
  MOCK_METHOD(absl::StatusOr<v1::VerifyHandshakeBatchResponse>, VerifyHandshakeBatch,
              (const v1::VerifyHandshakeBatchRequest& request, const CallContext& context),
              (override));
  MOCK_METHOD(void, AsyncVerifyHandshakeBatch,
              (v1::VerifyHandshakeBatchRequest request, CallContext context,
               Callback<v1::VerifyHandshakeBatchResponse> done),
              (override));
  MOCK_METHOD(absl::StatusOr<v1::GetStapleResponse>, GetStaple,
              (const v1::GetStapleRequest& request, const CallContext& context), (override));
  MOCK_METHOD(void, AsyncGetStaple,
              (v1::GetStapleRequest request, CallContext context,
               Callback<v1::GetStapleResponse> done),
              (override));
  MOCK_METHOD(std::unique_ptr<ConnectionWatch>, WatchStaples,
              (const v1::WatchStaplesRequest& request, WatchHandlers handlers,
               const CallContext& context),
              (override));
  MOCK_METHOD(absl::StatusOr<v1::ListStaplesResponse>, ListStaples,
              (const v1::ListStaplesRequest& request, const CallContext& context), (override));
  MOCK_METHOD(absl::StatusOr<v1::RefreshStapleResponse>, RefreshStaple,
              (const v1::RefreshStapleRequest& request, const CallContext& context), (override));
  MOCK_METHOD(absl::StatusOr<v1::FetchStapleResponse>, FetchStaple,
              (const v1::FetchStapleRequest& request, const CallContext& context), (override));
  MOCK_METHOD(absl::StatusOr<v1::CheckStapleResponse>, CheckStaple,
              (const v1::CheckStapleRequest& request, const CallContext& context), (override));
  MOCK_METHOD(absl::StatusOr<v1::CheckCrlResponse>, CheckCrl,
              (const v1::CheckCrlRequest& request, const CallContext& context), (override));
  MOCK_METHOD(absl::StatusOr<v1::CheckRevocationResponse>, CheckRevocation,
              (const v1::CheckRevocationRequest& request, const CallContext& context), (override));
  MOCK_METHOD(void, AsyncCheckRevocation,
              (v1::CheckRevocationRequest request, CallContext context,
               Callback<v1::CheckRevocationResponse> done),
              (override));
  MOCK_METHOD(absl::StatusOr<v1::GetStatusResponse>, GetStatus,
              (const v1::GetStatusRequest& request, const CallContext& context), (override));
  MOCK_METHOD(void, AsyncGetStatus,
              (v1::GetStatusRequest request, CallContext context,
               Callback<v1::GetStatusResponse> done),
              (override));
  MOCK_METHOD(absl::StatusOr<v1::ListCachedPoliciesResponse>, ListCachedPolicies,
              (const v1::ListCachedPoliciesRequest& request, const CallContext& context),
              (override));
  MOCK_METHOD(void, AsyncListCachedPolicies,
              (v1::ListCachedPoliciesRequest request, CallContext context,
               Callback<v1::ListCachedPoliciesResponse> done),
              (override));
  MOCK_METHOD(absl::StatusOr<v1::PurgeCachedPoliciesResponse>, PurgeCachedPolicies,
              (const v1::PurgeCachedPoliciesRequest& request, const CallContext& context),
              (override));
  MOCK_METHOD(void, AsyncPurgeCachedPolicies,
              (v1::PurgeCachedPoliciesRequest request, CallContext context,
               Callback<v1::PurgeCachedPoliciesResponse> done),
              (override));
};

// MockConnectionStream mocks the caller's half of a stream.
class MockConnectionStream : public ConnectionStream {
 public:
  MOCK_METHOD(absl::Status, Write, (v1::StreamedQuestion question), (override));
  MOCK_METHOD(void, Close, (), (override));
};

}  // namespace postern

#endif  // POSTERN_CLIENT_MOCKS_MOCK_CONNECTION_H_
