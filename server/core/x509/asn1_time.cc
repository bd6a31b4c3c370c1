#include "server/core/x509/asn1_time.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"

namespace postern {
namespace {

constexpr size_t kGeneralizedTimeLength = 15;
constexpr size_t kUtcTimeLength = 13;

// The number that the next digits are; they are digits.
int Take(absl::string_view& digits, size_t count) {
  int number = 0;
  for (const char digit : digits.substr(0, count)) number = number * 10 + (digit - '0');
  digits.remove_prefix(count);
  return number;
}

bool IsDigitsAndZ(absl::string_view contents, size_t length) {
  return contents.size() == length && contents.back() == 'Z' &&
         std::all_of(contents.begin(), contents.end() - 1,
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// MMDDHHMMSS of a year.
std::optional<absl::Time> ReadRest(int year, absl::string_view digits) {
  const int month = Take(digits, 2);
  const int day = Take(digits, 2);
  const int hour = Take(digits, 2);
  const int minute = Take(digits, 2);
  const int second = Take(digits, 2);
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  // What is no date is carried over into another.
  if (civil.year() != year || civil.month() != month || civil.day() != day ||
      civil.hour() != hour || civil.minute() != minute || civil.second() != second) {
    return std::nullopt;
  }
  return absl::FromCivil(civil, absl::UTCTimeZone());
}

}  // namespace

std::optional<absl::Time> ReadGeneralizedTime(absl::string_view contents) {
  if (!IsDigitsAndZ(contents, kGeneralizedTimeLength)) return std::nullopt;
  const int year = Take(contents, 4);
  return ReadRest(year, contents);
}

std::optional<absl::Time> ReadUtcTime(absl::string_view contents) {
  if (!IsDigitsAndZ(contents, kUtcTimeLength)) return std::nullopt;
  const int year = Take(contents, 2);
  return ReadRest(year < 50 ? 2000 + year : 1900 + year, contents);
}

std::optional<absl::Time> ReadTime(const DerElement& element) {
  if (element.tag == kDerGeneralizedTime) return ReadGeneralizedTime(element.contents);
  if (element.tag == kDerUtcTime) return ReadUtcTime(element.contents);
  return std::nullopt;
}

}  // namespace postern
