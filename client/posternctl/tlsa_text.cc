#include "client/posternctl/tlsa_text.h"

#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/posternctl/words.h"

namespace postern::posternctl {
namespace {

// Bytes of certificate association data that are shown.
constexpr size_t kShownBytes = 16;

}  // namespace

std::string ShortRecord(const v1::TlsaRecord& record) {
  const std::string& data = record.certificate_association_data();
  std::string text =
      absl::StrCat(record.certificate_usage(), " ", record.selector(), " ", record.matching_type(),
                   " ", absl::BytesToHexString(data.substr(0, kShownBytes)));
  if (data.size() > kShownBytes) absl::StrAppend(&text, "... (", data.size(), " bytes)");
  return text;
}

std::string RecordText(const v1::TlsaRecord& record) {
  std::string text = ShortRecord(record);
  if (!record.usable()) {
    absl::StrAppend(&text, "  ", Words(record.unusable_reason()));
  } else if (record.superseded()) {
    absl::StrAppend(&text, "  set aside for a stronger digest");
  }
  return text;
}

}  // namespace postern::posternctl
