// Writes the seeds of the fuzz target dns_message_fuzz into a folder:
//   bazel run //tests/fuzz:make_dns_message_corpus -- $PWD/tests/fuzz/corpus/dns_message
#include <cstdio>
#include <string>
#include <vector>

#include "tests/fuzz/corpus_file.h"
#include "tests/support/dns_packet.h"

namespace postern {
namespace {

DnsPacket Packet(const std::string& name, RrType type, std::vector<Rr> answer,
                 std::vector<Rr> authority = {}) {
  DnsPacket packet;
  packet.question = {name, type};
  packet.answer = std::move(answer);
  packet.authority = std::move(authority);
  return packet;
}

Rr Rrsig(const Rr& covered) {
  return {covered.owner, 46, covered.ttl,
          Wire16(covered.type) + std::string("\x0d\2", 2) + Wire32(300) + Wire32(1767225700) +
              Wire32(1767225000) + Wire16(7) + WireName("test") + std::string(64, 's')};
}

// The owner names of records compressed to pointers to the question.
std::string Compressed() {
  std::string bytes = Packet("d.test", RrType::kMx, {}).Build();
  bytes[7] = 2;
  for (char preference : {'\1', '\2'}) {
    const std::string data = std::string(1, '\0') + preference + "\2mx\xc0\x0c";
    bytes += "\xc0\x0c" + Wire16(15) + Wire16(1) + Wire32(300) +
             Wire16(static_cast<uint16_t>(data.size())) + data;
  }
  return bytes;
}

int Write(const std::string& folder) {
  const Rr soa = SoaRecord("test", 3600, 60);
  const Rr a = ARecord("d.test", 300, "192.0.2.1");
  DnsPacket nxdomain = Packet("d.test", RrType::kMx, {}, {soa, Rrsig(soa)});
  nxdomain.rcode = 3;
  DnsPacket servfail = Packet("d.test", RrType::kMx, {});
  servfail.rcode = 2;
  const std::string cut = Packet("d.test", RrType::kA, {a}).Build();
  const struct {
    const char* file;
    std::string bytes;
  } seeds[] = {
      {"a", Packet("d.test", RrType::kA, {a, Rrsig(a)}).Build()},
      {"aaaa", Packet("d.test", RrType::kAaaa, {AaaaRecord("d.test", 1, "2001:db8::1")}).Build()},
      {"mx", Packet("d.test", RrType::kMx, {MxRr("d.test", 1, 10, "mx.d.test")}).Build()},
      {"mx_null", Packet("d.test", RrType::kMx, {MxRr("d.test", 1, 0, ".")}).Build()},
      {"mx_compressed", Compressed()},
      {"ns", Packet(".", RrType::kNs, {NsRecord(".", 1, "a.root-servers.net")}).Build()},
      {"tlsa", Packet("_25._tcp.d.test", RrType::kTlsa,
                      {TlsaRr("_25._tcp.d.test", 1, "\3\1\1" + std::string(32, 'h'))})
                   .Build()},
      {"tlsa_short", Packet("d.test", RrType::kTlsa, {TlsaRr("d.test", 1, "\3\1")}).Build()},
      {"cname", Packet("d.test", RrType::kCname, {CnameRecord("d.test", 1, "e.test")}).Build()},
      {"alias_chain",
       Packet("d.test", RrType::kA,
              {CnameRecord("d.test", 1, "e.test"), CnameRecord("e.test", 1, "f.test"),
               ARecord("f.test", 1, "192.0.2.1")})
           .Build()},
      {"alias_loop",
       Packet("d.test", RrType::kA,
              {CnameRecord("d.test", 1, "e.test"), CnameRecord("e.test", 1, "d.test")})
           .Build()},
      {"nodata", Packet("d.test", RrType::kMx, {}, {soa}).Build()},
      {"nxdomain", nxdomain.Build()},
      {"servfail", servfail.Build()},
      {"escaped", Packet("\\042.a\\046b.test", RrType::kA, {}).Build()},
      {"cut", cut.substr(0, cut.size() - 3)},
      {"empty", ""},
  };
  for (const auto& seed : seeds) {
    if (!WriteSeed(folder + "/" + seed.file, seed.bytes)) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_dns_message_corpus FOLDER\n");
    return 2;
  }
  return postern::Write(argv[1]);
}
