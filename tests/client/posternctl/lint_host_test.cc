#include "client/posternctl/lint_host.h"

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "client/posternctl/association_data.h"
#include "client/posternctl/tlsa_argument.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/posternctl/test_certificate.h"

namespace postern::posternctl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class LintHostTest : public ::testing::Test {
 protected:
  LintHostTest() {
    question_.chain = Chain({"mx.test", "DNS:mx.test"});
    question_.now = absl::Now();
    question_.ttl = 3600;
    host_.set_host("mx.test");
    host_.set_verdict(v1::HostPolicy::DANE);
    host_.set_reason(v1::HostPolicy::TLSA_USABLE);
    host_.set_tlsa_base_domain("mx.test");
    host_.add_reference_identifiers("mx.test");
    host_.add_reference_identifiers("d.test");
  }

  // A server's certificate and its issuer's, new each time.
  static std::vector<Certificate> Chain(const CertificateKnobs& leaf) {
    const TestCertificate authority = Issue({"CA", "", /*authority=*/true});
    return *ParseCertificates(Issue(leaf, &authority).Pem() + authority.Pem());
  }

  static v1::TlsaRecord Record(uint32_t usage, uint32_t selector, uint32_t type,
                               const std::vector<Certificate>& chain) {
    v1::TlsaRecord record;
    record.set_certificate_usage(usage);
    record.set_selector(selector);
    record.set_matching_type(type);
    record.set_certificate_association_data(
        *AssociationData(chain[usage == 2 ? 1 : 0], selector, type));
    record.set_usable(true);
    return record;
  }

  static std::string Zone(const v1::TlsaRecord& record) { return ZoneText("mx.test", 25, record); }

  void Publish(const v1::TlsaRecord& record) { *host_.add_tlsa_records() = record; }

  HostLint Lint() const { return LintHost(host_, question_); }

  v1::HostPolicy host_;
  LintQuestion question_;
};

TEST_F(LintHostTest, IsGoodIfEveryCombinationMatches) {
  Publish(Record(3, 1, 1, question_.chain));
  Publish(Record(2, 0, 1, question_.chain));
  v1::TlsaRecord stale = Record(3, 1, 1, Chain({}));
  Publish(stale);
  const HostLint lint = Lint();
  EXPECT_EQ(lint.result(), HostLint::GOOD);
  EXPECT_EQ(lint.owner(), "_25._tcp.mx.test");
  EXPECT_THAT(lint.problems(), IsEmpty());
  ASSERT_THAT(lint.records(), SizeIs(3));
  EXPECT_EQ(lint.records(0).state(), RecordLint::MATCHES);
  EXPECT_EQ(lint.records(0).depth(), 0u);
  EXPECT_EQ(lint.records(1).depth(), 1u);
  EXPECT_EQ(lint.records(2).state(), RecordLint::STALE);
  EXPECT_FALSE(lint.records(2).has_depth());
  EXPECT_THAT(lint.combinations(), SizeIs(2));
  EXPECT_THAT(lint.steps(), ElementsAre(StartsWith("remove 3 1 1 "), HasSubstr("--next-chain"),
                                        HasSubstr("at least 7200 s"), StartsWith("change the")));
}

TEST_F(LintHostTest, IsBadIfOneCombinationMatchesNothingA13) {
  Publish(Record(3, 1, 1, question_.chain));
  Publish(Record(3, 1, 2, Chain({})));
  host_.mutable_tlsa_records(0)->set_superseded(true);
  const HostLint lint = Lint();
  EXPECT_EQ(lint.result(), HostLint::BAD);
  EXPECT_THAT(lint.problems(), ElementsAre(StartsWith("no 3 1 2 record matches")));
  EXPECT_THAT(lint.steps(), ElementsAre("publish now, for the present chain: " +
                                            Zone(Record(3, 1, 2, question_.chain)),
                                        StartsWith("remove 3 1 2 ")));
}

TEST_F(LintHostTest, CountsNoUnusableRecord) {
  v1::TlsaRecord unusable = Record(1, 1, 1, question_.chain);
  unusable.set_usable(false);
  unusable.set_unusable_reason(v1::TlsaRecord::PKIX_USAGE);
  Publish(unusable);
  const HostLint alone = Lint();
  EXPECT_EQ(alone.result(), HostLint::BAD);
  EXPECT_THAT(alone.problems(), ElementsAre(StartsWith("no record is usable")));
  EXPECT_EQ(alone.records(0).state(), RecordLint::UNUSABLE);
  EXPECT_THAT(alone.combinations(), IsEmpty());
  Publish(Record(3, 1, 1, question_.chain));
  EXPECT_EQ(Lint().result(), HostLint::GOOD);
}

// D-54, D-55: DANE-EE does not look at them.
TEST_F(LintHostTest, HoldsNamesAndDatesAgainstTrustAnchorsAloneD57D64) {
  const struct {
    CertificateKnobs leaf;
    const char* problem;
  } kCases[] = {
      {{"mx.test", "DNS:other.test"}, "presents none of mx.test, d.test"},
      {{"mx.test", "DNS:mx.test", false, -3, -1}, "certificate 0 has expired"},
      {{"mx.test", "DNS:mx.test", false, 1, 3}, "certificate 0 is not valid yet"},
  };
  for (const auto& test : kCases) {
    question_.chain = Chain(test.leaf);
    host_.clear_tlsa_records();
    Publish(Record(2, 0, 1, question_.chain));
    const HostLint anchor = Lint();
    EXPECT_EQ(anchor.result(), HostLint::BAD);
    EXPECT_THAT(anchor.problems(), ElementsAre(HasSubstr(test.problem)));
    Publish(Record(3, 0, 1, question_.chain));
    EXPECT_EQ(Lint().result(), HostLint::GOOD) << test.problem;
  }
  for (const char* names : {"DNS:*.test", "DNS:d.test", ""}) {
    question_.chain = Chain({"mx.test", names});
    host_.clear_tlsa_records();
    Publish(Record(2, 1, 1, question_.chain));
    EXPECT_EQ(Lint().result(), HostLint::GOOD) << names;
  }
}

TEST_F(LintHostTest, TellsTheStepsToANextChain) {
  question_.next_chain = Chain({});
  const v1::TlsaRecord old_key = Record(3, 1, 1, question_.chain);
  const v1::TlsaRecord new_key = Record(3, 1, 1, question_.next_chain);
  Publish(old_key);
  Publish(Record(2, 0, 1, question_.chain));
  Publish(Record(2, 0, 1, question_.next_chain));
  const HostLint lint = Lint();
  EXPECT_EQ(lint.result(), HostLint::GOOD);
  EXPECT_EQ(lint.records(2).state(), RecordLint::MATCHES_NEXT);
  EXPECT_EQ(lint.records(2).next_depth(), 1u);
  EXPECT_THAT(lint.steps(), ElementsAre("publish beside the present records: " + Zone(new_key),
                                        StartsWith("wait two TTLs"), "install the next chain",
                                        AllOf(StartsWith("remove 3 1 1 "), HasSubstr("; 2 0 1 "))));
  host_.clear_tlsa_records();
  Publish(old_key);
  Publish(new_key);
  EXPECT_THAT(Lint().steps(), ElementsAre(StartsWith("install the next chain: every"),
                                          StartsWith("remove 3 1 1 ")));
}

TEST_F(LintHostTest, KeepsTheRecordsOfAKeyThatStays) {
  question_.next_chain = question_.chain;
  Publish(Record(3, 1, 1, question_.chain));
  EXPECT_THAT(Lint().steps(), ElementsAre(StartsWith("install the next chain: every")));
}

TEST_F(LintHostTest, SaysWhichCertificateAFileLacks) {
  Publish(Record(2, 1, 1, Chain({})));
  question_.chain.resize(1);
  EXPECT_THAT(Lint().steps(0), HasSubstr("issuer's certificate"));
}

TEST_F(LintHostTest, TellsAFailedLookupFromNoRecords) {
  host_.set_verdict(v1::HostPolicy::OPPORTUNISTIC);
  host_.set_reason(v1::HostPolicy::NO_TLSA);
  HostLint lint = Lint();
  EXPECT_EQ(lint.result(), HostLint::NO_RECORDS);
  EXPECT_THAT(lint.steps(),
              ElementsAre("publish in its signed zone: " + Zone(Record(3, 1, 1, question_.chain))));
  host_.set_reason(v1::HostPolicy::ADDRESS_INSECURE);
  EXPECT_THAT(Lint().steps(), ElementsAre(StartsWith("sign the host's zone")));
  host_.set_verdict(v1::HostPolicy::SKIP);
  host_.set_reason(v1::HostPolicy::TLSA_BOGUS);
  host_.set_detail("no signature");
  lint = Lint();
  EXPECT_EQ(lint.result(), HostLint::LOOKUP_FAILED);
  EXPECT_THAT(lint.problems(), ElementsAre(HasSubstr("DNSSEC validation: no signature")));
  EXPECT_THAT(lint.steps(), IsEmpty());
  host_.set_reason(v1::HostPolicy::DANE_REQUIRED);
  EXPECT_EQ(Lint().result(), HostLint::NO_RECORDS);
}

}  // namespace
}  // namespace postern::posternctl
