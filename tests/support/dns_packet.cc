#include "tests/support/dns_packet.h"

#include <arpa/inet.h>

namespace postern {
namespace {

std::string AddressOctets(int family, const std::string& text, size_t octets) {
  std::string bytes(octets, '\0');
  inet_pton(family, text.c_str(), bytes.data());
  return bytes;
}

Rr Record(const std::string& owner, RrType type, uint32_t ttl, std::string data) {
  return {owner, static_cast<uint16_t>(type), ttl, std::move(data)};
}

void Append(const std::vector<Rr>& records, std::string* out) {
  for (const Rr& rr : records) {
    *out += WireName(rr.owner) + Wire16(rr.type) + Wire16(1) + Wire32(rr.ttl) +
            Wire16(static_cast<uint16_t>(rr.data.size())) + rr.data;
  }
}

}  // namespace

std::string Wire16(uint16_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string Wire32(uint32_t value) {
  return Wire16(static_cast<uint16_t>(value >> 16)) + Wire16(static_cast<uint16_t>(value));
}

std::string WireName(const std::string& name) {
  std::string wire;
  std::string label;
  const auto end_label = [&] {
    if (label.empty()) return;
    wire.push_back(static_cast<char>(label.size()));
    wire += label;
    label.clear();
  };
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '.') {
      end_label();
    } else if (name[i] == '\\') {
      label.push_back(static_cast<char>(std::stoi(name.substr(i + 1, 3))));
      i += 3;
    } else {
      label.push_back(name[i]);
    }
  }
  end_label();
  wire.push_back('\0');
  return wire;
}

Rr ARecord(const std::string& owner, uint32_t ttl, const std::string& address) {
  return Record(owner, RrType::kA, ttl, AddressOctets(AF_INET, address, 4));
}

Rr AaaaRecord(const std::string& owner, uint32_t ttl, const std::string& address) {
  return Record(owner, RrType::kAaaa, ttl, AddressOctets(AF_INET6, address, 16));
}

Rr CnameRecord(const std::string& owner, uint32_t ttl, const std::string& target) {
  return Record(owner, RrType::kCname, ttl, WireName(target));
}

Rr MxRr(const std::string& owner, uint32_t ttl, uint16_t preference, const std::string& exchange) {
  return Record(owner, RrType::kMx, ttl, Wire16(preference) + WireName(exchange));
}

Rr NsRecord(const std::string& owner, uint32_t ttl, const std::string& server) {
  return Record(owner, RrType::kNs, ttl, WireName(server));
}

Rr SoaRecord(const std::string& owner, uint32_t ttl, uint32_t minimum) {
  return Record(owner, RrType::kSoa, ttl,
                WireName("ns." + owner) + WireName("hostmaster." + owner) + Wire32(1) +
                    Wire32(7200) + Wire32(3600) + Wire32(1209600) + Wire32(minimum));
}

Rr TlsaRr(const std::string& owner, uint32_t ttl, const std::string& data) {
  return Record(owner, RrType::kTlsa, ttl, data);
}

std::string DnsPacket::Build() const {
  std::string out = Wire16(id) + Wire16(static_cast<uint16_t>(flags | rcode)) + Wire16(1) +
                    Wire16(static_cast<uint16_t>(answer.size())) +
                    Wire16(static_cast<uint16_t>(authority.size())) + Wire16(0);
  out += WireName(question.name) + Wire16(static_cast<uint16_t>(question.type)) + Wire16(1);
  Append(answer, &out);
  Append(authority, &out);
  return out;
}

}  // namespace postern
