// CRLs with Google Benchmark: ours and OpenSSL's for the same bytes. The bars: a CRL
// read and verified in at most 1.5 of d2i_X509_CRL and X509_CRL_verify, a serial
// looked up in less than a microsecond, at most 40 bytes an entry (the counter
// bytes_per_entry).
#include <benchmark/benchmark.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/core/revocation/check_crl.h"
#include "server/core/revocation/crl.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/der.h"
#include "server/core/x509/openssl_types.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/revocation/crl_cache.h"
#include "server/io/revocation/crl_cache_options.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/crl_builder.h"
#include "tests/support/der_writer.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_fetcher.h"

namespace postern {
namespace {

using UniqueCrl = std::unique_ptr<X509_CRL, OpensslFree<X509_CRL_free>>;
using UniqueInteger = std::unique_ptr<ASN1_INTEGER, OpensslFree<ASN1_INTEGER_free>>;

// As many serials are looked up in turn, so that they are not all in the cache.
constexpr size_t kLookups = 4096;

const TestCertificate& Root() {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", RsaKey(2048))));
  return *root;
}

const Certificate& Issuer() {
  static const auto* const issuer = new Certificate(ParseIssuer(Root().der).value());
  return *issuer;
}

std::string CrlOf(size_t entries) {
  CrlSpec spec;
  spec.ordinary_entries = entries;
  return BuildCrl(spec, Root());
}

size_t EntriesOf(const benchmark::State& state) { return static_cast<size_t>(state.range(0)); }

// Of every two one is listed.
std::vector<std::string> SerialsFor(size_t entries) {
  std::vector<std::string> serials;
  for (size_t i = 0; i < kLookups; ++i) {
    serials.push_back(OrdinarySerial(i * 2 * entries / kLookups));
  }
  return serials;
}

void OursRead(benchmark::State& state) {
  const std::string der = CrlOf(EntriesOf(state));
  for (auto _ : state) {
    const Crl crl = ReadCrl(der, Issuer());
    if (crl.defect != CrlReason::kNone) state.SkipWithError(NameOf(crl.defect));
    state.counters["bytes_per_entry"] =
        static_cast<double>(crl.serials.bytes()) / static_cast<double>(EntriesOf(state));
  }
}

UniqueCrl OpensslsRead(const std::string& der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  return UniqueCrl(d2i_X509_CRL(nullptr, &begin, static_cast<long>(der.size())));
}

void OpensslRead(benchmark::State& state) {
  const std::string der = CrlOf(EntriesOf(state));
  EVP_PKEY* const key = X509_get0_pubkey(Issuer().x509.get());
  for (auto _ : state) {
    const UniqueCrl crl = OpensslsRead(der);
    if (crl == nullptr || X509_CRL_verify(crl.get(), key) != 1) state.SkipWithError("not read");
  }
}

void OursFind(benchmark::State& state) {
  const Crl crl = ReadCrl(CrlOf(EntriesOf(state)), Issuer());
  const std::vector<std::string> serials = SerialsFor(EntriesOf(state));
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(crl.serials.Find(serials[next]));
    next = (next + 1) % kLookups;
  }
}

void OpensslFind(benchmark::State& state) {
  const UniqueCrl crl = OpensslsRead(CrlOf(EntriesOf(state)));
  std::vector<UniqueInteger> serials;
  for (const std::string& serial : SerialsFor(EntriesOf(state))) {
    const std::string der = Der(kDerInteger, serial);
    const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
    serials.emplace_back(d2i_ASN1_INTEGER(nullptr, &begin, static_cast<long>(der.size())));
  }
  size_t next = 0;
  X509_REVOKED* entry = nullptr;
  for (auto _ : state) {
    benchmark::DoNotOptimize(X509_CRL_get0_by_serial(crl.get(), &entry, serials[next].get()));
    next = (next + 1) % kLookups;
  }
}

// The whole question, of a chain that was verified and of one that was not.
void OursCheck(benchmark::State& state) {
  CrlSpec crl_spec;
  crl_spec.ordinary_entries = 100000;
  crl_spec.point_urls = {"http://crl.test/a.crl"};
  const Crl crl = ReadCrl(BuildCrl(crl_spec, Root()), Issuer());
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.crl_points = "URI:http://crl.test/a.crl";
  const TestCertificate leaf = Build(spec, &Root());
  const Certificate certificate = ParseCertificate(leaf.der).value();
  CrlOptions options;
  options.chain_is_verified = state.range(0) != 0;
  for (auto _ : state) {
    const CrlVerdict verdict =
        CheckCrl(crl, certificate, Issuer(), "http://crl.test/a.crl", TestNow(), options);
    if (verdict.status != CrlVerdict::Status::kGood) state.SkipWithError("not good");
  }
}

// The same from the cache, as a handshake asks it: Find, then CheckCrl. With 1,000 others.
void OursFindAndCheck(benchmark::State& state) {
  FakeClock clock;
  FakeHttpFetcher fetcher;
  CrlCacheOptions options;
  options.max_fetches = 1024;
  CrlSpec crl_spec;
  crl_spec.this_update = clock.Now() - absl::Hours(1);
  crl_spec.next_update = clock.Now() + absl::Hours(24);
  FetchResult small;
  small.reply.status = 200;
  small.reply.body = BuildCrl(crl_spec, Root());
  crl_spec.ordinary_entries = 100000;
  FetchResult large = small;
  large.reply.body = BuildCrl(crl_spec, Root());
  const std::string url = "http://crl.test/a.crl";
  fetcher.Serve(url, large);
  CrlCache cache(options, &fetcher, &clock, nullptr, nullptr);
  bool is_watched = cache.Watch(url, Root().der).ok();
  for (int i = 0; i < 1000; ++i) {
    const std::string other = "http://crl.test/" + std::to_string(i) + ".crl";
    fetcher.Serve(other, small);
    is_watched = is_watched && cache.Watch(other, Root().der).ok();
  }
  cache.Tick();
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.crl_points = "URI:" + url;
  spec.not_after = clock.Now() + absl::Hours(24);
  const TestCertificate leaf = Build(spec, &Root());
  const Certificate certificate = ParseCertificate(leaf.der).value();
  CrlOptions checks;
  checks.chain_is_verified = true;
  for (auto _ : state) {
    const std::shared_ptr<const Crl> crl = cache.Find(url, Issuer());
    if (!is_watched || crl == nullptr ||
        CheckCrl(*crl, certificate, Issuer(), url, clock.Now(), checks).status !=
            CrlVerdict::Status::kGood) {
      state.SkipWithError("not good");
      break;
    }
  }
}

BENCHMARK(OursRead)->Arg(100000)->Arg(1000000)->Unit(benchmark::kMillisecond);
BENCHMARK(OpensslRead)->Arg(100000)->Arg(1000000)->Unit(benchmark::kMillisecond);
BENCHMARK(OursFind)->Arg(100000)->Arg(1000000);
BENCHMARK(OpensslFind)->Arg(100000)->Arg(1000000);
BENCHMARK(OursFindAndCheck);
BENCHMARK(OursCheck)->ArgName("chain_verified")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace postern

BENCHMARK_MAIN();
