#include "server/core/revocation/check_crl.h"

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/crl_builder.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

constexpr const char* kUrl = "http://crl.test/a.crl";
constexpr const char* kOther = "http://crl.test/b.crl";

const TestCertificate& Root() {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  return *root;
}

// Question is a CRL and a certificate, good to start with.
struct Question {
  CrlSpec crl;
  CertificateSpec certificate = LeafSpec("mx1.test");
  TestCertificate signer = Root();  // of the certificate
  TestCertificate issuer = Root();  // as it is given
  TestCertificate crl_issuer = Root();
  std::string url = kUrl;
  absl::Time now = TestNow();
  CrlOptions options;

  Question() {
    certificate.serial = 5;
    certificate.crl_points = absl::StrCat("URI:", kUrl);
    crl.entries = {CrlEntry(4), CrlEntry(6)};
  }

  CrlVerdict Ask() const {
    const TestCertificate leaf = Build(certificate, &signer);
    const Crl read = ReadCrl(BuildCrl(crl, crl_issuer), ParseIssuer(crl_issuer.der).value());
    return CheckCrl(read, ParseCertificate(leaf.der).value(), ParseIssuer(issuer.der).value(), url,
                    now, options);
  }
};

CrlVerdict AskWith(const std::function<void(Question&)>& change) {
  Question question;
  change(question);
  return question.Ask();
}

// Good, or why not.
CrlReason ReasonWith(const std::function<void(Question&)>& change) {
  const CrlVerdict verdict = AskWith(change);
  EXPECT_EQ(verdict.status == CrlVerdict::Status::kGood, verdict.reason == CrlReason::kNotListed);
  EXPECT_EQ(verdict.status == CrlVerdict::Status::kRevoked, verdict.reason == CrlReason::kListed);
  EXPECT_EQ(verdict.status == CrlVerdict::Status::kRevoked, verdict.revocation.has_value());
  EXPECT_EQ(verdict.status == CrlVerdict::Status::kInvalid,
            verdict.use_until == absl::InfinitePast());
  return verdict.reason;
}

TEST(CheckCrl, IsGoodForWhatIsNotListed) {
  const CrlVerdict verdict = AskWith([](Question&) {});
  EXPECT_EQ(verdict.status, CrlVerdict::Status::kGood);
  EXPECT_EQ(verdict.reason, CrlReason::kNotListed);
  EXPECT_EQ(verdict.this_update, TestNow() - absl::Hours(1));
  EXPECT_EQ(verdict.next_update, TestNow() + absl::Hours(24));
}

TEST(CheckCrl, IsRevokedForWhatIsListed) {
  const CrlVerdict verdict = AskWith([](Question& q) {
    q.crl.entries.push_back(CrlEntry(5));
    q.crl.entries.back().reason = 1;
  });
  EXPECT_EQ(verdict.status, CrlVerdict::Status::kRevoked);
  EXPECT_EQ(verdict.reason, CrlReason::kListed);
  ASSERT_TRUE(verdict.revocation);
  EXPECT_EQ(verdict.revocation->time, TestNow() - absl::Hours(48));
  EXPECT_EQ(verdict.revocation->reason, RevocationReason::kKeyCompromise);
}

TEST(CheckCrl, TakesHeldAndRemovedForRevoked) {
  for (const int reason : {0, 6, 7, 8, 10, 99}) {
    EXPECT_EQ(ReasonWith([reason](Question& q) {
                q.crl.entries.push_back(CrlEntry(5));
                q.crl.entries.back().reason = reason;
              }),
              CrlReason::kListed)
        << reason;
  }
}

TEST(CheckCrl, IsRevokedAlsoBeforeTheDateOfRevocation) {
  EXPECT_EQ(ReasonWith([](Question& q) {
              q.crl.entries.push_back(CrlEntry(5));
              q.crl.entries.back().time = TestNow() + absl::Hours(48);
            }),
            CrlReason::kListed);
}

TEST(CheckCrl, ComparesSerialsExactly) {
  const std::string zero(1, '\0');
  const auto with = [&](long serial, const std::string& listed) {
    return ReasonWith([&](Question& q) {
      q.certificate.serial = serial;
      q.crl.entries = {CrlEntry(listed)};
    });
  };
  EXPECT_EQ(with(0, zero), CrlReason::kListed);
  EXPECT_EQ(with(-1, "\xff"), CrlReason::kListed);
  EXPECT_EQ(with(255, "\xff"), CrlReason::kNotListed);
  EXPECT_EQ(with(255, zero + "\xff"), CrlReason::kListed);
  EXPECT_EQ(with(-255, zero + "\xff"), CrlReason::kNotListed);
  EXPECT_EQ(with(-128, "\x80"), CrlReason::kListed);
  EXPECT_EQ(with(128, "\x80"), CrlReason::kNotListed);
  EXPECT_EQ(with(5, "\x05" + zero), CrlReason::kNotListed);
  EXPECT_EQ(with(0x0102030405060708, "\x01\x02\x03\x04\x05\x06\x07\x08"), CrlReason::kListed);
}

TEST(CheckCrl, NeedsThisUpdateInThePast) {
  const auto at = [](absl::Duration after) {
    return ReasonWith([after](Question& q) { q.crl.this_update = TestNow() + after; });
  };
  EXPECT_EQ(at(absl::Seconds(30)), CrlReason::kNotListed);
  EXPECT_EQ(at(absl::Seconds(60)), CrlReason::kNotListed);
  EXPECT_EQ(at(absl::Seconds(61)), CrlReason::kNotYetValid);
  EXPECT_EQ(at(absl::Minutes(10)), CrlReason::kNotYetValid);
}

TEST(CheckCrl, NeedsNextUpdateInTheFuture) {
  const auto at = [](absl::Duration after) {
    return ReasonWith([after](Question& q) { q.crl.next_update = TestNow() + after; });
  };
  EXPECT_EQ(at(absl::Seconds(1)), CrlReason::kNotListed);
  EXPECT_EQ(at(absl::ZeroDuration()), CrlReason::kStale);
  EXPECT_EQ(at(-absl::Seconds(1)), CrlReason::kStale);
  EXPECT_EQ(at(-absl::Hours(24)), CrlReason::kStale);
}

TEST(CheckCrl, NeedsNextUpdateUnlessAnOptionSaysOtherwise) {
  EXPECT_EQ(ReasonWith([](Question& q) { q.crl.next_update = std::nullopt; }),
            CrlReason::kNoNextUpdate);
  EXPECT_EQ(ReasonWith([](Question& q) {
              q.crl.next_update = std::nullopt;
              q.options.allow_missing_next_update = true;
            }),
            CrlReason::kNotListed);
}

TEST(CheckCrl, DoesNotBelieveACrlForAYear) {
  const auto aged = [](absl::Duration age, bool is_ca) {
    return ReasonWith([age, is_ca](Question& q) {
      if (is_ca) q.certificate.is_ca = true;
      q.crl.this_update = TestNow() - age;
      q.crl.next_update = q.crl.this_update + absl::Hours(24 * 365);
    });
  };
  EXPECT_EQ(aged(absl::Hours(24 * 34), false), CrlReason::kNotListed);
  EXPECT_EQ(aged(absl::Hours(24 * 35), false), CrlReason::kTooOld);
  EXPECT_EQ(aged(absl::Hours(24 * 300), true), CrlReason::kNotListed);
}

TEST(CheckCrl, TellsHowLongItHolds) {
  const auto until = [](const std::function<void(Question&)>& change) {
    return AskWith(change).use_until - TestNow();
  };
  EXPECT_EQ(until([](Question& q) { q.crl.next_update = TestNow() + absl::Hours(2); }),
            absl::Hours(2));
  EXPECT_EQ(until([](Question& q) {
              q.crl.next_update = TestNow() + absl::Hours(24 * 365);
              q.certificate.not_after = TestNow() + absl::Hours(24 * 90);
            }),
            absl::Hours(24 * 35 - 1));
  EXPECT_EQ(until([](Question& q) { q.certificate.not_after = TestNow() + absl::Hours(3); }),
            absl::Hours(3));
}

TEST(CheckCrl, KnowsNothingOfAnExpiredCertificateThatIsNotListed) {
  const auto expired = [](Question& q) { q.certificate.not_after = TestNow() - absl::Hours(1); };
  EXPECT_EQ(ReasonWith(expired), CrlReason::kCertificateExpired);
  EXPECT_EQ(ReasonWith([&expired](Question& q) {
              expired(q);
              q.crl.entries.push_back(CrlEntry(5));
            }),
            CrlReason::kListed);
}

TEST(CheckCrl, NeedsThePointToBeOneOfTheCertificates) {
  const auto with = [](std::vector<std::string> crl, const std::string& certificate,
                       const std::string& url = kUrl) {
    return ReasonWith([&](Question& q) {
      q.crl.point_urls = crl;
      q.certificate.crl_points = certificate;
      q.url = url;
    });
  };
  const std::string a = absl::StrCat("URI:", kUrl);
  const std::string b = absl::StrCat("URI:", kOther);
  EXPECT_EQ(with({kUrl}, a), CrlReason::kNotListed);
  EXPECT_EQ(with({kOther}, a), CrlReason::kDistributionPoint);
  EXPECT_EQ(with({kOther}, a, kOther), CrlReason::kDistributionPoint)
      << "where it was found does not make it the certificate's";
  EXPECT_EQ(with({kUrl}, b), CrlReason::kDistributionPoint);
  EXPECT_EQ(with({kOther, kUrl}, a), CrlReason::kNotListed);
  EXPECT_EQ(with({kUrl}, b + "," + a), CrlReason::kNotListed) << "the second point";
  EXPECT_EQ(with({kUrl}, a, "http://mirror.test/a.crl"), CrlReason::kNotListed);
  EXPECT_EQ(with({kUrl}, a, ""), CrlReason::kNotListed);
  EXPECT_EQ(with({kUrl}, ""), CrlReason::kNotListed) << "no points: where it was found";
  EXPECT_EQ(with({kOther}, ""), CrlReason::kDistributionPoint);
  EXPECT_EQ(with({kUrl}, "", ""), CrlReason::kDistributionPoint);
  EXPECT_EQ(with({}, a), CrlReason::kNotListed) << "a CRL for all points";
  EXPECT_EQ(with({}, ""), CrlReason::kNotListed);
  EXPECT_EQ(with({"http://crl.test/A.crl"}, a), CrlReason::kDistributionPoint);
  EXPECT_EQ(with({"http://crl.test/a.crl2"}, a), CrlReason::kDistributionPoint);
  EXPECT_EQ(with({"ldap://x.test/a"}, "URI:ldap://x.test/a"), CrlReason::kNotListed);
}

TEST(CheckCrl, TakesNoPointOfTheCertificateForSomeReasonsOrByAnotherIssuer) {
  const std::string name =
      Der(DerContext(0, true), Der(DerContext(0, true), Der(DerContext(6, false), kUrl)));
  const auto with = [&name](const std::string& rest) {
    return ReasonWith([&](Question& q) {
      q.crl.point_urls = {kUrl};
      q.certificate.crl_points.clear();
      q.certificate.raw_extensions = {
          {"2.5.29.31", Der(kDerSequence, Der(kDerSequence, name + rest))}};
    });
  };
  EXPECT_EQ(with(""), CrlReason::kNotListed);
  EXPECT_EQ(with(Der(DerContext(1, false), "\x06\x40")), CrlReason::kDistributionPoint);
  EXPECT_EQ(with(Der(DerContext(2, true), Der(DerContext(2, false), "x.test"))),
            CrlReason::kDistributionPoint);
  EXPECT_EQ(with("x"), CrlReason::kDistributionPointUnknown);
}

TEST(CheckCrl, NeedsTheKindOfCertificateThatTheCrlIsFor) {
  const auto with = [](bool CrlSpec::*only, bool is_ca) {
    return ReasonWith([only, is_ca](Question& q) {
      q.crl.*only = true;
      q.certificate.is_ca = is_ca;
    });
  };
  EXPECT_EQ(with(&CrlSpec::only_user, false), CrlReason::kNotListed);
  EXPECT_EQ(with(&CrlSpec::only_user, true), CrlReason::kOutOfScope);
  EXPECT_EQ(with(&CrlSpec::only_ca, false), CrlReason::kOutOfScope);
  EXPECT_EQ(with(&CrlSpec::only_ca, true), CrlReason::kNotListed);
  EXPECT_EQ(with(&CrlSpec::only_attribute, false), CrlReason::kOutOfScope);
  EXPECT_EQ(ReasonWith([](Question& q) {
              q.crl.only_user = true;
              q.certificate.is_ca = std::nullopt;
            }),
            CrlReason::kNotListed);
}

TEST(CheckCrl, NeedsOneIssuerOfBoth) {
  const TestCertificate other = Build(CaSpec("other", EcKey(2)));
  const TestCertificate twin = Build(CaSpec("root", EcKey(2)));
  EXPECT_EQ(ReasonWith([&](Question& q) { q.crl_issuer = other; }), CrlReason::kWrongIssuer);
  EXPECT_EQ(ReasonWith([&](Question& q) { q.crl_issuer = twin; }), CrlReason::kWrongIssuer);
  EXPECT_EQ(ReasonWith([&](Question& q) { q.crl_issuer = q.issuer = other; }),
            CrlReason::kNotIssuedBy);
  EXPECT_EQ(ReasonWith([&](Question& q) { q.crl_issuer = q.issuer = twin; }),
            CrlReason::kNotIssuedBy)
      << "the name alone is not enough";
  EXPECT_EQ(ReasonWith([&](Question& q) { q.crl_issuer = q.issuer = q.signer = twin; }),
            CrlReason::kNotListed);
  EXPECT_EQ(ReasonWith([](Question& q) { q.certificate.has_wrong_signature = true; }),
            CrlReason::kNotIssuedBy);
}

TEST(CheckCrl, TakesTheCallersWordForAChainThatWasVerified) {
  EXPECT_EQ(ReasonWith([](Question& q) {
              q.certificate.has_wrong_signature = true;
              q.options.is_chain_verified = true;
            }),
            CrlReason::kNotListed);
  EXPECT_EQ(ReasonWith([](Question& q) {
              q.issuer = q.crl_issuer = Build(CaSpec("other", EcKey(1)));
              q.options.is_chain_verified = true;
            }),
            CrlReason::kNotIssuedBy)
      << "the names are looked at all the same";
}

TEST(CheckCrl, HandsOnWhatIsWrongWithTheCrl) {
  const CrlVerdict verdict = AskWith([](Question& q) { q.crl.has_wrong_signature = true; });
  EXPECT_EQ(verdict.status, CrlVerdict::Status::kInvalid);
  EXPECT_EQ(verdict.reason, CrlReason::kSignatureInvalid);
  EXPECT_FALSE(verdict.this_update);
  EXPECT_STREQ(WordsOf(verdict.reason), "the CRL's signature is not one by the issuer's key");
}

}  // namespace
}  // namespace postern
