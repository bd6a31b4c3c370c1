// RevocationService of proto/postern/v1/revocation.proto.
#ifndef POSTERN_SERVER_RPC_REVOCATION_SERVICE_H_
#define POSTERN_SERVER_RPC_REVOCATION_SERVICE_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/revocation.grpc.pb.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/crl_index.h"
#include "server/io/answer_memo.h"
#include "server/io/clock.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/revocation/staple_source.h"
#include "server/rpc/admission.h"
#include "server/rpc/crl_check_call.h"
#include "server/rpc/fetch_revocation.h"
#include "server/rpc/staple_answers.h"
#include "server/rpc/staple_bytes.h"
#include "server/rpc/staple_watch.h"

namespace postern {

// RevocationService takes and gives bytes where answers are kept (GetStaple, CheckStaple,
// WatchStaples), else messages.
class RevocationService final
    : public v1::RevocationService::WithRawCallbackMethod_GetStaple<
          v1::RevocationService::WithRawCallbackMethod_WatchStaples<
              v1::RevocationService::WithRawCallbackMethod_CheckStaple<
                  v1::RevocationService::WithCallbackMethod_ListStaples<
                      v1::RevocationService::WithCallbackMethod_RefreshStaple<
                          v1::RevocationService::WithCallbackMethod_FetchStaple<
                              v1::RevocationService::WithCallbackMethod_CheckCrl<
                                  v1::RevocationService::WithCallbackMethod_CheckRevocation<
                                      v1::RevocationService::Service>>>>>>>> {
 public:
  // What the service stands on; all must outlive it and what it has begun to fetch: make
  // the fetcher, the staples and what is behind the function after clock, CRLs and
  // `waiting`, which bounds the calls that wait for the network. The memo may be shared
  // with other questions.
  struct Parts {
    StapleSource& staples;
    const CrlIndex& crls;
    HttpFetcher& fetcher;
    FetchCrlFunction fetch_crl;
    AnswerMemo& memo;
    Admission& waiting;
    const Clock& clock;
  };

  struct Options {
    RevocationOptions revocation;
    CrlLimits crl;
    // How long one call fetches, at most, whatever its deadline.
    absl::Duration max_fetch_time = absl::Seconds(60);
    size_t max_watches = kMaxStapleWatches;
  };

  RevocationService(Parts parts, const Options& options);

  grpc::ServerUnaryReactor* GetStaple(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchStaples(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* ListStaples(grpc::CallbackServerContext* context,
                                        const v1::ListStaplesRequest* request,
                                        v1::ListStaplesResponse* response) override;
  grpc::ServerUnaryReactor* RefreshStaple(grpc::CallbackServerContext* context,
                                          const v1::RefreshStapleRequest* request,
                                          v1::RefreshStapleResponse* response) override;
  grpc::ServerUnaryReactor* FetchStaple(grpc::CallbackServerContext* context,
                                        const v1::FetchStapleRequest* request,
                                        v1::FetchStapleResponse* response) override;
  grpc::ServerUnaryReactor* CheckStaple(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerReadReactor<v1::CheckCrlRequest>* CheckCrl(grpc::CallbackServerContext* context,
                                                         v1::CheckCrlResponse* response) override;
  grpc::ServerUnaryReactor* CheckRevocation(grpc::CallbackServerContext* context,
                                            const v1::CheckRevocationRequest* request,
                                            v1::CheckRevocationResponse* response) override;

  // Drain ends the streams of WatchStaples.
  void Drain() { watches_.Drain(); }

  const CrlChecks& crl_checks() const { return crl_checks_; }

 private:
  absl::Duration FetchTime(const grpc::CallbackServerContext& context) const;

  const Parts parts_;
  const Options options_;
  StapleBytes bytes_;
  StapleWatches watches_;
  StapleAnswers answers_;
  CrlChecks crl_checks_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_REVOCATION_SERVICE_H_
