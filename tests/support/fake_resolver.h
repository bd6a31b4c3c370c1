// A Resolver that answers from DnsRecords.
#ifndef POSTERN_TESTS_SUPPORT_FAKE_RESOLVER_H_
#define POSTERN_TESTS_SUPPORT_FAKE_RESOLVER_H_

#include <deque>
#include <utility>
#include <vector>

#include "server/io/dns/resolver.h"
#include "server/io/mutex.h"
#include "tests/support/dns_records.h"

namespace postern {

// FakeResolver answers inside Resolve, or, once Hold was called, when the test
// says so. Thread safe. The deadline is not kept: no time passes here.
class FakeResolver : public Resolver {
 public:
  explicit FakeResolver(absl::string_view records) : records_(records) {}

  void Resolve(const DnsQuestion& question, absl::Time deadline, int generation,
               Callback done) override;
  ResolverStats Stats() const override;

  // Replace changes what is answered from now on.
  void Replace(absl::string_view records);
  // SetTime sets the time at which answers are received.
  void SetTime(absl::Time now);

  // Hold keeps further questions waiting for Release.
  void Hold();
  // ReleaseOne answers the question that has waited longest; false if none waits.
  bool ReleaseOne();
  // Release answers all that wait, and those asked meanwhile, and ends Hold.
  void Release();

  // Asked returns all questions so far, in order.
  std::vector<DnsQuestion> Asked() const;
  size_t CountAsked(RrType type) const;

 private:
  mutable Mutex mutex_;
  DnsRecords records_ POSTERN_GUARDED_BY(mutex_);
  absl::Time now_ POSTERN_GUARDED_BY(mutex_) = absl::UnixEpoch();
  bool hold_ POSTERN_GUARDED_BY(mutex_) = false;
  std::deque<std::pair<DnsQuestion, Callback>> waiting_ POSTERN_GUARDED_BY(mutex_);
  std::vector<DnsQuestion> asked_ POSTERN_GUARDED_BY(mutex_);
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_FAKE_RESOLVER_H_
