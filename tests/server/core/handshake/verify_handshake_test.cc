#include "server/core/handshake/verify_handshake.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/dane/policy.h"
#include "server/core/dane/tlsa.h"
#include "server/core/handshake/handshake.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"

namespace postern {
namespace {

using Verdict = HandshakeVerdict::Verdict;
using Action = HandshakeVerdict::Action;
using Reason = HandshakeVerdict::Reason;
using Policy = HostPolicy::Verdict;
using Tls = HandshakeQuestion::Tls;

const TestCertificate& Root() {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  return *root;
}

const TestCertificate& Leaf() {
  static const auto* const leaf = new TestCertificate(Build(LeafSpec("mx1.test"), &Root()));
  return *leaf;
}

// "FAILED PROCEED TLSA_MISMATCH audit"
std::string Text(const HandshakeVerdict& verdict) {
  const char* const verdicts[] = {"VERIFIED_DANE", "VERIFIED_PKIX", "UNAUTHENTICATED", "FAILED"};
  return absl::StrCat(verdicts[static_cast<int>(verdict.verdict)],
                      verdict.action == Action::kProceed ? " PROCEED " : " NEXT_HOST ",
                      ReasonName(verdict.reason), verdict.audit_failure ? " audit" : "");
}

// One row of the decision table; "*" is any, "!x" any but x.
struct Row {
  const char* policy;
  const char* tls;
  const char* mode;
  const char* pkix;
  const char* audit;
  const char* server;
  const char* verdict;
};

constexpr Row kTable[] = {
    // clang-format off
    // policy    tls       mode         require  audit  server  verdict
    {"skip",     "*",      "*",         "*",     "*",   "*",    "FAILED NEXT_HOST POLICY_SKIP"},

    {"dane",     "none",   "*",         "*",     "no",  "*",    "FAILED NEXT_HOST STARTTLS_NOT_OFFERED"},
    {"dane",     "none",   "*",         "no",    "yes", "*",    "FAILED PROCEED STARTTLS_NOT_OFFERED audit"},
    {"dane",     "none",   "*",         "yes",   "yes", "*",    "FAILED NEXT_HOST STARTTLS_NOT_OFFERED"},
    {"dane",     "failed", "*",         "*",     "no",  "*",    "FAILED NEXT_HOST HANDSHAKE_FAILED"},
    {"dane",     "failed", "*",         "no",    "yes", "*",    "FAILED PROCEED HANDSHAKE_FAILED audit"},
    {"dane",     "failed", "*",         "yes",   "yes", "*",    "FAILED NEXT_HOST HANDSHAKE_FAILED"},
    {"dane",     "ok",     "*",         "*",     "*",   "good", "VERIFIED_DANE PROCEED DANE_EE_MATCHED"},
    {"dane",     "ok",     "*",         "*",     "no",  "bad",  "FAILED NEXT_HOST TLSA_MISMATCH"},
    {"dane",     "ok",     "*",         "no",    "yes", "bad",  "FAILED PROCEED TLSA_MISMATCH audit"},
    {"dane",     "ok",     "*",         "yes",   "yes", "bad",  "FAILED NEXT_HOST TLSA_MISMATCH"},

    {"unusable", "none",   "*",         "*",     "no",  "*",    "FAILED NEXT_HOST STARTTLS_NOT_OFFERED"},
    {"unusable", "none",   "*",         "no",    "yes", "*",    "FAILED PROCEED STARTTLS_NOT_OFFERED audit"},
    {"unusable", "none",   "*",         "yes",   "yes", "*",    "FAILED NEXT_HOST STARTTLS_NOT_OFFERED"},
    {"unusable", "failed", "*",         "*",     "no",  "*",    "FAILED NEXT_HOST HANDSHAKE_FAILED"},
    {"unusable", "failed", "*",         "no",    "yes", "*",    "FAILED PROCEED HANDSHAKE_FAILED audit"},
    {"unusable", "failed", "*",         "yes",   "yes", "*",    "FAILED NEXT_HOST HANDSHAKE_FAILED"},
    {"unusable", "ok",     "!mandatory", "no",   "*",   "*",    "UNAUTHENTICATED PROCEED TLSA_UNUSABLE"},
    {"unusable", "ok",     "*",         "yes",   "*",   "*",    "FAILED NEXT_HOST TLSA_UNUSABLE"},
    {"unusable", "ok",     "mandatory", "no",    "no",  "*",    "FAILED NEXT_HOST TLSA_UNUSABLE"},
    {"unusable", "ok",     "mandatory", "no",    "yes", "*",    "FAILED PROCEED TLSA_UNUSABLE audit"},

    {"opp",      "*",      "mandatory", "*",     "*",   "*",    "FAILED NEXT_HOST POLICY_SKIP"},
    {"opp",      "none",   "!mandatory", "no",   "*",   "*",    "UNAUTHENTICATED PROCEED STARTTLS_NOT_OFFERED"},
    {"opp",      "none",   "!mandatory", "yes",  "*",   "*",    "FAILED NEXT_HOST STARTTLS_NOT_OFFERED"},
    {"opp",      "failed", "!mandatory", "no",   "*",   "*",    "UNAUTHENTICATED PROCEED HANDSHAKE_FAILED"},
    {"opp",      "failed", "!mandatory", "yes",  "*",   "*",    "FAILED NEXT_HOST HANDSHAKE_FAILED"},
    {"opp",      "ok",     "!mandatory", "*",    "*",   "good", "VERIFIED_PKIX PROCEED PKIX_VERIFIED"},
    {"opp",      "ok",     "!mandatory", "no",   "*",   "bad",  "UNAUTHENTICATED PROCEED ISSUER_UNKNOWN"},
    {"opp",      "ok",     "!mandatory", "yes",  "*",   "bad",  "FAILED NEXT_HOST ISSUER_UNKNOWN"},
    // clang-format on
};

bool Fits(const char* pattern, const std::string& value) {
  if (std::strcmp(pattern, "*") == 0) return true;
  return pattern[0] == '!' ? value != pattern + 1 : value == pattern;
}

TEST(VerifyHandshake, DecidesAsTheTableSaysD20D21D24D74A21A22A23) {
  const std::pair<const char*, Policy> policies[] = {{"skip", Policy::kSkip},
                                                     {"dane", Policy::kDane},
                                                     {"unusable", Policy::kTlsUnauthenticated},
                                                     {"opp", Policy::kOpportunistic}};
  const std::pair<const char*, Tls> connections[] = {
      {"none", Tls::kNotOffered}, {"failed", Tls::kFailed}, {"ok", Tls::kEstablished}};
  const std::pair<const char*, DaneMode> modes[] = {{"off", DaneMode::kOff},
                                                    {"opportunistic", DaneMode::kOpportunistic},
                                                    {"mandatory", DaneMode::kMandatory}};
  const TestCertificate bad = Build(LeafSpec("mx1.test", EcKey(6)));
  int used[std::size(kTable)] = {};
  for (const auto& [policy_name, policy] : policies) {
    for (const auto& [tls_name, tls] : connections) {
      for (const auto& [mode_name, mode] : modes) {
        for (int bits = 0; bits < 8; ++bits) {
          const char* const pkix = (bits & 1) != 0 ? "yes" : "no";
          const char* const audit = (bits & 2) != 0 ? "yes" : "no";
          const bool good = (bits & 4) != 0;
          TestHandshake handshake;
          handshake.policy = policy;
          handshake.tls = tls;
          handshake.mode = mode;
          handshake.require_pkix = (bits & 1) != 0;
          handshake.audit = (bits & 2) != 0;
          handshake.certificates = {good ? Leaf().der : bad.der};
          handshake.records = {policy == Policy::kTlsUnauthenticated ? RecordOf(1, 1, 1, Leaf())
                                                                     : RecordOf(3, 1, 1, Leaf())};
          handshake.anchors = AnchorsOf({Root()});
          const std::string label =
              absl::StrCat(policy_name, " ", tls_name, " ", mode_name, " require=", pkix,
                           " audit=", audit, good ? " good" : " bad");
          int rows = 0;
          for (size_t i = 0; i < std::size(kTable); ++i) {
            const Row& row = kTable[i];
            if (!Fits(row.policy, policy_name) || !Fits(row.tls, tls_name) ||
                !Fits(row.mode, mode_name) || !Fits(row.pkix, pkix) || !Fits(row.audit, audit) ||
                !Fits(row.server, good ? "good" : "bad")) {
              continue;
            }
            ++rows;
            ++used[i];
            EXPECT_EQ(Text(Verify(handshake)), row.verdict) << label;
          }
          EXPECT_EQ(rows, 1) << label;
        }
      }
    }
  }
  for (size_t i = 0; i < std::size(kTable); ++i) EXPECT_GT(used[i], 0) << "row " << i;
}

TEST(VerifyHandshake, OfNoUsableRecordNothingTakesThePlaceD21D61A1A22T1T2T3T6T7) {
  const std::string digest(32, 'x');
  const std::vector<TlsaRecord> unusable[] = {
      {RecordOf(0, 0, 1, Root())},
      {RecordOf(1, 1, 1, Leaf())},
      {RawRecord(4, 1, 1, digest)},
      {RawRecord(255, 1, 1, digest)},
      {RawRecord(3, 2, 1, digest)},
      {RawRecord(3, 1, 3, digest)},
      {RawRecord(3, 1, 9, digest)},
      {RawRecord(3, 1, 1, std::string(31, 'x'))},
      {RawRecord(3, 0, 0, "x")},
      {RawRecord(2, 1, 0, Leaf().der)},
      {RecordOf(0, 0, 1, Root()), RecordOf(1, 1, 1, Leaf())},
  };
  for (Policy policy : {Policy::kDane, Policy::kTlsUnauthenticated}) {
    for (const std::vector<TlsaRecord>& records : unusable) {
      TestHandshake handshake;
      handshake.policy = policy;
      handshake.certificates = {Leaf().der};
      handshake.records = records;
      // Valid by PKIX, which is not asked.
      handshake.anchors = AnchorsOf({Root()});
      EXPECT_EQ(Text(Verify(handshake)), "UNAUTHENTICATED PROCEED TLSA_UNUSABLE");
      handshake.certificates = {"whatever"};
      EXPECT_EQ(Text(Verify(handshake)), "UNAUTHENTICATED PROCEED TLSA_UNUSABLE");
      handshake.mode = DaneMode::kMandatory;
      EXPECT_EQ(Text(Verify(handshake)), "FAILED NEXT_HOST TLSA_UNUSABLE");
    }
  }
}

TEST(VerifyHandshake, OfADigestThatIsNotAllowedTheRecordIsUnusableT7A18) {
  TestHandshake handshake;
  handshake.certificates = {Leaf().der};
  handshake.records = {RecordOf(3, 1, 2, Leaf())};
  handshake.digests = *ParseDigestOrder("sha256");
  EXPECT_EQ(Text(Verify(handshake)), "UNAUTHENTICATED PROCEED TLSA_UNUSABLE");
}

TEST(VerifyHandshake, JudgesTheRecordsAnew) {
  TestHandshake handshake;
  // A policy that was made where no digest was allowed.
  handshake.policy = Policy::kTlsUnauthenticated;
  handshake.certificates = {Leaf().der};
  handshake.records = {RecordOf(3, 1, 1, Root()), RecordOf(1, 1, 1, Leaf())};
  const HandshakeVerdict verdict = Verify(handshake);
  EXPECT_EQ(Text(verdict), "FAILED NEXT_HOST TLSA_MISMATCH");
  ASSERT_EQ(verdict.tlsa.size(), 2u);
  EXPECT_TRUE(verdict.tlsa[0].Usable());
  EXPECT_EQ(verdict.tlsa[1].unusable, UnusableReason::kPkixUsage);
}

TEST(VerifyHandshake, FailsWhereThePolicyLostItsRecords) {
  TestHandshake handshake;
  handshake.certificates = {Leaf().der};
  handshake.anchors = AnchorsOf({Root()});
  for (Policy policy : {Policy::kDane, Policy::kTlsUnauthenticated}) {
    handshake.policy = policy;
    EXPECT_EQ(Text(Verify(handshake)), "FAILED NEXT_HOST TLSA_MISMATCH");
  }
}

// All of a verdict that a caller sees.
auto Tie(const HandshakeVerdict& verdict) {
  return std::make_tuple(Text(verdict), verdict.matched_record, verdict.matched_depth,
                         verdict.matched_name, verdict.x509_error, verdict.detail);
}

// A chain whose dates are all different and not all around now.
TestHandshake WithDates(std::mt19937& random) {
  const auto around = [&random](CertificateSpec& spec) {
    const auto hours = [&random](int from, int to) {
      return absl::Seconds(std::uniform_int_distribution<int>(from * 3600, to * 3600)(random));
    };
    spec.not_before = TestNow() + hours(-9, 1);
    spec.not_after = TestNow() + hours(2, 9);
  };
  CertificateSpec root_spec = CaSpec("root", EcKey(1));
  CertificateSpec intermediate_spec = CaSpec("int", EcKey(2));
  CertificateSpec leaf_spec = LeafSpec("mx1.test");
  for (CertificateSpec* spec : {&root_spec, &intermediate_spec, &leaf_spec}) around(*spec);
  const TestCertificate root = Build(root_spec);
  const TestCertificate intermediate = Build(intermediate_spec, &root);
  const TestCertificate leaf = Build(leaf_spec, &intermediate);
  TestHandshake handshake;
  handshake.certificates = {leaf.der, intermediate.der};
  switch (random() % 5) {
    case 0:
      handshake.records = {RecordOf(2, 0, 0, root)};
      break;
    case 1:
      handshake.records = {RecordOf(2, 1, 0, root)};
      break;
    case 2:
      handshake.certificates.push_back(root.der);
      handshake.records = {RecordOf(2, 1, 1, root), RecordOf(3, 1, 1, root)};
      break;
    case 3:
      handshake.records = {RecordOf(3, 1, 1, leaf)};
      break;
    default:
      handshake.policy = Policy::kOpportunistic;
      handshake.anchors = AnchorsOf({root});
  }
  return handshake;
}

TEST(VerifyHandshake, SaysTheSameUntilValidUntil) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same in each run
  int changes = 0;
  for (int round = 0; round < 60; ++round) {
    TestHandshake handshake = WithDates(random);
    handshake.now = TestNow() - absl::Hours(10);
    // From date to date, over the whole life of the chain.
    for (int steps = 0;; ++steps) {
      ASSERT_LE(steps, 8) << round;
      const HandshakeVerdict verdict = Verify(handshake);
      if (verdict.valid_until == absl::InfiniteFuture()) break;
      ASSERT_GT(verdict.valid_until, handshake.now) << round;
      const absl::Time begin = handshake.now;
      for (const absl::Time between :
           {begin + (verdict.valid_until - begin) / 2, verdict.valid_until - absl::Seconds(1),
            verdict.valid_until - absl::Milliseconds(1)}) {
        handshake.now = std::max(begin, between);
        EXPECT_EQ(Tie(Verify(handshake)), Tie(verdict)) << round << " at " << handshake.now;
      }
      handshake.now = verdict.valid_until;
      if (Tie(Verify(handshake)) != Tie(verdict)) ++changes;
    }
  }
  EXPECT_GT(changes, 60) << "the dates of these chains matter";
}

TEST(VerifyHandshake, ChangesAtValidUntilWhereOneDateIsAllThatCounts) {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.not_before = TestNow();
  spec.not_after = TestNow() + absl::Hours(1);
  TestHandshake handshake;
  handshake.certificates = {Build(spec, &Root()).der};
  handshake.records = {RecordOf(2, 0, 0, Root())};
  const auto text_at = [&handshake](absl::Duration after) {
    handshake.now = TestNow() + after;
    return Text(Verify(handshake));
  };
  handshake.now = TestNow() - absl::Seconds(1);
  EXPECT_EQ(Verify(handshake).valid_until, TestNow());
  EXPECT_EQ(text_at(-absl::Seconds(1)), "FAILED NEXT_HOST CERTIFICATE_NOT_YET_VALID");
  EXPECT_EQ(text_at(absl::ZeroDuration()), "VERIFIED_DANE PROCEED DANE_TA_MATCHED");
  EXPECT_EQ(Verify(handshake).valid_until, TestNow() + absl::Hours(1));
  EXPECT_EQ(text_at(absl::Hours(1) - absl::Seconds(1)), "VERIFIED_DANE PROCEED DANE_TA_MATCHED");
  EXPECT_EQ(text_at(absl::Hours(1)), "FAILED NEXT_HOST CERTIFICATE_EXPIRED");
}

}  // namespace
}  // namespace postern
