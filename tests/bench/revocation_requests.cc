#include "tests/bench/revocation_requests.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/core/revocation/staple.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

std::string DigestOf(size_t number) {
  std::string digest = absl::StrCat("certificate ", number);
  digest.resize(32, '.');
  return digest;
}

}  // namespace

BenchStaples::BenchStaples() {
  const TestCertificate issuer = Build(CaSpec("root", EcKey(1)));
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &issuer);
  const std::string der = BuildOcsp(GoodSpec(leaf, issuer));
  const absl::Time now = absl::Now();
  for (size_t i = 0; i < kBenchCertificates; ++i) {
    KeptStaple staple;
    staple.name = absl::StrCat("mx", i);
    staple.source = KeptStaple::Source::kOcsp;
    staple.status = KeptStaple::Status::kGood;
    staple.use_until = now + absl::Hours(24);
    staple.next_refresh = now + absl::Hours(12);
    staple.last_success = now;
    staple.url = "http://ocsp.test";
    staple.certificate_sha256 = DigestOf(i);
    staple.file = absl::StrCat("/etc/ssl/mx", i, ".pem");
    staple.dns_names = {absl::StrCat("mx", i, ".test")};
    staple.not_after = now + absl::Hours(24 * 60);
    StapleVerdict& verdict = staple.verdict.emplace();
    verdict.status = StapleVerdict::Status::kGood;
    verdict.produced_at = now;
    verdict.this_update = now;
    verdict.use_until = staple.use_until;
    verdict.signer = StapleVerdict::Signer::kIssuer;
    staple.der = der;
    by_digest_[DigestOf(i)] = std::make_shared<const KeptStaple>(std::move(staple));
  }
}

KeptStaplePtr BenchStaples::FindByDigest(absl::string_view sha256) const {
  const auto it = by_digest_.find(sha256);
  return it == by_digest_.end() ? nullptr : it->second;
}

std::vector<v1::GetStapleRequest> GetStapleRequests(size_t count) {
  std::vector<v1::GetStapleRequest> requests(count);
  for (size_t i = 0; i < count; ++i) requests[i].set_certificate_sha256(DigestOf(i));
  return requests;
}

std::vector<v1::CheckStapleRequest> CheckStapleRequests(size_t count) {
  const TestCertificate issuer = Build(CaSpec("root", EcKey(1)));
  std::vector<v1::CheckStapleRequest> requests(count);
  for (size_t i = 0; i < count; ++i) {
    CertificateSpec spec = LeafSpec(absl::StrCat("mx", i, ".test"));
    spec.serial = static_cast<long>(i + 1);
    const TestCertificate leaf = Build(spec, &issuer);
    requests[i].set_staple(BuildOcsp(GoodSpec(leaf, issuer)));
    requests[i].set_certificate(leaf.der);
    requests[i].set_issuer(issuer.der);
    requests[i].mutable_verify_time()->set_seconds(absl::ToUnixSeconds(TestNow()));
  }
  return requests;
}

}  // namespace postern
