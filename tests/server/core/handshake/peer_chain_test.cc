#include "server/core/handshake/peer_chain.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/handshake/handshake.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/chain_verifier.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"

namespace postern {
namespace {

std::vector<size_t> DepthsOfPaths(const std::vector<absl::string_view>& certificates,
                                  size_t anchor = 99) {
  PeerChain chain = ReadPeerChain(certificates).value();
  if (anchor < chain.size()) chain[anchor].is_anchor = true;
  EXPECT_TRUE(ParsePaths(chain).ok());
  std::vector<size_t> depths;
  for (size_t depth = 0; depth < chain.size(); ++depth) {
    if (chain[depth].x509 != nullptr) depths.push_back(depth);
  }
  EXPECT_EQ(Parsed(chain).size(), depths.size());
  return depths;
}

bool Parses(const std::vector<absl::string_view>& certificates) {
  absl::StatusOr<PeerChain> chain = ReadPeerChain(certificates);
  return chain.ok() && ParsePaths(*chain).ok();
}

TEST(ReadPeerChain, ReadsAllInTheirOrder) {
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &root);
  const absl::StatusOr<PeerChain> chain = ReadPeerChain({leaf.der, root.der});
  ASSERT_TRUE(chain.ok()) << chain.status();
  ASSERT_EQ(chain->size(), 2u);
  EXPECT_EQ((*chain)[0].der, leaf.der);
  EXPECT_EQ((*chain)[1].outline.public_key_info, root.public_key_info);
  EXPECT_TRUE(Parsed(*chain).empty());
}

TEST(ReadPeerChain, SaysAtWhichDepthOneCannotBeRead) {
  const TestCertificate leaf = Build(LeafSpec("mx1.test"));
  const absl::StatusOr<PeerChain> chain = ReadPeerChain({leaf.der, "x"});
  ASSERT_FALSE(chain.ok());
  EXPECT_TRUE(absl::StrContains(chain.status().message(), "depth 1")) << chain.status();
}

TEST(ParsePaths, ParsesWhatMayHaveIssuedTheServersCertificate) {
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  const TestCertificate intermediate = Build(CaSpec("int", EcKey(2)), &root);
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &intermediate);
  const TestCertificate other = Build(CaSpec("other", EcKey(3)));
  const TestCertificate same_name = Build(CaSpec("int", EcKey(4)), &other);
  using Depths = std::vector<size_t>;
  EXPECT_EQ(DepthsOfPaths({leaf.der}), (Depths{0}));
  EXPECT_EQ(DepthsOfPaths({leaf.der, intermediate.der, root.der}), (Depths{0, 1, 2}));
  EXPECT_EQ(DepthsOfPaths({leaf.der, root.der, intermediate.der}), (Depths{0, 1, 2}));
  EXPECT_EQ(DepthsOfPaths({leaf.der, root.der}), (Depths{0})) << "a gap";
  EXPECT_EQ(DepthsOfPaths({leaf.der, other.der, intermediate.der}), (Depths{0, 2}));
  EXPECT_EQ(DepthsOfPaths({leaf.der, same_name.der, intermediate.der, other.der}),
            (Depths{0, 1, 2, 3}));
  EXPECT_EQ(DepthsOfPaths({leaf.der, intermediate.der, root.der}, 1), (Depths{0, 1}))
      << "nothing is above an anchor";
  EXPECT_EQ(DepthsOfPaths({leaf.der, intermediate.der, intermediate.der, leaf.der}), (Depths{0, 1}))
      << "once each";
}

TEST(ParsePaths, SaysAtWhichDepthOneCannotBeRead) {
  const TestCertificate root = Build(CaSpec("root", EcKeyOf("brainpoolP256r1")));
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &root);
  PeerChain chain = ReadPeerChain({leaf.der, root.der}).value();
  const absl::Status status = ParsePaths(chain);
  ASSERT_FALSE(status.ok());
  EXPECT_TRUE(absl::StrContains(status.message(), "depth 1")) << status;
}

TEST(ParsePaths, BoundsKeysThatMaySignButNotTheServersOwn) {
  const TestCertificate odd = Build(LeafSpec("mx1.test", EcKeyOf("brainpoolP256r1")));
  EXPECT_TRUE(Parses({odd.der}));
}

TEST(ParsePaths, BoundsTheNamesTimesTheConstraints) {
  CertificateSpec constrained = CaSpec("int", EcKey(1));
  constrained.name_constraints = "permitted;DNS:test";
  for (int i = 1; i < 64; ++i) {
    absl::StrAppend(&constrained.name_constraints, ",excluded;DNS:x", i);
  }
  const TestCertificate intermediate = Build(constrained);
  const auto parses = [&intermediate](size_t names) {
    CertificateSpec leaf = LeafSpec("mx1.test");
    for (size_t i = 1; i < names; ++i) leaf.dns_names.push_back(absl::StrCat("n", i, ".test"));
    const std::string der = Build(leaf, &intermediate).der;
    return Parses({der, intermediate.der});
  };
  EXPECT_TRUE(parses(kMaxNameChecks / 64));
  EXPECT_FALSE(parses(kMaxNameChecks / 64 + 1));
}

TEST(NextDate, IsTheFirstBeginOrEndAfterNow) {
  CertificateSpec spec;
  spec.not_before = TestNow() + absl::Hours(1);
  spec.not_after = TestNow() + absl::Hours(9);
  const TestCertificate later = Build(spec);
  const TestCertificate valid = Build(CertificateSpec());
  const Certificate first = ParseCertificate(valid.der).value();
  const Certificate second = ParseCertificate(later.der).value();
  const auto next = [&](absl::Duration after) {
    return NextDate({first.x509.get(), second.x509.get()}, TestNow() + after) - TestNow();
  };
  EXPECT_EQ(next(-absl::Hours(25)), -absl::Hours(24));
  EXPECT_EQ(next(absl::ZeroDuration()), absl::Hours(1));
  EXPECT_EQ(next(absl::Hours(1)), absl::Hours(9));
  EXPECT_EQ(next(absl::Hours(9)), absl::Hours(24));
  EXPECT_EQ(next(absl::Hours(24)), absl::InfiniteDuration());
  EXPECT_EQ(NextDate({}, TestNow()), absl::InfiniteFuture());
}

TEST(SetChainError, NamesTheReasonOfAnError) {
  using Reason = HandshakeVerdict::Reason;
  const std::pair<int, Reason> cases[] = {
      {X509_V_ERR_CERT_HAS_EXPIRED, Reason::kCertificateExpired},
      {X509_V_ERR_CERT_NOT_YET_VALID, Reason::kCertificateNotYetValid},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, Reason::kIssuerUnknown},
      {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, Reason::kIssuerUnknown},
      {X509_V_ERR_EE_KEY_TOO_SMALL, Reason::kAlgorithmWeak},
      {X509_V_ERR_CA_KEY_TOO_SMALL, Reason::kAlgorithmWeak},
      {X509_V_ERR_CA_MD_TOO_WEAK, Reason::kAlgorithmWeak},
      {X509_V_ERR_CERT_SIGNATURE_FAILURE, Reason::kChainInvalid},
      {X509_V_ERR_INVALID_PURPOSE, Reason::kChainInvalid},
      {X509_V_ERR_OUT_OF_MEM, Reason::kChainInvalid},
  };
  for (const auto& [error, reason] : cases) {
    ChainResult result;
    result.error = error;
    result.depth = 3;
    HandshakeVerdict verdict;
    SetChainError(result, verdict);
    EXPECT_EQ(verdict.reason, reason) << ReasonName(verdict.reason) << " for " << error;
    EXPECT_EQ(verdict.x509_error, error);
    EXPECT_TRUE(absl::StrContains(verdict.detail, "at depth 3")) << verdict.detail;
    EXPECT_EQ(verdict.verdict, HandshakeVerdict::Verdict::kFailed);
  }
}

}  // namespace
}  // namespace postern
