#include "server/core/dns/answer.h"

#include "absl/strings/str_cat.h"

namespace postern {

const char* RrTypeName(RrType type) {
  switch (type) {
    case RrType::kA:
      return "A";
    case RrType::kNs:
      return "NS";
    case RrType::kCname:
      return "CNAME";
    case RrType::kSoa:
      return "SOA";
    case RrType::kMx:
      return "MX";
    case RrType::kAaaa:
      return "AAAA";
    case RrType::kDname:
      return "DNAME";
    case RrType::kTlsa:
      return "TLSA";
  }
  return "unknown type";
}

std::string RcodeName(int rcode) {
  // The registry "DNS RCODEs", 0 to 10.
  static constexpr const char* kNames[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                           "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
                                           "NXRRSET", "NOTAUTH", "NOTZONE"};
  constexpr int kCount = sizeof kNames / sizeof kNames[0];
  if (rcode >= 0 && rcode < kCount) return kNames[rcode];
  return absl::StrCat("RCODE", rcode);
}

}  // namespace postern
