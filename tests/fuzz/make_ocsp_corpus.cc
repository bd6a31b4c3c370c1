// Writes the seeds of the fuzz targets ocsp_response_fuzz, single_response_fuzz and
// staple_fuzz:
//   bazel run //tests/fuzz:make_ocsp_corpus -- $PWD/tests/fuzz/corpus
#include <openssl/evp.h>

#include <cstdio>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "tests/fuzz/corpus_file.h"
#include "tests/fuzz/staple_input.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

bool WriteStaples(const std::string& folder) {
  const OcspSpec good = GoodSpec(FixedCertificate(), FixedIssuer());
  OcspSpec several = good;
  several.responses.resize(3, good.responses[0]);
  several.responses[0].serial = std::string("\x07");
  several.responses[1].digest = EVP_sha256();
  several.responses[1].status = SingleSpec::Status::kRevoked;
  several.responses[1].revocation_reason = 6;
  several.responses[1].next_update = GeneralizedTimeText(TestNow() - absl::Minutes(30));
  OcspSpec unknown = good;
  unknown.is_by_key = true;
  unknown.responses[0].status = SingleSpec::Status::kUnknown;
  unknown.responses[0].extensions = {UnknownExtension(false)};
  unknown.extensions = {NonceExtension("12345678")};
  return WriteSeed(folder + "/good", BuildData(good)) &&
         WriteSeed(folder + "/several", BuildData(several)) &&
         WriteSeed(folder + "/unknown", BuildData(unknown));
}

bool Write(const std::string& folder) {
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &root);
  const TestCertificate responder = Build(DelegateSpec("responder", EcKey(2)), &root);
  const OcspSpec good = GoodSpec(leaf, root);
  OcspSpec by_key = good;
  by_key.is_by_key = true;
  by_key.extensions = {NonceExtension("12345678"), UnknownExtension(true)};
  OcspSpec error;
  error.response_status = 3;
  error.has_bytes = false;
  OcspSpec several = good;
  several.responses.resize(3, good.responses[0]);
  several.responses[0].status = SingleSpec::Status::kRevoked;
  several.responses[0].revocation_reason = 1;
  several.responses[1].status = SingleSpec::Status::kUnknown;
  several.responses[2].extensions = {UnknownExtension(true)};
  several.version = std::string("\x01");
  OcspSpec ber = good;
  ber.has_ber_data = true;
  const std::pair<const char*, std::string> responses[] = {
      {"good", BuildOcsp(good)},   {"by_key", BuildOcsp(by_key)},
      {"error", BuildOcsp(error)}, {"delegated", BuildOcsp(DelegatedSpec(leaf, root, responder))},
      {"ber", BuildOcsp(ber)},     {"several", BuildOcsp(several)}};
  bool written = WriteStaples(folder + "/staple");
  for (const auto& [name, der] : responses) {
    written = WriteSeed(folder + "/ocsp_response/" + name, der) && written;
  }
  SingleSpec fraction = good.responses[0];
  fraction.next_update = "20260101000000.5Z";
  SingleSpec sha256 = good.responses[0];
  sha256.digest = EVP_sha256();
  sha256.next_update.reset();
  const std::pair<const char*, SingleSpec> singles[] = {{"good", good.responses[0]},
                                                        {"revoked", several.responses[0]},
                                                        {"unknown", several.responses[1]},
                                                        {"extension", several.responses[2]},
                                                        {"fraction", fraction},
                                                        {"sha256", sha256}};
  for (const auto& [name, single] : singles) {
    // The contents, whose length takes one octet.
    written =
        WriteSeed(folder + "/single_response/" + name, BuildSingle(single).substr(2)) && written;
  }
  return written;
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_ocsp_corpus FOLDER\n");
    return 2;
  }
  return postern::Write(argv[1]) ? 0 : 1;
}
