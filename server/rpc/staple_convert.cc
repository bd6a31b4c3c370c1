#include "server/rpc/staple_convert.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "server/rpc/revocation_convert.h"
#include "server/rpc/time_convert.h"

namespace postern {
namespace {

// revocation.proto, message Staple.
constexpr size_t kMaxNames = 100;

v1::Staple::Source ToProto(KeptStaple::Source source) {
  switch (source) {
    case KeptStaple::Source::kOcsp:
      return v1::Staple::OCSP;
    case KeptStaple::Source::kCrl:
      return v1::Staple::CRL;
    case KeptStaple::Source::kNone:
      return v1::Staple::NONE;
  }
  return v1::Staple::SOURCE_UNSPECIFIED;
}

v1::Staple::Status ToProto(KeptStaple::Status status) {
  switch (status) {
    case KeptStaple::Status::kGood:
      return v1::Staple::GOOD;
    case KeptStaple::Status::kRevoked:
      return v1::Staple::REVOKED;
    case KeptStaple::Status::kPending:
      return v1::Staple::PENDING;
    case KeptStaple::Status::kExpired:
      return v1::Staple::EXPIRED;
    case KeptStaple::Status::kNotAvailable:
      return v1::Staple::NOT_AVAILABLE;
    case KeptStaple::Status::kUnusable:
      return v1::Staple::UNUSABLE;
  }
  return v1::Staple::STATUS_UNSPECIFIED;
}

bool IsFinite(absl::Time time) {
  return time != absl::InfinitePast() && time != absl::InfiniteFuture();
}

}  // namespace

bool HasEndedAt(const KeptStaple& staple, absl::Time now) {
  return staple.status == KeptStaple::Status::kGood && now >= staple.use_until;
}

void ToProto(const KeptStaple& staple, absl::Time now, StapleDetail detail, v1::Staple* proto) {
  proto->set_name(staple.name);
  proto->set_source(ToProto(staple.source));
  proto->set_status(HasEndedAt(staple, now) ? v1::Staple::EXPIRED : ToProto(staple.status));
  if (IsFinite(staple.use_until)) TimeToProto(staple.use_until, *proto->mutable_use_until());
  if (IsFinite(staple.next_refresh)) {
    TimeToProto(staple.next_refresh, *proto->mutable_next_refresh_time());
  }
  proto->set_last_error(staple.last_error);
  proto->set_failures(staple.failures);
  if (IsFinite(staple.last_success)) {
    TimeToProto(staple.last_success, *proto->mutable_last_success_time());
  }
  proto->set_url(staple.url);
  proto->set_certificate_sha256(staple.certificate_sha256);
  proto->set_file(staple.file);
  for (size_t i = 0; i < std::min(staple.dns_names.size(), kMaxNames); ++i) {
    proto->add_dns_names(staple.dns_names[i]);
  }
  if (IsFinite(staple.not_after)) TimeToProto(staple.not_after, *proto->mutable_not_after());
  proto->set_must_staple(staple.must_staple);
  if (staple.verdict) ToProto(*staple.verdict, proto->mutable_verdict());
  if (staple.crl) {
    ToProto(*staple.crl, proto->mutable_crl());
    proto->mutable_crl()->set_url(staple.url);
  }
  // Whatever the source says: after their end no bytes leave the server.
  if (detail == StapleDetail::kWithBytes && staple.status == KeptStaple::Status::kGood &&
      staple.ServableAt(now)) {
    proto->set_staple(staple.der);
  }
}

}  // namespace postern
