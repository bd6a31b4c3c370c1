// What is wrong with a configuration file: all of it, each with its place.
//
// For the readers of server/config.h only. Not thread safe.
#ifndef POSTERN_SERVER_CONFIG_ERRORS_H_
#define POSTERN_SERVER_CONFIG_ERRORS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace postern {

// ConfigErrors collects errors in any order and shows them in the order of lines.
class ConfigErrors {
 public:
  // kMaxShown errors are kept; the others are only counted.
  static constexpr size_t kMaxShown = 100;

  // Add notes what is wrong at `path` (a dotted key, empty for the whole file).
  // `line` counts from 1; 0 where no line is meant.
  void Add(absl::string_view path, int line, absl::string_view what);

  bool Empty() const { return errors_.empty(); }

  // ToStatus is OK if there are no errors, else INVALID_ARGUMENT with a line for
  // each: "FILE: PATH: line N: what".
  absl::Status ToStatus(absl::string_view file_name) const;

 private:
  struct Error {
    int line;
    std::string text;
  };
  std::vector<Error> errors_;
  size_t not_shown_ = 0;
};

// QuoteForError shows foreign bytes in an error: quoted, on one line, of bounded length.
std::string QuoteForError(absl::string_view text);

}  // namespace postern

#endif  // POSTERN_SERVER_CONFIG_ERRORS_H_
