#include "server/rpc/staple_watch.h"

#include <cstddef>
#include <map>
#include <utility>

#include "postern/v1/revocation.pb.h"

namespace postern {
namespace {

// Staples in one message (revocation.proto), and their bytes, about: well below what a
// client accepts by default.
constexpr size_t kMaxStaples = 100;
constexpr size_t kMaxMessageBytes = size_t{1} << 20;

grpc::Status Draining() {
  return grpc::Status(grpc::StatusCode::UNAVAILABLE, "draining; ask another replica");
}

grpc::Status TooMany() {
  return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                      "too many streams of staples are open; share one in each process, back "
                      "off and try again");
}

}  // namespace

// One stream: at most one write at a time. What there was at the beginning is looked up
// by gRPC's threads, one message after the other; after that changes are written by
// whoever brings them, or when the write under way is done.
class StapleWatch : public StapleWatches::Reactor,
                    public std::enable_shared_from_this<StapleWatch> {
 public:
  StapleWatch(StapleWatches& watches, std::vector<std::string> names)
      : watches_(watches), names_(std::move(names)), wanted_(names_.begin(), names_.end()) {}

  // Begin sends the first message.
  void Begin() { Next(); }

  void OnChange(const KeptStaplePtr& staple, bool removed) {
    if (!wanted_.empty() && !wanted_.contains(staple->name)) return;
    MutexLock lock(mutex_);
    if (ending_) return;
    changed_[staple->name] = removed ? nullptr : staple;
    if (!busy_) {
      busy_ = true;
      WriteChanges();
    }
  }

  // EndWith ends the stream after the write under way.
  void EndWith(const grpc::Status& status) {
    MutexLock lock(mutex_);
    if (ending_) return;
    ending_ = true;
    end_status_ = status;
    changed_.clear();
    if (!busy_) Finish(end_status_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) EndWith(grpc::Status(grpc::StatusCode::CANCELLED, "the client is gone"));
    Next();
  }
  void OnCancel() override {
    EndWith(grpc::Status(grpc::StatusCode::CANCELLED, "the stream was cancelled"));
  }
  void OnDone() override { watches_.Remove(this); }

 private:
  // Page is a message in the making.
  struct Page {
    std::vector<grpc::Slice> slices;
    size_t staples = 0;
    size_t bytes = 0;
    v1::WatchStaplesResponse rest;

    bool IsFull() const { return staples >= kMaxStaples || bytes >= kMaxMessageBytes; }
    void Add(grpc::Slice slice) {
      bytes += slice.size();
      ++staples;
      slices.push_back(std::move(slice));
    }
  };

  // Next goes on after a write, and begins.
  void Next() {
    // Of one thread at a time: caught_up_, cursor_ and index_ change between writes only.
    if (!caught_up_ && !ending()) {
      Page page = Look();
      page.rest.set_caught_up(caught_up_);
      MutexLock lock(mutex_);
      return Write(page);
    }
    MutexLock lock(mutex_);
    if (!changed_.empty()) return WriteChanges();
    busy_ = false;
    if (ending_) Finish(end_status_);
  }

  // Look takes the next of what there was at the beginning, without a lock: it asks the
  // source.
  Page Look() {
    Page page;
    const absl::Time now = watches_.clock_.Now();
    if (!names_.empty()) {
      for (; index_ < names_.size() && !page.IsFull(); ++index_) {
        const KeptStaplePtr staple = watches_.source_.FindByName(names_[index_]);
        if (staple != nullptr) page.Add(watches_.bytes_.ResponseOf(staple, now));
      }
      caught_up_ = index_ == names_.size();
      return page;
    }
    const std::vector<KeptStaplePtr> listed = watches_.source_.List(cursor_, kMaxStaples);
    size_t taken = 0;
    for (; taken < listed.size() && !page.IsFull(); ++taken) {
      page.Add(watches_.bytes_.ResponseOf(listed[taken], now));
      cursor_ = listed[taken]->name;
    }
    caught_up_ = taken == listed.size() && listed.size() < kMaxStaples;
    return page;
  }

  bool ending() {
    MutexLock lock(mutex_);
    return ending_;
  }

  void WriteChanges() POSTERN_REQUIRES(mutex_) {
    Page page;
    const absl::Time now = watches_.clock_.Now();
    while (!changed_.empty() && !page.IsFull()) {
      const auto it = changed_.begin();
      if (it->second != nullptr) {
        page.Add(watches_.bytes_.ResponseOf(it->second, now));
      } else {
        page.rest.add_removed_names(it->first);
        page.bytes += it->first.size();
      }
      changed_.erase(it);
    }
    Write(page);
  }

  void Write(Page& page) POSTERN_REQUIRES(mutex_) {
    if (ending_) {
      busy_ = false;
      return Finish(end_status_);
    }
    page.slices.emplace_back(page.rest.SerializeAsString());
    grpc::ByteBuffer message(page.slices.data(), page.slices.size());
    response_.Swap(&message);
    StartWrite(&response_);
  }

  StapleWatches& watches_;
  const std::vector<std::string> names_;  // none: all
  const absl::flat_hash_set<std::string> wanted_;
  grpc::ByteBuffer response_;  // of the write under way

  // Where the look at the beginning is.
  bool caught_up_ = false;
  size_t index_ = 0;
  std::string cursor_;

  Mutex mutex_;
  // By name, the latest; null: it has gone.
  std::map<std::string, KeptStaplePtr> changed_ POSTERN_GUARDED_BY(mutex_);
  // A write is under way, or about to be.
  bool busy_ POSTERN_GUARDED_BY(mutex_) = true;
  bool ending_ POSTERN_GUARDED_BY(mutex_) = false;
  grpc::Status end_status_ POSTERN_GUARDED_BY(mutex_);
};

StapleWatches::StapleWatches(StapleSource& source, StapleBytes& bytes, const Clock& clock,
                             size_t max_open)
    : source_(source), bytes_(bytes), clock_(clock), max_open_(max_open) {
  // What it calls with at the beginning is for nobody.
  watch_id_ = source_.Watch(
      [this](const KeptStaplePtr& staple, bool removed) { OnChange(staple, removed); });
}

StapleWatches::~StapleWatches() { source_.Unwatch(watch_id_); }

StapleWatches::Reactor* StapleWatches::Open(std::vector<std::string> names) {
  auto watch = std::make_shared<StapleWatch>(*this, std::move(names));
  bool draining = false;
  bool too_many = false;
  {
    // From here on it hears of changes; what it looks up after that is no older.
    MutexLock lock(mutex_);
    draining = draining_;
    too_many = open_.size() >= max_open_;
    open_.insert(watch);  // one that is refused too: until gRPC is done with it
  }
  if (draining) {
    watch->EndWith(Draining());
  } else if (too_many) {
    watch->EndWith(TooMany());
  }
  watch->Begin();
  return watch.get();  // open_ keeps it
}

void StapleWatches::Drain() {
  {
    MutexLock lock(mutex_);
    draining_ = true;
  }
  for (const std::shared_ptr<StapleWatch>& watch : Open()) watch->EndWith(Draining());
}

std::vector<std::shared_ptr<StapleWatch>> StapleWatches::Open() const {
  MutexLock lock(mutex_);
  return {open_.begin(), open_.end()};
}

void StapleWatches::OnChange(const KeptStaplePtr& staple, bool removed) {
  for (const std::shared_ptr<StapleWatch>& watch : Open()) watch->OnChange(staple, removed);
}

void StapleWatches::Remove(StapleWatch* watch) {
  std::shared_ptr<StapleWatch> last;  // may be the last reference: goes after the lock
  MutexLock lock(mutex_);
  const auto it = open_.find(watch->shared_from_this());
  last = *it;
  open_.erase(it);
}

}  // namespace postern
