// Typed, bounded reading of a map of the configuration file.
//
// For the readers of server/config.h only. Not thread safe.
//
//   ConfigReader map(node, "drain", errors);
//   map.Duration("timeout", absl::ZeroDuration(), absl::Minutes(10), drain.timeout);
//   map.Finish();
#ifndef POSTERN_SERVER_CONFIG_READER_H_
#define POSTERN_SERVER_CONFIG_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/config_errors.h"
#include "server/config_yaml.h"

namespace postern {

// ConfigReader reads the values of one map. What is absent stays as it is; what
// is wrong stays as it is and is noted. Functions that return bool tell whether
// there was a value.
class ConfigReader {
 public:
  // Reads nothing if `node` is null. Both `node` and `errors` outlive the reader.
  ConfigReader(const YamlNode* node, std::string path, ConfigErrors& errors);

  // Whether the map holds the key, with whatever value.
  bool Has(absl::string_view key) const { return by_key_.contains(key); }
  int line() const { return node_ == nullptr ? 0 : node_->line; }
  const std::string& path() const { return path_; }
  ConfigErrors& errors() { return errors_; }

  bool Bool(absl::string_view key, bool& value);
  void Integer(absl::string_view key, int64_t min, int64_t max, int64_t& value);
  template <typename T>
  void Integer(absl::string_view key, int64_t min, int64_t max, T& value) {
    int64_t wide = static_cast<int64_t>(value);
    Integer(key, min, max, wide);
    value = static_cast<T>(wide);
  }
  // Size reads bytes: a number with B, KiB, MiB or GiB.
  void Size(absl::string_view key, size_t min, size_t max, size_t& value);
  // Duration reads "20ms", "5s", "1h30m".
  void Duration(absl::string_view key, absl::Duration min, absl::Duration max,
                absl::Duration& value);
  // Text reads a string of at most max_bytes without control characters.
  bool Text(absl::string_view key, size_t max_bytes, std::string& value);
  // Texts reads a list of at most max_count non-empty strings. `take` gets each;
  // what it returns is what is wrong with it, empty if nothing.
  using Take = std::function<std::string(const std::string&)>;
  bool Texts(absl::string_view key, size_t max_count, size_t max_bytes, const Take& take);
  // Choice reads one of a few words.
  template <typename T>
  bool Choice(absl::string_view key, const std::vector<std::pair<absl::string_view, T>>& words,
              T& value);

  // Map returns a reader of the map at `key`.
  ConfigReader Map(absl::string_view key);
  // Maps calls `read` with a reader for each map of the list at `key`, of at most
  // max_count. The reader is finished by Maps.
  void Maps(absl::string_view key, size_t max_count,
            const std::function<void(ConfigReader&)>& read);

  // Wrong notes that the value at `key` is wrong.
  void Wrong(absl::string_view key, absl::string_view what);

  // Finish notes the keys that nothing asked for.
  void Finish();

 private:
  const YamlNode* Find(absl::string_view key);
  const YamlNode* Scalar(absl::string_view key, absl::string_view wanted);
  const YamlNode* List(absl::string_view key, size_t max_count);
  std::string PathOf(absl::string_view key) const;

  const YamlNode* node_;
  std::string path_;
  ConfigErrors& errors_;
  absl::flat_hash_map<absl::string_view, const YamlNode*> by_key_;
  std::vector<std::string> known_;
};

template <typename T>
bool ConfigReader::Choice(absl::string_view key,
                          const std::vector<std::pair<absl::string_view, T>>& words, T& value) {
  const std::string wanted = absl::StrJoin(
      words, ", ", [](std::string* out, const auto& w) { absl::StrAppend(out, w.first); });
  const YamlNode* node = Scalar(key, wanted);
  if (node == nullptr) return false;
  for (const auto& [word, meaning] : words) {
    if (node->text == word) {
      value = meaning;
      return true;
    }
  }
  Wrong(key, absl::StrCat(QuoteForError(node->text), " is no choice; allowed: ", wanted));
  return false;
}

}  // namespace postern

#endif  // POSTERN_SERVER_CONFIG_READER_H_
