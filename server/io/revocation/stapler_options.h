// What an operator may say of the stapler, and what it says to those who log.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLER_OPTIONS_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLER_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/core/revocation/refresh_schedule.h"
#include "server/core/revocation/revocation_options.h"
#include "server/io/revocation/certificate_files.h"

namespace postern {

// StaplerOptions has the defaults of the daemon. Stapler::Create checks it.
struct StaplerOptions {
  std::vector<CertificateEntry> certificates;
  size_t max_certificates = 20'000;
  absl::Duration reload_interval = absl::Minutes(1);  // of looking at their files; 1 s at least

  RevocationOptions checks;

  size_t max_fetches = 16;                           // at a time
  double max_fetches_a_second = 20;                  // begun; evens out what has fallen due at once
  absl::Duration fetch_timeout = absl::Seconds(30);  // of each responder
  BackOffOptions back_off;
  // How often a certificate without a responder is looked up in its CRL, about.
  absl::Duration crl_interval = absl::Minutes(1);
  // How soon to look into the store again while another replica fetches, about.
  absl::Duration claim_interval = absl::Seconds(5);
  // How often to look into the store for what another replica has learnt, a revocation
  // above all, about; infinite: never.
  absl::Duration store_interval = absl::Minutes(5);
  uint64_t seed = 0;  // of the jitter; 0: by chance
};

// StaplerEvent is something to log, or to count.
struct StaplerEvent {
  enum class Kind {
    kLoaded,     // a staple was taken from the store
    kRefreshed,  // a new statement was fetched, or the same again
    kFailed,     // a fetch brought none
    kRevoked,    // an alarm: a valid statement says that the certificate is revoked
    kExpired,    // an alarm: the last valid statement has ended
    kFileError,  // a certificate's file cannot be used
    kStoreError,
    kSinkError,
  };
  Kind kind = Kind::kLoaded;
  std::string name;    // of the certificate; empty: of none in particular
  std::string detail;  // one line, for people
};

// NameOf returns a word for logs and counters: "refreshed".
const char* NameOf(StaplerEvent::Kind kind);

// StaplerObserver runs on the stapler's thread, must not block, and may not call the stapler.
using StaplerObserver = std::function<void(const StaplerEvent& event)>;

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLER_OPTIONS_H_
