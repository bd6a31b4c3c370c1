#include "server/core/revocation/check_staple.h"

#include <openssl/evp.h>

#include <string>

#include "gtest/gtest.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/core/revocation/revocation_reason.h"
#include "server/core/revocation/staple.h"
#include "tests/server/core/revocation/staples.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using Reason = StapleVerdict::Reason;
using Signer = StapleVerdict::Signer;
using Status = StapleVerdict::Status;
using SingleStatus = SingleSpec::Status;

// A certificate of the same issuer with another serial number.
SingleSpec Other(const Staples& staples, SingleStatus status) {
  SingleSpec single = staples.Good().responses[0];
  single.serial = std::string("\x01\x2d");
  single.status = status;
  return single;
}

TEST(CheckStaple, FindsTheIssuersOwnStatementGood) {
  const Staples staples;
  const StapleVerdict verdict = staples.Check(staples.Good());
  EXPECT_EQ(verdict.status, Status::kGood) << verdict.detail;
  EXPECT_EQ(verdict.reason, Reason::kNone);
  EXPECT_EQ(verdict.signer, Signer::kIssuer);
  EXPECT_EQ(verdict.produced_at, TestNow() - absl::Hours(1));
  EXPECT_EQ(verdict.this_update, TestNow() - absl::Hours(1));
  EXPECT_EQ(verdict.next_update, TestNow() + absl::Hours(23));
  EXPECT_EQ(verdict.use_until, TestNow() + absl::Hours(23));
  EXPECT_EQ(verdict.revocation_time, std::nullopt);
  EXPECT_EQ(verdict.detail, "");
  EXPECT_FALSE(verdict.signer_is_unchecked);
}

TEST(CheckStaple, ComparesEveryPartOfTheCertIdO1) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses[0].serial = std::string("\x01\x2d");
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCertId) << "another serial number";
  for (const std::string& serial :
       {std::string("\x2c"), std::string("\x01"), std::string("\x01\x2c\x00", 3)}) {
    spec.responses[0].serial = serial;  // CVE-2016-7444, CVE-2021-37155: lengths count
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kCertId) << serial.size();
  }
  spec = staples.Good();
  spec.responses[0].name_hash = std::string(20, 'x');
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCertId);
  spec.responses[0].name_hash = "";
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCertId);
  spec = staples.Good();
  spec.responses[0].key_hash = std::string(20, 'x');
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCertId);
  spec.responses[0].key_hash = "";
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCertId);
}

TEST(CheckStaple, ComparesByTheResponsesOwnDigestO1) {
  const Staples staples;
  for (const EVP_MD* digest : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
    OcspSpec spec = staples.Good();
    spec.responses[0].digest = digest;
    EXPECT_EQ(staples.StatusOf(spec), Status::kGood) << EVP_MD_get0_name(digest);
  }
  for (const EVP_MD* digest : {EVP_md5(), EVP_sha224(), EVP_sha3_256()}) {
    OcspSpec spec = staples.Good();
    spec.responses[0].digest = digest;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kCertId) << EVP_MD_get0_name(digest);
  }
}

// CVE-2020-8286, CVE-2026-3832.
TEST(CheckStaple, OnlyTheMatchingStatementCountsO28) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses = {Other(staples, SingleStatus::kGood), spec.responses[0]};
  spec.responses[1].status = SingleStatus::kRevoked;
  EXPECT_EQ(staples.StatusOf(spec), Status::kRevoked);
  spec.responses[0].status = SingleStatus::kRevoked;
  spec.responses[1].status = SingleStatus::kGood;
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.responses = {Other(staples, SingleStatus::kGood)};
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCertId);
  spec.responses.clear();
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCertId);
}

TEST(CheckStaple, OfSeveralMatchingStatementsRevokedIsBeforeGoodBeforeUnknown) {
  const Staples staples;
  const auto status_of = [&](std::initializer_list<SingleStatus> statuses, const EVP_MD* second) {
    OcspSpec spec = staples.Good();
    const SingleSpec single = spec.responses[0];
    spec.responses.clear();
    for (const SingleStatus status : statuses) {
      spec.responses.push_back(single);
      spec.responses.back().status = status;
      if (spec.responses.size() > 1) spec.responses.back().digest = second;
    }
    return staples.StatusOf(spec);
  };
  for (const EVP_MD* second : {EVP_sha1(), EVP_sha256()}) {
    EXPECT_EQ(status_of({SingleStatus::kGood, SingleStatus::kRevoked}, second), Status::kRevoked);
    EXPECT_EQ(status_of({SingleStatus::kRevoked, SingleStatus::kGood}, second), Status::kRevoked);
    EXPECT_EQ(status_of({SingleStatus::kUnknown, SingleStatus::kGood}, second), Status::kGood);
    EXPECT_EQ(status_of({SingleStatus::kGood, SingleStatus::kUnknown}, second), Status::kGood);
    EXPECT_EQ(status_of({SingleStatus::kUnknown, SingleStatus::kRevoked}, second),
              Status::kRevoked);
  }
}

TEST(CheckStaple, AStatementWhoseTimeItIsNotDoesNotCountBesideAnother) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses.push_back(spec.responses[0]);
  spec.responses[0].status = SingleStatus::kRevoked;
  spec.responses[0].next_update = GeneralizedTimeText(TestNow() - absl::Minutes(30));
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.responses[1].next_update = spec.responses[0].next_update;
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kStale);
  EXPECT_EQ(staples.StatusOf(spec), Status::kInvalid);
}

TEST(CheckStaple, OfEqualStatementsTheShortestCounts) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses.push_back(spec.responses[0]);
  spec.responses[1].next_update = GeneralizedTimeText(TestNow() + absl::Hours(2));
  EXPECT_EQ(staples.Check(spec).use_until, TestNow() + absl::Hours(2));
}

TEST(CheckStaple, RefusesEveryFlippedBitO2) {
  const Staples staples;
  const std::string der = BuildOcsp(staples.Good());
  ASSERT_EQ(staples.CheckDer(der).status, Status::kGood);
  for (size_t bit = 0; bit < 8 * der.size(); ++bit) {
    std::string flipped = der;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const Status status = staples.CheckDer(flipped).status;
    // The response status alone is not signed, and an error proves nothing.
    ASSERT_TRUE(status == Status::kInvalid || status == Status::kUnknown) << bit;
  }
}

TEST(CheckStaple, RefusesAWrongSignatureO2) {
  const Staples staples;
  for (OcspSpec spec : {staples.Good(), staples.Delegated()}) {
    spec.has_wrong_signature = true;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kSignature);
    EXPECT_EQ(staples.StatusOf(spec), Status::kInvalid);
  }
}

TEST(CheckStaple, RefusesEveryCut) {
  const Staples staples;
  const std::string der = BuildOcsp(staples.Delegated());
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_EQ(staples.CheckDer(der.substr(0, size)).status, Status::kInvalid) << size;
  }
}

TEST(CheckStaple, RefusesBytesAfterAnyPart) {
  const Staples staples;
  for (std::string OcspSpec::*knob :
       {&OcspSpec::after_response, &OcspSpec::after_bytes, &OcspSpec::after_basic,
        &OcspSpec::after_fields, &OcspSpec::after_data}) {
    OcspSpec spec = staples.Good();
    for (const std::string& bytes : {std::string(1, '\0'), std::string("\x05\x00", 2)}) {
      spec.*knob = bytes;
      EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed);
    }
  }
  OcspSpec spec = staples.Good();
  spec.responses[0].trailing = std::string("\x05\x00", 2);
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed);
}

TEST(CheckStaple, RefusesBer) {
  const Staples staples;
  for (bool OcspSpec::*knob : {&OcspSpec::has_ber_response, &OcspSpec::has_ber_basic,
                               &OcspSpec::has_ber_data, &OcspSpec::has_ber_data_after_signing}) {
    OcspSpec spec = staples.Good();
    spec.*knob = true;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed);
  }
}

TEST(CheckStaple, AnErrorStatusIsNoStatementO7) {
  const Staples staples;
  const std::pair<char, Reason> statuses[] = {{1, Reason::kResponderMalformedRequest},
                                              {2, Reason::kResponderInternalError},
                                              {3, Reason::kResponderTryLater},
                                              {5, Reason::kResponderSignatureRequired},
                                              {6, Reason::kResponderUnauthorized}};
  for (const auto& [status, reason] : statuses) {
    OcspSpec spec = staples.Good();
    spec.response_status = status;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed) << "an error with a statement in it";
    spec.has_bytes = false;
    const StapleVerdict verdict = staples.Check(spec);
    EXPECT_EQ(verdict.reason, reason);
    EXPECT_EQ(verdict.status, Status::kUnknown);
    EXPECT_EQ(verdict.use_until, absl::InfinitePast());
  }
}

TEST(CheckStaple, RefusesAResponseStatusThatIsNotAssigned) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.has_bytes = false;
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed) << "successful, with nothing in it";
  for (const char status : {'\x04', '\x07', '\x7f', '\xff'}) {
    spec.response_status = status;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kResponderUnknownStatus);
    EXPECT_EQ(staples.StatusOf(spec), Status::kInvalid);
  }
}

TEST(CheckStaple, TakesBasicResponsesOfVersionOneOnlyO8) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.response_type.back() = '\x02';
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kResponseType);
  spec = staples.Good();
  spec.version = std::string("\x01");
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kVersion);
  spec.version = std::string("\x00", 1);
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed) << "DER leaves out a default";
}

TEST(CheckStaple, RefusesUnknownCriticalExtensionsAndIgnoresOthersO8) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.extensions = {UnknownExtension(false)};
  spec.responses[0].extensions = {UnknownExtension(false)};
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.extensions = {UnknownExtension(true)};
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCriticalExtension);
  spec.extensions.clear();
  spec.responses[0].extensions = {UnknownExtension(true)};
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCriticalExtension);
  EXPECT_EQ(staples.StatusOf(spec), Status::kInvalid);
}

TEST(CheckStaple, AnUnreadableStatementOnTheCertificateSpoilsItsOthers) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses.push_back(spec.responses[0]);
  spec.responses[1].extensions = {UnknownExtension(true)};
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kCriticalExtension);
  // One on another certificate is none of ours.
  spec.responses[1].serial = std::string("\x01\x2d");
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
}

TEST(CheckStaple, KnownExtensionsMayBeCritical) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.extensions = {NonceExtension("12345678")};
  spec.extensions[0].critical = true;
  spec.responses[0].extensions = {{"\x2b\x06\x01\x05\x05\x07\x30\x01\x06", true, "x"}};
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
}

TEST(CheckStaple, RefusesAnExtensionThatComesTwice) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.extensions = {NonceExtension("12345678"), NonceExtension("87654321")};
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed);
}

TEST(CheckStaple, UnknownIsNotGoodO10) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses[0].status = SingleStatus::kUnknown;
  const StapleVerdict verdict = staples.Check(spec);
  EXPECT_EQ(verdict.status, Status::kUnknown);
  EXPECT_EQ(verdict.reason, Reason::kNone) << "somebody said so";
}

// CVE-2024-8096: whatever is not good is not good.
TEST(CheckStaple, AStatusOfAnotherShapeIsRefused) {
  const Staples staples;
  for (const std::string& status : {Tlv(0x80, "x"), Tlv(0x82, "x"), Tlv(0x83, ""), Tlv(0xa0, ""),
                                    Tlv(0x81, ""), Tlv(0xa1, ""), Tlv(0x05, "")}) {
    OcspSpec spec = staples.Good();
    spec.responses[0].raw_status = status;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed);
  }
}

TEST(CheckStaple, RevokedIsRevokedForWhateverReasonO27) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses[0].status = SingleStatus::kRevoked;
  StapleVerdict verdict = staples.Check(spec);
  EXPECT_EQ(verdict.status, Status::kRevoked);
  EXPECT_EQ(verdict.revocation_time, TestNow() - absl::Hours(100));
  EXPECT_EQ(verdict.revocation_reason, std::nullopt);
  for (const int reason : {0, 1, 6, 8, 10}) {
    spec.responses[0].revocation_reason = reason;
    verdict = staples.Check(spec);
    EXPECT_EQ(verdict.status, Status::kRevoked) << reason;
    EXPECT_EQ(verdict.revocation_reason, RevocationReasonOf(reason));
  }
  spec.responses[0].revocation_reason = 99;
  verdict = staples.Check(spec);
  EXPECT_EQ(verdict.status, Status::kRevoked);
  EXPECT_EQ(verdict.revocation_reason, std::nullopt) << "not one of RFC 5280";
}

TEST(CheckStaple, WhatWasNeverIssuedIsRevokedO27) {
  const Staples staples;
  OcspSpec spec = staples.Good();
  spec.responses[0].status = SingleStatus::kRevoked;
  spec.responses[0].revocation_time = "19700101000000Z";
  spec.responses[0].revocation_reason = 6;  // certificateHold
  spec.extensions = {{"\x2b\x06\x01\x05\x05\x07\x30\x01\x09", true, std::string("\x05\x00", 2)}};
  EXPECT_EQ(staples.StatusOf(spec), Status::kRevoked);
}

TEST(CheckStaple, AnotherCertificatesIssuerIsRefusedO15) {
  Staples staples;
  const OcspSpec by_true_issuer = staples.Good();
  // An issuer of the same name, with a key and a response of its own.
  staples.root = Build(CaSpec("root", EcKey(9)));
  EXPECT_EQ(staples.ReasonOf(by_true_issuer), Reason::kCertId);
  EXPECT_EQ(staples.ReasonOf(staples.Good()), Reason::kChain);
  // One of another name.
  staples.root = Build(CaSpec("other", EcKey(1)));
  EXPECT_EQ(staples.ReasonOf(staples.Good()), Reason::kChain);
  staples.options.chain_is_verified = true;
  EXPECT_EQ(staples.ReasonOf(staples.Good()), Reason::kChain) << "names are always compared";
}

TEST(CheckStaple, AVerifiedChainIsNotVerifiedAgain) {
  Staples staples;
  CertificateSpec spec = Staples::LeafWithSerial(300);
  spec.has_wrong_signature = true;
  staples.leaf = Build(spec, &staples.root);
  EXPECT_EQ(staples.ReasonOf(staples.Good()), Reason::kChain);
  staples.options.chain_is_verified = true;
  EXPECT_EQ(staples.StatusOf(staples.Good()), Status::kGood);
}

TEST(CheckStaple, ANonceThatWasSentMustBeTheOneInTheResponseO16) {
  Staples staples;
  OcspSpec with = staples.Good();
  with.extensions = {NonceExtension("12345678")};
  EXPECT_EQ(staples.StatusOf(with), Status::kGood) << "none was sent";
  staples.options.nonce = "12345678";
  EXPECT_EQ(staples.StatusOf(with), Status::kGood);
  EXPECT_EQ(staples.StatusOf(staples.Good()), Status::kGood) << "sent but missing";
  staples.options.nonce = "12345679";
  EXPECT_EQ(staples.ReasonOf(with), Reason::kNonce);
  EXPECT_EQ(staples.StatusOf(with), Status::kInvalid);
  staples.options.nonce = "1234567";
  EXPECT_EQ(staples.ReasonOf(with), Reason::kNonce);
}

TEST(CheckStaple, BoundsWhatItReads) {
  const Staples staples;
  EXPECT_EQ(staples.CheckDer(std::string(kMaxOcspResponseBytes + 1, '\0')).reason,
            Reason::kTooLarge);
  OcspSpec spec = staples.Good();
  spec.responses.resize(kMaxSingleResponses, spec.responses[0]);
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.responses.push_back(spec.responses[0]);
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kTooLarge);
  spec = staples.Good();
  spec.certificates.assign(kMaxResponderCertificates, staples.delegate.der);
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.certificates.push_back(staples.delegate.der);
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kTooLarge);
  spec = staples.Good();
  for (size_t i = 0; i <= kMaxOcspExtensions; ++i) {
    spec.extensions.push_back(UnknownExtension(false));
    spec.extensions.back().id.back() = static_cast<char>(i);
  }
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed);
  spec.extensions.pop_back();
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
}

// O-21: each certificate of a chain has its own; a CA's may be a year old.
TEST(CheckStaple, JudgesAnIntermediatesStapleO21) {
  Staples staples;
  CertificateSpec spec = CaSpec("int", EcKey(5));
  spec.serial = 300;
  spec.not_before = TestNow() - absl::Hours(24 * 400);
  staples.leaf = Build(spec, &staples.root);
  OcspSpec response = staples.Good();
  response.responses[0].this_update = GeneralizedTimeText(TestNow() - absl::Hours(24 * 300));
  EXPECT_EQ(staples.StatusOf(response), Status::kGood);
  response.responses[0].this_update = GeneralizedTimeText(TestNow() - absl::Hours(24 * 367));
  EXPECT_EQ(staples.ReasonOf(response), Reason::kTooOld);
}

}  // namespace
}  // namespace postern
