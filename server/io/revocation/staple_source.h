// The staples of the operator's own certificates, as everything above sees them.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLE_SOURCE_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLE_SOURCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/check_crl.h"
#include "server/core/revocation/staple.h"

namespace postern {

// KeptStaple is how it stands with one certificate: the message Staple of
// proto/postern/v1/revocation.proto, which tells of each field. It is never changed: what
// becomes of the certificate is another KeptStaple.
struct KeptStaple {
  enum class Source { kOcsp, kCrl, kNone };
  enum class Status { kGood, kRevoked, kPending, kExpired, kNotAvailable, kUnusable };
  std::string name;
  Source source = Source::kNone;
  Status status = Status::kPending;
  absl::Time use_until = absl::InfinitePast();
  absl::Time next_refresh = absl::InfiniteFuture();  // the infinite future: none
  std::string last_error;
  uint32_t failures = 0;
  absl::Time last_success = absl::InfinitePast();
  std::string url;
  std::string certificate_sha256;  // 32 bytes, or none
  std::string file;
  std::vector<std::string> dns_names;  // normal form; may begin with "*."
  absl::Time not_after = absl::InfinitePast();
  bool must_staple = false;
  std::optional<StapleVerdict> verdict;
  std::optional<CrlVerdict> crl;
  std::string der;  // the staple to serve; empty: none

  // ServableAt tells whether there is a staple to serve.
  bool ServableAt(absl::Time now) const { return !der.empty() && now < use_until; }
};

using KeptStaplePtr = std::shared_ptr<const KeptStaple>;

// StapleSource has them. Thread safe; nothing but Refresh waits for anything.
class StapleSource {
 public:
  // Watcher hears of one certificate's new state, or, with `removed`, that it has gone. It
  // runs on the source's thread, must not block, and may not call the source.
  using Watcher = std::function<void(const KeptStaplePtr& staple, bool removed)>;
  // RefreshDone gets the state after the fetch, exactly once, on any thread, or inside
  // Refresh. NOT_FOUND, FAILED_PRECONDITION (nothing to fetch) or UNAVAILABLE (stopping).
  using RefreshDone = std::function<void(absl::StatusOr<KeptStaplePtr>)>;

  virtual ~StapleSource() = default;

  // Null if there is none such. A state may have ended meanwhile: see ServableAt.
  virtual KeptStaplePtr FindByDigest(absl::string_view sha256) const = 0;
  virtual KeptStaplePtr FindByHost(absl::string_view host) const = 0;  // normal form
  virtual KeptStaplePtr FindByName(absl::string_view name) const = 0;

  // List returns at most `limit` states in the order of their names, those after `after`.
  virtual std::vector<KeptStaplePtr> List(absl::string_view after, size_t limit) const = 0;

  // Refresh fetches now; calls for one name share one fetch.
  virtual void Refresh(absl::string_view name, RefreshDone done) = 0;

  // Watch calls the watcher with all that there is, then with what changes. Returns a
  // number for Unwatch, after which the watcher is not called any more.
  virtual uint64_t Watch(Watcher watcher) = 0;
  virtual void Unwatch(uint64_t id) = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLE_SOURCE_H_
