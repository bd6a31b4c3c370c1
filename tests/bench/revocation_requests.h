// The certificates that revocation_load keeps staples of, and questions about them.
#ifndef POSTERN_TESTS_BENCH_REVOCATION_REQUESTS_H_
#define POSTERN_TESTS_BENCH_REVOCATION_REQUESTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "postern/v1/revocation.pb.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

inline constexpr size_t kBenchCertificates = 256;

// BenchStaples has a good staple of each, and nothing ever changes.
class BenchStaples final : public StapleSource {
 public:
  BenchStaples();

  KeptStaplePtr FindByDigest(absl::string_view sha256) const override;
  KeptStaplePtr FindByHost(absl::string_view) const override { return nullptr; }
  KeptStaplePtr FindByName(absl::string_view) const override { return nullptr; }
  std::vector<KeptStaplePtr> List(absl::string_view, size_t) const override { return {}; }
  void Refresh(absl::string_view, RefreshDone done) override { done(KeptStaplePtr()); }
  uint64_t Watch(Watcher) override { return 1; }
  void Unwatch(uint64_t) override {}

 private:
  absl::flat_hash_map<std::string, KeptStaplePtr> by_digest_;
};

// GetStapleRequests name so many of the certificates by their digests.
std::vector<v1::GetStapleRequest> GetStapleRequests(size_t count);

// CheckStapleRequests are so many different ones, each of a good staple; the time of
// verification is given, since the certificates are those of tests.
std::vector<v1::CheckStapleRequest> CheckStapleRequests(size_t count);

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_REVOCATION_REQUESTS_H_
