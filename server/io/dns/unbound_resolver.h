// The validating resolver on libunbound (RFC 4035, section 4): what runs behind
// Resolver in the daemon.
//
//   absl::StatusOr<std::unique_ptr<UnboundResolver>> resolver =
//       UnboundResolver::Create(options);
//   if (!resolver.ok()) ...
//   (*resolver)->Resolve({"example.org", RrType::kMx}, absl::Now() + absl::Seconds(5),
//                        [](DnsAnswer answer) { ... });
#ifndef POSTERN_SERVER_IO_DNS_UNBOUND_RESOLVER_H_
#define POSTERN_SERVER_IO_DNS_UNBOUND_RESOLVER_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/core/dns/answer.h"
#include "server/io/dns/resolver.h"
#include "server/io/dns/unbound_options.h"
#include "server/io/dns/unbound_question.h"
#include "server/io/dns/unbound_thread.h"

namespace postern {

// UnboundResolver shares the questions out over threads by their zone, so that what
// is learnt of a zone is in one cache. Validation is always its own.
//
// Thread safe. A name that libunbound cannot find, validate or reach in time is an
// answer: see DnsFailure. What libunbound could not get is SERVFAIL (kRcode), whatever
// the reason: the upstream's REFUSED or garbage, or a loop of aliases, which it does not
// tell apart; to ask again for the aliases would double the work for each failing name.
class UnboundResolver : public Resolver {
 public:
  // Create starts the threads. Fails with INVALID_ARGUMENT that names the option that
  // is wrong or that libunbound refuses, RESOURCE_EXHAUSTED, or INTERNAL.
  static absl::StatusOr<std::unique_ptr<UnboundResolver>> Create(const UnboundOptions& options);

  // The destructor may run with questions pending, on any thread but a callback's: each
  // comes back as kFailed with kOverload before it returns. Callbacks may go on calling
  // Resolve until then.
  ~UnboundResolver() override;

  void Resolve(const DnsQuestion& question, absl::Time deadline, int generation,
               Callback done) override;
  ResolverStats Stats() const override;

 private:
  explicit UnboundResolver(size_t in_flight_limit) : in_flight_limit_(in_flight_limit) {}

  const size_t in_flight_limit_;
  UnboundCounters counters_;
  std::vector<std::unique_ptr<UnboundThread>> threads_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_UNBOUND_RESOLVER_H_
