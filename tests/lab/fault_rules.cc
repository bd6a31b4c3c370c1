#include "tests/lab/fault_rules.h"

#include <optional>
#include <sstream>
#include <utility>

#include "tests/lab/dns_wire.h"

namespace postern {
namespace {

constexpr uint16_t kAnyType = 0;
constexpr int kMaxDelayMs = 600000;

std::optional<Fault::Action> ActionOf(std::string_view word) {
  static constexpr std::pair<std::string_view, Fault::Action> kActions[] = {
      {"servfail", Fault::Action::kServFail},
      {"refused", Fault::Action::kRefused},
      {"notimp", Fault::Action::kNotImp},
      {"formerr", Fault::Action::kFormErr},
      {"empty", Fault::Action::kEmpty},
      {"silence", Fault::Action::kSilence},
      {"truncate", Fault::Action::kTruncate},
      {"truncate-always", Fault::Action::kTruncateAlways},
      {"close-tcp", Fault::Action::kCloseTcp},
      {"garbage", Fault::Action::kGarbage},
      {"wrong-id", Fault::Action::kWrongId},
      {"delay", Fault::Action::kDelay},
      {"strip-signatures", Fault::Action::kStripSignatures},
      {"set-ad", Fault::Action::kSetAd},
  };
  for (const auto& [name, action] : kActions) {
    if (name == word) return action;
  }
  return std::nullopt;
}

// Lower case, no final dot.
std::string NormalName(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  return name;
}

}  // namespace

bool FaultRules::Parse(std::istream& in, FaultRules& rules, std::string& error) {
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string name, type, action;
    if (!(words >> name)) continue;
    const auto fail = [&](const std::string& what) {
      error = "line " + std::to_string(number) + ": " + what;
      return false;
    };
    if (!(words >> type >> action)) return fail("wants NAME TYPE ACTION");
    const std::optional<uint16_t> type_number = type == "*" ? kAnyType : TypeNumber(type);
    if (!type_number) return fail("unknown type " + type);
    const std::optional<Fault::Action> known = ActionOf(action);
    if (!known) return fail("unknown action " + action);
    Fault fault{*known, {}};
    if (fault.action == Fault::Action::kDelay) {
      int milliseconds = -1;
      if (!(words >> milliseconds) || milliseconds < 0 || milliseconds > kMaxDelayMs) {
        return fail("delay wants 0 to " + std::to_string(kMaxDelayMs) + " milliseconds");
      }
      fault.delay = std::chrono::milliseconds(milliseconds);
    }
    if (std::string rest; words >> rest) return fail("nothing may follow: " + rest);
    rules.rules_[NormalName(name)].push_back({*type_number, fault});
  }
  return true;
}

Fault FaultRules::Find(std::string_view name, uint16_t type) const {
  if (rules_.empty()) return {};
  std::string key(name);
  if (const Fault* fault = FindAt(key, type)) return *fault;
  for (size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
    key = "*";
    key += name.substr(dot);
    if (const Fault* fault = FindAt(key, type)) return *fault;
  }
  const Fault* fault = FindAt("*", type);
  return fault != nullptr ? *fault : Fault{};
}

const Fault* FaultRules::FindAt(const std::string& name, uint16_t type) const {
  const auto found = rules_.find(name);
  if (found == rules_.end()) return nullptr;
  const Fault* any = nullptr;
  for (const TypedFault& typed : found->second) {
    if (typed.type == type) return &typed.fault;
    if (typed.type == kAnyType) any = &typed.fault;
  }
  return any;
}

}  // namespace postern
