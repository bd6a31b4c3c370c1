// Writes the seeds of the fuzz targets handshake_fuzz, tlsa_fuzz and outline_fuzz:
//   bazel run //tests/fuzz:make_handshake_corpus -- $PWD/tests/fuzz/corpus
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "server/core/dane/policy.h"
#include "server/core/dns/answer.h"
#include "server/core/handshake/handshake.h"
#include "tests/fuzz/corpus_file.h"
#include "tests/fuzz/handshake_input.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

std::string Bytes(const TlsaRecord& record) {
  std::string bytes = {static_cast<char>(record.usage), static_cast<char>(record.selector),
                       static_cast<char>(record.matching_type)};
  bytes += record.data;
  return static_cast<char>(bytes.size() < 256 ? bytes.size() : 0) + bytes;
}

bool Write(const std::string& folder) {
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  const TestCertificate intermediate = Build(CaSpec("int", EcKey(2)), &root);
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &intermediate);
  CertificateSpec constrained = CaSpec("root", EcKey(1));
  constrained.name_constraints = "permitted;DNS:test,excluded;DNS:x.test";
  const TestCertificate narrow = Build(constrained);
  CertificateSpec spec = LeafSpec("*.test");
  spec.not_after = TestNow() + absl::Hours(1);
  const TestCertificate wildcard = Build(spec, &narrow);
  spec = LeafSpec("mx1.test");
  spec.dns_names.clear();
  spec.common_names = {"mx1.test"};
  const TestCertificate plain = Build(spec, &root);
  const auto with = [](const std::vector<TestCertificate>& chain, std::vector<TlsaRecord> records) {
    TestHandshake handshake;
    for (const TestCertificate& one : chain) handshake.certificates.push_back(one.der);
    handshake.records = std::move(records);
    return handshake;
  };
  TestHandshake pkix = with({leaf, intermediate, root}, {});
  pkix.policy = HostPolicy::Verdict::kOpportunistic;
  pkix.require_pkix = true;
  TestHandshake audited = with({plain}, {RecordOf(3, 1, 1, root)});
  audited.audit = true;
  const auto staple = [](const TestCertificate& of, const TestCertificate& by, bool revoked) {
    OcspSpec ocsp = GoodSpec(of, by);
    if (revoked) ocsp.responses[0].status = SingleSpec::Status::kRevoked;
    return BuildOcsp(ocsp);
  };
  TestHandshake stapled = with({leaf, intermediate, root}, {RecordOf(2, 0, 1, root)});
  stapled.staple = staple(leaf, intermediate, /*revoked=*/false);
  stapled.require_ocsp = true;
  TestHandshake revoked = with({leaf, intermediate, root}, {RecordOf(2, 0, 1, root)});
  revoked.staple = staple(leaf, intermediate, /*revoked=*/true);
  TestHandshake revoked_issuer = stapled;
  revoked_issuer.issuer_staples = {staple(intermediate, root, /*revoked=*/true)};
  spec = LeafSpec("mx1.test");
  spec.must_staple = true;
  TestHandshake must_staple = with({Build(spec, &root), root}, {RecordOf(2, 0, 1, root)});
  must_staple.require_revocation_status = true;
  TestHandshake resumed = must_staple;
  resumed.session_resumed = true;
  const std::pair<const char*, TestHandshake> seeds[] = {
      {"ee", with({leaf}, {RecordOf(3, 1, 1, leaf)})},
      {"ee_full", with({plain}, {RecordOf(3, 1, 0, plain), RecordOf(3, 0, 0, plain)})},
      {"ee_mismatch", with({leaf, intermediate}, {RecordOf(3, 1, 2, root)})},
      {"ta", with({leaf, intermediate, root}, {RecordOf(2, 0, 1, root)})},
      {"ta_in_dns", with({plain}, {RecordOf(2, 0, 0, root)})},
      {"ta_bare_key", with({plain}, {RecordOf(2, 1, 0, root)})},
      {"ta_constraints", with({wildcard, narrow}, {RecordOf(2, 1, 1, narrow)})},
      {"pkix", pkix},
      {"audit", audited},
      {"stapled", stapled},
      {"revoked", revoked},
      {"revoked_issuer", revoked_issuer},
      {"must_staple", must_staple},
      {"resumed", resumed},
      {"unusable", with({leaf}, {RecordOf(1, 1, 1, leaf)})},
  };
  bool written = true;
  for (const auto& [name, handshake] : seeds) {
    written = WriteSeed(folder + "/handshake/" + name, WriteHandshake(handshake)) && written;
  }
  const TlsaRecord ee = RecordOf(3, 1, 1, leaf);
  const std::pair<const char*, std::string> records[] = {
      {"digests", Bytes(ee) + Bytes(RecordOf(3, 1, 2, leaf)) + Bytes(RecordOf(2, 0, 1, root))},
      {"key", Bytes(RecordOf(2, 1, 0, root)) + Bytes(RecordOf(3, 1, 0, leaf))},
      {"certificate", Bytes(RecordOf(2, 0, 0, root))},
      {"pkix", Bytes(RecordOf(0, 0, 1, root)) + Bytes(RecordOf(1, 1, 2, leaf))},
      {"short", Bytes(ee).substr(0, 20)},
  };
  for (const auto& [name, bytes] : records) {
    written = WriteSeed(folder + "/tlsa/" + name, bytes) && written;
  }
  spec = LeafSpec("mx1.test", RsaKey(2048));
  spec.ip_addresses = {std::string("\xc0\x00\x02\x01", 4)};
  const std::pair<const char*, std::string> certificates[] = {
      {"leaf", leaf.der}, {"constraints", narrow.der}, {"rsa", Build(spec).der}};
  for (const auto& [name, der] : certificates) {
    written = WriteSeed(folder + "/outline/" + name, der) && written;
  }
  return written;
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_handshake_corpus FOLDER\n");
    return 2;
  }
  return postern::Write(argv[1]) ? 0 : 1;
}
