#include "server/core/revocation/ocsp_url.h"

#include <string>

#include "gtest/gtest.h"

namespace postern {
namespace {

TEST(MakeOcspHttpRequest, EncodesPlusSlashAndEqualsO13) {
  // Base64: ++//+w==
  const OcspHttpRequest request = MakeOcspHttpRequest("http://ocsp.test", "\xfb\xef\xff\xfb");
  EXPECT_TRUE(request.get);
  EXPECT_EQ(request.url, "http://ocsp.test/%2B%2B%2F%2F%2Bw%3D%3D");
  EXPECT_EQ(request.body, "");
}

TEST(MakeOcspHttpRequest, PutsOneSlashBetweenAndDropsTheFragment) {
  for (const char* url : {"http://ocsp.test/r", "http://ocsp.test/r/", "http://ocsp.test/r#top"}) {
    EXPECT_EQ(MakeOcspHttpRequest(url, "abc").url, "http://ocsp.test/r/YWJj") << url;
  }
}

TEST(MakeOcspHttpRequest, AsksByGetUpTo255OctetsAndElseByPostO13) {
  const std::string base = "http://ocsp.test";
  // One '/', and 4 octets for each 3: 200.
  const std::string der(150, 'a');
  const std::string longest = base + "/" + std::string(255 - 200 - base.size() - 2, 'p');
  const OcspHttpRequest get = MakeOcspHttpRequest(longest, der);
  EXPECT_TRUE(get.get);
  EXPECT_EQ(get.url.size(), 255U);
  const OcspHttpRequest post = MakeOcspHttpRequest(longest + "p", der);
  EXPECT_FALSE(post.get);
  EXPECT_EQ(post.url, longest + "p");
  EXPECT_EQ(post.body, der);
}

TEST(MakeOcspHttpRequest, CountsTheEncodedOctetsO13) {
  // Every octet of this base64 is '/', which takes three.
  const std::string der(75, '\xff');
  EXPECT_FALSE(MakeOcspHttpRequest("http://ocsp.test", der).get);
  EXPECT_TRUE(MakeOcspHttpRequest("http://ocsp.test", std::string(75, 'a')).get);
}

TEST(MakeOcspHttpRequest, AUrlWithAQueryIsPostedTo) {
  const OcspHttpRequest request = MakeOcspHttpRequest("http://ocsp.test/?ca=1", "abc");
  EXPECT_FALSE(request.get);
  EXPECT_EQ(request.url, "http://ocsp.test/?ca=1");
}

}  // namespace
}  // namespace postern
