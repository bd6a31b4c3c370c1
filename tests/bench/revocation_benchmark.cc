// Verdicts on staples, one by one, with Google Benchmark: ours, and OpenSSL's parsing
// and OCSP_basic_verify for the same bytes. The bar is their ratio, at most 1.4; it is
// ours/... with the chain verified before, since OpenSSL's does not verify it either.
// ours_with_chain/... does; hostile/... are the dearest that a responder can send.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/check_staple.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"
#include "tests/support/openssl_ocsp.h"

namespace postern {
namespace {

// Staple is a response and what it is judged by.
struct Staple {
  TestCertificate certificate;
  TestCertificate issuer;
  std::string response;
};

void Register(const std::string& name, std::function<void(benchmark::State&)> run) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(run))->Unit(benchmark::kMicrosecond);
}

void RegisterOurs(const std::string& name, const Staple& staple, bool chain_is_verified,
                  bool is_good) {
  Register(name, [=](benchmark::State& state) {
    const absl::StatusOr<Certificate> certificate = ParseCertificate(staple.certificate.der);
    const absl::StatusOr<Certificate> issuer = ParseIssuer(staple.issuer.der);
    StapleOptions options;
    options.chain_is_verified = chain_is_verified;
    StapleVerdict verdict = CheckStaple(staple.response, *certificate, *issuer, TestNow(), options);
    if ((verdict.status == StapleVerdict::Status::kGood) != is_good) {
      state.SkipWithError("not the verdict that is to be measured");
    }
    for (auto _ : state) {
      verdict = CheckStaple(staple.response, *certificate, *issuer, TestNow(), options);
      benchmark::DoNotOptimize(verdict);
    }
    state.SetLabel(absl::StrCat(NameOf(verdict.reason), ", ", staple.response.size(), " bytes"));
  });
}

void RegisterPair(const std::string& name, const Staple& staple) {
  RegisterOurs("ours/" + name, staple, true, true);
  RegisterOurs("ours_with_chain/" + name, staple, false, true);
  Register("openssl/" + name, [=](benchmark::State& state) {
    const OpensslOcsp openssl(staple.certificate.der, staple.issuer.der, TestNow());
    if (!openssl.Verify(staple.response)) state.SkipWithError("OpenSSL does not verify it");
    for (auto _ : state) benchmark::DoNotOptimize(openssl.Verify(staple.response));
  });
}

void RegisterOrdinary() {
  const struct {
    const char* name;
    EVP_PKEY* issuer;
    EVP_PKEY* delegate;
  } kinds[] = {{"ec", EcKey(1), EcKey(2)}, {"rsa", RsaKey(2048), RsaKey(3072)}};
  for (const auto& kind : kinds) {
    const TestCertificate issuer = Build(CaSpec("root", kind.issuer));
    const TestCertificate leaf = Build(LeafSpec("mx1.test"), &issuer);
    const TestCertificate delegate = Build(DelegateSpec("responder", kind.delegate), &issuer);
    RegisterPair(absl::StrCat("issuer/", kind.name),
                 {leaf, issuer, BuildOcsp(GoodSpec(leaf, issuer))});
    RegisterPair(absl::StrCat("delegate/", kind.name),
                 {leaf, issuer, BuildOcsp(DelegatedSpec(leaf, issuer, delegate))});
  }
}

void RegisterHostiles() {
  const TestCertificate issuer = Build(CaSpec("root", EcKeyOf("P-384")));
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &issuer);
  // Responders with one name, of which none signed.
  OcspSpec spec;
  for (size_t i = 0; i < kMaxResponderCertificates; ++i) {
    const TestCertificate twin =
        Build(DelegateSpec("responder", EcKeyOf("P-384", static_cast<int>(i) + 1)), &issuer);
    if (i == 0) spec = DelegatedSpec(leaf, issuer, twin);
    if (i > 0) spec.certificates.push_back(twin.der);
  }
  spec.has_wrong_signature = true;
  RegisterOurs("hostile/twins_p384", {leaf, issuer, BuildOcsp(spec)}, true, false);
  // Statements on the certificate, each by another digest.
  spec = GoodSpec(leaf, issuer);
  const EVP_MD* const digests[] = {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()};
  spec.responses.resize(kMaxSingleResponses, spec.responses[0]);
  for (size_t i = 0; i < spec.responses.size(); ++i) spec.responses[i].digest = digests[i % 4];
  RegisterOurs("hostile/statements", {leaf, issuer, BuildOcsp(spec)}, true, true);
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  postern::RegisterOrdinary();
  postern::RegisterHostiles();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
