#include "server/core/x509/trust_anchors.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

std::string Pem(const std::string& der, const std::string& label = "CERTIFICATE") {
  std::string lines;
  const std::string base64 = absl::Base64Escape(der);
  for (size_t i = 0; i < base64.size(); i += 64)
    absl::StrAppend(&lines, base64.substr(i, 64), "\n");
  return absl::StrCat("-----BEGIN ", label, "-----\n", lines, "-----END ", label, "-----\n");
}

TEST(TrustAnchors, AreNoneAtFirst) { EXPECT_EQ(TrustAnchors().size(), 0u); }

TEST(TrustAnchors, AreReadFromPemWithWhateverIsAroundThem) {
  const std::string one = Pem(Build(CaSpec("one", EcKey(1))).der);
  const std::string two = Pem(Build(CaSpec("two", EcKey(2))).der);
  const auto anchors = TrustAnchors::FromPem("# one\n" + one + "\ntwo:\n" + two + "# end\n");
  ASSERT_TRUE(anchors.ok()) << anchors.status();
  EXPECT_EQ(anchors->size(), 2u);
}

TEST(TrustAnchors, SayWhichPemCannotBeRead) {
  const std::string one = Pem(Build(CaSpec("one", EcKey(1))).der);
  const auto broken = TrustAnchors::FromPem(one + Pem("no certificate"));
  ASSERT_FALSE(broken.ok());
  EXPECT_TRUE(absl::StrContains(broken.status().message(), "after the first 1")) << broken.status();
  EXPECT_FALSE(TrustAnchors::FromPem(one + one.substr(0, one.size() / 2)).ok());
}

TEST(TrustAnchors, AreNotReadFromPemWithoutACertificate) {
  EXPECT_FALSE(TrustAnchors::FromPem("").ok());
  EXPECT_FALSE(TrustAnchors::FromPem("text").ok());
  EXPECT_FALSE(TrustAnchors::FromPem(Pem("x", "PRIVATE KEY")).ok());
}

TEST(TrustAnchors, AskNobodyForAPassword) {
  const std::string pem =
      "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
      "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAAAAAAAAAAAAAAAAAAAA==\n"
      "-----END CERTIFICATE-----\n";
  EXPECT_FALSE(TrustAnchors::FromPem(pem).ok());
}

TEST(TrustAnchors, SayWhichDerCannotBeRead) {
  const std::string one = Build(CaSpec("one", EcKey(1))).der;
  EXPECT_EQ(TrustAnchors::FromDer({one})->size(), 1u);
  const auto broken = TrustAnchors::FromDer({one, "x"});
  ASSERT_FALSE(broken.ok());
  EXPECT_TRUE(absl::StrContains(broken.status().message(), "[1]")) << broken.status();
}

}  // namespace
}  // namespace postern
