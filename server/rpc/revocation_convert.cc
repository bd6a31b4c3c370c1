#include "server/rpc/revocation_convert.h"

#include <string>

#include "server/core/revocation/crl_reason.h"
#include "server/core/x509/name_text.h"
#include "server/rpc/time_convert.h"
namespace postern {
namespace {
void Set(absl::Time t, google::protobuf::Timestamp* (*)(), void*) { (void)t; }
bool Finite(absl::Time t) { return t != absl::InfinitePast() && t != absl::InfiniteFuture(); }
}  // namespace
void ToProto(const StapleVerdict& v, v1::StapleVerdict* p) {
  (void)Set;
  v1::StapleVerdict::Status status{};
  if (v1::StapleVerdict::Status_Parse(NameOf(v.status), &status)) p->set_status(status);
  v1::StapleVerdict::Reason reason{};
  if (v1::StapleVerdict::Reason_Parse(NameOf(v.reason), &reason)) p->set_reason(reason);
  p->set_detail(v.detail);
  if (v.revocation_time) TimeToProto(*v.revocation_time, *p->mutable_revocation_time());
  if (v.revocation_reason) p->set_revocation_reason(static_cast<uint32_t>(*v.revocation_reason));
  if (Finite(v.produced_at)) TimeToProto(v.produced_at, *p->mutable_produced_at());
  if (Finite(v.this_update)) TimeToProto(v.this_update, *p->mutable_this_update());
  if (v.next_update) TimeToProto(*v.next_update, *p->mutable_next_update());
  if (Finite(v.use_until)) TimeToProto(v.use_until, *p->mutable_use_until());
  v1::StapleVerdict::Signer signer{};
  if (v1::StapleVerdict::Signer_Parse(NameOf(v.signer), &signer)) p->set_signer(signer);
  p->set_signer_name(NameText(absl::string_view(v.signer_name)));
  p->set_signer_is_unchecked(v.signer_is_unchecked);
}
void ToProto(const CrlVerdict& v, v1::CrlVerdict* p) {
  v1::CrlVerdict::Status status{};
  if (v1::CrlVerdict::Status_Parse(NameOf(v.status), &status)) p->set_status(status);
  v1::CrlVerdict::Reason reason{};
  if (v1::CrlVerdict::Reason_Parse(NameOf(v.reason), &reason)) p->set_reason(reason);
  if (v.reason != CrlReason::kNone) p->set_detail(DetailOf(v.reason));
  if (v.revocation) {
    TimeToProto(v.revocation->time, *p->mutable_revocation_time());
    p->set_revocation_reason(static_cast<uint32_t>(v.revocation->reason));
  }
  if (v.this_update) TimeToProto(*v.this_update, *p->mutable_this_update());
  if (v.next_update) TimeToProto(*v.next_update, *p->mutable_next_update());
  if (Finite(v.use_until)) TimeToProto(v.use_until, *p->mutable_use_until());
}
void ToProto(const RevocationVerdict& v, v1::RevocationVerdict* p) {
  p->set_status(static_cast<v1::RevocationVerdict::Status>(static_cast<int>(v.status) + 1));
  static constexpr v1::RevocationVerdict::Source kSources[] = {
      v1::RevocationVerdict::SOURCE_UNSPECIFIED, v1::RevocationVerdict::STAPLE,
      v1::RevocationVerdict::OCSP, v1::RevocationVerdict::CRL};
  p->set_source(kSources[static_cast<int>(v.source)]);
  static constexpr v1::RevocationVerdict::MustStaple kMust[] = {
      v1::RevocationVerdict::MUST_STAPLE_UNSPECIFIED, v1::RevocationVerdict::NOT_OFFERED,
      v1::RevocationVerdict::STAPLED, v1::RevocationVerdict::OUT_OF_BAND,
      v1::RevocationVerdict::MISSING};
  p->set_must_staple(kMust[static_cast<int>(v.must_staple)]);
  if (Finite(v.use_until)) TimeToProto(v.use_until, *p->mutable_use_until());
  if (v.staple) ToProto(*v.staple, p->mutable_staple());
  if (v.ocsp) ToProto(*v.ocsp, p->mutable_ocsp());
  if (v.crl) {
    ToProto(*v.crl, p->mutable_crl());
    p->mutable_crl()->set_url(v.crl_url);
  }
}
}  // namespace postern
