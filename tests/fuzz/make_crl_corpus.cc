// Writes the seeds of the fuzz targets crl_fuzz and certificate_urls_fuzz:
//   bazel run //tests/fuzz:make_crl_corpus -- $PWD/tests/fuzz/corpus
#include <cstdio>
#include <string>
#include <utility>

#include "server/core/x509/der.h"
#include "tests/fuzz/corpus_file.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/crl_builder.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

std::string Uri(const std::string& url) { return Der(DerContext(6, false), url); }

std::string Name(const std::string& names) {
  return Der(DerContext(0, true), Der(DerContext(0, true), names));
}

bool Write(const std::string& folder) {
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  CrlSpec plain;
  plain.version = std::nullopt;
  plain.number.clear();
  plain.entries = {CrlEntry(5), CrlEntry(3)};
  CrlSpec point;
  point.point_urls = {"http://a.test/", "ldap://b.test/"};
  point.only_user = true;
  point.entries = {CrlEntry(std::string(20, '\x7f')), CrlEntry(5), CrlEntry(5)};
  point.entries[0].reason = 1;
  point.entries[1].reason = 8;
  point.entries[1].raw_extensions = {DerExtension("2.5.29.24", true, "x")};
  CrlSpec delta;
  delta.delta_base = 1;
  delta.some_reasons = true;
  delta.indirect = true;
  delta.next_update = std::nullopt;
  delta.ordinary_entries = 3;
  const std::pair<const char*, const CrlSpec*> crls[] = {
      {"plain", &plain}, {"point", &point}, {"delta", &delta}};
  bool written = true;
  for (const auto& [name, spec] : crls) {
    written = WriteSeed(folder + "/crl/" + name, BuildCrl(*spec, root)) && written;
  }
  const std::string names = Name(Uri("http://a.test/") + Uri("ldap://b.test/"));
  const std::string ocsp = Der(kDerSequence, DerOid("OCSP") + Uri("http://a.test/"));
  const std::string issuers = Der(kDerSequence, DerOid("caIssuers") + Uri("https://b.test/"));
  const std::pair<const char*, std::string> values[] = {
      {"points",
       Der(kDerSequence,
           Der(kDerSequence, names) + Der(kDerSequence, names + Der(DerContext(1, false), "\x06@") +
                                                            Der(DerContext(2, true), Uri("x"))))},
      {"access", Der(kDerSequence, ocsp + issuers)},
  };
  for (const auto& [name, bytes] : values) {
    written = WriteSeed(folder + "/certificate_urls/" + name, bytes) && written;
  }
  return written;
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_crl_corpus FOLDER\n");
    return 2;
  }
  return postern::Write(argv[1]) ? 0 : 1;
}
