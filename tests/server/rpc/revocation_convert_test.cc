#include "server/rpc/revocation_convert.h"

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/revocation/must_staple.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

v1::StapleVerdict Convert(const StapleVerdict& verdict) {
  v1::StapleVerdict proto;
  ToProto(verdict, &proto);
  return proto;
}

v1::CrlVerdict Convert(const CrlVerdict& verdict) {
  v1::CrlVerdict proto;
  ToProto(verdict, &proto);
  return proto;
}

v1::RevocationVerdict Convert(const RevocationVerdict& verdict) {
  v1::RevocationVerdict proto;
  ToProto(verdict, &proto);
  return proto;
}

// The core counts without gaps, and has a name for each value: so each is another of
// the proto's, and all of those but "never sent" come.
TEST(RevocationConvert, EveryNameOfAStapleIsTheProtos) {
  for (int i = 0; i < v1::StapleVerdict::Reason_ARRAYSIZE; ++i) {
    StapleVerdict verdict;
    verdict.reason = static_cast<StapleVerdict::Reason>(i);
    const std::string name = v1::StapleVerdict::Reason_Name(Convert(verdict).reason());
    EXPECT_EQ(name, i == 0 ? "REASON_UNSPECIFIED" : NameOf(verdict.reason));
  }
  for (int i = 0; i < v1::StapleVerdict::Status_descriptor()->value_count() - 1; ++i) {
    StapleVerdict verdict;
    verdict.status = static_cast<StapleVerdict::Status>(i);
    EXPECT_EQ(v1::StapleVerdict::Status_Name(Convert(verdict).status()), NameOf(verdict.status));
  }
  for (int i = 0; i < v1::StapleVerdict::Signer_ARRAYSIZE; ++i) {
    StapleVerdict verdict;
    verdict.signer = static_cast<StapleVerdict::Signer>(i);
    const std::string name = v1::StapleVerdict::Signer_Name(Convert(verdict).signer());
    EXPECT_EQ(name, i == 0 ? "SIGNER_UNSPECIFIED" : NameOf(verdict.signer));
  }
}

TEST(RevocationConvert, EveryNameOfACrlIsTheProtos) {
  for (int i = 0; i < v1::CrlVerdict::Reason_ARRAYSIZE; ++i) {
    CrlVerdict verdict;
    verdict.reason = static_cast<CrlReason>(i);
    const v1::CrlVerdict proto = Convert(verdict);
    const std::string name = v1::CrlVerdict::Reason_Name(proto.reason());
    EXPECT_EQ(name, i == 0 ? "REASON_UNSPECIFIED" : NameOf(verdict.reason));
    EXPECT_EQ(proto.detail(), i == 0 ? "" : DetailOf(verdict.reason));
  }
  for (int i = 0; i < v1::CrlVerdict::Status_descriptor()->value_count() - 1; ++i) {
    CrlVerdict verdict;
    verdict.status = static_cast<CrlVerdict::Status>(i);
    EXPECT_EQ(v1::CrlVerdict::Status_Name(Convert(verdict).status()), NameOf(verdict.status));
  }
}

TEST(RevocationConvert, ARevocationHasTheWordsOfTheProto) {
  const char* const statuses[] = {"GOOD", "REVOKED", "UNKNOWN", "NOT_AVAILABLE", "NOT_APPLICABLE"};
  const char* const sources[] = {"SOURCE_UNSPECIFIED", "STAPLE", "OCSP", "CRL"};
  const char* const musts[] = {"MUST_STAPLE_UNSPECIFIED", "NOT_OFFERED", "STAPLED", "OUT_OF_BAND",
                               "MISSING"};
  for (int i = 0; i < 5; ++i) {
    RevocationVerdict verdict;
    verdict.status = static_cast<RevocationVerdict::Status>(i);
    verdict.source = static_cast<RevocationVerdict::Source>(i % 4);
    verdict.must_staple = static_cast<MustStaple>(i);
    const v1::RevocationVerdict proto = Convert(verdict);
    EXPECT_EQ(v1::RevocationVerdict::Status_Name(proto.status()), statuses[i]);
    EXPECT_EQ(v1::RevocationVerdict::Source_Name(proto.source()), sources[i % 4]);
    EXPECT_EQ(v1::RevocationVerdict::MustStaple_Name(proto.must_staple()), musts[i]);
  }
}

TEST(RevocationConvert, WhatIsNotKnownIsLeftOut) {
  const v1::StapleVerdict staple = Convert(StapleVerdict());
  EXPECT_FALSE(staple.has_produced_at());
  EXPECT_FALSE(staple.has_this_update());
  EXPECT_FALSE(staple.has_next_update());
  EXPECT_FALSE(staple.has_use_until());
  EXPECT_FALSE(staple.has_revocation_time());
  EXPECT_FALSE(staple.has_revocation_reason());
  EXPECT_EQ(staple.signer_name(), "");
  const v1::CrlVerdict crl = Convert(CrlVerdict());
  EXPECT_FALSE(crl.has_this_update());
  EXPECT_FALSE(crl.has_use_until());
  EXPECT_FALSE(crl.has_revocation_reason());
  const v1::RevocationVerdict revocation = Convert(RevocationVerdict());
  EXPECT_FALSE(revocation.has_use_until());
  EXPECT_FALSE(revocation.has_staple());
  EXPECT_FALSE(revocation.has_ocsp());
  EXPECT_FALSE(revocation.has_crl());
}

TEST(RevocationConvert, AVerdictIsWhole) {
  const absl::Time now = TestNow();
  StapleVerdict staple;
  staple.status = StapleVerdict::Status::kRevoked;
  staple.detail = std::string(600, 'd');
  staple.produced_at = now;
  staple.this_update = now + absl::Seconds(1);
  staple.next_update = now + absl::Seconds(2);
  staple.revocation_time = now + absl::Seconds(3);
  staple.revocation_reason = RevocationReason::kKeyCompromise;
  staple.use_until = now + absl::Seconds(4);
  // CN=root
  staple.signer_name = std::string("\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x04root", 17);
  staple.signer_is_unchecked = true;
  CrlVerdict crl;
  crl.status = CrlVerdict::Status::kRevoked;
  crl.revocation = Revocation{now, RevocationReason::kCertificateHold};
  crl.this_update = now;
  crl.next_update = now + absl::Seconds(5);
  crl.use_until = now + absl::Seconds(6);
  RevocationVerdict verdict;
  verdict.staple = staple;
  verdict.ocsp = staple;
  verdict.crl = crl;
  verdict.crl_url = "http://crl.test/a.crl";
  verdict.use_until = now + absl::Seconds(7);
  const v1::RevocationVerdict proto = Convert(verdict);
  const int64_t second = absl::ToUnixSeconds(now);
  EXPECT_EQ(proto.use_until().seconds(), second + 7);
  EXPECT_EQ(proto.ocsp().status(), v1::StapleVerdict::REVOKED);
  EXPECT_EQ(proto.staple().detail().size(), 512u);
  EXPECT_EQ(proto.staple().produced_at().seconds(), second);
  EXPECT_EQ(proto.staple().this_update().seconds(), second + 1);
  EXPECT_EQ(proto.staple().next_update().seconds(), second + 2);
  EXPECT_EQ(proto.staple().revocation_time().seconds(), second + 3);
  EXPECT_EQ(proto.staple().revocation_reason(), 1u);
  EXPECT_EQ(proto.staple().use_until().seconds(), second + 4);
  EXPECT_EQ(proto.staple().signer_name(), "CN=root");
  EXPECT_TRUE(proto.staple().signer_is_unchecked());
  EXPECT_EQ(proto.crl().revocation_time().seconds(), second);
  EXPECT_EQ(proto.crl().revocation_reason(), 6u);
  EXPECT_EQ(proto.crl().this_update().seconds(), second);
  EXPECT_EQ(proto.crl().next_update().seconds(), second + 5);
  EXPECT_EQ(proto.crl().use_until().seconds(), second + 6);
  EXPECT_EQ(proto.crl().url(), "http://crl.test/a.crl");
}

}  // namespace
}  // namespace postern
