#include "server/core/x509/signature.h"

#include <openssl/evp.h>

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "server/core/x509/outline.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/signer.h"

namespace postern {
namespace {

constexpr absl::string_view kBytes = "\x30\x03\x02\x01\x07";

absl::string_view Inside(const std::string& der) {
  DerReader reader(der);
  DerElement element;
  EXPECT_TRUE(reader.Read(kDerSequence, element));
  return element.contents;
}

SignatureCheck Check(const MadeSignature& made, EVP_PKEY* key, SignaturePolicy policy = {},
                     absl::string_view bytes = kBytes) {
  return CheckSignature({bytes, Inside(made.algorithm), made.octets}, *key, policy);
}

MadeSignature Made(const SignerSpec& spec) { return Sign(std::string(kBytes), spec); }

SignerSpec Spec(EVP_PKEY* key, const EVP_MD* digest = EVP_sha256()) {
  SignerSpec spec;
  spec.key = key;
  spec.digest = digest;
  return spec;
}

EVP_PKEY* Ed448Key() {
  static EVP_PKEY* const key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448");
  return key;
}

TEST(CheckSignature, VerifiesEveryStrongAlgorithmO2) {
  for (const EVP_MD* digest : {EVP_sha224(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
    for (EVP_PKEY* key : {EcKey(0), EcKeyOf("P-384"), EcKeyOf("P-521"), RsaKey(2048)}) {
      EXPECT_EQ(Check(Made(Spec(key, digest)), key), SignatureCheck::kValid)
          << EVP_MD_get0_name(digest);
    }
  }
  for (EVP_PKEY* key : {Ed25519Key(), Ed448Key()}) {
    EXPECT_EQ(Check(Made(Spec(key, nullptr)), key), SignatureCheck::kValid);
  }
}

TEST(CheckSignature, RefusesEveryFlippedBitO2) {
  for (EVP_PKEY* key : {EcKey(0), RsaKey(2048), Ed25519Key()}) {
    const MadeSignature made = Made(Spec(key, key == Ed25519Key() ? nullptr : EVP_sha256()));
    for (size_t bit = 0; bit < 8 * made.octets.size(); bit += key == RsaKey(2048) ? 101 : 7) {
      MadeSignature flipped = made;
      flipped.octets[bit / 8] = static_cast<char>(flipped.octets[bit / 8] ^ (1 << bit % 8));
      EXPECT_EQ(Check(flipped, key), SignatureCheck::kInvalid) << bit;
    }
    EXPECT_EQ(Check(made, key, {}, "\x30\x03\x02\x01\x06"), SignatureCheck::kInvalid);
    EXPECT_EQ(Check(made, key, {}, ""), SignatureCheck::kInvalid);
  }
}

TEST(CheckSignature, RefusesWhatIsLongerOrShorter) {
  for (EVP_PKEY* key : {EcKey(0), RsaKey(2048), Ed25519Key()}) {
    MadeSignature made = Made(Spec(key, key == Ed25519Key() ? nullptr : EVP_sha256()));
    made.octets += '\0';
    EXPECT_EQ(Check(made, key), SignatureCheck::kInvalid);
    made.octets.resize(made.octets.size() - 2);
    EXPECT_EQ(Check(made, key), SignatureCheck::kInvalid);
    made.octets.clear();
    EXPECT_EQ(Check(made, key), SignatureCheck::kInvalid);
  }
}

TEST(CheckSignature, RefusesAnotherKeyAndAKeyOfAnotherKind) {
  const MadeSignature ec = Made(Spec(EcKey(0)));
  EXPECT_EQ(Check(ec, EcKey(1)), SignatureCheck::kInvalid);
  EXPECT_EQ(Check(ec, EcKeyOf("P-384")), SignatureCheck::kInvalid);
  EXPECT_EQ(Check(ec, RsaKey(2048)), SignatureCheck::kInvalid);
  EXPECT_EQ(Check(ec, Ed25519Key()), SignatureCheck::kInvalid);
  EXPECT_EQ(Check(Made(Spec(RsaKey(2048))), EcKey(0)), SignatureCheck::kInvalid);
  EXPECT_EQ(Check(Made(Spec(Ed25519Key(), nullptr)), Ed448Key()), SignatureCheck::kInvalid);
}

TEST(CheckSignature, RefusesSha1UnlessAllowed) {
  for (EVP_PKEY* key : {EcKey(0), RsaKey(2048)}) {
    const MadeSignature made = Made(Spec(key, EVP_sha1()));
    EXPECT_EQ(Check(made, key), SignatureCheck::kWeakAlgorithm);
    EXPECT_EQ(Check(made, key, {/*allow_sha1=*/true}), SignatureCheck::kValid);
    EXPECT_EQ(Check(made, EcKey(1), {/*allow_sha1=*/true}), SignatureCheck::kInvalid);
  }
}

TEST(CheckSignature, RefusesMd5Always) {
  const MadeSignature made = Made(Spec(RsaKey(2048), EVP_md5()));
  EXPECT_EQ(Check(made, RsaKey(2048)), SignatureCheck::kWeakAlgorithm);
  EXPECT_EQ(Check(made, RsaKey(2048), {/*allow_sha1=*/true}), SignatureCheck::kWeakAlgorithm);
}

TEST(CheckSignature, RefusesWeakAndUnknownKeys) {
  EXPECT_EQ(Check(Made(Spec(RsaKey(1024))), RsaKey(1024)), SignatureCheck::kWeakKey);
  for (const char* curve : {"P-224", "brainpoolP256r1", "secp256k1"}) {
    EVP_PKEY* const key = EcKeyOf(curve);
    EXPECT_EQ(Check(Made(Spec(key)), key), SignatureCheck::kUnknownKey) << curve;
  }
}

TEST(CheckSignature, VerifiesRsaPss) {
  SignerSpec spec = Spec(RsaKey(2048));
  spec.is_pss = true;
  EXPECT_EQ(Check(Made(spec), spec.key), SignatureCheck::kValid);
  spec.salt_length = 0;
  EXPECT_EQ(Check(Made(spec), spec.key), SignatureCheck::kValid);
  spec.digest = EVP_sha512();
  spec.salt_length = 64;
  EXPECT_EQ(Check(Made(spec), spec.key), SignatureCheck::kValid);
  MadeSignature made = Made(spec);
  made.octets.back() = static_cast<char>(made.octets.back() ^ 1);
  EXPECT_EQ(Check(made, spec.key), SignatureCheck::kInvalid);
  // The same octets, as what they are not.
  made.algorithm = Made(Spec(RsaKey(2048))).algorithm;
  EXPECT_EQ(Check(made, spec.key), SignatureCheck::kInvalid);
}

TEST(CheckSignature, AsksForTheSaltThatTheParametersTell) {
  SignerSpec spec = Spec(RsaKey(2048));
  spec.is_pss = true;
  MadeSignature made = Made(spec);
  spec.salt_length = 33;
  made.algorithm = Made(spec).algorithm;
  EXPECT_EQ(Check(made, spec.key), SignatureCheck::kInvalid);
}

TEST(CheckSignature, RefusesRsaPssWithSha1) {
  SignerSpec spec = Spec(RsaKey(2048), EVP_sha1());
  spec.is_pss = true;
  spec.salt_length = 20;
  EXPECT_EQ(Check(Made(spec), spec.key), SignatureCheck::kWeakAlgorithm);
  EXPECT_EQ(Check(Made(spec), spec.key, {/*allow_sha1=*/true}), SignatureCheck::kValid);
  spec.digest = EVP_sha256();
  spec.mask_digest = EVP_sha1();
  EXPECT_EQ(Check(Made(spec), spec.key), SignatureCheck::kWeakAlgorithm);
  EXPECT_EQ(Check(Made(spec), spec.key, {/*allow_sha1=*/true}), SignatureCheck::kValid);
}

TEST(CheckSignature, RefusesAlgorithmsThatItCannotRead) {
  const MadeSignature made = Made(Spec(EcKey(0)));
  const std::string ecdsa(Inside(made.algorithm));
  const auto with = [&made](const std::string& algorithm) {
    return CheckSignature({kBytes, algorithm, made.octets}, *EcKey(0));
  };
  EXPECT_EQ(with(ecdsa), SignatureCheck::kValid);
  EXPECT_EQ(with(ecdsa + std::string("\x05\x00", 2)), SignatureCheck::kValid) << "as some write";
  for (const std::string& rest : {std::string("\x30\x00", 2), std::string("\x05\x01x", 3),
                                  std::string("\x05\x00\x05\x00", 4), std::string("x")}) {
    EXPECT_EQ(with(ecdsa + rest), SignatureCheck::kUnknownAlgorithm);
  }
  EXPECT_EQ(with(""), SignatureCheck::kUnknownAlgorithm);
  EXPECT_EQ(with("\x06\x01\x2a"), SignatureCheck::kUnknownAlgorithm);
  EXPECT_EQ(with("\x06\x03\x2b\x65\x70" + std::string("\x05\x00", 2)),
            SignatureCheck::kUnknownAlgorithm)
      << "Ed25519 has no parameters";
}

TEST(CheckSignature, RefusesRsaPssParametersThatItCannotRead) {
  SignerSpec spec = Spec(RsaKey(2048));
  spec.is_pss = true;
  const MadeSignature made = Made(spec);
  const std::string algorithm(Inside(made.algorithm));
  const auto with = [&](const std::string& contents) {
    return CheckSignature({kBytes, contents, made.octets}, *RsaKey(2048));
  };
  ASSERT_EQ(with(algorithm), SignatureCheck::kValid);
  const std::string id = algorithm.substr(0, 11);
  EXPECT_EQ(with(id), SignatureCheck::kUnknownAlgorithm) << "parameters are required";
  EXPECT_EQ(with(id + std::string("\x30\x00", 2)), SignatureCheck::kWeakAlgorithm) << "SHA-1";
  EXPECT_EQ(with(id + std::string("\x30\x05\xa3\x03\x02\x01\x01", 7)),
            SignatureCheck::kUnknownAlgorithm)
      << "a default is left out";
  EXPECT_EQ(with(id + std::string("\x30\x05\xa2\x03\x02\x01\xff", 7)),
            SignatureCheck::kUnknownAlgorithm)
      << "a negative salt";
  EXPECT_EQ(with(id + std::string("\x30\x04\xa0\x02\x05\x00", 6)),
            SignatureCheck::kUnknownAlgorithm);
  for (size_t i = 11; i < algorithm.size(); ++i) {
    std::string cut = algorithm.substr(0, i);
    EXPECT_NE(with(cut), SignatureCheck::kValid) << i;
  }
}

TEST(ReadSignature, TakesWholeOctets) {
  EXPECT_EQ(ReadSignature(absl::string_view("\0ab", 3)), "ab");
  EXPECT_EQ(ReadSignature(absl::string_view("\1ab", 3)), std::nullopt);
  EXPECT_EQ(ReadSignature(""), std::nullopt);
}

TEST(CheckCertificateSignature, VerifiesByTheIssuersKey) {
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &root);
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(leaf.der);
  ASSERT_TRUE(outline.ok());
  EXPECT_EQ(CheckCertificateSignature(*outline, *EcKey(1)), SignatureCheck::kValid);
  EXPECT_EQ(CheckCertificateSignature(*outline, *EcKey(2)), SignatureCheck::kInvalid);
  CertificateOutline other = *outline;
  const std::string algorithm = std::string(outline->algorithm) + std::string("\x05\x00", 2);
  other.algorithm = algorithm;
  EXPECT_EQ(CheckCertificateSignature(other, *EcKey(1)), SignatureCheck::kInvalid)
      << "not the algorithm that was signed";
  other = *outline;
  other.signature.remove_prefix(1);
  EXPECT_EQ(CheckCertificateSignature(other, *EcKey(1)), SignatureCheck::kInvalid);
}

TEST(CheckCertificateSignature, RefusesSha1UnlessAllowed) {
  const TestCertificate root = Build(CaSpec("root", RsaKey(2048)));
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.digest = EVP_sha1();
  const std::string der = Build(spec, &root).der;
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
  ASSERT_TRUE(outline.ok());
  EXPECT_EQ(CheckCertificateSignature(*outline, *RsaKey(2048)), SignatureCheck::kWeakAlgorithm);
  EXPECT_EQ(CheckCertificateSignature(*outline, *RsaKey(2048), {/*allow_sha1=*/true}),
            SignatureCheck::kValid);
}

}  // namespace
}  // namespace postern
