#include "server/core/revocation/must_staple.h"

#include <string>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "server/core/x509/outline.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

CertificateSpec MustStapleSpec() {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.must_staple = true;
  return spec;
}

CertificateSpec WithFeature(const std::string& value) {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.raw_extensions = {{"1.3.6.1.5.5.7.1.24", value}};
  return spec;
}

MustStaple Judge(const CertificateSpec& spec, const StapleOffer& offer) {
  const std::string der = Build(spec).der;
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
  EXPECT_TRUE(outline.ok()) << outline.status();
  return JudgeMustStaple(*outline, offer);
}

StapleOffer Offered() {
  StapleOffer offer;
  offer.status_request_sent = true;
  return offer;
}

TEST(MustStaple, WithoutAStapleTheCertificateIsInvalidO22) {
  EXPECT_EQ(Judge(MustStapleSpec(), Offered()), MustStaple::kMissing);
  StapleOffer offer = Offered();
  offer.staple_received = true;
  EXPECT_EQ(Judge(MustStapleSpec(), offer), MustStaple::kStapled);
}

TEST(MustStaple, BindsOnlyCertificatesThatSaySo) {
  EXPECT_EQ(Judge(LeafSpec("mx1.test"), Offered()), MustStaple::kNotRequired);
  EXPECT_EQ(Judge(CertificateSpec(), Offered()), MustStaple::kNotRequired);
}

TEST(MustStaple, IsMetOutOfBandWhereThatWillDoO23) {
  StapleOffer offer = Offered();
  offer.is_good_out_of_band = true;
  EXPECT_EQ(Judge(MustStapleSpec(), offer), MustStaple::kOutOfBand);
  offer.staple_received = true;
  EXPECT_EQ(Judge(MustStapleSpec(), offer), MustStaple::kStapled);
}

TEST(MustStaple, DoesNotBindWithoutAStatusRequestO24) {
  EXPECT_EQ(Judge(MustStapleSpec(), StapleOffer()), MustStaple::kNotOffered);
}

TEST(MustStaple, ReadsTheFeatures) {
  EXPECT_EQ(Judge(WithFeature(std::string("\x30\x03\x02\x01\x05", 5)), Offered()),
            MustStaple::kMissing);
  EXPECT_EQ(Judge(WithFeature(std::string("\x30\x06\x02\x01\x11\x02\x01\x05", 8)), Offered()),
            MustStaple::kMissing);
  EXPECT_EQ(Judge(WithFeature(std::string("\x30\x03\x02\x01\x11", 5)), Offered()),
            MustStaple::kNotRequired)
      << "status_request_v2 alone, which is obsolete";
  EXPECT_EQ(Judge(WithFeature(std::string("\x30\x00", 2)), Offered()), MustStaple::kNotRequired);
}

TEST(MustStaple, ReadsACriticalFeature) {
  CertificateSpec spec = WithFeature(std::string("\x30\x03\x02\x01\x05", 5));
  // Makes the others critical as well.
  spec.has_unknown_critical_extension = true;
  EXPECT_EQ(Judge(spec, Offered()), MustStaple::kMissing);
}

TEST(MustStaple, WhatCannotBeReadMayRequireAStaple) {
  for (const std::string& value :
       {std::string("x"), std::string("\x02\x01\x05", 3), std::string("\x30\x03\x04\x01\x05", 5),
        std::string("\x30\x03\x02\x01\x05\x05\x00", 7), std::string()}) {
    EXPECT_EQ(Judge(WithFeature(value), Offered()), MustStaple::kMissing);
  }
}

}  // namespace
}  // namespace postern
