#include "server/core/revocation/cert_id.h"

#include <openssl/evp.h>
#include <openssl/objects.h>

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/core/revocation/ocsp_response.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

constexpr absl::string_view kName = "\x30\x03\x31\x01x";
constexpr absl::string_view kKey = "the issuer's key";
constexpr absl::string_view kSerial = "\x01\x2c";

std::string Hash(const EVP_MD* digest, absl::string_view bytes) {
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EXPECT_EQ(EVP_Digest(bytes.data(), bytes.size(), value, &size, digest, nullptr), 1);
  return {reinterpret_cast<const char*>(value), size};
}

std::string AlgorithmOf(const EVP_MD* digest) {
  const ASN1_OBJECT* const id = OBJ_nid2obj(EVP_MD_get_type(digest));
  return Tlv(0x06, std::string(reinterpret_cast<const char*>(OBJ_get0_data(id)), OBJ_length(id)));
}

// Owner of what a CertId points to.
struct Id {
  explicit Id(const EVP_MD* digest)
      : algorithm(AlgorithmOf(digest)), name(Hash(digest, kName)), key(Hash(digest, kKey)) {}

  bool Matches() const {
    CertIdMatcher matcher(kName, kKey, kSerial);
    return matcher.Matches({algorithm, name, key, serial});
  }

  std::string algorithm;
  std::string name;
  std::string key;
  std::string serial = std::string(kSerial);
};

TEST(CertIdMatcher, KnowsFourDigestsO1) {
  for (const EVP_MD* digest : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
    EXPECT_TRUE(Id(digest).Matches()) << EVP_MD_get0_name(digest);
  }
  for (const EVP_MD* digest : {EVP_md5(), EVP_sha224(), EVP_sha3_256()}) {
    EXPECT_FALSE(Id(digest).Matches()) << EVP_MD_get0_name(digest);
  }
}

// As OpenSSL does: else a "revoked" with parameters that are not right would be no
// statement on the certificate, and a "good" beside it would count.
TEST(CertIdMatcher, DoesNotLookAtTheParametersO1) {
  for (const std::string& parameters :
       {std::string(), Tlv(0x05, ""), Tlv(0x28, ""), Tlv(0x05, "x"), Tlv(0x30, Tlv(0x05, ""))}) {
    Id id(EVP_sha256());
    id.algorithm += parameters;
    EXPECT_TRUE(id.Matches()) << parameters.size();
  }
}

TEST(CertIdMatcher, ComparesEveryPartO1) {
  Id id(EVP_sha256());
  id.name.back() = static_cast<char>(id.name.back() ^ 1);
  EXPECT_FALSE(id.Matches());
  id = Id(EVP_sha256());
  id.key.back() = static_cast<char>(id.key.back() ^ 1);
  EXPECT_FALSE(id.Matches());
  id = Id(EVP_sha256());
  id.serial += '\0';
  EXPECT_FALSE(id.Matches());
  id.serial = id.serial.substr(0, 1);
  EXPECT_FALSE(id.Matches());
}

TEST(CertIdMatcher, TakesNoDigestForAnothersO1) {
  Id id(EVP_sha256());
  id.algorithm = AlgorithmOf(EVP_sha1());
  EXPECT_FALSE(id.Matches());
  // Cut to the other's length.
  id = Id(EVP_sha512());
  id.algorithm = AlgorithmOf(EVP_sha256());
  id.name.resize(32);
  id.key.resize(32);
  EXPECT_FALSE(id.Matches());
  id = Id(EVP_sha1());
  id.name.clear();
  id.key.clear();
  EXPECT_FALSE(id.Matches());
}

TEST(CertIdMatcher, RemembersTheDigestsOfEachAlgorithm) {
  CertIdMatcher matcher(kName, kKey, kSerial);
  for (int i = 0; i < 2; ++i) {
    for (const EVP_MD* digest : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
      const Id id(digest);
      EXPECT_TRUE(matcher.Matches({id.algorithm, id.name, id.key, id.serial}));
      EXPECT_FALSE(matcher.Matches({id.algorithm, id.key, id.name, id.serial}));
    }
  }
}

}  // namespace
}  // namespace postern
