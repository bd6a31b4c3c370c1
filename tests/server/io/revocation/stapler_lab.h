// A CA, its responder, certificates in files, and a stapler between them. For tests.
#ifndef POSTERN_TESTS_SERVER_IO_REVOCATION_STAPLER_LAB_H_
#define POSTERN_TESTS_SERVER_IO_REVOCATION_STAPLER_LAB_H_

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/crl.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/revocation/ocsp_request.h"
#include "server/core/revocation/ocsp_url.h"
#include "server/core/x509/outline.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/revocation/stapler.h"
#include "server/io/revocation/stapler_options.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_fetcher.h"
#include "tests/support/fake_staple_sink.h"
#include "tests/support/fake_staple_store.h"
#include "tests/support/ocsp_builder.h"
#include "tests/support/pem.h"
#include "tests/support/temporary_folder.h"

namespace postern {

// FakeCrls has the CRLs that a test puts into it.
class FakeCrls : public CrlIndex {
 public:
  std::shared_ptr<const Crl> Find(absl::string_view url,
                                  const Certificate& /*issuer*/) const override {
    const auto found = crls.find(std::string(url));
    return found == crls.end() ? nullptr : found->second;
  }
  std::map<std::string, std::shared_ptr<const Crl>> crls;
};

inline constexpr char kResponder[] = "http://ocsp.test/a";
inline constexpr char kSecondResponder[] = "http://ocsp.test/b";
inline constexpr char kCrlUrl[] = "http://crl.test/a.crl";

// StaplerLab begins at TestNow(). Its certificate mx1 has two responders.
struct StaplerLab {
  StaplerLab() {
    clock.Advance(TestNow() - clock.Now());
    options.seed = 1;
    options.certificates.push_back({files.PathOf("mx1.pem"), "mx1", "", ""});
    WriteLeaf();
  }

  static CertificateSpec LeafOf(long serial) {
    CertificateSpec spec = LeafSpec("mx1.test");
    spec.serial = serial;
    spec.not_after = TestNow() + absl::Hours(24 * 30);
    spec.authority_access = std::string("OCSP;URI:") + kResponder + ",OCSP;URI:" + kSecondResponder;
    return spec;
  }

  void WriteLeaf() { files.Write("mx1.pem", PemOf(leaf.der) + PemOf(root.der)); }

  // A response on the certificate, made `age` ago, that counts for `life` from then.
  OcspSpec Good(absl::Duration age = absl::Hours(1), absl::Duration life = absl::Hours(24)) const {
    OcspSpec spec = GoodSpec(leaf, root);
    const absl::Time made = clock.Now() - age;
    spec.produced_at = GeneralizedTimeText(made);
    spec.responses[0].this_update = GeneralizedTimeText(made);
    spec.responses[0].next_update = GeneralizedTimeText(made + life);
    return spec;
  }
  OcspSpec Revoked(absl::Duration age = absl::Hours(1)) const {
    OcspSpec spec = Good(age);
    spec.responses[0].status = SingleSpec::Status::kRevoked;
    return spec;
  }

  static std::string RequestUrl(const TestCertificate& leaf, const TestCertificate& issuer,
                                const std::string& responder) {
    return MakeOcspHttpRequest(responder,
                               MakeOcspRequest(*ReadOutline(leaf.der), *ReadOutline(issuer.der)))
        .url;
  }
  static FetchResult Reply(const std::string& der) {
    FetchResult result;
    result.reply.status = 200;
    result.reply.content_type = "application/ocsp-response";
    result.reply.body = der;
    return result;
  }
  void Serve(FetchResult result, const std::string& responder = kResponder) {
    fetcher.Serve(RequestUrl(leaf, root, responder), std::move(result));
  }
  void Serve(const OcspSpec& spec, const std::string& responder = kResponder) {
    Serve(Reply(BuildOcsp(spec)), responder);
  }
  // A responder that answers no question.
  void ServeNothing() {
    Serve(FailedFetch(FetchFailure::kTimeout, "no answer"));
    Serve(FailedFetch(FetchFailure::kTimeout, "no answer"), kSecondResponder);
  }

  std::unique_ptr<Stapler> Make() {
    StaplerParts parts;
    parts.fetcher = &fetcher;
    parts.clock = &clock;
    parts.crls = &crls;
    parts.store = &store;
    parts.sink = &sink;
    parts.observer = [this](const StaplerEvent& event) { events.push_back(event); };
    absl::StatusOr<std::unique_ptr<Stapler>> made = Stapler::Create(options, std::move(parts));
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }
  void Start() {
    stapler = Make();
    Work(*stapler);
  }

  // Work ticks until nothing more is to be done now.
  void Work(Stapler& one) {
    do {
      one.Tick();
    } while (one.NextWake() <= clock.Now());
  }
  // Pass lets time go by, from one thing that is due to the next.
  void Pass(absl::Duration duration) {
    const absl::Time end = clock.Now() + duration;
    while (clock.Now() < end) {
      clock.Advance(std::min(stapler->NextWake(), end) - clock.Now());
      Work(*stapler);
    }
  }

  KeptStaplePtr Kept() const { return stapler->FindByName("mx1"); }
  KeptStaple::Status Status() const { return Kept()->status; }
  size_t Asked() const { return fetcher.Asked().size(); }
  size_t Count(StaplerEvent::Kind kind) const {
    return static_cast<size_t>(
        std::count_if(events.begin(), events.end(),
                      [kind](const StaplerEvent& event) { return event.kind == kind; }));
  }

  TestCertificate root = [] {
    CertificateSpec spec = CaSpec("root", EcKey(1));
    spec.not_after = TestNow() + absl::Hours(24 * 3650);
    return Build(spec);
  }();
  TestCertificate leaf = Build(LeafOf(300), &root);
  TemporaryFolder files;
  FakeClock clock;
  FakeHttpFetcher fetcher;
  FakeCrls crls;
  FakeStapleStore store;
  FakeStapleSink sink;
  StaplerOptions options;
  std::vector<StaplerEvent> events;
  std::unique_ptr<Stapler> stapler;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SERVER_IO_REVOCATION_STAPLER_LAB_H_
