// What other threads have for the owner of the CRL cache.
#ifndef POSTERN_SERVER_IO_REVOCATION_CRL_INBOX_H_
#define POSTERN_SERVER_IO_REVOCATION_CRL_INBOX_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/mutex.h"
#include "server/io/revocation/crl_entry.h"

namespace postern {

// CrlInbox is written by all and emptied by one. Thread safe.
class CrlInbox {
 public:
  // Each with an entry that is made: the owner may have one of its key already.
  struct WatchOrder {
    bool begins = true;
    std::unique_ptr<CrlEntry> entry;
  };
  struct Ask {
    std::unique_ptr<CrlEntry> entry;
    CrlWaiter waiter;
  };
  struct Result {
    uint64_t fetch = 0;
    FetchResult result;
  };
  struct Contents {
    std::vector<WatchOrder> watches;
    std::vector<Ask> asks;
    std::vector<Result> results;
  };

  explicit CrlInbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void Put(WatchOrder order);
  void Put(Result result);
  // False, with the ask as it was, where `limit` of them wait already.
  bool Put(Ask& ask, size_t limit);

  Contents Take();
  bool IsEmpty() const;

  void CallWake();
  // After Close nobody is woken, nor is being woken.
  void Close();

 private:
  Mutex wake_mutex_;
  std::function<void()> wake_ POSTERN_GUARDED_BY(wake_mutex_);
  mutable Mutex mutex_;
  Contents contents_ POSTERN_GUARDED_BY(mutex_);
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CRL_INBOX_H_
