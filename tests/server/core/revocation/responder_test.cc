// CheckStaple: who signed a response, and whether he may.
#include "server/core/revocation/responder.h"

#include <openssl/evp.h>

#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"
#include "tests/server/core/revocation/staples.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using Reason = StapleVerdict::Reason;
using Signer = StapleVerdict::Signer;
using Status = StapleVerdict::Status;

CertificateSpec Delegate() { return DelegateSpec("responder", EcKey(2)); }

void ExpectUnauthorized(const StapleVerdict& verdict, const std::string& detail) {
  EXPECT_EQ(verdict.status, Status::kInvalid) << detail;
  EXPECT_EQ(verdict.reason, Reason::kUnauthorizedSigner) << detail;
  EXPECT_EQ(verdict.detail, detail);
}

TEST(Responder, MayBeADelegateOfTheIssuerO3) {
  const Staples staples;
  const StapleVerdict verdict = staples.Check(staples.Delegated());
  EXPECT_EQ(verdict.status, Status::kGood) << verdict.detail;
  EXPECT_EQ(verdict.signer, Signer::kDelegate);
  EXPECT_FALSE(verdict.signer_is_unchecked);
  EXPECT_NE(verdict.signer_name.find("responder"), std::string::npos);
}

TEST(Responder, IsMeantByNameOrByKeyO9) {
  const Staples staples;
  for (OcspSpec spec : {staples.Good(), staples.Delegated()}) {
    EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
    spec.is_by_key = true;
    EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
    spec.responder_id = Tlv(0xa2, Tlv(0x04, std::string(20, 'x')));
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kUnauthorizedSigner);
    spec.responder_id = Tlv(0xa1, Tlv(0x30, ""));
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kUnauthorizedSigner);
  }
  // Of the issuer, while the delegate signed.
  OcspSpec spec = staples.Delegated();
  spec.responder = staples.root;
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kSignature);
  spec.is_by_key = true;
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kSignature);
}

TEST(Responder, HasANameOrAKeyHashO9) {
  const Staples staples;
  for (const std::string& id :
       {Tlv(0xa2, Tlv(0x04, std::string(19, 'x'))), Tlv(0xa2, Tlv(0x04, std::string(32, 'x'))),
        Tlv(0xa2, ""), Tlv(0xa1, ""), Tlv(0xa1, Tlv(0x04, "x")), Tlv(0x82, std::string(20, 'x')),
        Tlv(0xa3, Tlv(0x30, ""))}) {
    OcspSpec spec = staples.Good();
    spec.responder_id = id;
    EXPECT_EQ(staples.ReasonOf(spec), Reason::kMalformed);
  }
}

TEST(Responder, NeedsThePurposeOcspSigningItselfO3) {
  const Staples staples;
  const std::string lack = "its extended key usage has no id-kp-OCSPSigning";
  CertificateSpec spec = Delegate();
  // anyExtendedKeyUsage, and an identifier that begins with the right one.
  for (const char* purposes :
       {"", "serverAuth", "anyExtendedKeyUsage", "1.3.6.1.5.5.7.3.9.1", "1.3.6.1.5.5.7.3"}) {
    spec.extended_key_usage = purposes;
    ExpectUnauthorized(staples.Check(staples.DelegatedBy(spec)), lack);
  }
  spec.extended_key_usage = "critical,serverAuth,OCSPSigning";
  EXPECT_EQ(staples.StatusOf(staples.DelegatedBy(spec)), Status::kGood);
}

// CVE-2022-43705, and PKI.js #502: a certificate that anybody made.
TEST(Responder, IsIssuedByTheIssuerHimselfO3) {
  const Staples staples;
  const TestCertificate self = Build(Delegate());
  ExpectUnauthorized(staples.Check(DelegatedSpec(staples.leaf, staples.root, self)),
                     "it is not issued by the certificate's issuer");
  const TestCertificate sibling = Build(CaSpec("sibling", EcKey(6)));
  ExpectUnauthorized(
      staples.Check(DelegatedSpec(staples.leaf, staples.root, Build(Delegate(), &sibling))),
      "it is not issued by the certificate's issuer");
  const TestCertificate impostor = Build(CaSpec("root", EcKey(6)));
  ExpectUnauthorized(
      staples.Check(DelegatedSpec(staples.leaf, staples.root, Build(Delegate(), &impostor))),
      "it is not signed by the certificate's issuer");
  const TestCertificate intermediate = Build(CaSpec("int", EcKey(6)), &staples.root);
  ExpectUnauthorized(
      staples.Check(DelegatedSpec(staples.leaf, staples.root, Build(Delegate(), &intermediate))),
      "it is not issued by the certificate's issuer");
}

// The root, for a certificate that an intermediate issued.
TEST(Responder, IsNotTheIssuersIssuerO3) {
  Staples staples;
  const TestCertificate top = staples.root;
  staples.root = Build(CaSpec("int", EcKey(6)), &top);
  staples.leaf = Build(Staples::LeafWithSerial(300), &staples.root);
  OcspSpec spec = DelegatedSpec(staples.leaf, staples.root, top);
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kUnauthorizedSigner);
  spec = DelegatedSpec(staples.leaf, staples.root, Build(Delegate(), &top));
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kUnauthorizedSigner);
}

// openssl PR #30323: a chain that is trusted to sign holds the certificate as well.
TEST(Responder, IsNotTheCertificateItself) {
  const Staples staples;
  EXPECT_EQ(staples.ReasonOf(DelegatedSpec(staples.leaf, staples.root, staples.leaf)),
            Reason::kUnauthorizedSigner);
}

// CVE-2022-1343: a certificate of the issuer that is no responder's.
TEST(Responder, IsNotAnotherCertificateOfTheIssuer) {
  const Staples staples;
  CertificateSpec spec = LeafSpec("mx2.test", EcKey(7));
  EXPECT_EQ(staples.ReasonOf(staples.DelegatedBy(spec)), Reason::kUnauthorizedSigner);
}

TEST(Responder, IsWithinItsValidityO3) {
  const Staples staples;
  CertificateSpec spec = Delegate();
  spec.not_after = TestNow();
  ExpectUnauthorized(staples.Check(staples.DelegatedBy(spec)), "it has expired");
  spec.not_after = TestNow() + absl::Seconds(1);
  EXPECT_EQ(staples.StatusOf(staples.DelegatedBy(spec)), Status::kGood);
  spec.not_before = TestNow() + absl::Seconds(1);
  spec.not_after = TestNow() + absl::Hours(1);
  ExpectUnauthorized(staples.Check(staples.DelegatedBy(spec)), "it is not valid yet");
}

TEST(Responder, IsWithinItsValidityAlsoIfItIsTheIssuer) {
  Staples staples;
  CertificateSpec spec = CaSpec("root", EcKey(1));
  spec.not_after = TestNow() - absl::Hours(1);
  staples.root = Build(spec);
  staples.leaf = Build(Staples::LeafWithSerial(300), &staples.root);
  ExpectUnauthorized(staples.Check(staples.Good()),
                     "the issuer, who signed, is not within its validity");
}

// Section 2.3: delegated-ku-no-digsig.
TEST(Responder, HasTheKeyUsageDigitalSignatureIfAny) {
  const Staples staples;
  CertificateSpec spec = Delegate();
  spec.key_usage = "critical,keyEncipherment";
  ExpectUnauthorized(staples.Check(staples.DelegatedBy(spec)),
                     "its key usage has no digitalSignature");
  spec.key_usage = "nonRepudiation";
  EXPECT_EQ(staples.ReasonOf(staples.DelegatedBy(spec)), Reason::kUnauthorizedSigner);
  spec.key_usage = "";
  EXPECT_EQ(staples.StatusOf(staples.DelegatedBy(spec)), Status::kGood);
}

TEST(Responder, IsNoCa) {
  const Staples staples;
  CertificateSpec spec = Delegate();
  spec.is_ca = true;
  ExpectUnauthorized(staples.Check(staples.DelegatedBy(spec)), "it is a CA");
  spec.is_ca = false;
  EXPECT_EQ(staples.StatusOf(staples.DelegatedBy(spec)), Status::kGood);
}

TEST(Responder, HasNoUnknownCriticalExtension) {
  const Staples staples;
  CertificateSpec spec = Delegate();
  spec.raw_extensions.clear();
  spec.has_unknown_critical_extension = true;
  ExpectUnauthorized(staples.Check(staples.DelegatedBy(spec)),
                     "it has a critical extension that is not known");
  spec.has_unknown_critical_extension = false;
  spec.raw_extensions = {{"1.3.6.1.4.1.55555.1", "x"}};
  EXPECT_EQ(staples.StatusOf(staples.DelegatedBy(spec)), Status::kGood);
}

TEST(Responder, WithoutNocheckIsTakenAndCountedO11) {
  const Staples staples;
  CertificateSpec spec = Delegate();
  spec.raw_extensions.clear();
  const StapleVerdict verdict = staples.Check(staples.DelegatedBy(spec));
  EXPECT_EQ(verdict.status, Status::kGood);
  EXPECT_TRUE(verdict.signer_is_unchecked);
}

// Section 2.3: good-twin-dn-first. A responder's key was rolled over, and both of its
// certificates are sent.
TEST(Responder, IsTheOneThatSignedOfSeveralWithOneName) {
  const Staples staples;
  const TestCertificate old = Build(DelegateSpec("responder", EcKey(8)), &staples.root);
  OcspSpec spec = staples.Delegated();
  spec.certificates = {old.der, staples.delegate.der};
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.certificates = {staples.delegate.der, old.der};
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.certificates = {old.der};
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kSignature);
  // One that may not sign, or is no certificate, hides none that may.
  const TestCertificate self = Build(Delegate());
  spec.certificates = {self.der, Tlv(0x30, ""), staples.leaf.der, staples.delegate.der};
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
}

TEST(Responder, IsTriedNoMoreThanSoManyTimes) {
  const Staples staples;
  OcspSpec spec = staples.Delegated();
  const TestCertificate self = Build(Delegate());
  spec.certificates.assign(kMaxResponderTries - 1, self.der);
  spec.certificates.push_back(staples.delegate.der);
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.certificates.insert(spec.certificates.begin(), self.der);
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kUnauthorizedSigner);
}

TEST(Responder, MayHaveTheIssuersName) {
  const Staples staples;
  CertificateSpec spec = DelegateSpec("root", EcKey(2));
  EXPECT_EQ(staples.Check(staples.DelegatedBy(spec)).signer, Signer::kDelegate);
}

TEST(Responder, MustSendItsCertificate) {
  const Staples staples;
  OcspSpec spec = staples.Delegated();
  spec.certificates.clear();
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kUnauthorizedSigner);
}

TEST(Responder, MayBeConfiguredO3) {
  Staples staples;
  CertificateSpec spec;
  spec.common_names = {"local"};
  spec.key = EcKey(7);
  const TestCertificate local = Build(spec);
  OcspSpec response = DelegatedSpec(staples.leaf, staples.root, local);
  EXPECT_EQ(staples.ReasonOf(response), Reason::kUnauthorizedSigner);
  const Certificate configured = Parsed(local);
  staples.options.responder_certificates = {&configured};
  EXPECT_EQ(staples.Check(response).signer, Signer::kConfigured);
  response.certificates.clear();
  EXPECT_EQ(staples.Check(response).signer, Signer::kConfigured) << "it need not be sent";
  response.is_by_key = true;
  EXPECT_EQ(staples.Check(response).signer, Signer::kConfigured);
  response.has_wrong_signature = true;
  EXPECT_EQ(staples.ReasonOf(response), Reason::kSignature);
  // The issuer may sign all the same.
  EXPECT_EQ(staples.Check(staples.Good()).signer, Signer::kIssuer);
  staples.now = TestNow() + absl::Hours(24);
  EXPECT_EQ(staples.ReasonOf(response), Reason::kUnauthorizedSigner);
}

// Section 2.3: md5-signature, sha1-signature, delegated-sha1-signed-cert,
// delegated-rsa1024.
TEST(Responder, SignsByStrongAlgorithms) {
  Staples staples;
  staples.root = Build(CaSpec("root", RsaKey(2048)));
  staples.leaf = Build(Staples::LeafWithSerial(300), &staples.root);
  OcspSpec spec = staples.Good();
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.signer.digest = EVP_md5();
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kWeakSignature);
  spec.signer.digest = EVP_sha1();
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kWeakSignature);
  staples.options.allow_sha1 = true;
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  spec.signer.digest = EVP_md5();
  EXPECT_EQ(staples.ReasonOf(spec), Reason::kWeakSignature) << "no option allows MD5";
  spec = staples.Good();
  spec.signer.is_pss = true;
  EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
}

TEST(Responder, IsSignedByStrongAlgorithms) {
  Staples staples;
  CertificateSpec spec = Delegate();
  spec.digest = EVP_sha1();
  EXPECT_EQ(staples.ReasonOf(staples.DelegatedBy(spec)), Reason::kWeakSignature);
  staples.options.allow_sha1 = true;
  EXPECT_EQ(staples.StatusOf(staples.DelegatedBy(spec)), Status::kGood);
  spec.digest = EVP_sha256();
  spec.key = RsaKey(1024);
  EXPECT_EQ(staples.ReasonOf(staples.DelegatedBy(spec)), Reason::kWeakSignature);
}

TEST(Responder, SignsByEveryKindOfKey) {
  const Staples staples;
  for (EVP_PKEY* key : {EcKey(3), EcKeyOf("P-384"), EcKeyOf("P-521"), RsaKey(3072), Ed25519Key()}) {
    OcspSpec spec = staples.DelegatedBy(DelegateSpec("responder", key));
    if (key == Ed25519Key()) spec.signer.digest = nullptr;
    EXPECT_EQ(staples.StatusOf(spec), Status::kGood);
  }
  EXPECT_EQ(staples.ReasonOf(staples.DelegatedBy(DelegateSpec("r", EcKeyOf("secp256k1")))),
            Reason::kWeakSignature);
}

}  // namespace
}  // namespace postern
