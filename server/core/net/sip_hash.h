// SipHash-1-3 (Aumasson and Bernstein): a hash with a secret key, for tables whose keys
// strangers choose. Who does not know the key cannot find inputs that collide.
//
// Functions are pure and thread safe. Hashes are of this machine: not to be saved or sent.
#ifndef POSTERN_SERVER_CORE_NET_SIP_HASH_H_
#define POSTERN_SERVER_CORE_NET_SIP_HASH_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace postern {

// SipKey is the secret, 128 random bits.
struct SipKey {
  uint64_t k0 = 0;
  uint64_t k1 = 0;
};

namespace sip_hash_internal {

inline uint64_t Rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

struct State {
  uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v1 = Rotate(v1, 13) ^ v0;
    v0 = Rotate(v0, 32);
    v2 += v3;
    v3 = Rotate(v3, 16) ^ v2;
    v0 += v3;
    v3 = Rotate(v3, 21) ^ v0;
    v2 += v1;
    v1 = Rotate(v1, 17) ^ v2;
    v2 = Rotate(v2, 32);
  }
  void Add(uint64_t word) {
    v3 ^= word;
    Round();
    v0 ^= word;
  }
};

}  // namespace sip_hash_internal

// SipHash hashes bytes. In the header, so that a length known to the compiler costs nothing.
inline uint64_t SipHash(const SipKey& key, absl::string_view bytes) {
  sip_hash_internal::State state = {key.k0 ^ 0x736f6d6570736575, key.k1 ^ 0x646f72616e646f6d,
                                    key.k0 ^ 0x6c7967656e657261, key.k1 ^ 0x7465646279746573};
  const size_t size = bytes.size();
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    state.Add(word);
  }
  uint64_t last = static_cast<uint64_t>(size) << 56;
  for (int shift = 0; i < size; ++i, shift += 8) {
    last |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << shift;
  }
  state.Add(last);
  state.v2 ^= 0xff;
  state.Round();
  state.Round();
  state.Round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_SIP_HASH_H_
