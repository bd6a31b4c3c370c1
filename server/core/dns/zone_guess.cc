#include "server/core/dns/zone_guess.h"

namespace postern {
namespace {

// Without its first label; empty if there is but one. A dot inside of a label is
// escaped as digits in normal form.
std::string_view Parent(std::string_view name) {
  const size_t dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

bool IsHostType(RrType type) {
  switch (type) {
    case RrType::kA:
    case RrType::kAaaa:
    case RrType::kCname:
    case RrType::kDname:
    case RrType::kTlsa:
      return true;
    case RrType::kMx:
    case RrType::kNs:
    case RrType::kSoa:
      return false;
  }
  return false;
}

}  // namespace

std::string_view GuessZone(const DnsQuestion& question) {
  std::string_view name = question.name;
  while (!name.empty() && name.front() == '_' && !Parent(name).empty()) name = Parent(name);
  const std::string_view parent = Parent(name);
  if (IsHostType(question.type) && !Parent(parent).empty()) return parent;
  return name;
}

}  // namespace postern
