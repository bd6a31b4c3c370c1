#include "server/core/handshake/presented_key.h"

#include <openssl/evp.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/core/dane/tlsa.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"

namespace postern {
namespace {

const TestCertificate& Server() {
  static const auto* const certificate = new TestCertificate(Build(LeafSpec("mx1.test")));
  return *certificate;
}

const TestCertificate& Other() {
  static const auto* const certificate = new TestCertificate(Build(LeafSpec("mx1.test", EcKey(7))));
  return *certificate;
}

bool Matches(const TlsaRecord& record, bool is_raw = false) {
  PresentedKey key(is_raw ? absl::string_view() : absl::string_view(Server().der),
                   Server().public_key_info);
  return key.Matches(record, DefaultDigestOrder());
}

TEST(PresentedKey, MatchesEverySelectorAndMatchingTypeT2T3T9) {
  for (int selector : {0, 1}) {
    for (int matching_type : {0, 1, 2}) {
      EXPECT_TRUE(Matches(RecordOf(3, selector, matching_type, Server())));
      EXPECT_FALSE(Matches(RecordOf(3, selector, matching_type, Other())));
    }
  }
}

TEST(PresentedKey, ComparesAllBytesT4) {
  for (int matching_type : {0, 1, 2}) {
    const TlsaRecord whole = RecordOf(3, 1, matching_type, Server());
    TlsaRecord record = whole;
    record.data.pop_back();
    EXPECT_FALSE(Matches(record)) << "cut";
    record.data = whole.data + "x";
    EXPECT_FALSE(Matches(record)) << "longer";
    record.data = whole.data;
    record.data.back() = static_cast<char>(record.data.back() ^ 1);
    EXPECT_FALSE(Matches(record)) << "other";
    record.data.clear();
    EXPECT_FALSE(Matches(record)) << "nothing";
  }
}

TEST(PresentedKey, HasNoCertificateWhereItIsARawPublicKeyA5) {
  for (int matching_type : {0, 1, 2}) {
    EXPECT_TRUE(Matches(RecordOf(3, 1, matching_type, Server()), true));
    EXPECT_FALSE(Matches(RecordOf(3, 0, matching_type, Server()), true));
  }
  EXPECT_FALSE(Matches(RawRecord(3, 0, 0, ""), true));
}

TEST(PresentedKey, MatchesByAFurtherDigestA18) {
  const std::vector<DigestAlgorithm> digests = *ParseDigestOrder("sha384=9,sha256");
  PresentedKey key(Server().der, Server().public_key_info);
  EXPECT_TRUE(key.Matches(RecordOf(3, 1, 1, Server()), digests));
  unsigned char value[EVP_MAX_MD_SIZE];
  const std::string& info = Server().public_key_info;
  ASSERT_EQ(EVP_Digest(info.data(), info.size(), value, nullptr, EVP_sha384(), nullptr), 1);
  EXPECT_TRUE(key.Matches(RawRecord(3, 1, 9, std::string(reinterpret_cast<const char*>(value), 48)),
                          digests));
  EXPECT_FALSE(key.Matches(RawRecord(3, 1, 9, std::string(48, 'x')), digests));
  EXPECT_FALSE(key.Matches(RecordOf(3, 1, 2, Server()), digests)) << "not in the order";
}

TEST(PresentedKey, KeepsTheDigestsApart) {
  PresentedKey key(Server().der, Server().public_key_info);
  for (int round = 0; round < 2; ++round) {
    for (int selector : {0, 1}) {
      for (int matching_type : {1, 2}) {
        EXPECT_TRUE(
            key.Matches(RecordOf(3, selector, matching_type, Server()), DefaultDigestOrder()));
        EXPECT_FALSE(key.Matches(RawRecord(3, selector, matching_type,
                                           RecordOf(3, 1 - selector, matching_type, Server()).data),
                                 DefaultDigestOrder()));
      }
    }
  }
}

}  // namespace
}  // namespace postern
