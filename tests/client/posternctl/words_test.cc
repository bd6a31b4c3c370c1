#include "client/posternctl/words.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

using ::testing::Not;
using ::testing::StartsWith;

// Every value but the unspecified one has words of its own.
template <typename Enum>
void ExpectWordsForAll(const google::protobuf::EnumDescriptor* descriptor) {
  std::set<std::string> seen;
  for (int i = 0; i < descriptor->value_count(); ++i) {
    const int number = descriptor->value(i)->number();
    if (number == 0) continue;
    const std::string words = Words(static_cast<Enum>(number));
    EXPECT_THAT(words, Not(StartsWith("unknown ("))) << descriptor->value(i)->name();
    EXPECT_TRUE(seen.insert(words).second) << words;
  }
}

TEST(Words, AreThereForEveryReason) {
  ExpectWordsForAll<v1::DomainPolicy::Reason>(v1::DomainPolicy::Reason_descriptor());
  ExpectWordsForAll<v1::HostPolicy::Reason>(v1::HostPolicy::Reason_descriptor());
  ExpectWordsForAll<v1::TlsaRecord::UnusableReason>(v1::TlsaRecord::UnusableReason_descriptor());
  ExpectWordsForAll<v1::HandshakeVerdict::Reason>(v1::HandshakeVerdict::Reason_descriptor());
}

TEST(Name, IsTheProtosOrTheNumber) {
  EXPECT_EQ(Name(v1::HostPolicy::TLS_UNAUTHENTICATED), "TLS_UNAUTHENTICATED");
  EXPECT_EQ(Name(v1::DnsQuery::BOGUS), "BOGUS");
  EXPECT_EQ(Name(v1::HandshakeVerdict::VERIFIED_DANE), "VERIFIED_DANE");
  EXPECT_EQ(Name(v1::HandshakeVerdict::NEXT_HOST), "NEXT_HOST");
  EXPECT_EQ(Name(static_cast<v1::HostPolicy::Verdict>(77)), "77");
}

TEST(Name, OfATlsrptResultTypeIsAsRfc8460WritesIt) {
  EXPECT_EQ(Name(v1::Tlsrpt::DNSSEC_INVALID), "dnssec-invalid");
  EXPECT_EQ(Name(v1::Tlsrpt::STS_POLICY_FETCH_ERROR), "sts-policy-fetch-error");
}

}  // namespace
}  // namespace postern::posternctl
