#include "server/rpc/staple_request.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "server/core/dns/name.h"
#include "server/rpc/field_error.h"

namespace postern {
namespace {

constexpr size_t kDigestBytes = 32;
constexpr size_t kMaxNameBytes = 255;
constexpr int kMaxNames = 1000;

absl::StatusOr<KeptStaplePtr> Found(absl::string_view field, KeptStaplePtr staple) {
  if (staple != nullptr) return staple;
  return absl::NotFoundError(absl::StrCat(
      field, ": no certificate of the configuration is that one; ListStaples tells them all"));
}

}  // namespace

absl::Status CheckStapleName(absl::string_view field, absl::string_view name) {
  if (name.empty()) return FieldError(field, "is empty; give the name of a certificate");
  if (name.size() <= kMaxNameBytes) return absl::OkStatus();
  return FieldError(field, absl::StrCat("must be at most ", kMaxNameBytes, " bytes"));
}

absl::StatusOr<KeptStaplePtr> FindStaple(const v1::GetStapleRequest& request,
                                         const StapleSource& staples) {
  switch (request.certificate_case()) {
    case v1::GetStapleRequest::kCertificateSha256:
      if (request.certificate_sha256().size() != kDigestBytes) {
        return FieldError("certificate_sha256", absl::StrCat("must be ", kDigestBytes, " bytes"));
      }
      return Found("certificate_sha256", staples.FindByDigest(request.certificate_sha256()));
    case v1::GetStapleRequest::kHost: {
      const absl::StatusOr<std::string> host = ParseHostName(request.host());
      if (!host.ok()) return FieldError("host", host.status().message());
      return Found("host", staples.FindByHost(*host));
    }
    case v1::GetStapleRequest::kName:
      if (absl::Status status = CheckStapleName("name", request.name()); !status.ok()) {
        return status;
      }
      return Found("name", staples.FindByName(request.name()));
    case v1::GetStapleRequest::CERTIFICATE_NOT_SET:
      break;
  }
  return FieldError("certificate", "set certificate_sha256, host or name");
}

absl::StatusOr<std::vector<std::string>> ReadStapleNames(absl::string_view request) {
  v1::WatchStaplesRequest proto;
  if (!proto.ParseFromArray(request.data(), static_cast<int>(request.size()))) {
    return absl::InvalidArgumentError(
        "the request is no WatchStaplesRequest, or a text in it is not UTF-8");
  }
  if (proto.names_size() > kMaxNames) {
    return FieldError("names", absl::StrCat("must be at most ", kMaxNames));
  }
  std::vector<std::string> names;
  for (const std::string& name : proto.names()) {
    const absl::Status status = CheckStapleName(absl::StrCat("names[", names.size(), "]"), name);
    if (!status.ok()) return status;
    names.push_back(name);
  }
  return names;
}

}  // namespace postern
