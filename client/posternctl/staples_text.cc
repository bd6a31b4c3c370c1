#include "client/posternctl/staples_text.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/posternctl/printable.h"
#include "client/posternctl/revocation_text.h"

namespace postern::posternctl {
namespace {

template <typename Names>
std::string Joined(const Names& names) {
  return Printable(absl::StrJoin(names, " "));
}

std::string NameOrNumber(const std::string& name, int number) {
  return name.empty() ? absl::StrCat(number) : name;
}

std::string Status(const v1::Staple& staple) {
  return NameOrNumber(v1::Staple::Status_Name(staple.status()), staple.status());
}

std::string Source(const v1::Staple& staple) {
  return NameOrNumber(v1::Staple::Source_Name(staple.source()), staple.source());
}

std::string Trouble(const v1::Staple& staple) {
  if (staple.last_error().empty()) return "";
  if (staple.failures() == 0) return Printable(staple.last_error());
  return absl::StrCat(staple.failures(), staple.failures() == 1 ? " failure: " : " failures: ",
                      Printable(staple.last_error()));
}

}  // namespace

std::vector<std::string> StapleRow(const v1::Staple& staple, const TextOptions& options) {
  return {
      Printable(staple.name()),
      Status(staple),
      Source(staple),
      staple.has_use_until() ? absl::StrCat("ends ", When(staple.use_until(), options.now)) : "",
      staple.has_next_refresh_time()
          ? absl::StrCat("refresh ", When(staple.next_refresh_time(), options.now))
          : "",
      Trouble(staple)};
}

std::string StapleText(const v1::Staple& staple, const TextOptions& options) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&rows](const char* label, const std::string& text) {
    if (!text.empty()) rows.push_back({label, text});
  };
  const auto when = [&options](bool has_time, const google::protobuf::Timestamp& time) {
    return has_time ? When(time, options.now) : std::string();
  };
  add("file", Printable(staple.file()));
  add("names", Joined(staple.dns_names()));
  add("sha256", absl::BytesToHexString(staple.certificate_sha256()));
  add("expires", when(staple.has_not_after(), staple.not_after()));
  add("must-staple", staple.must_staple() ? "yes" : "");
  add("source",
      absl::StrCat(Source(staple), staple.url().empty() ? "" : " at ", Printable(staple.url())));
  add("fetched", when(staple.has_last_success_time(), staple.last_success_time()));
  add("refresh", when(staple.has_next_refresh_time(), staple.next_refresh_time()));
  add("ends", when(staple.has_use_until(), staple.use_until()));
  add("trouble", Trouble(staple));
  add("staple", staple.staple().empty() ? "" : absl::StrCat(staple.staple().size(), " bytes"));
  std::string text =
      absl::StrCat(Printable(staple.name()), "  ", Status(staple), "\n", Table("    ", rows));
  if (staple.has_verdict()) absl::StrAppend(&text, RevocationText(staple.verdict(), options));
  if (staple.has_crl()) absl::StrAppend(&text, RevocationText(staple.crl(), options));
  return text;
}

}  // namespace postern::posternctl
