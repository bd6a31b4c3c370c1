#include "server/core/net/http_date.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"

namespace postern {
namespace {

constexpr std::array<absl::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

// Reader takes what must stand next off the front of a text; after a failure it
// stays failed.
class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text) {}

  int Digits(size_t count) {
    int number = 0;
    for (const char c : Take(count)) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) failed_ = true;
      number = number * 10 + (c - '0');
    }
    return failed_ ? 0 : number;
  }

  // PaddedDay reads the day of the asctime form: " 6", "16".
  int PaddedDay() {
    if (text_.substr(0, 1) != " ") return Digits(2);
    text_.remove_prefix(1);
    return Digits(1);
  }

  // Month returns 1 to 12.
  int Month() {
    const auto* const month = std::find(kMonths.begin(), kMonths.end(), Take(3));
    if (month == kMonths.end()) failed_ = true;
    return static_cast<int>(month - kMonths.begin()) + 1;
  }

  void Literal(absl::string_view literal) {
    if (Take(literal.size()) != literal) failed_ = true;
  }

  void TimeOfDay(Fields* fields) {
    fields->hour = Digits(2);
    Literal(":");
    fields->minute = Digits(2);
    Literal(":");
    fields->second = Digits(2);
  }

  bool AllRead() const { return !failed_ && text_.empty(); }

 private:
  absl::string_view Take(size_t count) {
    if (text_.size() < count) {
      failed_ = true;
      return "";
    }
    const absl::string_view taken = text_.substr(0, count);
    text_.remove_prefix(count);
    return taken;
  }

  absl::string_view text_;
  bool failed_ = false;
};

std::optional<absl::Time> ToTime(const Fields& fields) {
  // absl::CivilSecond would carry 61 minutes or the 31st of June over: foreign, so not.
  const absl::CivilSecond civil(fields.year, fields.month, fields.day, fields.hour, fields.minute,
                                fields.second == 60 ? 59 : fields.second);
  const bool same = civil.month() == fields.month && civil.day() == fields.day &&
                    civil.hour() == fields.hour && civil.minute() == fields.minute &&
                    fields.second <= 60;
  if (!same || fields.year < 1970) return std::nullopt;
  return absl::FromCivil(civil, absl::UTCTimeZone());
}

// FullYear is the year with these last digits that is not 50 years ahead of `now`.
int FullYear(int two_digits, absl::Time now) {
  const int this_year = static_cast<int>(std::min<int64_t>(
      std::max<int64_t>(absl::ToCivilYear(now, absl::UTCTimeZone()).year(), 1970), 9000));
  int year = this_year - this_year % 100 + 100 + two_digits;
  while (year > this_year + 50) year -= 100;
  return year;
}

}  // namespace

std::optional<absl::Time> ParseHttpDate(absl::string_view value, absl::Time now) {
  value = absl::StripAsciiWhitespace(value);
  const size_t comma = value.find(',');
  Fields fields;
  if (comma == absl::string_view::npos) {  // asctime: Sun Nov  6 08:49:37 1994
    if (value.size() < 4) return std::nullopt;
    Reader reader(value.substr(3));
    reader.Literal(" ");
    fields.month = reader.Month();
    reader.Literal(" ");
    fields.day = reader.PaddedDay();
    reader.Literal(" ");
    reader.TimeOfDay(&fields);
    reader.Literal(" ");
    fields.year = reader.Digits(4);
    return reader.AllRead() ? ToTime(fields) : std::nullopt;
  }
  // Sun, 06 Nov 1994 08:49:37 GMT, or Sunday, 06-Nov-94 08:49:37 GMT. The name of the
  // day adds nothing.
  const bool old = comma > 3;
  const absl::string_view between = old ? "-" : " ";
  Reader reader(value.substr(comma + 1));
  reader.Literal(" ");
  fields.day = reader.Digits(2);
  reader.Literal(between);
  fields.month = reader.Month();
  reader.Literal(between);
  fields.year = old ? FullYear(reader.Digits(2), now) : reader.Digits(4);
  reader.Literal(" ");
  reader.TimeOfDay(&fields);
  reader.Literal(" GMT");
  return reader.AllRead() ? ToTime(fields) : std::nullopt;
}

}  // namespace postern
