#include "server/rpc/crl_check_call.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/core/revocation/check_crl.h"
#include "server/core/x509/signature.h"
#include "server/rpc/field_error.h"
#include "server/rpc/revocation_convert.h"
#include "server/rpc/revocation_request.h"
#include "server/rpc/status_convert.h"

namespace postern {

// One call. gRPC calls it from one thread at a time, but for OnCancel.
class CrlCheckCall : public CrlChecks::Reactor {
 public:
  CrlCheckCall(CrlChecks& checks, v1::CheckCrlResponse* response)
      : checks_(checks), response_(response) {}
  ~CrlCheckCall() override { checks_.Free(held_); }

  void Begin() { StartRead(&piece_); }

  void OnCancel() override { cancelled_.store(true, std::memory_order_relaxed); }

  void OnReadDone(bool ok) override {
    // A call that is cancelled looks like one whose messages have all come, at first; nothing
    // can be sent for it.
    if (!ok) return StartSendInitialMetadata();
    const absl::Status status = Take();
    piece_.Clear();
    if (status.ok()) return Begin();
    End(status);
  }
  void OnSendInitialMetadataDone(bool ok) override {
    // Reading and verifying it is a lot of work, for nobody.
    const bool is_wanted = ok && !cancelled_.load(std::memory_order_relaxed);
    End(is_wanted ? Decide() : absl::CancelledError("the call was cancelled"));
  }
  void OnDone() override { delete this; }

 private:
  void End(const absl::Status& status) {
    // Others may have the room before the client knows that this one has ended.
    crl_ = std::string();
    pair_.reset();
    checks_.Free(std::exchange(held_, 0));
    Finish(ToGrpc(status));
  }

  absl::Status Take() {
    if (pair_ != nullptr) {
      if (!piece_.certificate().empty() || !piece_.issuer().empty() || !piece_.url().empty() ||
          piece_.has_verify_time()) {
        return FieldError("crl", "is all that messages after the first may hold");
      }
      return Append();
    }
    absl::StatusOr<std::unique_ptr<const CertificatePair>> pair =
        ParsePair(piece_.certificate(), piece_.issuer());
    if (!pair.ok()) return pair.status();
    const auto verify_time = ParseVerifyTime(piece_.has_verify_time(), piece_.verify_time());
    if (!verify_time.ok()) return verify_time.status();
    if (absl::Status status = CheckUrlSize(piece_.url()); !status.ok()) return status;
    // What the certificates take, read, beside their bytes is no more than a small factor.
    if (!HoldMore(piece_.certificate().size() + piece_.issuer().size())) return NoRoom();
    verify_time_ = *verify_time;
    url_ = piece_.url();
    pair_ = *std::move(pair);
    return Append();
  }

  absl::Status Append() {
    const size_t needed = crl_.size() + piece_.crl().size();
    if (needed > checks_.limits_.max_crl_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat("crl: is longer than ", checks_.limits_.max_crl_bytes,
                       " bytes; raise revocation.crl.max_bytes in the server's configuration"));
    }
    // The string's memory, which grows by half at least, is what is held.
    if (needed > room_) {
      const size_t room =
          std::min(checks_.limits_.max_crl_bytes, std::max(needed, room_ + room_ / 2));
      if (!HoldMore(room - room_)) return NoRoom();
      room_ = room;
      crl_.reserve(room);
    }
    crl_ += piece_.crl();
    return absl::OkStatus();
  }

  bool HoldMore(size_t bytes) {
    if (!checks_.Hold(bytes)) return false;
    held_ += bytes;
    return true;
  }

  static absl::Status NoRoom() {
    return absl::ResourceExhaustedError(
        "crl: the server has no room for it beside those of others; back off and try again");
  }

  absl::Status Decide() {
    if (pair_ == nullptr) return FieldError("certificate", "is missing; no message came");
    const RevocationOptions& allowed = checks_.options_;
    SignaturePolicy policy;
    policy.allow_sha1 = allowed.allow_sha1;
    checks_.decided_.fetch_add(1, std::memory_order_relaxed);
    const Crl crl = ReadCrl(crl_, pair_->issuer(), policy);
    ToProto(CheckCrl(crl, pair_->certificate(), pair_->issuer(), url_,
                     verify_time_.value_or(checks_.clock_.Now()), CrlOptionsOf(allowed)),
            response_->mutable_verdict());
    return absl::OkStatus();
  }

  CrlChecks& checks_;
  v1::CheckCrlResponse* const response_;
  v1::CheckCrlRequest piece_;  // of the read under way
  std::unique_ptr<const CertificatePair> pair_;
  std::optional<absl::Time> verify_time_;
  std::string url_;
  std::string crl_;
  size_t room_ = 0;  // of crl_
  size_t held_ = 0;  // that, and the certificates
  std::atomic<bool> cancelled_{false};
};

CrlChecks::Reactor* CrlChecks::Open(v1::CheckCrlResponse* response) {
  auto* const call = new CrlCheckCall(*this, response);
  call->Begin();
  return call;
}

bool CrlChecks::Hold(size_t bytes) {
  if (held_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limits_.max_held_bytes) {
    return true;
  }
  Free(bytes);
  return false;
}

}  // namespace postern
