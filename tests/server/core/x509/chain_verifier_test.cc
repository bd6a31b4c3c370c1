#include "server/core/x509/chain_verifier.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/trust_anchors.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

// A chain, the server's certificate first; the last is the anchor.
class Chain {
 public:
  explicit Chain(std::vector<TestCertificate> built) : built_(std::move(built)) {
    for (const TestCertificate& one : built_) parsed_.push_back(ParseIssuer(one.der).value());
  }

  ChainResult Verify(absl::Time now = TestNow()) const {
    std::vector<X509*> sent;
    for (const Certificate& one : parsed_) sent.push_back(one.x509.get());
    const std::vector<X509*> anchors = {sent.back()};
    sent.pop_back();
    return VerifyChain(*sent.front(), sent, anchors, now);
  }

 private:
  std::vector<TestCertificate> built_;
  std::vector<Certificate> parsed_;
};

int ErrorOf(std::vector<TestCertificate> chain, absl::Time now = TestNow()) {
  return Chain(std::move(chain)).Verify(now).error;
}

TestCertificate Root() { return Build(CaSpec("root", EcKey(9))); }

TEST(VerifyChain, EndsAtTheAnchor) {
  const TestCertificate root = Root();
  const TestCertificate intermediate = Build(CaSpec("int", EcKey(1)), &root);
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &intermediate);
  const ChainResult result = Chain({leaf, intermediate, root}).Verify();
  EXPECT_EQ(result.error, X509_V_OK);
  EXPECT_EQ(result.chain.size(), 3u);
  // Also at one that is not self-signed.
  EXPECT_EQ(ErrorOf({leaf, intermediate}), X509_V_OK);
}

TEST(VerifyChain, LeadsNowhereWithoutAnchors) {
  const Certificate leaf = ParseCertificate(Build(LeafSpec("mx1.test")).der).value();
  const ChainResult result = VerifyChain(*leaf.x509, {leaf.x509.get()}, TrustAnchors(), TestNow());
  EXPECT_TRUE(IsWithoutAnchor(result.error)) << result.error;
}

TEST(VerifyChain, HasTheTimeThatItIsGiven) {
  const TestCertificate root = Root();
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &root);
  const absl::Time begin = TestNow() - absl::Hours(24);
  const absl::Time end = TestNow() + absl::Hours(24);
  EXPECT_EQ(ErrorOf({leaf, root}, begin - absl::Seconds(1)), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(ErrorOf({leaf, root}, begin), X509_V_OK);
  EXPECT_EQ(ErrorOf({leaf, root}, end - absl::Milliseconds(1)), X509_V_OK);
  EXPECT_EQ(ErrorOf({leaf, root}, end), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(VerifyChain, BoundsTheIntermediates) {
  for (int count : {kMaxIntermediates, kMaxIntermediates + 1}) {
    std::vector<TestCertificate> chain = {Root()};
    for (int i = 0; i < count; ++i) {
      chain.insert(chain.begin(), Build(CaSpec(absl::StrCat("i", i), EcKey(i)), &chain.front()));
    }
    chain.insert(chain.begin(), Build(LeafSpec("mx1.test"), &chain.front()));
    EXPECT_EQ(ErrorOf(chain) == X509_V_OK, count == kMaxIntermediates) << count;
  }
}

TEST(VerifyChain, HoldsTheRulesOfAChain) {
  const TestCertificate root = Root();
  const auto with = [&root](const CertificateSpec& ca, const CertificateSpec& leaf) {
    const TestCertificate intermediate = Build(ca, &root);
    return ErrorOf({Build(leaf, &intermediate), intermediate, root});
  };
  const CertificateSpec ca = CaSpec("int", EcKey(1));
  const CertificateSpec leaf = LeafSpec("mx1.test");
  EXPECT_EQ(with(ca, leaf), X509_V_OK);

  CertificateSpec spec = ca;
  spec.is_ca = false;
  spec.key_usage = "digitalSignature";
  EXPECT_NE(with(spec, leaf), X509_V_OK) << "no authority";
  spec = ca;
  spec.key_usage = "cRLSign";
  EXPECT_NE(with(spec, leaf), X509_V_OK) << "signs no certificates";
  spec = ca;
  spec.name_constraints = "permitted;DNS:other.test";
  EXPECT_EQ(with(spec, leaf), X509_V_ERR_PERMITTED_VIOLATION);
  spec = ca;
  spec.extended_key_usage = "clientAuth";
  EXPECT_EQ(with(spec, leaf), X509_V_ERR_INVALID_PURPOSE);
  spec = leaf;
  spec.extended_key_usage = "clientAuth";
  EXPECT_EQ(with(ca, spec), X509_V_ERR_INVALID_PURPOSE);
  spec = leaf;
  spec.has_wrong_signature = true;
  EXPECT_EQ(with(ca, spec), X509_V_ERR_CERT_SIGNATURE_FAILURE);
  spec = leaf;
  spec.has_unknown_critical_extension = true;
  EXPECT_EQ(with(ca, spec), X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION);
  spec = leaf;
  spec.digest = EVP_sha1();
  EXPECT_EQ(with(ca, spec), X509_V_ERR_CA_MD_TOO_WEAK);
  spec = leaf;
  spec.key = RsaKey(1024);
  EXPECT_EQ(with(ca, spec), X509_V_ERR_EE_KEY_TOO_SMALL);
  spec = ca;
  spec.key = RsaKey(1024);
  EXPECT_EQ(with(spec, leaf), X509_V_ERR_CA_KEY_TOO_SMALL);
}

TEST(VerifySignature, NeedsTheKeyThatSignedAndItsStrength) {
  const TestCertificate root = Root();
  CertificateSpec spec = LeafSpec("mx1.test");
  const auto verify = [](const TestCertificate& certificate, EVP_PKEY* key) {
    return VerifySignature(*ParseCertificate(certificate.der).value().x509, *key);
  };
  EXPECT_EQ(verify(Build(spec, &root), root.key), X509_V_OK);
  EXPECT_EQ(verify(Build(spec, &root), EcKey(5)), X509_V_ERR_CERT_SIGNATURE_FAILURE);
  EXPECT_EQ(verify(Build(spec, &root), RsaKey(2048)), X509_V_ERR_CERT_SIGNATURE_FAILURE);
  spec.digest = EVP_sha1();
  EXPECT_EQ(verify(Build(spec, &root), root.key), X509_V_ERR_CA_MD_TOO_WEAK);
  spec.digest = EVP_sha256();
  const TestCertificate weak = Build(CaSpec("weak", RsaKey(1024)));
  EXPECT_EQ(verify(Build(spec, &weak), weak.key), X509_V_ERR_CA_KEY_TOO_SMALL);
}

}  // namespace
}  // namespace postern
