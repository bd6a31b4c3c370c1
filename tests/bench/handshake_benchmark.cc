// Handshake verdicts, one by one, with Google Benchmark: ours and OpenSSL's for the
// same bytes, reading them included, and the dearest that a server and its zone can
// ask for. The bars are ratios of these: DANE-EE at most 0.7 of OpenSSL's time,
// DANE-TA and PKIX at most 1.15, and no hostile one 20 times ours/ta/ec.
#include <benchmark/benchmark.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/dane/policy.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"
#include "server/core/handshake/handshake.h"
#include "server/core/handshake/verify_dane.h"
#include "server/core/handshake/verify_handshake.h"
#include "server/core/x509/chain_verifier.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/trust_anchors.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"
#include "tests/support/openssl_dane.h"

namespace postern {
namespace {

using UniqueStore = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;

// Chain is the certificates of a server, which its issuers follow.
struct Chain {
  std::vector<TestCertificate> certificates;

  const TestCertificate& leaf() const { return certificates.front(); }
  const TestCertificate& root() const { return certificates.back(); }
};

TestHandshake HandshakeOf(const Chain& chain, size_t sent, std::vector<TlsaRecord> records) {
  TestHandshake handshake;
  for (size_t i = 0; i < sent; ++i) handshake.certificates.push_back(chain.certificates[i].der);
  handshake.records = std::move(records);
  return handshake;
}

Chain LoneLeaf(EVP_PKEY* key) { return {{Build(LeafSpec("mx1.test", key))}}; }

Chain LeafToRoot(EVP_PKEY* leaf_key, const std::vector<EVP_PKEY*>& issuer_keys) {
  Chain chain = {{Build(CaSpec("root", issuer_keys.front()))}};
  for (size_t i = 1; i < issuer_keys.size(); ++i) {
    chain.certificates.insert(
        chain.certificates.begin(),
        Build(CaSpec(absl::StrCat("int", i), issuer_keys[i]), &chain.certificates.front()));
  }
  chain.certificates.insert(chain.certificates.begin(),
                            Build(LeafSpec("mx1.test", leaf_key), &chain.certificates.front()));
  return chain;
}

void Check(benchmark::State& state, bool holds) {
  if (!holds) state.SkipWithError("not the verdict that is to be measured");
}

void Ours(benchmark::State& state, const TestHandshake& handshake,
          HandshakeVerdict::Reason reason) {
  const HandshakeQuestion question = QuestionOf(handshake);
  const auto verify = [&] {
    return VerifyHandshake(question, handshake.anchors, handshake.digests, *handshake.crls,
                           handshake.revocation, handshake.now);
  };
  Check(state, verify().reason == reason);
  for (auto _ : state) benchmark::DoNotOptimize(verify());
}

void OpensslsDane(benchmark::State& state, const TestHandshake& handshake) {
  const HandshakeQuestion question = QuestionOf(handshake);
  OpensslDane openssl(handshake.reference_identifiers);
  for (const TlsaRecord& record : handshake.records) Check(state, openssl.Add(record));
  Check(state, openssl.Verify(question.certificates, handshake.now).verified);
  for (auto _ : state) {
    benchmark::DoNotOptimize(openssl.Verify(question.certificates, handshake.now));
  }
}

bool OpensslsPkixOnce(X509_STORE& store, const HandshakeQuestion& question, absl::Time now) {
  std::vector<UniqueX509> owned;
  const UniqueX509Stack chain(sk_X509_new_null());
  for (const absl::string_view der : question.certificates) {
    const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
    owned.emplace_back(d2i_X509(nullptr, &begin, static_cast<long>(der.size())));
    sk_X509_push(chain.get(), owned.back().get());
  }
  const UniqueStoreContext context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), &store, owned.front().get(), chain.get());
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_auth_level(param, 2);
  X509_VERIFY_PARAM_set_time(param, absl::ToTimeT(now));
  X509_VERIFY_PARAM_set1_host(param, question.pkix_names[0].c_str(), 0);
  return X509_verify_cert(context.get()) == 1;
}

void OpensslsPkix(benchmark::State& state, const TestHandshake& handshake) {
  const HandshakeQuestion question = QuestionOf(handshake);
  X509_STORE* const store = handshake.anchors.store();
  Check(state, OpensslsPkixOnce(*store, question, handshake.now));
  for (auto _ : state) {
    benchmark::DoNotOptimize(OpensslsPkixOnce(*store, question, handshake.now));
  }
}

void Register(const std::string& name, std::function<void(benchmark::State&)> run) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(run))->Unit(benchmark::kMicrosecond);
}

// With the records read each time, as we do.
void OpensslsDaneWithRecords(benchmark::State& state, const TestHandshake& handshake) {
  const HandshakeQuestion question = QuestionOf(handshake);
  for (auto _ : state) {
    OpensslDane openssl(handshake.reference_identifiers);
    for (const TlsaRecord& record : handshake.records) openssl.Add(record);
    benchmark::DoNotOptimize(openssl.Verify(question.certificates, handshake.now));
  }
}

void RegisterDane(const std::string& name, const TestHandshake& handshake,
                  HandshakeVerdict::Reason reason) {
  Register("ours/" + name, [=](benchmark::State& state) { Ours(state, handshake, reason); });
  // Records that hold a certificate are as dear to read as one that was sent.
  const bool is_full = handshake.records.front().matching_type == kMatchFull;
  Register("openssl/" + name, [=](benchmark::State& state) {
    is_full ? OpensslsDaneWithRecords(state, handshake) : OpensslsDane(state, handshake);
  });
}

void RegisterPkix(const std::string& name, const Chain& chain, size_t sent) {
  TestHandshake handshake = HandshakeOf(chain, sent, {});
  handshake.policy = HostPolicy::Verdict::kOpportunistic;
  handshake.anchors = AnchorsOf({chain.root()});
  Register("ours/" + name, [=](benchmark::State& state) {
    Ours(state, handshake, HandshakeVerdict::Reason::kPkixVerified);
  });
  Register("openssl/" + name, [=](benchmark::State& state) { OpensslsPkix(state, handshake); });
}

void RegisterOrdinary() {
  using Reason = HandshakeVerdict::Reason;
  const Chain ec_lone = LoneLeaf(EcKey(0));
  const Chain rsa_lone = LoneLeaf(RsaKey(2048));
  const Chain ec = LeafToRoot(EcKey(0), {EcKey(1), EcKey(2)});
  const Chain rsa = LeafToRoot(RsaKey(2048), {RsaKey(4096), RsaKey(2048)});
  const struct {
    const char* name;
    const Chain& lone;
    const Chain& chain;
  } kinds[] = {{"ec", ec_lone, ec}, {"rsa", rsa_lone, rsa}};
  for (const auto& kind : kinds) {
    const std::string end = absl::StrCat("/", kind.name);
    RegisterDane("ee_lone" + end, HandshakeOf(kind.lone, 1, {RecordOf(3, 1, 1, kind.lone.leaf())}),
                 Reason::kDaneEeMatched);
    RegisterDane("ee_chain" + end,
                 HandshakeOf(kind.chain, 2, {RecordOf(3, 1, 1, kind.chain.leaf())}),
                 Reason::kDaneEeMatched);
    RegisterDane("ta" + end, HandshakeOf(kind.chain, 3, {RecordOf(2, 0, 1, kind.chain.root())}),
                 Reason::kDaneTaMatched);
    RegisterDane("ta_intermediate" + end,
                 HandshakeOf(kind.chain, 2, {RecordOf(2, 1, 1, kind.chain.certificates[1])}),
                 Reason::kDaneTaMatched);
    RegisterDane("ta_in_dns" + end,
                 HandshakeOf(kind.chain, 2, {RecordOf(2, 0, 0, kind.chain.root())}),
                 Reason::kDaneTaMatched);
    RegisterPkix("pkix" + end, kind.chain, 2);
  }
}

// Replaces a key's last byte, so that it is one by its outline alone.
TlsaRecord BrokenKey(const TlsaRecord& record) {
  TlsaRecord broken = record;
  broken.data.back() = static_cast<char>(broken.data.back() ^ 1);
  return broken;
}

std::vector<EVP_PKEY*> Keys(const std::string& curve, int count) {
  std::vector<EVP_PKEY*> keys;
  for (int i = 0; i < count; ++i) keys.push_back(EcKeyOf(curve, i));
  return keys;
}

// Fills a handshake with certificates that are not on the path.
void Fill(TestHandshake& handshake, const CertificateSpec& spec) {
  size_t size = 0;
  for (const std::string& der : handshake.certificates) size += der.size();
  for (long serial = 100; handshake.certificates.size() < kMaxChainCertificates; ++serial) {
    CertificateSpec one = spec;
    one.serial = serial;
    const std::string der = Build(one).der;
    if (size + der.size() > kMaxChainBytes) return;
    size += der.size();
    handshake.certificates.push_back(der);
  }
}

void RegisterHostile(const std::string& name, const TestHandshake& handshake) {
  Register("hostile/" + name, [=](benchmark::State& state) {
    const HandshakeQuestion question = QuestionOf(handshake);
    HandshakeVerdict verdict;
    for (auto _ : state) {
      verdict = VerifyHandshake(question, handshake.anchors, handshake.digests, *handshake.crls,
                                handshake.revocation, handshake.now);
    }
    size_t bytes = 0;
    for (const std::string& der : handshake.certificates) bytes += der.size();
    state.SetLabel(absl::StrCat(ReasonName(verdict.reason), " ", verdict.detail, ", ",
                                handshake.certificates.size(), " certificates, ", bytes, " bytes"));
  });
}

CertificateSpec ManyNames(size_t names) {
  CertificateSpec spec = CaSpec("int1", EcKey(3));
  for (size_t i = 0; i < names; ++i) spec.dns_names.push_back(absl::StrCat("n", i));
  return spec;
}

void RegisterHostiles() {
  const int longest = kMaxIntermediates + 1;
  const Chain p384 = LeafToRoot(EcKey(0), Keys("P-384", longest));
  const Chain rsa = LeafToRoot(EcKey(0), std::vector<EVP_PKEY*>(longest, RsaKey(4096)));
  const TlsaRecord p384_root = RecordOf(2, 0, 1, p384.root());
  RegisterHostile("long_p384", HandshakeOf(p384, p384.certificates.size(), {p384_root}));
  RegisterHostile("long_rsa4096",
                  HandshakeOf(rsa, rsa.certificates.size(), {RecordOf(2, 0, 1, rsa.root())}));
  TestHandshake handshake = HandshakeOf(p384, p384.certificates.size(), {p384_root});
  Fill(handshake, CaSpec("int3", EcKeyOf("P-384", 9)));
  RegisterHostile("long_p384_filled", handshake);

  std::vector<TlsaRecord> bare;
  for (int i = 0; i < 8; ++i)
    bare.push_back(RawRecord(2, 1, 0, PublicKeyInfoOf(*EcKeyOf("P-384", 20 + i))));
  RegisterHostile("bare_keys", HandshakeOf(p384, p384.certificates.size() - 1, bare));
  bare[kMaxBareKeys - 1] = RecordOf(2, 1, 0, p384.root());
  RegisterHostile("bare_keys_last", HandshakeOf(p384, p384.certificates.size() - 1, bare));

  const Chain ec = LeafToRoot(EcKey(0), {EcKey(1), EcKey(2)});
  const TlsaRecord root = RecordOf(2, 0, 1, ec.root());
  const auto with_records = [&](const char* name, const std::function<TlsaRecord(int)>& make) {
    std::vector<TlsaRecord> records;
    for (int i = 0; i < 64; ++i) records.push_back(make(i));
    TestHandshake full = HandshakeOf(ec, 3, records);
    full.records.back() = root;
    RegisterHostile(name, full);
  };
  with_records("full_certificates", [](int i) {
    CertificateSpec spec = CaSpec("int1", EcKey(3));
    spec.serial = 100 + i;
    return RecordOf(2, 0, 0, Build(spec));
  });
  with_records("full_keys", [](int i) {
    return RawRecord(2, 1, 0, PublicKeyInfoOf(*EcKeyOf("P-384", 100 + i)));
  });
  with_records("full_ee_keys", [](int i) {
    return RawRecord(3, 1, 0, PublicKeyInfoOf(*EcKeyOf("P-384", 100 + i)));
  });
  with_records("full_broken_keys", [](int i) {
    return BrokenKey(RawRecord(2, 1, 0, PublicKeyInfoOf(*EcKey(100 + i))));
  });
  with_records("full_brainpool_keys", [](int i) {
    return RawRecord(2, 1, 0, PublicKeyInfoOf(*EcKeyOf("brainpoolP512r1", i)));
  });
  with_records("digests",
               [](int i) { return RawRecord(2, 0, 1, std::string(32, static_cast<char>(i))); });

  handshake = HandshakeOf(ec, 3, {root});
  Fill(handshake, CaSpec("int1", EcKey(5)));
  RegisterHostile("same_issuer_name", handshake);

  handshake = HandshakeOf(ec, 3, {root});
  Fill(handshake, ManyNames(1000));
  RegisterHostile("many_names", handshake);

  CertificateSpec many_extensions = CaSpec("int1", EcKey(3));
  for (int i = 0; i < 58; ++i) {
    many_extensions.raw_extensions.emplace_back(absl::StrCat("1.2.3.", i), "x");
  }
  handshake = HandshakeOf(ec, 3, {root});
  Fill(handshake, many_extensions);
  RegisterHostile("many_extensions", handshake);

  CertificateSpec purposes = CaSpec("int1", EcKey(3));
  purposes.raw_extensions = {{"2.5.29.37", std::string("\x30\x82\x0b\xb8", 4)}};
  for (int i = 0; i < 1000; ++i) purposes.raw_extensions[0].second += "\x06\x01\x2a";
  handshake = HandshakeOf(ec, 3, {root});
  Fill(handshake, purposes);
  RegisterHostile("many_purposes", handshake);

  CertificateSpec constrained = CaSpec("root", EcKey(1));
  constrained.name_constraints = "permitted;DNS:mx1.test";
  for (int i = 1; i < 64; ++i)
    absl::StrAppend(&constrained.name_constraints, ",excluded;DNS:n", i, ".x");
  const TestCertificate constrained_root = Build(constrained);
  CertificateSpec leaf = LeafSpec("mx1.test");
  for (int i = 1; i < 512; ++i) leaf.dns_names.push_back(absl::StrCat("n", i, ".mx1.test"));
  Chain chain = {{Build(leaf, &constrained_root), constrained_root}};
  RegisterHostile("name_constraints", HandshakeOf(chain, 2, {RecordOf(2, 0, 1, chain.root())}));

  // The dearest of all that together: a long path whose last signer is the last
  // bare key, certificates that do not help beside it, and as many in the records.
  bare.resize(kMaxBareKeys);
  handshake = HandshakeOf(p384, p384.certificates.size() - 1, bare);
  CertificateSpec beside = ManyNames(1000);
  beside.common_names = {"int3"};
  for (int i = 0; i < 64 - kMaxBareKeys; ++i) {
    CertificateSpec spec = CaSpec("int2", EcKey(3));
    spec.serial = 100 + i;
    handshake.records.push_back(RecordOf(2, 0, 0, Build(spec)));
  }
  Fill(handshake, beside);
  RegisterHostile("all_together", handshake);
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
