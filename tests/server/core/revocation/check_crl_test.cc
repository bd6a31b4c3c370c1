#include "server/core/revocation/check_crl.h"

#include <openssl/evp.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

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

// What it says or, where that is nothing, why.
std::string AnswerWith(const std::function<void(Question&)>& change) {
  const CrlVerdict verdict = AskWith(change);
  const bool is_valid = verdict.status != CrlVerdict::Status::kInvalid;
  EXPECT_EQ(verdict.reason == CrlReason::kNone, is_valid);
  EXPECT_EQ(verdict.use_until != absl::InfinitePast(), is_valid);
  EXPECT_EQ(verdict.revocation.has_value(), verdict.status == CrlVerdict::Status::kRevoked);
  return is_valid ? NameOf(verdict.status) : NameOf(verdict.reason);
}

TEST(CheckCrl, IsGoodForWhatIsNotListed) {
  const CrlVerdict verdict = AskWith([](Question&) {});
  EXPECT_EQ(verdict.status, CrlVerdict::Status::kGood);
  EXPECT_EQ(verdict.reason, CrlReason::kNone);
  EXPECT_EQ(verdict.this_update, TestNow() - absl::Hours(1));
  EXPECT_EQ(verdict.next_update, TestNow() + absl::Hours(24));
}

TEST(CheckCrl, IsRevokedForWhatIsListed) {
  const CrlVerdict verdict = AskWith([](Question& q) {
    q.crl.entries.push_back(CrlEntry(5));
    q.crl.entries.back().reason = 1;
  });
  EXPECT_EQ(verdict.status, CrlVerdict::Status::kRevoked);
  EXPECT_EQ(verdict.reason, CrlReason::kNone);
  ASSERT_TRUE(verdict.revocation);
  EXPECT_EQ(verdict.revocation->time, TestNow() - absl::Hours(48));
  EXPECT_EQ(verdict.revocation->reason, RevocationReason::kKeyCompromise);
}

TEST(CheckCrl, TakesHeldAndRemovedForRevokedC19) {
  for (const int reason : {0, 6, 7, 8, 10, 99}) {
    EXPECT_EQ(AnswerWith([reason](Question& q) {
                q.crl.entries.push_back(CrlEntry(5));
                q.crl.entries.back().reason = reason;
              }),
              "REVOKED")
        << reason;
  }
}

TEST(CheckCrl, IsRevokedAlsoBeforeTheDateOfRevocation) {
  EXPECT_EQ(AnswerWith([](Question& q) {
              q.crl.entries.push_back(CrlEntry(5));
              q.crl.entries.back().time = TestNow() + absl::Hours(48);
            }),
            "REVOKED");
}

TEST(CheckCrl, ComparesSerialsExactlyC11) {
  const std::string zero(1, '\0');
  const auto with = [&](long serial, const std::string& listed) {
    return AnswerWith([&](Question& q) {
      q.certificate.serial = serial;
      q.crl.entries = {CrlEntry(listed)};
    });
  };
  EXPECT_EQ(with(0, zero), "REVOKED");
  EXPECT_EQ(with(-1, "\xff"), "REVOKED");
  EXPECT_EQ(with(255, "\xff"), "GOOD");
  EXPECT_EQ(with(255, zero + "\xff"), "REVOKED");
  EXPECT_EQ(with(-255, zero + "\xff"), "GOOD");
  EXPECT_EQ(with(-128, "\x80"), "REVOKED");
  EXPECT_EQ(with(128, "\x80"), "GOOD");
  EXPECT_EQ(with(5, "\x05" + zero), "GOOD");
  EXPECT_EQ(with(0x0102030405060708, "\x01\x02\x03\x04\x05\x06\x07\x08"), "REVOKED");
}

TEST(CheckCrl, NeedsThisUpdateInThePastC8) {
  const auto at = [](absl::Duration after) {
    return AnswerWith([after](Question& q) { q.crl.this_update = TestNow() + after; });
  };
  EXPECT_EQ(at(absl::Seconds(30)), "GOOD");
  EXPECT_EQ(at(absl::Seconds(60)), "GOOD");
  EXPECT_EQ(at(absl::Seconds(61)), "NOT_YET");
  EXPECT_EQ(at(absl::Minutes(10)), "NOT_YET");
}

TEST(CheckCrl, NeedsNextUpdateInTheFutureC9) {
  const auto at = [](absl::Duration after) {
    return AnswerWith([after](Question& q) { q.crl.next_update = TestNow() + after; });
  };
  EXPECT_EQ(at(absl::Seconds(1)), "GOOD");
  EXPECT_EQ(at(absl::ZeroDuration()), "STALE");
  EXPECT_EQ(at(-absl::Seconds(1)), "STALE");
  EXPECT_EQ(at(-absl::Hours(1)), "STALE");
}

TEST(CheckCrl, RefusesTimesThatContradictEachOtherC9) {
  const auto with = [](absl::Duration this_update, absl::Duration next_update) {
    return AnswerWith([=](Question& q) {
      q.crl.this_update = TestNow() + this_update;
      q.crl.next_update = TestNow() + next_update;
    });
  };
  EXPECT_EQ(with(absl::Seconds(30), absl::Seconds(29)), "TIMES_CONTRADICT");
  EXPECT_EQ(with(-absl::Hours(1), -absl::Hours(2)), "TIMES_CONTRADICT");
  EXPECT_EQ(with(absl::Seconds(30), absl::Seconds(30)), "GOOD");
}

TEST(CheckCrl, NeedsNextUpdateUnlessAnOptionSaysOtherwiseC9) {
  EXPECT_EQ(AnswerWith([](Question& q) { q.crl.next_update = std::nullopt; }), "NO_NEXT_UPDATE");
  EXPECT_EQ(AnswerWith([](Question& q) {
              q.crl.next_update = std::nullopt;
              q.options.allow_missing_next_update = true;
            }),
            "GOOD");
  const CrlVerdict verdict = AskWith([](Question& q) {
    q.crl.next_update = std::nullopt;
    q.options.allow_missing_next_update = true;
    q.options.max_age = absl::Hours(3);
  });
  EXPECT_FALSE(verdict.next_update);
  EXPECT_EQ(verdict.use_until, TestNow() + absl::Hours(2));
}

TEST(CheckCrl, DoesNotBelieveACrlForAYearC10) {
  const auto aged = [](absl::Duration age, bool is_ca) {
    return AnswerWith([age, is_ca](Question& q) {
      if (is_ca) q.certificate.is_ca = true;
      q.crl.this_update = TestNow() - age;
      q.crl.next_update = q.crl.this_update + absl::Hours(24 * 365);
    });
  };
  EXPECT_EQ(aged(absl::Hours(24 * 34), false), "GOOD");
  EXPECT_EQ(aged(absl::Hours(24 * 35), false), "TOO_OLD");
  EXPECT_EQ(aged(absl::Hours(24 * 300), true), "GOOD");
  EXPECT_EQ(AnswerWith([](Question& q) { q.options.max_age = absl::Hours(1); }), "TOO_OLD");
  EXPECT_EQ(AnswerWith([](Question& q) { q.options.max_age = absl::Hours(2); }), "GOOD");
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

TEST(CheckCrl, KnowsNothingOfAnExpiredCertificateThatIsNotListedC20) {
  const auto expired = [](Question& q) { q.certificate.not_after = TestNow() - absl::Hours(1); };
  EXPECT_EQ(AnswerWith(expired), "CERTIFICATE_EXPIRED");
  EXPECT_EQ(AnswerWith([&expired](Question& q) {
              expired(q);
              q.crl.entries.push_back(CrlEntry(5));
            }),
            "REVOKED");
}

TEST(CheckCrl, NeedsThePointToBeOneOfTheCertificatesC14) {
  const auto with = [](const std::vector<std::string>& crl, const std::string& certificate,
                       const std::string& url = kUrl) {
    return AnswerWith([&](Question& q) {
      q.crl.point_urls = crl;
      q.certificate.crl_points = certificate;
      q.url = url;
    });
  };
  const std::string a = absl::StrCat("URI:", kUrl);
  const std::string b = absl::StrCat("URI:", kOther);
  EXPECT_EQ(with({kUrl}, a), "GOOD");
  EXPECT_EQ(with({kOther}, a), "DISTRIBUTION_POINT");
  EXPECT_EQ(with({kOther}, a, kOther), "DISTRIBUTION_POINT")
      << "where it was found does not make it the certificate's";
  EXPECT_EQ(with({kUrl}, b), "DISTRIBUTION_POINT");
  EXPECT_EQ(with({kOther, kUrl}, a), "GOOD");
  EXPECT_EQ(with({kUrl}, b + "," + a), "GOOD") << "the second point";
  EXPECT_EQ(with({kUrl}, a, "http://mirror.test/a.crl"), "GOOD");
  EXPECT_EQ(with({kUrl}, a, ""), "GOOD");
  EXPECT_EQ(with({kUrl}, ""), "GOOD") << "no points: where it was found";
  EXPECT_EQ(with({kOther}, ""), "DISTRIBUTION_POINT");
  EXPECT_EQ(with({kUrl}, "", ""), "DISTRIBUTION_POINT");
  EXPECT_EQ(with({}, a), "GOOD") << "a CRL for all points";
  EXPECT_EQ(with({}, ""), "GOOD");
  EXPECT_EQ(with({"http://crl.test/A.crl"}, a), "DISTRIBUTION_POINT");
  EXPECT_EQ(with({"http://crl.test/a.crl2"}, a), "DISTRIBUTION_POINT");
  EXPECT_EQ(with({"ldap://x.test/a"}, "URI:ldap://x.test/a"), "GOOD");
}

TEST(CheckCrl, TakesNoPointOfTheCertificateForSomeReasonsOrByAnotherIssuerC14) {
  const std::string name =
      Der(DerContext(0, true), Der(DerContext(0, true), Der(DerContext(6, false), kUrl)));
  const auto with = [&name](const std::string& rest) {
    return AnswerWith([&](Question& q) {
      q.crl.point_urls = {kUrl};
      q.certificate.crl_points.clear();
      q.certificate.raw_extensions = {
          {"2.5.29.31", Der(kDerSequence, Der(kDerSequence, name + rest))}};
    });
  };
  EXPECT_EQ(with(""), "GOOD");
  EXPECT_EQ(with(Der(DerContext(1, false), "\x06\x40")), "DISTRIBUTION_POINT");
  EXPECT_EQ(with(Der(DerContext(2, true), Der(DerContext(2, false), "x.test"))),
            "DISTRIBUTION_POINT");
  EXPECT_EQ(with("x"), "DISTRIBUTION_POINT_UNKNOWN");
}

TEST(CheckCrl, NeedsTheKindOfCertificateThatTheCrlIsForC15) {
  const auto with = [](bool CrlSpec::*only, bool is_ca) {
    return AnswerWith([only, is_ca](Question& q) {
      q.crl.*only = true;
      q.certificate.is_ca = is_ca;
    });
  };
  EXPECT_EQ(with(&CrlSpec::only_user, false), "GOOD");
  EXPECT_EQ(with(&CrlSpec::only_user, true), "SCOPE");
  EXPECT_EQ(with(&CrlSpec::only_ca, false), "SCOPE");
  EXPECT_EQ(with(&CrlSpec::only_ca, true), "GOOD");
  EXPECT_EQ(with(&CrlSpec::only_attribute, false), "SCOPE");
  EXPECT_EQ(AnswerWith([](Question& q) {
              q.crl.only_user = true;
              q.certificate.is_ca = std::nullopt;
            }),
            "GOOD");
}

TEST(CheckCrl, NeedsOneIssuerOfBothC5) {
  const TestCertificate other = Build(CaSpec("other", EcKey(2)));
  const TestCertificate twin = Build(CaSpec("root", EcKey(2)));
  EXPECT_EQ(AnswerWith([&](Question& q) { q.crl_issuer = other; }), "WRONG_ISSUER");
  EXPECT_EQ(AnswerWith([&](Question& q) { q.crl_issuer = twin; }), "WRONG_ISSUER");
  EXPECT_EQ(AnswerWith([&](Question& q) { q.crl_issuer = q.issuer = other; }), "CHAIN");
  EXPECT_EQ(AnswerWith([&](Question& q) { q.crl_issuer = q.issuer = twin; }), "CHAIN")
      << "the name alone is not enough";
  EXPECT_EQ(AnswerWith([&](Question& q) { q.crl_issuer = q.issuer = q.signer = twin; }), "GOOD");
  EXPECT_EQ(AnswerWith([](Question& q) { q.certificate.has_wrong_signature = true; }), "CHAIN");
}

TEST(CheckCrl, RefusesACertificateOfAWeakSignature) {
  const auto sha1 = [](Question& q) { q.certificate.digest = EVP_sha1(); };
  EXPECT_EQ(AnswerWith(sha1), "CHAIN");
  EXPECT_EQ(AnswerWith([&sha1](Question& q) {
              sha1(q);
              q.options.allow_sha1 = true;
            }),
            "GOOD");
}

TEST(CheckCrl, TakesTheCallersWordForAChainThatWasVerified) {
  EXPECT_EQ(AnswerWith([](Question& q) {
              q.certificate.has_wrong_signature = true;
              q.options.chain_is_verified = true;
            }),
            "GOOD");
  EXPECT_EQ(AnswerWith([](Question& q) {
              q.issuer = q.crl_issuer = Build(CaSpec("other", EcKey(1)));
              q.options.chain_is_verified = true;
            }),
            "CHAIN")
      << "the names are looked at all the same";
}

TEST(CheckCrl, HandsOnWhatIsWrongWithTheCrl) {
  const CrlVerdict verdict = AskWith([](Question& q) { q.crl.has_wrong_signature = true; });
  EXPECT_EQ(verdict.status, CrlVerdict::Status::kInvalid);
  EXPECT_EQ(verdict.reason, CrlReason::kSignature);
  EXPECT_FALSE(verdict.this_update);
  EXPECT_STREQ(NameOf(verdict.status), "INVALID");
}

}  // namespace
}  // namespace postern
