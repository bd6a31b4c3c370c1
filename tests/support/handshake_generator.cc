#include "tests/support/handshake_generator.h"

#include <algorithm>

#include "absl/time/time.h"

namespace postern {
namespace {

void Add(std::vector<Sample>& samples, const CertificateSpec& spec, const Sample* issuer) {
  const TestCertificate built = Build(spec, issuer == nullptr ? nullptr : &issuer->built);
  samples.push_back({spec, built});
}

}  // namespace

World HandshakeGenerator::MakeWorld() {
  World world;
  Add(world.authorities, Authority("root"), nullptr);
  Add(world.authorities, Authority("int"), &world.authorities[0]);
  Add(world.authorities, Authority(OneIn(4) ? "int" : "int2"), &world.authorities[Index(2)]);
  // A root that another root signed, or another certificate for the same key.
  CertificateSpec cross = world.authorities[0].spec;
  cross.serial = 77;
  Add(world.authorities, Authority("root2"), nullptr);
  Add(world.authorities, cross, OneIn(2) ? &world.authorities[3] : nullptr);
  for (int i = 0; i < 5; ++i) {
    const Sample issuer = OneOf(world.authorities);
    Add(world.servers, Server(), OneIn(6) ? nullptr : &issuer);
  }
  return world;
}

TestHandshake HandshakeGenerator::MakeHandshake(const World& world, const World& other) {
  TestHandshake handshake;
  const Sample& server = OneOf(world.servers);
  handshake.certificates = {server.built.der};
  std::vector<std::string> rest;
  for (const Sample& authority : world.authorities) {
    if (!OneIn(3)) rest.push_back(authority.built.der);
  }
  if (OneIn(8)) rest.push_back(OneOf(other.authorities).built.der);
  if (OneIn(8)) rest.push_back(OneOf(world.servers).built.der);
  if (OneIn(8)) rest.push_back(server.built.der);
  if (OneIn(2)) std::shuffle(rest.begin(), rest.end(), random_);
  handshake.certificates.insert(handshake.certificates.end(), rest.begin(), rest.end());
  const int count = 1 + Below(4);
  for (int i = 0; i < count; ++i) {
    handshake.records.push_back(MakeRecord(world, other, server));
  }
  handshake.reference_identifiers = {OneIn(3) ? "mx1.mail.test" : "mx1.test"};
  if (OneIn(3)) handshake.reference_identifiers.emplace_back("d.test");
  return handshake;
}

void HandshakeGenerator::Vary(CertificateSpec& spec) {
  spec.serial = 1 + Below(1000);
  spec.has_key_ids = !OneIn(3);
  spec.has_wrong_signature = OneIn(20);
  spec.has_unknown_critical_extension = OneIn(25);
  if (OneIn(15)) spec.not_after = TestNow() - absl::Hours(1);
  if (OneIn(20)) spec.not_before = TestNow() + absl::Hours(1);
  if (OneIn(15)) spec.digest = EVP_sha1();
  if (OneIn(10)) spec.digest = EVP_sha384();
}

CertificateSpec HandshakeGenerator::Authority(const std::string& name) {
  CertificateSpec spec = CaSpec(name, Key(4));
  Vary(spec);
  if (OneIn(10)) spec.path_length = Below(2);
  if (OneIn(15)) spec.name_constraints = "permitted;DNS:mail.test";
  if (OneIn(15)) spec.name_constraints = "excluded;DNS:d.test";
  if (OneIn(20)) spec.is_ca = false;
  if (OneIn(20)) spec.key_usage = "digitalSignature";
  if (OneIn(20)) spec.extended_key_usage = "clientAuth";
  return spec;
}

CertificateSpec HandshakeGenerator::Server() {
  CertificateSpec spec = LeafSpec("mx1.test", Key(10));
  Vary(spec);
  const std::vector<std::vector<std::string>> names = {{"mx1.test"},
                                                       {"mx1.test", "mx1.mail.test"},
                                                       {"*.mail.test"},
                                                       {"*.test"},
                                                       {"d.test"},
                                                       {"x.test"},
                                                       {"MX1.TEST"},
                                                       {"mx*.test"},
                                                       {}};
  spec.dns_names = OneOf(names);
  const std::vector<std::vector<std::string>> common_names = {
      {"leaf"}, {"mx1.test"}, {"x.test", "mx1.test"}, {"mx1.test", "x.test"}};
  spec.common_names = OneOf(common_names);
  if (OneIn(10)) spec.ip_addresses = {std::string("\xc0\x00\x02\x01", 4)};
  if (OneIn(15)) spec.extended_key_usage = "clientAuth";
  if (OneIn(10)) spec.is_ca.reset();
  return spec;
}

EVP_PKEY* HandshakeGenerator::Key(int first) {
  if (OneIn(20)) return RsaKey(1024);
  return OneIn(10) ? RsaKey(2048) : EcKey(first + Below(5));
}

TlsaRecord HandshakeGenerator::MakeRecord(const World& world, const World& other,
                                          const Sample& server) {
  const int usage = OneIn(20) ? Below(5) : 2 + (OneIn(3) ? 1 : 0);
  const int selector = OneIn(25) ? 2 : Below(2);
  const int matching_type = OneIn(25) ? 3 : Below(3);
  const Sample* named = usage == 3 && !OneIn(4) ? &server : &OneOf(world.authorities);
  if (OneIn(12)) named = &OneOf(other.authorities);
  TlsaRecord record = RecordOf(usage, selector, matching_type, named->built);
  if (OneIn(15)) record.data.back() = static_cast<char>(record.data.back() ^ 1);
  if (OneIn(30)) record.data.pop_back();
  return record;
}

}  // namespace postern
