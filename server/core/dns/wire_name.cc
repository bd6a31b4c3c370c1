#include "server/core/dns/wire_name.h"

namespace postern {
namespace {

constexpr size_t kMaxWireOctets = 255;
// A pointer may follow a pointer; no encoder needs more than a few of them.
constexpr int kMaxJumps = 64;

void AppendOctet(uint8_t octet, std::string* name) {
  if (octet >= 'A' && octet <= 'Z') octet += 'a' - 'A';
  const bool plain = (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') ||
                     octet == '-' || octet == '_';
  if (plain) {
    name->push_back(static_cast<char>(octet));
    return;
  }
  name->push_back('\\');
  name->push_back(static_cast<char>('0' + octet / 100));
  name->push_back(static_cast<char>('0' + octet / 10 % 10));
  name->push_back(static_cast<char>('0' + octet % 10));
}

}  // namespace

bool ReadWireName(absl::Span<const uint8_t> message, size_t* offset, std::string* name) {
  name->clear();
  size_t at = *offset;
  size_t segment = at;  // where the labels that are being read begin
  size_t octets = 1;    // the root's length octet
  int jumps = 0;
  while (at < message.size()) {
    const uint8_t length = message[at];
    switch (length & 0xC0) {
      case 0x00: {
        if (length == 0) {
          if (jumps == 0) *offset = at + 1;
          if (name->empty()) *name = ".";
          return true;
        }
        octets += size_t{1} + length;
        if (octets > kMaxWireOctets || length >= message.size() - at) return false;
        if (!name->empty()) name->push_back('.');
        for (size_t i = 1; i <= length; ++i) AppendOctet(message[at + i], name);
        at += size_t{1} + length;
        break;
      }
      case 0xC0: {
        if (message.size() - at < 2 || ++jumps > kMaxJumps) return false;
        const size_t target = (size_t{length} & 0x3F) << 8 | message[at + 1];
        if (target >= segment) return false;
        if (jumps == 1) *offset = at + 2;
        at = segment = target;
        break;
      }
      default:
        return false;
    }
  }
  return false;
}

}  // namespace postern
