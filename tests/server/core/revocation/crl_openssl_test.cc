// Ours beside OpenSSL's, for the same bytes: they agree but where a case says why
// not.
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/core/revocation/check_crl.h"
#include "server/core/revocation/crl.h"
#include "server/core/revocation/crl_outline.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/der.h"
#include "server/core/x509/openssl_types.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/crl_builder.h"
#include "tests/support/der_writer.h"
#include "tests/support/signer.h"

namespace postern {
namespace {

using UniqueCrl = std::unique_ptr<X509_CRL, OpensslFree<X509_CRL_free>>;
using UniqueInteger = std::unique_ptr<ASN1_INTEGER, OpensslFree<ASN1_INTEGER_free>>;
using UniqueStore = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;

const TestCertificate& Root() {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  return *root;
}

UniqueCrl Parse(const std::string& der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  return UniqueCrl(d2i_X509_CRL(nullptr, &begin, static_cast<long>(der.size())));
}

// 1 listed, 0 not; 2 removed, which OpenSSL takes for not listed.
int OpensslsFind(X509_CRL& crl, const std::string& serial) {
  const std::string der = Der(kDerInteger, serial);
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const UniqueInteger number(d2i_ASN1_INTEGER(nullptr, &begin, static_cast<long>(der.size())));
  X509_REVOKED* entry = nullptr;
  return X509_CRL_get0_by_serial(&crl, &entry, number.get());
}

TEST(CrlBesideOpenssl, FindsTheSameSerials) {
  CrlSpec spec;
  spec.ordinary_entries = 500;
  const std::string zero(1, '\0');
  const std::string edges[] = {zero,
                               "\x01",
                               "\x7f",
                               zero + "\x80",
                               "\x80",
                               "\xff",
                               "\x01" + zero,
                               std::string(20, '\x7f'),
                               zero + std::string(20, '\xff'),
                               "\xff\x7f"};
  for (const std::string& serial : edges) spec.entries.push_back(CrlEntry(serial));
  spec.entries.push_back(spec.entries.front());
  const std::string der = BuildCrl(spec, Root());
  const Certificate issuer = ParseIssuer(Root().der).value();
  const UniqueCrl openssls = Parse(der);
  ASSERT_NE(openssls, nullptr);
  EXPECT_EQ(X509_CRL_verify(openssls.get(), X509_get0_pubkey(issuer.x509.get())), 1);
  const Crl ours = ReadCrl(der, issuer);
  ASSERT_EQ(ours.defect, CrlReason::kNone);
  const auto agree = [&](const std::string& serial, bool listed) {
    EXPECT_EQ(OpensslsFind(*openssls, serial), listed ? 1 : 0);
    EXPECT_EQ(ours.serials.Find(serial).has_value(), listed);
  };
  for (size_t i = 0; i < 1000; ++i) agree(OrdinarySerial(i), i < 500);
  for (const std::string& serial : edges) agree(serial, true);
  for (const std::string& other :
       {std::string("\x02"), zero + "\xff", std::string("\x81"), zero + "\x81",
        std::string("\xff\x01"), std::string(19, '\x7f'), zero + std::string(19, '\xff')}) {
    agree(other, false);
  }
}

std::string Sealed(const std::string& tbs) {
  const MadeSignature signature = Sign(tbs, {Root().key});
  return Der(kDerSequence,
             absl::StrCat(tbs, signature.algorithm,
                          Der(kDerBitString, std::string(1, '\0') + signature.octets)));
}

// Each octet of what is signed is changed in some ways, and signed.
TEST(CrlBesideOpenssl, TakesNothingThatOpensslDoesNotTake) {
  CrlSpec spec;
  spec.entries = {CrlEntry(5), CrlEntry(7)};
  spec.entries[1].reason = 1;
  spec.point_urls = {"http://a.test/"};
  const std::string der = BuildCrl(spec, Root());
  const std::optional<CrlOutline> outline = ReadCrlOutline(der);
  ASSERT_TRUE(outline);
  const std::string tbs(outline->signed_bytes.bytes);
  const Certificate issuer = ParseIssuer(Root().der).value();
  size_t taken = 0;
  for (size_t i = 0; i < tbs.size(); ++i) {
    for (const int change : {0x01, 0x20, 0x80, 0xff}) {
      std::string changed = tbs;
      changed[i] = static_cast<char>(changed[i] ^ change);
      const std::string sealed = Sealed(changed);
      const Crl ours = ReadCrl(sealed, issuer);
      if (ours.defect != CrlReason::kNone) continue;
      ++taken;
      const UniqueCrl openssls = Parse(sealed);
      ASSERT_NE(openssls, nullptr) << i;
      EXPECT_EQ(X509_CRL_verify(openssls.get(), X509_get0_pubkey(issuer.x509.get())), 1) << i;
      for (int serial = 0; serial < 128; ++serial) {
        const std::string octet(1, static_cast<char>(serial));
        EXPECT_EQ(ours.serials.Find(octet).has_value(), OpensslsFind(*openssls, octet) != 0)
            << i << " " << serial;
      }
    }
  }
  EXPECT_GT(taken, 0u);
  ERR_clear_error();
}

TEST(CrlBesideOpenssl, RefusesMd5WhichOpensslVerifies) {
  const TestCertificate rsa = Build(CaSpec("root", RsaKey(2048)));
  CrlSpec spec;
  spec.digest = EVP_md5();
  const std::string der = BuildCrl(spec, rsa);
  const Certificate issuer = ParseIssuer(rsa.der).value();
  EXPECT_EQ(X509_CRL_verify(Parse(der).get(), X509_get0_pubkey(issuer.x509.get())), 1);
  EXPECT_EQ(ReadCrl(der, issuer).defect, CrlReason::kWeakSignature);
}

// What X509_verify_cert says, with the CRL at hand.
int OpensslsError(const std::string& crl_der, const std::string& certificate_der) {
  const UniqueX509 root = std::move(ParseCertificate(Root().der).value().x509);
  const UniqueX509 leaf = std::move(ParseCertificate(certificate_der).value().x509);
  const UniqueCrl crl = Parse(crl_der);
  if (crl == nullptr) return -1;
  const UniqueStore store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), root.get());
  X509_STORE_add_crl(store.get(), crl.get());
  X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK);
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), absl::ToTimeT(TestNow()));
  const UniqueStoreContext context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
  X509_verify_cert(context.get());
  const int error = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  return error;
}

TEST(CrlBesideOpenssl, DiffersWhereOpensslErrs) {
  constexpr int kUnread = -1;
  const auto times = [](const char* raw) {
    return [raw](CrlSpec& spec) { spec.raw_next_update = Der(kDerGeneralizedTime, raw); };
  };
  const auto none = [](CrlSpec&) {};
  const struct {
    const char* what;
    std::function<void(CrlSpec&)> change;
    int openssls;
    const char* ours;
  } kCases[] = {
      // The same.
      {"good", none, X509_V_OK, "GOOD"},
      {"revoked", [](CrlSpec& spec) { spec.entries = {CrlEntry(1)}; }, X509_V_ERR_CERT_REVOKED,
       "REVOKED"},
      {"past nextUpdate", [](CrlSpec& spec) { spec.next_update = TestNow() - absl::Hours(1); },
       X509_V_ERR_CRL_HAS_EXPIRED, "STALE"},
      {"before thisUpdate", [](CrlSpec& spec) { spec.this_update = TestNow() + absl::Hours(1); },
       X509_V_ERR_CRL_NOT_YET_VALID, "NOT_YET"},
      {"signature", [](CrlSpec& spec) { spec.has_wrong_signature = true; },
       X509_V_ERR_CRL_SIGNATURE_FAILURE, "SIGNATURE"},
      {"unknown critical extension",
       [](CrlSpec& spec) { spec.raw_extensions = {DerExtension("1.2.3", true, "x")}; },
       X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, "CRITICAL_EXTENSION"},
      {"unknown critical extension of an entry",
       [](CrlSpec& spec) {
         spec.entries = {CrlEntry(7)};
         spec.entries[0].raw_extensions = {DerExtension("1.2.3", true, "x")};
       },
       X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, "CRITICAL_EXTENSION"},
      {"for CAs", [](CrlSpec& spec) { spec.only_ca = true; }, X509_V_ERR_DIFFERENT_CRL_SCOPE,
       "SCOPE"},
      {"for another point", [](CrlSpec& spec) { spec.point_urls = {"http://b.test/"}; },
       X509_V_ERR_DIFFERENT_CRL_SCOPE, "DISTRIBUTION_POINT"},
      {"a non-minimal serial",
       [](CrlSpec& spec) { spec.entries = {CrlEntry(std::string("\x00\x01", 2))}; }, kUnread,
       "MALFORMED"},
      // OpenSSL errs.
      {"removeFromCRL is read as not revoked",
       [](CrlSpec& spec) {
         spec.entries = {CrlEntry(1)};
         spec.entries[0].reason = 8;
       },
       X509_V_OK, "REVOKED"},
      {"no nextUpdate is read as for ever", [](CrlSpec& spec) { spec.next_update = std::nullopt; },
       X509_V_OK, "NO_NEXT_UPDATE"},
      {"a year is believed",
       [](CrlSpec& spec) {
         spec.this_update = TestNow() - absl::Hours(24 * 300);
         spec.next_update = TestNow() + absl::Hours(24 * 60);
       },
       X509_V_OK, "TOO_OLD"},
      {"SHA-1 is strong enough", [](CrlSpec& spec) { spec.digest = EVP_sha1(); }, X509_V_OK,
       "WEAK_SIGNATURE"},
      {"what follows is not looked at", [](CrlSpec& spec) { spec.after = "x"; }, X509_V_OK,
       "MALFORMED"},
      // Both refuse, for another reason.
      {"a fraction of a second", times("20260102000000.5Z"),
       X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, "MALFORMED"},
      {"delta", [](CrlSpec& spec) { spec.delta_base = 1; }, X509_V_ERR_UNABLE_TO_GET_CRL, "DELTA"},
      // Stricter than OpenSSL.
      {"extensions of version 1", [](CrlSpec& spec) { spec.version = std::nullopt; }, X509_V_OK,
       "MALFORMED"},
  };
  CertificateSpec leaf_spec = LeafSpec("mx1.test");
  leaf_spec.crl_points = "URI:http://a.test/";
  const TestCertificate leaf = Build(leaf_spec, &Root());
  const Certificate certificate = ParseCertificate(leaf.der).value();
  const Certificate issuer = ParseIssuer(Root().der).value();
  for (const auto& test : kCases) {
    CrlSpec spec;
    test.change(spec);
    const std::string der = BuildCrl(spec, Root());
    EXPECT_EQ(OpensslsError(der, leaf.der), test.openssls)
        << test.what << ": " << X509_verify_cert_error_string(OpensslsError(der, leaf.der));
    const CrlVerdict ours = CheckCrl(ReadCrl(der, issuer), certificate, issuer, "", TestNow());
    EXPECT_STREQ(ours.reason == CrlReason::kNone ? NameOf(ours.status) : NameOf(ours.reason),
                 test.ours)
        << test.what;
  }
}

}  // namespace
}  // namespace postern
