#include "server/core/net/sip_hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

// What OpenSSL makes of it, with one round a word and three at the end.
uint64_t OfOpenSsl(const SipKey& key, absl::string_view bytes) {
  std::unique_ptr<EVP_MAC, void (*)(EVP_MAC*)> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                   EVP_MAC_free);
  std::unique_ptr<EVP_MAC_CTX, void (*)(EVP_MAC_CTX*)> context(EVP_MAC_CTX_new(mac.get()),
                                                               EVP_MAC_CTX_free);
  size_t size = 8;
  unsigned word_rounds = 1;
  unsigned last_rounds = 3;
  std::array<OSSL_PARAM, 4> params = {
      OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
      OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_C_ROUNDS, &word_rounds),
      OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_D_ROUNDS, &last_rounds), OSSL_PARAM_construct_end()};
  std::array<uint8_t, 16> key_bytes;
  std::memcpy(key_bytes.data(), &key, 16);
  std::array<uint8_t, 8> digest = {};
  EXPECT_EQ(EVP_MAC_init(context.get(), key_bytes.data(), 16, params.data()), 1);
  EXPECT_EQ(
      EVP_MAC_update(context.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()),
      1);
  EXPECT_EQ(EVP_MAC_final(context.get(), digest.data(), &size, digest.size()), 1);
  uint64_t hash;
  std::memcpy(&hash, digest.data(), 8);
  return hash;
}

TEST(SipHash, HashesAsOpenSslDoesAtAnyLength) {
  const SipKey key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string bytes;
  std::set<uint64_t> hashes;
  for (int i = 0; i < 70; ++i) {
    EXPECT_EQ(SipHash(key, bytes), OfOpenSsl(key, bytes)) << i;
    hashes.insert(SipHash(key, bytes));
    bytes.push_back(static_cast<char>(i * 37));
  }
  EXPECT_EQ(hashes.size(), 70u);
}

TEST(SipHash, DependsOnAllOfTheKey) {
  EXPECT_NE(SipHash({1, 2}, "a"), SipHash({1, 3}, "a"));
  EXPECT_NE(SipHash({1, 2}, "a"), SipHash({0, 2}, "a"));
}

}  // namespace
}  // namespace postern
