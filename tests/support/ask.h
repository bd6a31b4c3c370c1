// Asks a resolver and waits for the answer. For tests.
#ifndef POSTERN_TESTS_SUPPORT_ASK_H_
#define POSTERN_TESTS_SUPPORT_ASK_H_

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/core/dns/answer.h"
#include "server/io/dns/resolver.h"

namespace postern {

// AskLater asks; the future is ready when the callback has run. A second call of the
// callback throws, and ends the test.
inline std::future<DnsAnswer> AskLater(Resolver& resolver, const std::string& name, RrType type,
                                       absl::Duration timeout = absl::Seconds(30),
                                       int generation = 0) {
  auto promise = std::make_shared<std::promise<DnsAnswer>>();
  resolver.Resolve({name, type}, absl::Now() + timeout, generation,
                   [promise](DnsAnswer answer) { promise->set_value(std::move(answer)); });
  return promise->get_future();
}

// Ask asks and waits.
inline DnsAnswer Ask(Resolver& resolver, const std::string& name, RrType type,
                     absl::Duration timeout = absl::Seconds(30), int generation = 0) {
  return AskLater(resolver, name, type, timeout, generation).get();
}

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_ASK_H_
