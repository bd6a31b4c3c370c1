#include "server/core/handshake/peer_chain.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/handshake/handshake.h"
#include "server/core/x509/chain_verifier.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"

namespace postern {
namespace {

TEST(ReadPeerChain, ReadsAllInTheirOrder) {
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &root);
  const absl::StatusOr<PeerChain> chain = ReadPeerChain({leaf.der, root.der});
  ASSERT_TRUE(chain.ok()) << chain.status();
  ASSERT_EQ(chain->certificates.size(), 2u);
  EXPECT_EQ(&chain->leaf(), chain->certificates[0]);
  EXPECT_EQ(chain->owned[1].outline.public_key_info, root.public_key_info);
}

TEST(ReadPeerChain, SaysAtWhichDepthOneCannotBeRead) {
  const TestCertificate leaf = Build(LeafSpec("mx1.test"));
  const absl::StatusOr<PeerChain> chain = ReadPeerChain({leaf.der, "x"});
  ASSERT_FALSE(chain.ok());
  EXPECT_TRUE(absl::StrContains(chain.status().message(), "depth 1")) << chain.status();
}

TEST(ReadPeerChain, BoundsKeysThatMaySignButNotTheServersOwn) {
  const TestCertificate odd = Build(CaSpec("odd", EcKeyOf("brainpoolP256r1")));
  const TestCertificate leaf = Build(LeafSpec("mx1.test"));
  EXPECT_TRUE(ReadPeerChain({odd.der, leaf.der}).ok());
  EXPECT_FALSE(ReadPeerChain({leaf.der, odd.der}).ok());
}

TEST(ReadPeerChain, BoundsTheNamesTimesTheConstraints) {
  CertificateSpec constrained = CaSpec("int", EcKey(1));
  constrained.name_constraints = "permitted;DNS:test";
  for (int i = 1; i < 64; ++i) {
    absl::StrAppend(&constrained.name_constraints, ",excluded;DNS:x", i);
  }
  const TestCertificate intermediate = Build(constrained);
  const auto read = [&intermediate](size_t names) {
    CertificateSpec leaf = LeafSpec("mx1.test");
    for (size_t i = 1; i < names; ++i) leaf.dns_names.push_back(absl::StrCat("n", i, ".test"));
    const std::string der = Build(leaf, &intermediate).der;
    return ReadPeerChain({der, intermediate.der}).ok();
  };
  EXPECT_TRUE(read(kMaxNameChecks / 64));
  EXPECT_FALSE(read(kMaxNameChecks / 64 + 1));
}

TEST(NextDate, IsTheFirstBeginOrEndAfterNow) {
  CertificateSpec spec;
  spec.not_before = TestNow() + absl::Hours(1);
  spec.not_after = TestNow() + absl::Hours(9);
  const TestCertificate later = Build(spec);
  const TestCertificate valid = Build(CertificateSpec());
  const absl::StatusOr<PeerChain> chain = ReadPeerChain({valid.der, later.der});
  ASSERT_TRUE(chain.ok()) << chain.status();
  const auto next = [&chain](absl::Duration after) {
    return NextDate(chain->certificates, TestNow() + after) - TestNow();
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
