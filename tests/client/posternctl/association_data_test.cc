#include "client/posternctl/association_data.h"

#include "gtest/gtest.h"
#include "tests/client/posternctl/test_certificate.h"

namespace postern::posternctl {
namespace {

class MatchedDepthTest : public ::testing::Test {
 protected:
  MatchedDepthTest() {
    const TestCertificate root = Issue({"Root", "", /*authority=*/true});
    const TestCertificate middle = Issue({"Middle", "", /*authority=*/true}, &root);
    chain_ = *ParseCertificates(Issue({}, &middle).Pem() + middle.Pem() + root.Pem());
  }

  // The record that matches the certificate.
  v1::TlsaRecord Record(uint32_t usage, uint32_t selector, uint32_t type, size_t depth) const {
    v1::TlsaRecord record;
    record.set_certificate_usage(usage);
    record.set_selector(selector);
    record.set_matching_type(type);
    record.set_certificate_association_data(*AssociationData(chain_[depth], selector, type));
    return record;
  }

  std::vector<Certificate> chain_;
};

TEST_F(MatchedDepthTest, FindsEachCombinationAtItsDepth) {
  for (uint32_t usage = 0; usage < 4; ++usage) {
    for (uint32_t selector = 0; selector < 2; ++selector) {
      for (uint32_t type = 0; type < 3; ++type) {
        for (uint32_t depth = 0; depth < 3; ++depth) {
          const bool anchor = usage == 0 || usage == 2;
          const auto matched = MatchedDepth(Record(usage, selector, type, depth), chain_);
          if (anchor == (depth > 0)) {
            EXPECT_EQ(matched, depth) << usage << selector << type;
          } else {
            EXPECT_EQ(matched, std::nullopt) << usage << selector << type << depth;
          }
        }
      }
    }
  }
}

TEST_F(MatchedDepthTest, FindsAnAuthorityThatOnlyTheRecordHoldsA9A10) {
  const v1::TlsaRecord certificate = Record(2, 0, 0, 1);
  const v1::TlsaRecord key = Record(2, 1, 0, 1);
  const v1::TlsaRecord digest = Record(2, 1, 1, 1);
  const v1::TlsaRecord grandparent = Record(2, 0, 0, 2);
  chain_.resize(1);
  EXPECT_EQ(MatchedDepth(certificate, chain_), 1u);
  EXPECT_EQ(MatchedDepth(key, chain_), 1u);
  EXPECT_EQ(MatchedDepth(digest, chain_), std::nullopt);
  EXPECT_EQ(MatchedDepth(grandparent, chain_), std::nullopt);
}

TEST_F(MatchedDepthTest, NothingMatchesWhatIsUnknown) {
  EXPECT_EQ(AssociationData(chain_[0], 2, 1), std::nullopt);
  EXPECT_EQ(AssociationData(chain_[0], 1, 3), std::nullopt);
  v1::TlsaRecord record = Record(3, 1, 1, 0);
  record.set_certificate_usage(4);
  EXPECT_EQ(MatchedDepth(record, chain_), std::nullopt);
  record.set_certificate_usage(3);
  record.set_selector(2);
  EXPECT_EQ(MatchedDepth(record, chain_), std::nullopt);
}

}  // namespace
}  // namespace postern::posternctl
