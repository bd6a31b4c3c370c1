#include "server/core/x509/digest.h"

#include <openssl/evp.h>
#include <openssl/objects.h>

#include <string>

#include "gtest/gtest.h"

namespace postern {
namespace {

const std::string kSha256Id("\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01", 11);
const std::string kSha1Id("\x06\x05\x2b\x0e\x03\x02\x1a", 7);
const std::string kNull("\x05\x00", 2);

TEST(DigestOf, TakesNullOrNoParameters) {
  EXPECT_EQ(DigestOf(kSha256Id), Digest::kSha256);
  EXPECT_EQ(DigestOf(kSha256Id + kNull), Digest::kSha256);
  EXPECT_EQ(DigestOf(kSha1Id + kNull), Digest::kSha1);
  EXPECT_EQ(DigestOf(kSha256Id + kNull + kNull), Digest::kUnknown);
  EXPECT_EQ(DigestOf(kSha256Id + "\x05\x01x"), Digest::kUnknown);
  EXPECT_EQ(DigestOf(kSha256Id + std::string("\x30\x00", 2)), Digest::kUnknown);
  EXPECT_EQ(DigestOf(kSha256Id + "x"), Digest::kUnknown);
}

TEST(DigestOf, KnowsNothingElse) {
  EXPECT_EQ(DigestOf(""), Digest::kUnknown);
  EXPECT_EQ(DigestOf("\x06\x01\x2a"), Digest::kUnknown);
  EXPECT_EQ(DigestOf(kNull), Digest::kUnknown);
  EXPECT_EQ(DigestOf(kSha256Id.substr(0, 10)), Digest::kUnknown);
}

// The identifiers as OpenSSL writes them.
TEST(DigestOf, AgreesWithItsFunction) {
  for (const Digest digest :
       {Digest::kSha1, Digest::kSha224, Digest::kSha256, Digest::kSha384, Digest::kSha512}) {
    const EVP_MD* const function = DigestFunction(digest);
    ASSERT_NE(function, nullptr);
    const ASN1_OBJECT* const id = OBJ_nid2obj(EVP_MD_get_type(function));
    const std::string contents(reinterpret_cast<const char*>(OBJ_get0_data(id)), OBJ_length(id));
    EXPECT_EQ(DigestOf('\x06' + std::string(1, static_cast<char>(contents.size())) + contents),
              digest);
  }
}

TEST(DigestFunction, NeverComputesMd5) {
  EXPECT_EQ(DigestOf(std::string("\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05", 10) + kNull),
            Digest::kMd5);
  EXPECT_EQ(DigestFunction(Digest::kMd5), nullptr);
  EXPECT_EQ(DigestFunction(Digest::kUnknown), nullptr);
}

}  // namespace
}  // namespace postern
