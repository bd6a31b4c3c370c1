// YAML to a bounded tree that remembers lines and keeps duplicate keys.
//
// For the readers of server/config.h only. Of YAML 1.2 it refuses what a
// configuration has no use for: anchors and aliases, tags, keys that are no
// scalars, more than one document, deep nesting. Input is hostile: nothing is
// thrown, and work is linear in its size.
#ifndef POSTERN_SERVER_CONFIG_YAML_H_
#define POSTERN_SERVER_CONFIG_YAML_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/config_errors.h"

namespace postern {

inline constexpr size_t kMaxYamlBytes = size_t{1} << 20;
inline constexpr size_t kMaxYamlLineBytes = 4096;
inline constexpr size_t kMaxYamlDepth = 8;

// YamlNode is a value, and the key under which a map holds it.
struct YamlNode {
  enum class Kind {
    kNull,
    kScalar,
    kSequence,
    kMap,
    kBroken,  // an error about it was noted; ask nothing more of it
  };
  Kind kind = Kind::kNull;
  // 1-based line of the key, or, in a sequence, of the value.
  int line = 0;
  bool quoted = false;  // kScalar: written in quotes or as a block
  std::string text;     // kScalar
  std::string key;      // in a map
  std::vector<YamlNode> children;
};

// ParseYaml returns the tree of `text`, as far as it could be read, and notes
// what is wrong in `errors`. An empty document is kNull.
YamlNode ParseYaml(absl::string_view text, ConfigErrors& errors);

}  // namespace postern

#endif  // POSTERN_SERVER_CONFIG_YAML_H_
