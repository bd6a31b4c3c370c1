#include "server/core/net/network_file.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/core/net/client_address.h"

namespace postern {
namespace {

constexpr size_t kMaxShownBytes = 60;

// Foreign bytes on one line, of bounded length.
std::string Quoted(absl::string_view text) {
  const bool cut = text.size() > kMaxShownBytes;
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kMaxShownBytes)), cut ? "...\"" : "\"");
}

// KeyAndValue is a line that is not indented, taken apart.
struct KeyAndValue {
  absl::string_view key;
  absl::string_view value;
};

absl::StatusOr<KeyAndValue> Split(absl::string_view line) {
  KeyAndValue split;
  size_t end = 0;
  if (line.front() == '"') {
    const size_t quote = line.find('"', 1);
    if (quote == absl::string_view::npos) {
      return absl::InvalidArgumentError("the key's closing quote is missing");
    }
    split.key = line.substr(1, quote - 1);
    end = quote + 1;
  } else {
    while (end < line.size() && line[end] != ':' && !absl::ascii_isspace(line[end])) ++end;
    split.key = line.substr(0, end);
  }
  // "odd", as Exim's own words are: white space, a colon that may be missing, white space.
  split.value = absl::StripLeadingAsciiWhitespace(line.substr(end));
  if (absl::StartsWith(split.value, ":")) {
    split.value = absl::StripLeadingAsciiWhitespace(split.value.substr(1));
  }
  return split;
}

absl::Status KeyError(absl::string_view line, absl::string_view key, const absl::Status& status) {
  if (line.front() != '"') {
    // The first colon ends a key without quotes, so that of an IPv6 one a part is left.
    const absl::string_view word = line.substr(0, line.find_first_of(" \t\""));
    for (const absl::string_view whole : {word, absl::StripSuffix(word, ":")}) {
      if (!ParseClientPrefix(whole).ok()) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("an IPv6 key has to be quoted: \"", whole, "\""));
    }
  }
  return absl::InvalidArgumentError(absl::StrCat("the key ", Quoted(key), " ", status.message()));
}

class Reader {
 public:
  explicit Reader(absl::FunctionRef<absl::Status(const NetworkLine&)> take) : take_(take) {}

  void Read(absl::string_view text) {
    while (!text.empty()) {
      const size_t end = text.find('\n');
      ++line_;
      ReadLine(absl::StripTrailingAsciiWhitespace(text.substr(0, end)));
      text.remove_prefix(end == absl::string_view::npos ? text.size() : end + 1);
    }
    Finish();
  }

  absl::Status ToStatus() const {
    if (shown_ == 0) return absl::OkStatus();
    if (not_shown_ == 0) return absl::InvalidArgumentError(errors_);
    return absl::InvalidArgumentError(absl::StrCat(errors_, "\nand ", not_shown_, " more errors"));
  }

 private:
  void ReadLine(absl::string_view line) {
    if (line.empty() || line.front() == '#') {
      Finish();
      return;
    }
    const bool indented = absl::ascii_isspace(line.front());
    if (!indented) Finish();
    if (line.size() > kMaxNetworkLineBytes || absl::StrContains(line, '\0')) {
      AddError(line_, line.size() > kMaxNetworkLineBytes
                          ? absl::StrCat("is longer than ", kMaxNetworkLineBytes, " bytes")
                          : "holds a NUL byte");
      skip_indented_ = true;
      pending_.reset();
    } else if (indented) {
      Continue(absl::StripLeadingAsciiWhitespace(line));
    } else {
      Begin(line);
    }
  }

  void Begin(absl::string_view line) {
    const absl::StatusOr<KeyAndValue> split = Split(line);
    if (!split.ok()) {
      AddError(line_, split.status().message());
      skip_indented_ = true;
      return;
    }
    NetworkLine next;
    next.line = line_;
    next.value = std::string(split->value);
    if (split->key != "*") {
      const absl::StatusOr<IpPrefix> prefix = ParseClientPrefix(split->key);
      if (!prefix.ok()) {
        AddError(line_, KeyError(line, split->key, prefix.status()).message());
        skip_indented_ = true;
        return;
      }
      next.prefix = *prefix;
    }
    pending_ = std::move(next);
  }

  // Exim makes one space of an indented line's white space.
  void Continue(absl::string_view more) {
    if (skip_indented_) return;  // the line that it belongs to has its error
    if (!pending_) {
      AddError(line_,
               "is indented, and there is no key right before it that it could belong to (Exim "
               "reads over such a line); begin a key at the start of its line");
      return;
    }
    if (pending_->value.size() + 1 + more.size() > kMaxNetworkLineBytes) {
      AddError(line_, absl::StrCat("makes a value longer than ", kMaxNetworkLineBytes, " bytes"));
      pending_.reset();
      skip_indented_ = true;
      return;
    }
    absl::StrAppend(&pending_->value, " ", more);
  }

  // Hands over the key that is pending: no indented line can follow.
  void Finish() {
    skip_indented_ = false;
    if (!pending_) return;
    if (absl::Status status = take_(*pending_); !status.ok()) {
      AddError(pending_->line, status.message());
    }
    pending_.reset();
  }

  void AddError(int line, absl::string_view what) {
    if (shown_ == kMaxNetworkErrors) {
      ++not_shown_;
      return;
    }
    ++shown_;
    absl::StrAppend(&errors_, errors_.empty() ? "" : "\n", "line ", line, ": ", what);
  }

  absl::FunctionRef<absl::Status(const NetworkLine&)> take_;
  std::optional<NetworkLine> pending_;
  bool skip_indented_ = false;
  int line_ = 0;
  std::string errors_;
  size_t shown_ = 0;
  size_t not_shown_ = 0;
};

}  // namespace

absl::Status ReadNetworkFile(absl::string_view text,
                             absl::FunctionRef<absl::Status(const NetworkLine&)> take) {
  Reader reader(take);
  reader.Read(text);
  return reader.ToStatus();
}

}  // namespace postern
