// Who watches staples.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLE_WATCHERS_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLE_WATCHERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/io/mutex.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// StapleChangeNotice is the last that there is to say of a certificate.
struct StapleChangeNotice {
  KeptStaplePtr staple;
  bool removed = false;
};

// StapleWatchers calls them. Thread safe; Tell is for one thread.
class StapleWatchers {
 public:
  uint64_t Add(StapleSource::Watcher watcher);
  // Remove returns when the watcher is not being called, and never will be.
  void Remove(uint64_t id);

  // Tell calls new watchers with all that there is, and the others with the changes, by
  // name. `all` is not called where there is no new one.
  void Tell(const std::map<std::string, StapleChangeNotice>& changes,
            const std::function<std::vector<KeptStaplePtr>()>& all);

 private:
  struct One {
    Mutex mutex;
    StapleSource::Watcher watcher POSTERN_GUARDED_BY(mutex);  // null once removed
    bool is_new = true;                                       // of Tell
  };

  Mutex mutex_;
  uint64_t last_id_ POSTERN_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, std::shared_ptr<One>> watchers_ POSTERN_GUARDED_BY(mutex_);
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLE_WATCHERS_H_
