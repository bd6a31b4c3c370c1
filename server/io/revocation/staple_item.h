// One certificate in the stapler's hands: what is known of it, and what is to be done.
//
// No I/O and no clock. Used by one thread.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLE_ITEM_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLE_ITEM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/check_crl.h"
#include "server/core/revocation/own_certificate.h"
#include "server/core/revocation/refresh_schedule.h"
#include "server/core/revocation/staple.h"
#include "server/core/revocation/staple_change.h"
#include "server/io/revocation/staple_index.h"
#include "server/io/revocation/staple_source.h"
#include "server/io/revocation/staple_store.h"

namespace postern {

// ReadyKey orders those that wait for a place to be fetched: whether nobody waits for it,
// when what is good ends, and the item's serial.
using ReadyKey = std::tuple<bool, absl::Time, uint64_t>;

struct StapleItem {
  // The file.
  std::string name;
  std::string file;
  std::string file_error;
  std::shared_ptr<const OwnCertificate> certificate;  // null: never read

  // The last valid statement.
  std::optional<StapleVerdict> verdict;
  std::string der;  // of the verdict
  std::optional<CrlVerdict> crl;

  // Fetches.
  std::string url;
  std::string last_error;
  uint32_t failures = 0;
  absl::Time last_success = absl::InfinitePast();
  std::optional<absl::Time> crl_missed_since;      // no CRL has said anything since
  absl::Time next_refresh = absl::InfinitePast();  // at once

  // Work.
  uint64_t serial = 0;            // another for another certificate
  bool is_loaded = false;         // the store was looked into
  std::optional<ReadyKey> ready;  // to be fetched, and waiting for a place
  bool is_fetching = false;
  bool is_unsaved = false;  // the store does not have `der`, and is to have it
  bool has_put = false;     // the sink has `put_bytes`
  std::string put_bytes;
  bool put_revoked = false;                       // the sink was told so: neither state has bytes
  absl::Time put_again = absl::InfiniteFuture();  // the sink failed
  absl::Time timer = absl::InfiniteFuture();      // of the stapler's timers
  absl::Time next_look = absl::InfiniteFuture();  // into the store
  std::unique_ptr<StapleStore::Claim> claim;
  std::optional<absl::Time> claim_missed_since;  // another replica has had it since
  std::vector<StapleSource::RefreshDone> waiters;

  std::shared_ptr<StapleSlot> slot = std::make_shared<StapleSlot>();

  // SetCertificate starts anew; who waits keeps waiting.
  void SetCertificate(std::shared_ptr<const OwnCertificate> next, uint64_t next_serial);

  bool Is(OwnCertificate::Source source) const {
    return certificate != nullptr && certificate->source == source;
  }
  bool IsUsableAt(absl::Time now) const {
    return certificate != nullptr && now < certificate->not_after;
  }
  KeptStaple::Status StatusAt(absl::Time now) const;
  // When the staple or the CRL's word ends; the infinite past where nothing is good.
  absl::Time GoodUntil(absl::Time now) const;

  // Consider takes a verdict on an OCSP response, if it is to take the place of what is there.
  StapleChange Consider(const StapleVerdict& fresh, absl::string_view response, absl::Time now);
  // Consider takes a verdict on a CRL; false where it does not count for more.
  bool Consider(const CrlVerdict& fresh);

  StatementLife Life() const;
  KeptStaplePtr Describe(absl::Time now) const;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLE_ITEM_H_
