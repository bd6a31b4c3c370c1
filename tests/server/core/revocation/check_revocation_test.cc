#include "server/core/revocation/check_revocation.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/server/core/revocation/staples.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/crl_builder.h"
#include "tests/support/map_of_crls.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using Source = RevocationVerdict::Source;
using Status = RevocationVerdict::Status;

constexpr char kUrl[] = "http://crl.test/a.crl";
constexpr char kOther[] = "http://crl.test/b.crl";

const char* Name(Status status) {
  const char* const names[] = {"GOOD", "REVOKED", "UNKNOWN", "NOT_AVAILABLE", "NOT_APPLICABLE"};
  return names[static_cast<int>(status)];
}

const char* Name(Source source) {
  const char* const names[] = {"", " by STAPLE", " by OCSP", " by CRL"};
  return names[static_cast<int>(source)];
}

const char* Name(MustStaple must_staple) {
  const char* const names[] = {"", " NOT_OFFERED", " STAPLED", " OUT_OF_BAND", " MISSING"};
  return names[static_cast<int>(must_staple)];
}

// Case is a certificate that names a responder and a CRL, and what comes with it.
struct Case {
  CertificateSpec spec = LeafSpec("mx1.test");
  TestCertificate root = Build(CaSpec("root", EcKey(1)));
  std::string staple;  // "good", "revoked", "unknown", "stale", "garbage"; empty: none
  std::string crl;     // "good", "revoked", "stale"; empty: none
  bool must_staple = false;
  bool status_requested = true;
  RevocationOptions options;
  absl::Time now = TestNow();
  MapOfCrls crls;

  Case() {
    spec.serial = 5;
    spec.authority_access = "OCSP;URI:http://ocsp.test/";
    spec.crl_points = absl::StrCat("URI:", kUrl);
  }

  std::string Staple(const TestCertificate& leaf) const {
    if (staple.empty() || staple == "garbage") return staple;
    OcspSpec ocsp = GoodSpec(leaf, root);
    SingleSpec& single = ocsp.responses[0];
    if (staple == "revoked") single.status = SingleSpec::Status::kRevoked;
    if (staple == "unknown") single.status = SingleSpec::Status::kUnknown;
    if (staple == "stale") {
      single.this_update = GeneralizedTimeText(TestNow() - absl::Hours(3));
      single.next_update = GeneralizedTimeText(TestNow() - absl::Hours(1));
    }
    return BuildOcsp(ocsp);
  }

  void AddCrl(const std::string& url, const std::string& kind) {
    CrlSpec list;
    if (kind == "revoked") list.entries = {CrlEntry(5)};
    if (kind == "stale") {
      list.this_update = TestNow() - absl::Hours(3);
      list.next_update = TestNow() - absl::Hours(1);
    }
    crls.Add(url, BuildCrl(list, root), root);
  }

  RevocationVerdict Check() {
    spec.must_staple = must_staple;
    const TestCertificate leaf = Build(spec, &root);
    if (!crl.empty()) AddCrl(kUrl, crl);
    const std::string der = Staple(leaf);
    const Certificate certificate = Parsed(leaf);
    const Certificate issuer = Parsed(root);
    return CheckRevocation({certificate, issuer, der, status_requested, true}, crls, options, now);
  }
};

// "GOOD by STAPLE STAPLED"
std::string Text(const RevocationVerdict& verdict) {
  return absl::StrCat(Name(verdict.status), Name(verdict.source), Name(verdict.must_staple));
}

TEST(CheckRevocation, AsksTheStapleThenTheCrlAndSaysWhatBecameOfMustStapleO22O23O24) {
  const struct {
    const char* staple;
    const char* crl;
    const char* verdict;      // without must-staple, and with it where it was not asked for
    const char* must_staple;  // with it, asked for
    const char* out_of_band;  // where a CRL does instead
  } kCases[] = {
      {"good", "", "GOOD by STAPLE", "STAPLED", "STAPLED"},
      {"good", "good", "GOOD by STAPLE", "STAPLED", "STAPLED"},
      {"good", "revoked", "GOOD by STAPLE", "STAPLED", "STAPLED"},
      {"good", "stale", "GOOD by STAPLE", "STAPLED", "STAPLED"},
      {"revoked", "", "REVOKED by STAPLE", "STAPLED", "STAPLED"},
      {"revoked", "good", "REVOKED by STAPLE", "STAPLED", "STAPLED"},
      {"unknown", "", "UNKNOWN", "MISSING", "MISSING"},
      {"unknown", "good", "GOOD by CRL", "MISSING", "OUT_OF_BAND"},
      {"unknown", "revoked", "REVOKED by CRL", "MISSING", "MISSING"},
      {"stale", "", "UNKNOWN", "MISSING", "MISSING"},
      {"stale", "good", "GOOD by CRL", "MISSING", "OUT_OF_BAND"},
      {"stale", "revoked", "REVOKED by CRL", "MISSING", "MISSING"},
      {"stale", "stale", "UNKNOWN", "MISSING", "MISSING"},
      {"garbage", "", "UNKNOWN", "MISSING", "MISSING"},
      {"garbage", "good", "GOOD by CRL", "MISSING", "OUT_OF_BAND"},
      {"garbage", "revoked", "REVOKED by CRL", "MISSING", "MISSING"},
      {"", "", "UNKNOWN", "MISSING", "MISSING"},
      {"", "good", "GOOD by CRL", "MISSING", "OUT_OF_BAND"},
      {"", "revoked", "REVOKED by CRL", "MISSING", "MISSING"},
      {"", "stale", "UNKNOWN", "MISSING", "MISSING"},
  };
  for (const auto& test : kCases) {
    for (const bool must_staple : {false, true}) {
      for (const bool requested : {false, true}) {
        for (const bool out_of_band : {false, true}) {
          Case question;
          question.staple = test.staple;
          question.crl = test.crl;
          question.must_staple = must_staple;
          question.status_requested = requested;
          question.options.must_staple_out_of_band = out_of_band;
          const char* const feature = !must_staple  ? ""
                                      : !requested  ? "NOT_OFFERED"
                                      : out_of_band ? test.out_of_band
                                                    : test.must_staple;
          const RevocationVerdict verdict = question.Check();
          EXPECT_EQ(Text(verdict), absl::StrCat(test.verdict, *feature == '\0' ? "" : " ", feature))
              << "staple " << test.staple << ", CRL " << test.crl;
          EXPECT_EQ(verdict.staple.has_value(), *test.staple != '\0');
          EXPECT_FALSE(verdict.ocsp.has_value());
          const bool said = verdict.source != Source::kNone;
          EXPECT_EQ(verdict.use_until == absl::InfinitePast(), !said);
        }
      }
    }
  }
}

TEST(CheckRevocation, TellsWhyNothingIsKnown) {
  Case question;
  question.staple = "stale";
  question.crl = "stale";
  const RevocationVerdict verdict = question.Check();
  EXPECT_EQ(verdict.staple->reason, StapleVerdict::Reason::kStale);
  EXPECT_EQ(verdict.crl->reason, CrlReason::kStale);
  EXPECT_EQ(verdict.crl_url, kUrl);
}

TEST(CheckRevocation, IsNotAvailableWhereTheCertificateNamesNobodyAndNothingCame) {
  Case question;
  question.spec.authority_access.clear();
  question.spec.crl_points.clear();
  const RevocationVerdict verdict = question.Check();
  EXPECT_EQ(Text(verdict), "NOT_AVAILABLE");
  EXPECT_EQ(verdict.valid_until, absl::InfiniteFuture());
  question.staple = "garbage";
  EXPECT_EQ(Text(question.Check()), "UNKNOWN") << "a staple came, whatever it is worth";
  question.staple.clear();
  question.spec.crl_points = absl::StrCat("URI:", kUrl);
  EXPECT_EQ(Text(question.Check()), "UNKNOWN") << "it names a CRL";
  question.spec.crl_points.clear();
  question.spec.authority_access = "OCSP;URI:http://ocsp.test/";
  EXPECT_EQ(Text(question.Check()), "UNKNOWN") << "it names a responder";
}

TEST(CheckRevocation, LetsTheCrlThatSaysRevokedCountWhicheverComesFirst) {
  for (const char* points : {"URI:http://crl.test/a.crl,URI:http://crl.test/b.crl",
                             "URI:http://crl.test/b.crl,URI:http://crl.test/a.crl"}) {
    Case question;
    question.spec.crl_points = points;
    question.AddCrl(kUrl, "good");
    question.AddCrl(kOther, "revoked");
    const RevocationVerdict verdict = question.Check();
    EXPECT_EQ(Text(verdict), "REVOKED by CRL") << points;
    EXPECT_EQ(verdict.crl_url, kOther);
    question.AddCrl(kOther, "stale");
    EXPECT_EQ(Text(question.Check()), "GOOD by CRL") << points;
    EXPECT_EQ(question.Check().crl_url, kUrl);
  }
}

TEST(CheckRevocation, IsRememberedAsLongAsTheStapleCounts) {
  for (const char* staple : {"good", "revoked"}) {
    Case question;
    question.staple = staple;
    const RevocationVerdict verdict = question.Check();
    EXPECT_EQ(verdict.use_until, TestNow() + absl::Hours(23)) << staple;
    EXPECT_EQ(verdict.valid_until, verdict.use_until) << staple;
  }
}

TEST(CheckRevocation, RestsOnCrlsForAMinuteAndOnTheirAbsenceForSeconds) {
  for (const char* staple : {"", "garbage", "unknown", "stale"}) {
    Case question;
    question.staple = staple;
    EXPECT_EQ(question.Check().valid_until, TestNow() + kNoCrlAnswerLife) << staple;
    for (const char* crl : {"good", "revoked", "stale"}) {
      question.crl = crl;
      EXPECT_EQ(question.Check().valid_until, TestNow() + kCrlAnswerLife) << staple << " " << crl;
    }
  }
  Case question;
  question.crl = "good";
  question.now = TestNow() + absl::Hours(24) - absl::Seconds(20);
  question.spec.not_after = TestNow() + absl::Hours(48);
  EXPECT_EQ(question.Check().valid_until, TestNow() + absl::Hours(24)) << "the CRL's end";
}

TEST(CheckRevocation, WhereNoCrlIsNamedOnlyAStapleCanChangeWhatIsKnown) {
  Case question;
  question.spec.crl_points.clear();
  EXPECT_EQ(Text(question.Check()), "UNKNOWN");
  EXPECT_EQ(question.Check().valid_until, absl::InfiniteFuture());
  question.staple = "stale";
  EXPECT_EQ(question.Check().valid_until, TestNow() + kCrlAnswerLife);
}

TEST(CheckRevocation, RemembersNoGoodStapleThatCountsByTheSkewAlone) {
  Case question;
  question.staple = "good";
  question.now = TestNow() + absl::Hours(23) + absl::Seconds(30);
  const RevocationVerdict good = question.Check();
  EXPECT_EQ(Text(good), "GOOD by STAPLE");
  EXPECT_EQ(good.valid_until, question.now);
  question.staple = "revoked";
  EXPECT_EQ(Text(question.Check()), "REVOKED by STAPLE");
  EXPECT_EQ(question.Check().valid_until, question.now + kCrlAnswerLife);
}

TEST(CheckRevocation, HandsItsOptionsToTheChecks) {
  Case question;
  question.staple = "good";
  question.crl = "good";
  question.options.max_staple_age = absl::Minutes(30);
  RevocationVerdict verdict = question.Check();
  EXPECT_EQ(Text(verdict), "GOOD by CRL");
  EXPECT_EQ(verdict.staple->reason, StapleVerdict::Reason::kTooOld);

  Case endless;
  CrlSpec list;
  list.next_update.reset();
  endless.crls.Add(kUrl, BuildCrl(list, endless.root), endless.root);
  EXPECT_EQ(Text(endless.Check()), "UNKNOWN");
  endless.options.allow_missing_next_update = true;
  EXPECT_EQ(Text(endless.Check()), "GOOD by CRL");
}

}  // namespace
}  // namespace postern
