// ReadCrlRecord with any bytes, and with the digest that they would need: what it takes is
// what it would write.
#include <openssl/sha.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/io/revocation/crl_record.h"

namespace postern {
namespace {

void Check(absl::string_view bytes) {
  const absl::StatusOr<CrlRecord> record = ReadCrlRecord(bytes);
  if (record.ok() && WriteCrlRecord(*record) != bytes) abort();
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  postern::Check(bytes);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(data, size, digest);
  bytes.append(reinterpret_cast<const char*>(digest), sizeof digest);
  postern::Check(bytes);
  return 0;
}
