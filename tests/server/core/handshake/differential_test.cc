// Thousands of handshakes, judged by us and by OpenSSL's own DANE. Where the two
// differ, a predicate below says why.
#include <openssl/x509.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"
#include "server/core/handshake/handshake.h"
#include "server/core/handshake/presented_key.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/outline.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshake_generator.h"
#include "tests/support/handshakes.h"
#include "tests/support/openssl_dane.h"

namespace postern {
namespace {

constexpr unsigned kSeed = 20260101;
constexpr int kWorlds = 60;
constexpr int kHandshakesPerWorld = 40;

UniqueX509 Parse(const std::string& der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  return UniqueX509(d2i_X509(nullptr, &begin, static_cast<long>(der.size())));
}

// What both made of a handshake.
struct Pair {
  TestHandshake handshake;
  CertificateSpec server;
  HandshakeVerdict ours;
  OpensslDane::Result theirs;
};

// What was sent, and what the records hold.
std::vector<std::string> AllCertificates(const Pair& pair) {
  std::vector<std::string> all = pair.handshake.certificates;
  for (const TlsaRecord& record : pair.handshake.records) {
    if (record.selector == kSelectorCert && record.matching_type == kMatchFull) {
      all.push_back(record.data);
    }
  }
  return all;
}

// OpenSSL's level applies to a server's key also where DANE-EE(3) matches it; RFC
// 7671, section 5.1 wants nothing but the match.
bool ServersKeyIsWeak(const Pair& pair) {
  return pair.ours.reason == HandshakeVerdict::Reason::kDaneEeMatched &&
         pair.theirs.error == X509_V_ERR_EE_KEY_TOO_SMALL;
}

// OpenSSL wants two labels after a wildcard.
bool WildcardHasOneMoreLabel(const Pair& pair) {
  return pair.ours.reason == HandshakeVerdict::Reason::kDaneTaMatched &&
         pair.theirs.error == X509_V_ERR_HOSTNAME_MISMATCH &&
         pair.server.dns_names == std::vector<std::string>{"*.test"};
}

// OpenSSL takes any common name, we the last.
bool CommonNameIsNotTheLast(const Pair& pair) {
  return pair.theirs.verified && pair.ours.reason == HandshakeVerdict::Reason::kNameMismatch &&
         pair.server.dns_names.empty() && pair.server.common_names.size() > 1;
}

// OpenSSL applies its level neither to a key that only DNS holds, nor to the
// signature by it.
bool BareKeyIsWeak(const Pair& pair) {
  if (!pair.theirs.verified || pair.ours.reason != HandshakeVerdict::Reason::kTlsaMismatch ||
      pair.theirs.record.usage != kDaneTa || pair.theirs.record.selector != kSelectorSpki ||
      pair.theirs.record.matching_type != kMatchFull) {
    return false;
  }
  const auto* begin = reinterpret_cast<const unsigned char*>(pair.theirs.record.data.data());
  const UniqueKey key(
      d2i_PUBKEY(nullptr, &begin, static_cast<long>(pair.theirs.record.data.size())));
  if (EVP_PKEY_get_security_bits(key.get()) < 112) return true;
  return std::any_of(pair.handshake.certificates.begin(), pair.handshake.certificates.end(),
                     [](const std::string& der) {
                       const UniqueX509 certificate = Parse(der);
                       return X509_get_signature_nid(certificate.get()) == NID_ecdsa_with_SHA1 ||
                              X509_get_signature_nid(certificate.get()) ==
                                  NID_sha1WithRSAEncryption;
                     });
}

// OpenSSL does not look at the dates of an anchor that is not self-issued; those of
// one that is it does, and we do of both.
bool AnchorIsOutOfDate(const Pair& pair) {
  if (!pair.theirs.verified) return false;
  const std::vector<std::string> all = AllCertificates(pair);
  return std::any_of(all.begin(), all.end(), [&pair](const std::string& der) {
    const absl::StatusOr<Certificate> one = ParseCertificate(der);
    if (!one.ok() || one->outline.issuer == one->outline.subject) return false;
    PresentedKey presented(der, one->outline.public_key_info);
    return !IsValidAt(*one->x509, pair.handshake.now) &&
           presented.Matches(pair.theirs.record, DefaultDigestOrder());
  });
}

// Several certificates may have issued another, by their names and key
// identifiers. Both verifiers follow one of them only: OpenSSL the first that was
// sent, we one that a record names, if there is any.
bool IssuerIsAmbiguous(const Pair& pair) {
  std::map<std::string, std::set<std::string>> by_name;
  for (const std::string& der : AllCertificates(pair)) {
    const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
    if (!outline.ok()) continue;
    std::set<std::string>& same = by_name[std::string(outline->subject)];
    same.insert(der);
  }
  return std::any_of(by_name.begin(), by_name.end(),
                     [](const auto& entry) { return entry.second.size() > 1; });
}

// Whether both met a record of one usage, at one depth. OpenSSL gives a bare key
// the depth of what it signed.
bool AgreeOnTheMatch(const Pair& pair) {
  const TlsaRecord& theirs = pair.theirs.record;
  const bool is_bare_key = pair.theirs.depth + 1 == static_cast<int>(*pair.ours.matched_depth) &&
                           theirs.selector == kSelectorSpki && theirs.matching_type == kMatchFull;
  return pair.ours.matched_record->usage == theirs.usage &&
         (is_bare_key || pair.theirs.depth == static_cast<int>(*pair.ours.matched_depth));
}

struct Explanation {
  const char* name;
  bool (*holds)(const Pair&);
};

constexpr Explanation kExplanations[] = {
    {"the server's key is weak", ServersKeyIsWeak},
    {"a wildcard has one more label", WildcardHasOneMoreLabel},
    {"the common name is not the last", CommonNameIsNotTheLast},
    {"a bare key is weak", BareKeyIsWeak},
    {"the anchor is out of date", AnchorIsOutOfDate},
    {"the issuer is ambiguous", IssuerIsAmbiguous},
};

std::string Describe(const Pair& pair, int world, int number) {
  std::string text =
      absl::StrCat("seed ", kSeed, " world ", world, " handshake ", number,
                   "\nours: ", ReasonName(pair.ours.reason), " ", pair.ours.detail,
                   "\ntheirs: ", X509_verify_cert_error_string(pair.theirs.error), "\n");
  for (const TlsaRecord& record : pair.handshake.records) {
    absl::StrAppend(&text, record.usage, " ", record.selector, " ", record.matching_type, " (",
                    record.data.size(), " bytes)\n");
  }
  for (const std::string& der : pair.handshake.certificates) {
    const UniqueX509 certificate = Parse(der);
    char subject[64];
    char issuer[64];
    X509_NAME_oneline(X509_get_subject_name(certificate.get()), subject, sizeof subject);
    X509_NAME_oneline(X509_get_issuer_name(certificate.get()), issuer, sizeof issuer);
    absl::StrAppend(&text, subject, " by ", issuer, "\n");
  }
  return text;
}

// Whether a record only looks like a certificate or key: OpenSSL reads the whole of
// it, and finds it unusable. To us it is one that matches nothing, so that the
// handshake fails, and is not let go.
bool OnlyHasTheOutline(const JudgedTlsa& ours, const HandshakeVerdict& verdict) {
  return ours.Usable() && ours.record.matching_type == kMatchFull &&
         !(verdict.matched_record == ours.record);
}

// Adds the records that a DANE SMTP client uses, as OpenSSL judges them; how many.
int AddUsable(const Pair& pair, OpensslDane& openssl) {
  int usable = 0;
  for (const JudgedTlsa& ours : pair.ours.tlsa) {
    const bool theirs = ours.record.usage >= kDaneTa && openssl.Add(ours.record);
    if (theirs) ++usable;
    EXPECT_TRUE(theirs == ours.Usable() || OnlyHasTheOutline(ours, pair.ours));
  }
  return usable;
}

bool HasUsable(const HandshakeVerdict& verdict) {
  return std::any_of(verdict.tlsa.begin(), verdict.tlsa.end(),
                     [](const JudgedTlsa& one) { return one.Usable(); });
}

TEST(Differential, JudgesAsOpensslDoesOrTellsWhyNot) {
  HandshakeGenerator generator(kSeed);
  std::map<std::string, int> explained;
  int verified = 0;
  int failed = 0;
  int unusable = 0;
  World other = generator.MakeWorld();
  for (int w = 0; w < kWorlds; ++w) {
    const World world = generator.MakeWorld();
    for (int h = 0; h < kHandshakesPerWorld; ++h) {
      Pair pair;
      pair.handshake = generator.MakeHandshake(world, other);
      for (const Sample& sample : world.servers) {
        if (sample.built.der == pair.handshake.certificates[0]) pair.server = sample.spec;
      }
      pair.ours = Verify(pair.handshake);
      OpensslDane openssl(pair.handshake.reference_identifiers);
      if (AddUsable(pair, openssl) == 0) {
        EXPECT_FALSE(IsPass(pair.ours)) << Describe(pair, w, h);
        EXPECT_EQ(pair.ours.action == HandshakeVerdict::Action::kProceed, !HasUsable(pair.ours));
        ++unusable;
        continue;
      }
      const HandshakeQuestion question = QuestionOf(pair.handshake);
      pair.theirs = openssl.Verify(question.certificates, pair.handshake.now);
      const bool ours = IsPass(pair.ours);
      if (ours == pair.theirs.verified) {
        if (ours && !IssuerIsAmbiguous(pair)) {
          EXPECT_TRUE(AgreeOnTheMatch(pair)) << Describe(pair, w, h);
        }
        ++(ours ? verified : failed);
        continue;
      }
      const auto* const why =
          std::find_if(std::begin(kExplanations), std::end(kExplanations),
                       [&pair](const Explanation& one) { return one.holds(pair); });
      if (why == std::end(kExplanations)) {
        ADD_FAILURE() << Describe(pair, w, h);
      } else {
        ++explained[absl::StrCat(why->name, ours ? ": we pass" : ": we fail")];
      }
    }
    other = world;
  }
  for (const auto& [name, count] : explained) {
    RecordProperty(name, count);
    std::printf("%s: %d\n", name.c_str(), count);
  }
  std::printf("verified %d, failed %d, unusable %d\n", verified, failed, unusable);
  // The generator makes enough of each kind.
  EXPECT_GT(verified, 500);
  EXPECT_GT(failed, 500);
  EXPECT_GT(unusable, 20);
}

// The outline is read without OpenSSL: both find the same key.
TEST(Differential, FindsTheKeyThatOpensslFinds) {
  HandshakeGenerator generator(kSeed + 1);
  for (int w = 0; w < 40; ++w) {
    const World world = generator.MakeWorld();
    for (const std::vector<Sample>* samples : {&world.authorities, &world.servers}) {
      for (const Sample& sample : *samples) {
        const absl::StatusOr<CertificateOutline> outline = ReadOutline(sample.built.der);
        ASSERT_TRUE(outline.ok()) << outline.status();
        const UniqueX509 certificate = Parse(sample.built.der);
        unsigned char* bytes = nullptr;
        const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &bytes);
        EXPECT_EQ(outline->public_key_info, absl::string_view(reinterpret_cast<const char*>(bytes),
                                                              static_cast<size_t>(length)));
        OPENSSL_free(bytes);
      }
    }
  }
}

}  // namespace
}  // namespace postern
