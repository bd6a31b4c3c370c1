// The rules of the misbehaving name server: for which question it does what.
#ifndef POSTERN_TESTS_LAB_FAULT_RULES_H_
#define POSTERN_TESTS_LAB_FAULT_RULES_H_

#include <chrono>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace postern {

// Fault is one misbehaviour.
struct Fault {
  enum class Action {
    kNone,             // forward
    kServFail,         // answer with this response code
    kRefused,          //
    kNotImp,           //
    kFormErr,          //
    kEmpty,            // answer NOERROR with no records, not even a SOA
    kSilence,          // do not answer
    kTruncate,         // answer by UDP with TC and no records; by TCP forward
    kTruncateAlways,   // the same by UDP and TCP
    kCloseTcp,         // by UDP as kTruncate; by TCP close the connection
    kGarbage,          // answer with the right id and a body that is no message
    kWrongId,          // forward, and change the id of the answer
    kDelay,            // forward, and hold the answer back
    kStripSignatures,  // forward as an upstream without DNSSEC would
    kSetAd,            // forward, and set AD in the answer
  };
  Action action = Action::kNone;
  std::chrono::milliseconds delay{0};  // kDelay only
};

// FaultRules holds the rules of a file: lines `NAME TYPE ACTION`, where NAME is a
// name, `*.` and a name for all below it, or `*` for all; TYPE a type or `*`. A
// name goes before a wildcard, a long wildcard before a short one, a type before
// `*`. `#` starts a comment. The actions are as in Fault, written in lower case
// with `-`; `delay` has milliseconds after it.
class FaultRules {
 public:
  // Parse reads a file. On an error it returns false and says what and where.
  static bool Parse(std::istream& in, FaultRules& rules, std::string& error);

  // Find returns what to do for a question; the name is as DnsQuery has it.
  Fault Find(std::string_view name, uint16_t type) const;

 private:
  struct TypedFault {
    uint16_t type;  // kAnyType for `*`
    Fault fault;
  };
  const Fault* FindAt(const std::string& name, uint16_t type) const;

  std::unordered_map<std::string, std::vector<TypedFault>> rules_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_LAB_FAULT_RULES_H_
