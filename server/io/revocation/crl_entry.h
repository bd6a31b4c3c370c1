// One CRL of the cache, as its owner sees it: what it is, how it was had, what is next.
#ifndef POSTERN_SERVER_IO_REVOCATION_CRL_ENTRY_H_
#define POSTERN_SERVER_IO_REVOCATION_CRL_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/core/revocation/crl.h"
#include "server/core/x509/certificate.h"
#include "server/io/revocation/crl_cache_options.h"
#include "server/io/revocation/crl_key.h"
#include "server/io/revocation/crl_shelf.h"

namespace postern {

using CrlCallback = std::function<void(absl::StatusOr<std::shared_ptr<const Crl>>)>;

struct CrlWaiter {
  absl::Time deadline = absl::InfiniteFuture();
  CrlCallback done;
};

// CrlEntry is of one thread, and stays where it is: its certificate points into it.
struct CrlEntry {
  std::shared_ptr<const CrlKey> key;
  std::shared_ptr<CrlUse> use = std::make_shared<CrlUse>();
  std::string issuer_der;
  Certificate issuer;
  std::string issuer_text;

  std::shared_ptr<const Crl> crl;
  std::string etag;
  std::string last_modified;
  size_t file_bytes = 0;  // of the CRL, where it is kept in a folder
  size_t bytes = 0;       // BytesOf

  int watches = 0;
  bool is_established = false;  // asked for again, a good while after it was first had
  bool no_cache = false;        // the next fetch asks for what no cache keeps
  int failures = 0;             // in a row
  std::string last_error;
  uint64_t fetch = 0;  // 0: none is under way
  std::vector<CrlWaiter> waiters;

  absl::Time first_loaded = absl::InfiniteFuture();
  absl::Time attempted = absl::InfinitePast();
  absl::Time not_before = absl::InfinitePast();  // no attempt before, after a failure
  absl::Time due = absl::InfinitePast();         // of the next attempt, unless it sleeps
  absl::Time forget = absl::InfiniteFuture();    // while it sleeps

  std::shared_ptr<const CrlStatus> status;  // null: to be made anew

  bool IsStrangers() const { return watches == 0; }
  bool IsNew() const { return watches == 0 && !is_established; }
  bool IsFetching() const { return fetch != 0; }
  bool Sleeps() const { return use->asleep.load(); }
  bool IsUsedSince(absl::Time time) const {
    return use->used.load() >= absl::ToUnixNanos(time);  // a Time is finer than that
  }
  absl::Time Used() const { return absl::FromUnixNanos(use->used.load()); }
  // The next time after `now` at which something is to be done for it. What is due already
  // waits for the end of another fetch, which wakes the owner.
  absl::Time NextAfter(absl::Time now) const;
};

// MakeCrlEntry reads the issuer. Fails with INVALID_ARGUMENT where no CRL can be looked for
// at the URL, or the issuer's certificate is none that signatures can be verified with.
absl::StatusOr<std::unique_ptr<CrlEntry>> MakeCrlEntry(absl::string_view url,
                                                       absl::string_view issuer_der);

// StatusOf tells of it.
CrlStatus StatusOf(const CrlEntry& entry, absl::Time now);

// BytesOf returns about how much memory an entry takes, or its file where that is more: one
// bound holds for both.
size_t BytesOf(const CrlEntry& entry);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CRL_ENTRY_H_
