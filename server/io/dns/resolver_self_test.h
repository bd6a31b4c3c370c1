// Whether the resolver validates: a name that is known to be signed must come back
// secure (RFC 7672, section 2.1.1; rule D-1). For readiness, and for the services,
// which defer where it does not.
#ifndef POSTERN_SERVER_IO_DNS_RESOLVER_SELF_TEST_H_
#define POSTERN_SERVER_IO_DNS_RESOLVER_SELF_TEST_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "server/core/dns/answer.h"
#include "server/io/dns/resolver.h"

namespace postern {

// ResolverSelfTest asks a question again and again, and remembers what came of it.
//
// It has no thread and no clock: its owner calls Tick, once a second or so.
//
//   while (running) { self_test.Tick(absl::Now()); wait a second }
//
// Thread safe, but for destruction.
class ResolverSelfTest {
 public:
  // Verdict is what the last answer that says anything says.
  enum class Verdict {
    kUnknown,        // none yet
    kValidating,     // secure
    kNotValidating,  // insecure or bogus: an upstream strips or spoils DNSSEC
    kUnreachable,    // failed
  };

  struct Options {
    // Signed, and under a trust anchor of the resolver.
    DnsQuestion question = {".", RrType::kNs};
    absl::Duration interval = absl::Seconds(60);
    // Instead, while the verdict is not kValidating.
    absl::Duration retry_interval = absl::Seconds(2);
    absl::Duration timeout = absl::Seconds(10);
  };

  struct State {
    Verdict verdict = Verdict::kUnknown;
    // Whether policies may be answered. True from the first success. A failure later
    // on leaves it as it is: what is cached stays good, and new questions fail by
    // themselves. kNotValidating makes it false at once.
    bool may_answer = false;
    absl::Time time = absl::InfinitePast();  // of the Tick that asked
    std::string detail;                      // for people: what came back
  };

  // OnChange is told each state whose verdict or may_answer differs from the one before,
  // in order, one at a time, from where the answer comes: a resolver thread, or Tick. It
  // must not block or destroy the self-test.
  using OnChange = std::function<void(const State&)>;

  // `resolver` must outlive the self-test, and ask anew each time: a FreshResolver.
  // From a cache the root's records would be secure for a day, whatever the upstream has
  // become. `on_change` may be empty.
  ResolverSelfTest(Resolver* resolver, Options options, OnChange on_change);
  // After the destructor on_change is not called any more; it waits for a call that runs.
  ~ResolverSelfTest();
  ResolverSelfTest(const ResolverSelfTest&) = delete;
  ResolverSelfTest& operator=(const ResolverSelfTest&) = delete;

  // Tick asks, if it is time to and no question is pending. The first asks at once. It
  // does not wait for the answer.
  void Tick(absl::Time now);

  State state() const;

 private:
  class Core;
  // The answer may come after destruction.
  const std::shared_ptr<Core> core_;
};

// VerdictName returns "validating", "not validating", ...
const char* VerdictName(ResolverSelfTest::Verdict verdict);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_RESOLVER_SELF_TEST_H_
