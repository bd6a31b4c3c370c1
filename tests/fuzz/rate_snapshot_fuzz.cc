// ReadRateSnapshot on any bytes, as they are and with the checksum put right: what is read
// is written as the same bytes, and a store takes it.
#include <openssl/sha.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/rate/rate_snapshot.h"
#include "server/io/rate/memory_rate_store.h"
#include "server/io/rate/rate_rule_ids.h"

namespace postern {
namespace {

void Check(bool holds) {
  if (!holds) abort();
}

void CheckSnapshot(absl::string_view bytes) {
  const absl::StatusOr<RateSnapshot> snapshot = ReadRateSnapshot(bytes);
  if (!snapshot.ok()) {
    Check(snapshot.status().message().size() < 1000);
    return;
  }
  Check(WriteRateSnapshot(*snapshot) == bytes);
  MemoryRateStore::Options options;
  options.capacity = 1000;
  options.events = 4;
  const std::unique_ptr<MemoryRateStore> store = MemoryRateStore::Create(options).value();
  RateRuleIds ids;
  for (const RateSnapshot::Rule& rule : snapshot->rules) (void)ids.IdOf(rule.name);
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const size_t left_out = store->Restore(*snapshot, ids, 1'000'000'000, now);
  Check(store->GetStats().entries + left_out <= snapshot->keys.size());
  Check(ReadRateSnapshot(WriteRateSnapshot(store->Save(ids, 1'000'000'000, now))).ok());
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  postern::CheckSnapshot(bytes);
  std::string with_checksum(bytes);
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA256(data, size, digest);
  with_checksum.append(reinterpret_cast<const char*>(digest), sizeof(digest));
  postern::CheckSnapshot(with_checksum);
  return 0;
}
