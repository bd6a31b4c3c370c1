#include "server/config_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

int LineOf(const YAML::Mark& mark) { return mark.line + 1; }

// TreeBuilder makes the tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(ConfigErrors& errors) : errors_(errors) {}

  YamlNode Take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (skip_depth_ > 0) return;
    CheckAnchor(mark, anchor);
    Attach(Node(YamlNode::Kind::kNull, mark));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (skip_depth_ > 0) return;
    errors_.Add("", LineOf(mark), "an alias (*name) is not allowed here: write the value out");
    Attach(Node(YamlNode::Kind::kBroken, mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (skip_depth_ > 0) return;
    CheckAnchor(mark, anchor);
    CheckTag(mark, tag);
    YamlNode node = Node(YamlNode::Kind::kScalar, mark);
    node.quoted = tag == "!";
    node.text = value;
    Attach(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  // Level is a container whose end has not come yet.
  struct Level {
    YamlNode node;
    bool has_key = false;
    bool broken_key = false;
    std::string key;
    int key_line = 0;
  };

  static YamlNode Node(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.line = LineOf(mark);
    return node;
  }

  void CheckAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      errors_.Add("", LineOf(mark), "an anchor (&name) is not allowed here: write the value out");
    }
  }

  void CheckTag(const YAML::Mark& mark, const std::string& tag) {
    // The parser's own: nothing, "?" for a plain and "!" for a quoted scalar.
    if (!tag.empty() && tag != "?" && tag != "!") {
      errors_.Add("", LineOf(mark),
                  absl::StrCat("a tag is not allowed here: remove ", QuoteForError(tag)));
    }
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    if (skip_depth_ > 0) {
      ++skip_depth_;
      return;
    }
    CheckAnchor(mark, anchor);
    CheckTag(mark, tag);
    if (open_.size() >= kMaxYamlDepth) {
      errors_.Add("", LineOf(mark),
                  absl::StrCat("nested too deeply; allowed: ", kMaxYamlDepth, " levels"));
      Attach(Node(YamlNode::Kind::kBroken, mark));
      skip_depth_ = 1;
      return;
    }
    open_.emplace_back();
    open_.back().node = Node(kind, mark);
  }

  void Close() {
    if (skip_depth_ > 0) {
      --skip_depth_;
      return;
    }
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Attach(std::move(node));
  }

  void Attach(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = open_.back();
    if (level.node.kind == YamlNode::Kind::kSequence) {
      level.node.children.push_back(std::move(node));
      return;
    }
    if (!level.has_key) {
      level.has_key = true;
      level.key_line = node.line;
      level.broken_key = node.kind != YamlNode::Kind::kScalar;
      level.key = std::move(node.text);
      if (level.broken_key && node.kind != YamlNode::Kind::kBroken) {
        errors_.Add("", node.line, "a key must be a word");
      }
      return;
    }
    level.has_key = false;
    if (level.broken_key) return;
    node.key = std::move(level.key);
    node.line = level.key_line;
    level.node.children.push_back(std::move(node));
  }

  ConfigErrors& errors_;
  YamlNode root_;
  std::vector<Level> open_;
  size_t skip_depth_ = 0;
};

// Utf8Length returns how many bytes the UTF-8 character at the start of `text`
// takes, or 0 if there is none (RFC 3629, section 4).
size_t Utf8Length(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) length = 2;
  if (first >= 0xE0 && first <= 0xEF) length = 3;
  if (first >= 0xF0 && first <= 0xF4) length = 4;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  if (length == 0 || text.size() < length) return 0;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return length;
}

// CheckBytes refuses, before the parser sees them, bytes that are no text and
// lines that no person wrote. The parser looks ahead within a line, so that the
// bound on lines also bounds its work.
bool CheckBytes(absl::string_view text, ConfigErrors& errors) {
  if (text.size() > kMaxYamlBytes) {
    errors.Add("", 0,
               absl::StrCat("the file has ", text.size(), " bytes; allowed: ", kMaxYamlBytes));
    return false;
  }
  int line = 1;
  size_t line_start = 0;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    const size_t length = Utf8Length(text.substr(i));
    if (length == 0) {
      errors.Add("", line, "not UTF-8: save the file as UTF-8");
      return false;
    }
    const bool control = (static_cast<unsigned char>(c) < 0x20) || c == 0x7F;
    if (control && c != '\n' && c != '\r' && c != '\t') {
      errors.Add("", line, "a control character: remove it");
      return false;
    }
    i += length;
    if (c == '\n') {
      ++line;
      line_start = i;
    } else if (i - line_start > kMaxYamlLineBytes) {
      errors.Add("", line, absl::StrCat("line too long; allowed: ", kMaxYamlLineBytes, " bytes"));
      return false;
    }
  }
  return true;
}

}  // namespace

YamlNode ParseYaml(absl::string_view text, ConfigErrors& errors) {
  if (!CheckBytes(text, errors)) return {};
  TreeBuilder builder(errors);
  // The parser (0.7) takes a newline at the end of the file for the end of a
  // quote that is still open, and so the rest of the file for a value.
  text = absl::StripTrailingAsciiWhitespace(text);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    ConfigErrors errors_of_second;
    TreeBuilder second(errors_of_second);
    if (parser && parser.HandleNextDocument(second)) {
      errors.Add("", 0, "more than one document (---); allowed: one");
    }
  } catch (const YAML::Exception& e) {
    errors.Add("", e.mark.is_null() ? 0 : LineOf(e.mark), absl::StrCat("not YAML: ", e.msg));
  } catch (const std::exception& e) {
    errors.Add("", 0, absl::StrCat("not YAML: ", e.what()));
  }
  return builder.Take();
}

}  // namespace postern
