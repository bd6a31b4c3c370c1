#include "server/config_reader.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace postern {
namespace {

constexpr std::pair<absl::string_view, size_t> kUnits[] = {
    {"GiB", size_t{1} << 30}, {"MiB", size_t{1} << 20}, {"KiB", size_t{1} << 10}, {"B", 1}};

std::string SizeText(size_t bytes) {
  for (const auto& [unit, factor] : kUnits) {
    if (bytes % factor == 0) return absl::StrCat(bytes / factor, unit);
  }
  return absl::StrCat(bytes, "B");
}

bool ParseWhole(absl::string_view text, int64_t& value) {
  const absl::string_view digits = text.substr(!text.empty() && text.front() == '-' ? 1 : 0);
  const bool all_digits =
      !digits.empty() && std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit);
  return all_digits && absl::SimpleAtoi(text, &value);
}

bool ParseSize(absl::string_view text, size_t& value) {
  for (const auto& [unit, factor] : kUnits) {
    if (text.size() <= unit.size() || text.substr(text.size() - unit.size()) != unit) continue;
    int64_t count = 0;
    if (!ParseWhole(text.substr(0, text.size() - unit.size()), count) || count < 0) return false;
    if (static_cast<uint64_t>(count) > (uint64_t{1} << 62) / factor) return false;
    value = static_cast<size_t>(count) * factor;
    return true;
  }
  return false;
}

bool IsText(absl::string_view text) {
  return std::none_of(text.begin(), text.end(), absl::ascii_iscntrl);
}

// EditDistance counts the letters to insert, remove or replace between two keys.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string UnknownKey(absl::string_view key, std::vector<std::string> known) {
  constexpr size_t kLongestKey = 40;
  std::sort(known.begin(), known.end());
  absl::string_view nearest;
  size_t least = 4;  // so many letters away is no misspelling
  for (const std::string& candidate : known) {
    if (key.size() > kLongestKey) break;
    const size_t distance = EditDistance(key, candidate);
    if (distance < least && distance < candidate.size()) {
      least = distance;
      nearest = candidate;
    }
  }
  if (!nearest.empty()) return absl::StrCat("unknown key; did you mean ", nearest, "?");
  return absl::StrCat("unknown key; allowed: ", absl::StrJoin(known, ", "));
}

}  // namespace

ConfigReader::ConfigReader(const YamlNode* node, std::string path, ConfigErrors& errors)
    : node_(node), path_(std::move(path)), errors_(errors) {
  if (node_ == nullptr || node_->kind == YamlNode::Kind::kNull ||
      node_->kind == YamlNode::Kind::kBroken) {
    return;
  }
  if (node_->kind != YamlNode::Kind::kMap) {
    errors_.Add(path_, node_->line, "must be a map of keys and values");
    return;
  }
  by_key_.reserve(node_->children.size());
  for (const YamlNode& child : node_->children) {
    const auto [first, added] = by_key_.emplace(child.key, &child);
    if (!added) {
      errors_.Add(
          PathOf(child.key), child.line,
          absl::StrCat("given twice, first in line ", first->second->line, "; remove one of them"));
    }
  }
}

bool ConfigReader::Bool(absl::string_view key, bool& value) {
  const YamlNode* node = Scalar(key, "true, false");
  if (node == nullptr) return false;
  if (!node->quoted && (node->text == "true" || node->text == "false")) {
    value = node->text == "true";
    return true;
  }
  Wrong(key, absl::StrCat(QuoteForError(node->text), " is no choice; allowed: true, false"));
  return false;
}

void ConfigReader::Integer(absl::string_view key, int64_t min, int64_t max, int64_t& value) {
  const std::string allowed = absl::StrCat("a whole number from ", min, " to ", max);
  const YamlNode* node = Scalar(key, allowed);
  if (node == nullptr) return;
  int64_t number = 0;
  if (node->quoted || !ParseWhole(node->text, number)) {
    Wrong(key, absl::StrCat(QuoteForError(node->text), " is no number; allowed: ", allowed));
  } else if (number < min || number > max) {
    Wrong(key, absl::StrCat(number, " is out of range; allowed: ", allowed));
  } else {
    value = number;
  }
}

void ConfigReader::Size(absl::string_view key, size_t min, size_t max, size_t& value) {
  const std::string allowed =
      absl::StrCat(SizeText(min), " to ", SizeText(max), ", with the unit B, KiB, MiB or GiB");
  const YamlNode* node = Scalar(key, allowed);
  if (node == nullptr) return;
  size_t size = 0;
  if (!ParseSize(node->text, size)) {
    Wrong(key, absl::StrCat(QuoteForError(node->text), " is no size; allowed: ", allowed));
  } else if (size < min || size > max) {
    Wrong(key, absl::StrCat(QuoteForError(node->text), " is out of range; allowed: ", allowed));
  } else {
    value = size;
  }
}

void ConfigReader::Duration(absl::string_view key, absl::Duration min, absl::Duration max,
                            absl::Duration& value) {
  const std::string allowed =
      absl::StrCat(absl::FormatDuration(min), " to ", absl::FormatDuration(max),
                   ", with the unit ms, s, m or h");
  const YamlNode* node = Scalar(key, allowed);
  if (node == nullptr) return;
  absl::Duration duration;
  if (!absl::ParseDuration(node->text, &duration)) {
    Wrong(key, absl::StrCat(QuoteForError(node->text), " is no duration; allowed: ", allowed));
  } else if (duration < min || duration > max) {
    Wrong(key, absl::StrCat(QuoteForError(node->text), " is out of range; allowed: ", allowed));
  } else {
    value = duration;
  }
}

bool ConfigReader::Text(absl::string_view key, size_t max_bytes, std::string& value) {
  const std::string allowed = absl::StrCat("text of at most ", max_bytes, " bytes");
  const YamlNode* node = Scalar(key, allowed);
  if (node == nullptr) return false;
  if (!IsText(node->text)) {
    Wrong(key, absl::StrCat("holds a control character; allowed: ", allowed));
  } else if (node->text.size() > max_bytes) {
    Wrong(key, absl::StrCat("has ", node->text.size(), " bytes; allowed: ", allowed));
  } else {
    value = node->text;
    return true;
  }
  return false;
}

bool ConfigReader::Texts(absl::string_view key, size_t max_count, size_t max_bytes,
                         const Take& take) {
  const YamlNode* list = List(key, max_count);
  if (list == nullptr) return false;
  for (size_t i = 0; i < list->children.size(); ++i) {
    const YamlNode& child = list->children[i];
    if (child.kind == YamlNode::Kind::kBroken) continue;
    std::string what;
    if (child.kind != YamlNode::Kind::kScalar || child.text.empty() || !IsText(child.text) ||
        child.text.size() > max_bytes) {
      what = absl::StrCat("must be text of 1 to ", max_bytes, " bytes");
    } else {
      what = take(child.text);
    }
    if (!what.empty()) errors_.Add(absl::StrCat(PathOf(key), "[", i, "]"), child.line, what);
  }
  return true;
}

ConfigReader ConfigReader::Map(absl::string_view key) {
  return ConfigReader(Find(key), PathOf(key), errors_);
}

void ConfigReader::Maps(absl::string_view key, size_t max_count,
                        const std::function<void(ConfigReader&)>& read) {
  const YamlNode* list = List(key, max_count);
  if (list == nullptr) return;
  for (size_t i = 0; i < list->children.size(); ++i) {
    const YamlNode& child = list->children[i];
    if (child.kind == YamlNode::Kind::kBroken) continue;
    const std::string path = absl::StrCat(PathOf(key), "[", i, "]");
    if (child.kind != YamlNode::Kind::kMap) {
      errors_.Add(path, child.line, "must be a map of keys and values");
      continue;
    }
    ConfigReader map(&child, path, errors_);
    read(map);
    map.Finish();
  }
}

void ConfigReader::Wrong(absl::string_view key, absl::string_view what) {
  const auto found = by_key_.find(key);
  errors_.Add(PathOf(key), found == by_key_.end() ? line() : found->second->line, what);
}

void ConfigReader::Finish() {
  for (const auto& [key, node] : by_key_) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      errors_.Add(PathOf(key), node->line, UnknownKey(key, known_));
    }
  }
}

const YamlNode* ConfigReader::Find(absl::string_view key) {
  known_.emplace_back(key);
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second;
}

const YamlNode* ConfigReader::Scalar(absl::string_view key, absl::string_view wanted) {
  const YamlNode* node = Find(key);
  if (node == nullptr || node->kind == YamlNode::Kind::kBroken) return nullptr;
  if (node->kind == YamlNode::Kind::kScalar) return node;
  const char* what = node->kind == YamlNode::Kind::kNull ? "has no value" : "must be one value";
  Wrong(key, absl::StrCat(what, "; allowed: ", wanted));
  return nullptr;
}

const YamlNode* ConfigReader::List(absl::string_view key, size_t max_count) {
  const YamlNode* node = Find(key);
  if (node == nullptr || node->kind == YamlNode::Kind::kBroken) return nullptr;
  const std::string allowed = absl::StrCat("a list of at most ", max_count);
  if (node->kind != YamlNode::Kind::kSequence) {
    Wrong(key, absl::StrCat("must be a list; allowed: ", allowed));
    return nullptr;
  }
  if (node->children.size() > max_count) {
    Wrong(key, absl::StrCat("has ", node->children.size(), " elements; allowed: ", allowed));
    return nullptr;
  }
  return node;
}

std::string ConfigReader::PathOf(absl::string_view key) const {
  const bool plain =
      !key.empty() && key.size() <= 60 && std::all_of(key.begin(), key.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '_' || c == '-';
      });
  return absl::StrCat(path_, path_.empty() ? "" : ".",
                      plain ? std::string(key) : QuoteForError(key));
}

}  // namespace postern
