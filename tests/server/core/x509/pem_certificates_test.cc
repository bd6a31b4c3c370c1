#include "server/core/x509/pem_certificates.h"

#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/support/pem.h"

namespace postern {
namespace {

TEST(ReadPemCertificates, SkipsKeysAndWhatIsBetween) {
  const std::string text = "mx1.test\n" + PemOf("key", "PRIVATE KEY") + PemOf("one") +
                           "issuer:\r\n" + PemOf("two") + PemOf("p", "DH PARAMETERS");
  const auto certificates = ReadPemCertificates(text, 2);
  ASSERT_TRUE(certificates.ok()) << certificates.status();
  EXPECT_EQ(*certificates, (std::vector<std::string>{"one", "two"}));
}

TEST(ReadPemCertificates, FindsNoneInAnythingElse) {
  for (const char* text : {"", "text", "-----BEGIN"}) {
    const auto certificates = ReadPemCertificates(text, 2);
    ASSERT_TRUE(certificates.ok()) << text;
    EXPECT_TRUE(certificates->empty()) << text;
  }
}

TEST(ReadPemCertificates, RefusesABlockThatIsCutShort) {
  const std::string text = PemOf("one") + PemOf(std::string(200, 'x'));
  for (size_t cut = 30; cut < 200; cut += 7) {
    const auto certificates = ReadPemCertificates(text.substr(0, text.size() - cut), 9);
    EXPECT_FALSE(certificates.ok()) << cut;
  }
}

TEST(ReadPemCertificates, RefusesTooMany) {
  const auto certificates = ReadPemCertificates(PemOf("a") + PemOf("b") + PemOf("c"), 2);
  EXPECT_TRUE(absl::StrContains(certificates.status().message(), "more than 2"));
}

}  // namespace
}  // namespace postern
