// DNS messages built in memory, well formed unless a knob says otherwise. For tests
// of what reads them, and for ScriptedNameserver.
#ifndef POSTERN_TESTS_SUPPORT_DNS_PACKET_H_
#define POSTERN_TESTS_SUPPORT_DNS_PACKET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "server/core/dns/answer.h"

namespace postern {

// WireName turns a normal-form name into the wire's form, without compression. \DDD
// is one octet.
std::string WireName(const std::string& name);

// Wire16 and Wire32 are numbers in network order.
std::string Wire16(uint16_t value);
std::string Wire32(uint32_t value);

// Rr is a record of class IN.
struct Rr {
  std::string owner;
  uint16_t type = 0;
  uint32_t ttl = 0;
  std::string data;
};

Rr ARecord(const std::string& owner, uint32_t ttl, const std::string& address);
Rr AaaaRecord(const std::string& owner, uint32_t ttl, const std::string& address);
Rr CnameRecord(const std::string& owner, uint32_t ttl, const std::string& target);
Rr MxRr(const std::string& owner, uint32_t ttl, uint16_t preference, const std::string& exchange);
Rr NsRecord(const std::string& owner, uint32_t ttl, const std::string& server);
Rr SoaRecord(const std::string& owner, uint32_t ttl, uint32_t minimum);
Rr TlsaRr(const std::string& owner, uint32_t ttl, const std::string& data);

// DnsPacket is a response, one knob a field.
struct DnsPacket {
  DnsQuestion question;
  uint16_t id = 0;
  uint16_t flags = 0x8180;  // response, recursion desired and available
  int rcode = 0;
  std::vector<Rr> answer;
  std::vector<Rr> authority;

  std::string Build() const;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_DNS_PACKET_H_
