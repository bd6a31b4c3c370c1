// CheckStaple beside OCSP_basic_verify and OCSP_resp_find_status: every change to a
// good response, and every two of them. Where the verdicts differ, the table says why.
#include <openssl/evp.h>

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/staple.h"
#include "tests/server/core/revocation/staples.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"
#include "tests/support/openssl_ocsp.h"

namespace postern {
namespace {

using SingleStatus = SingleSpec::Status;

// What OpenSSL does, where we do otherwise.
enum class Openssl { kAgrees, kTakesIt, kRefusesIt };

// Change is one to a response, and to its delegate's certificate if it has that.
struct Change {
  const char* name;
  Openssl openssl;
  const char* why;
  void (*to_response)(OcspSpec&, const Staples&);
  void (*to_delegate)(CertificateSpec&) = nullptr;
};

std::string At(absl::Duration from_now) { return GeneralizedTimeText(TestNow() + from_now); }

void Nothing(OcspSpec&, const Staples&) {}

const std::vector<Change>& Changes() {
  static const auto* const changes = new std::vector<Change>{
      {"none", Openssl::kAgrees, "", Nothing},
      {"delegated", Openssl::kAgrees, "", Nothing, [](CertificateSpec&) {}},
      {"by_key", Openssl::kAgrees, "", [](OcspSpec& r, const Staples&) { r.is_by_key = true; }},
      {"revoked", Openssl::kAgrees, "",
       [](OcspSpec& r, const Staples&) { r.responses[0].status = SingleStatus::kRevoked; }},
      {"unknown", Openssl::kAgrees, "",
       [](OcspSpec& r, const Staples&) { r.responses[0].status = SingleStatus::kUnknown; }},
      {"wrong_signature", Openssl::kAgrees, "",
       [](OcspSpec& r, const Staples&) { r.has_wrong_signature = true; }},
      {"other_serial", Openssl::kAgrees, "",
       [](OcspSpec& r, const Staples&) { r.responses[0].serial = std::string("\x07"); }},
      {"other_key_hash", Openssl::kAgrees, "",
       [](OcspSpec& r, const Staples&) { r.responses[0].key_hash = std::string(20, 'x'); }},
      {"sha256_cert_id", Openssl::kRefusesIt, "it compares to one CertID, which is by SHA-1",
       [](OcspSpec& r, const Staples&) { r.responses[0].digest = EVP_sha256(); }},
      {"other_type", Openssl::kAgrees, "",
       [](OcspSpec& r, const Staples&) { r.response_type.back() = '\x02'; }},
      {"error_with_bytes", Openssl::kAgrees, "",
       [](OcspSpec& r, const Staples&) { r.response_status = 3; }},
      {"nonce", Openssl::kAgrees, "",
       [](OcspSpec& r, const Staples&) { r.extensions.push_back(NonceExtension("12345678")); }},
      {"after_bytes", Openssl::kAgrees, "",
       [](OcspSpec& r, const Staples&) { r.after_bytes = std::string("\x05\x00", 2); }},
      {"after_response", Openssl::kTakesIt, "d2i stops at the end of the object",
       [](OcspSpec& r, const Staples&) { r.after_response = "x"; }},
      {"after_basic", Openssl::kTakesIt, "OCSP_response_get1_basic ignores what follows",
       [](OcspSpec& r, const Staples&) { r.after_basic = "x"; }},
      {"ber_response", Openssl::kTakesIt, "it reads BER",
       [](OcspSpec& r, const Staples&) { r.has_ber_response = true; }},
      {"ber_basic", Openssl::kTakesIt, "it reads BER",
       [](OcspSpec& r, const Staples&) { r.has_ber_basic = true; }},
      {"ber_after_signing", Openssl::kTakesIt, "it verifies its own encoding of the data",
       [](OcspSpec& r, const Staples&) { r.has_ber_data_after_signing = true; }},
      {"version_2", Openssl::kTakesIt, "it does not look at the version",
       [](OcspSpec& r, const Staples&) { r.version = std::string("\x01"); }},
      {"critical_response", Openssl::kTakesIt, "it does not look at extensions",
       [](OcspSpec& r, const Staples&) { r.extensions.push_back(UnknownExtension(true)); }},
      {"critical_single", Openssl::kTakesIt, "it does not look at extensions",
       [](OcspSpec& r, const Staples&) {
         r.responses[0].extensions.push_back(UnknownExtension(true));
       }},
      {"stale", Openssl::kTakesIt, "times are another function's",
       [](OcspSpec& r, const Staples&) { r.responses[0].next_update = At(-absl::Minutes(30)); }},
      {"not_yet", Openssl::kTakesIt, "times are another function's",
       [](OcspSpec& r, const Staples&) { r.responses[0].this_update = At(absl::Minutes(30)); }},
      {"produced_later", Openssl::kTakesIt, "producedAt is never read",
       [](OcspSpec& r, const Staples&) { r.produced_at = At(absl::Minutes(30)); }},
      {"no_next_update", Openssl::kTakesIt, "nextUpdate is optional in RFC 6960",
       [](OcspSpec& r, const Staples&) { r.responses[0].next_update.reset(); }},
      {"fraction", Openssl::kTakesIt, "it reads times of other forms",
       [](OcspSpec& r, const Staples&) { r.responses[0].next_update = "20990101000000.5Z"; }},
      {"good_then_revoked", Openssl::kTakesIt, "it stops at the first statement",
       [](OcspSpec& r, const Staples&) {
         r.responses.push_back(r.responses[0]);
         r.responses[1].status = SingleStatus::kRevoked;
       }},
      {"sha1_signature", Openssl::kTakesIt, "its security level is for chains",
       [](OcspSpec& r, const Staples&) { r.signer.digest = EVP_sha1(); }},
      {"no_purpose", Openssl::kAgrees, "", Nothing,
       [](CertificateSpec& d) { d.extended_key_usage.clear(); }},
      {"any_purpose", Openssl::kAgrees, "", Nothing,
       [](CertificateSpec& d) { d.extended_key_usage = "anyExtendedKeyUsage"; }},
      {"expired_delegate", Openssl::kAgrees, "", Nothing,
       [](CertificateSpec& d) { d.not_after = TestNow() - absl::Hours(1); }},
      {"critical_delegate", Openssl::kAgrees, "", Nothing,
       [](CertificateSpec& d) { d.has_unknown_critical_extension = true; }},
      {"usage_of_delegate", Openssl::kTakesIt, "its purpose asks for no key usage", Nothing,
       [](CertificateSpec& d) { d.key_usage = "keyEncipherment"; }},
      {"delegate_is_ca", Openssl::kTakesIt, "its purpose does not mind a CA", Nothing,
       [](CertificateSpec& d) { d.is_ca = true; }},
      {"unchecked_delegate", Openssl::kAgrees, "", Nothing,
       [](CertificateSpec& d) { d.raw_extensions.clear(); }},
      {"weak_delegate", Openssl::kTakesIt, "its security level is for chains", Nothing,
       [](CertificateSpec& d) { d.key = RsaKey(1024); }},
      {"delegate_by_sha1", Openssl::kTakesIt, "its security level is 1, which takes SHA-1", Nothing,
       [](CertificateSpec& d) { d.digest = EVP_sha1(); }},
  };
  return *changes;
}

struct Verdicts {
  OpensslOcsp::Status ours;
  OpensslOcsp::Status openssls;
};

OpensslOcsp::Status Plain(const StapleVerdict& verdict) {
  if (verdict.reason != StapleVerdict::Reason::kNone) return OpensslOcsp::Status::kInvalid;
  switch (verdict.status) {
    case StapleVerdict::Status::kGood:
      return OpensslOcsp::Status::kGood;
    case StapleVerdict::Status::kRevoked:
      return OpensslOcsp::Status::kRevoked;
    case StapleVerdict::Status::kUnknown:
      return OpensslOcsp::Status::kUnknown;
    case StapleVerdict::Status::kInvalid:
      break;
  }
  return OpensslOcsp::Status::kInvalid;
}

Verdicts Judge(const Staples& staples, const Change& first, const Change& second) {
  OcspSpec spec = staples.Good();
  if (first.to_delegate != nullptr || second.to_delegate != nullptr) {
    CertificateSpec delegate = DelegateSpec("responder", EcKey(2));
    if (first.to_delegate != nullptr) first.to_delegate(delegate);
    if (second.to_delegate != nullptr) second.to_delegate(delegate);
    spec = staples.DelegatedBy(delegate);
  }
  first.to_response(spec, staples);
  second.to_response(spec, staples);
  const std::string der = BuildOcsp(spec);
  const OpensslOcsp openssl(staples.leaf.der, staples.root.der, TestNow());
  return {Plain(staples.CheckDer(der)), openssl.Check(der)};
}

// A difference that is no more explains nothing.
TEST(Differential, EachChangeDiffersAsTheTableSays) {
  const Staples staples;
  for (const Change& change : Changes()) {
    const Verdicts verdicts = Judge(staples, Changes()[0], change);
    switch (change.openssl) {
      case Openssl::kAgrees:
        EXPECT_EQ(verdicts.ours, verdicts.openssls) << change.name;
        break;
      case Openssl::kTakesIt:
        EXPECT_NE(verdicts.ours, OpensslOcsp::Status::kGood) << change.name;
        EXPECT_EQ(verdicts.openssls, OpensslOcsp::Status::kGood) << change.name << change.why;
        break;
      case Openssl::kRefusesIt:
        EXPECT_EQ(verdicts.ours, OpensslOcsp::Status::kGood) << change.name;
        EXPECT_EQ(verdicts.openssls, OpensslOcsp::Status::kInvalid) << change.name << change.why;
        break;
    }
  }
}

TEST(Differential, TwoChangesDifferOnlyIfOneOfThemDoes) {
  const Staples staples;
  const std::vector<Change>& changes = Changes();
  for (size_t i = 1; i < changes.size(); ++i) {
    for (size_t j = i + 1; j < changes.size(); ++j) {
      const Verdicts verdicts = Judge(staples, changes[i], changes[j]);
      const std::string label = std::string(changes[i].name) + ", " + changes[j].name;
      const auto either = [&](Openssl openssl) {
        return changes[i].openssl == openssl || changes[j].openssl == openssl;
      };
      // Never good where OpenSSL does not find it so, but by its fault.
      if (!either(Openssl::kRefusesIt) && verdicts.ours == OpensslOcsp::Status::kGood) {
        EXPECT_EQ(verdicts.openssls, OpensslOcsp::Status::kGood) << label;
      }
      if (!either(Openssl::kRefusesIt) && !either(Openssl::kTakesIt)) {
        EXPECT_EQ(verdicts.ours, verdicts.openssls) << label;
      }
      if (either(Openssl::kTakesIt)) {
        EXPECT_NE(verdicts.ours, OpensslOcsp::Status::kGood) << label;
      }
    }
  }
}

}  // namespace
}  // namespace postern
