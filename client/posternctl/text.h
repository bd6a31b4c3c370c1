// The pieces that text for people is made of. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_TEXT_H_
#define POSTERN_CLIENT_POSTERNCTL_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace postern::posternctl {

// TextOptions say how text is made.
struct TextOptions {
  // What times are told relative to.
  absl::Time now;
  bool colour = false;
};

// Colour is a colour by what it tells.
enum class Colour { kGood, kWarning, kBad };

// Coloured gives the text in the colour, or as it is.
std::string Coloured(absl::string_view text, Colour colour, bool enabled);

// Span tells a duration in one unit: "59 s", "12 min", "3 h", "4 d"; "0 s" for a
// negative one.
std::string Span(absl::Duration duration);

// When tells a time relative to now: "in 59 s", "5 s ago".
std::string When(const google::protobuf::Timestamp& time, absl::Time now);

// ToDuration gives the message's value.
absl::Duration ToDuration(const google::protobuf::Duration& duration);

// Table lays rows out in columns, two spaces apart, each line after the indent.
// Short rows are allowed; no line ends in spaces. Cells are printable and narrow:
// a byte is taken for a column.
std::string Table(absl::string_view indent, const std::vector<std::vector<std::string>>& rows);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_TEXT_H_
