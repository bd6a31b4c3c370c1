#include "client/staple_watch.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <utility>

namespace postern {
namespace {

// The wait before a stream is opened again, up to a random part of it; doubled each time
// that one ends without having brought anything.
constexpr std::chrono::milliseconds kFirstWait(200);
constexpr std::chrono::milliseconds kLongestWait(30'000);

bool IsFinal(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsUnimplemented(status) ||
         absl::IsUnauthenticated(status) || absl::IsPermissionDenied(status);
}

}  // namespace

// State is shared with the connection's handlers, which outlive the watch's object.
class StapleWatch::State {
 public:
  State(std::shared_ptr<Connection> connection, v1::WatchStaplesRequest request, Handlers handlers)
      : connection_(std::move(connection)),
        request_(std::move(request)),
        handlers_(std::move(handlers)) {}

  // Run opens streams, one after the other, until the watch stops.
  void Run(const std::shared_ptr<State>& self) {
    std::minstd_rand random{std::random_device()()};
    std::chrono::milliseconds wait = kFirstWait;
    while (true) {
      absl::Status status;
      if (!WatchOnce(self, status)) return;
      if (IsFinal(status)) {
        if (handlers_.on_end) handlers_.on_end(status);
        return;
      }
      if (handlers_.on_disconnect) handlers_.on_disconnect(status);
      wait = brought_any_ ? kFirstWait : std::min(wait * 2, kLongestWait);
      std::uniform_int_distribution<int64_t> part(wait.count() / 2, wait.count());
      std::unique_lock<std::mutex> lock(mutex_);
      const auto stopped = [this] { return stopping_; };
      if (changed_.wait_for(lock, std::chrono::milliseconds(part(random)), stopped)) return;
    }
  }

  void Stop() {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }

 private:
  // WatchOnce returns false once the watch stops; no handler runs then any more.
  bool WatchOnce(const std::shared_ptr<State>& self, absl::Status& status) {
    ended_ = false;
    brought_any_ = false;
    before_ = known_;
    WatchHandlers handlers;
    handlers.on_staples = [self](v1::WatchStaplesResponse response) {
      self->OnStaples(std::move(response));
    };
    handlers.on_end = [self](const absl::Status& end) { self->OnEnd(end); };
    std::unique_ptr<ConnectionWatch> watch =
        connection_->WatchStaples(request_, std::move(handlers), CallContext());
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || stopping_; });
    const bool stopping = stopping_;
    lock.unlock();
    watch.reset();
    lock.lock();
    changed_.wait(lock, [this] { return ended_; });
    status = end_status_;
    return !stopping;
  }

  void OnStaples(v1::WatchStaplesResponse response) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (stopping_) return;
    }
    // Of one thread at a time: handlers are not called concurrently.
    brought_any_ = true;
    for (const v1::Staple& staple : response.staples()) {
      known_.insert(staple.name());
      before_.erase(staple.name());
    }
    for (const std::string& name : response.removed_names()) {
      known_.erase(name);
      before_.erase(name);
    }
    if (response.caught_up()) {
      for (const std::string& name : before_) {
        response.add_removed_names(name);
        known_.erase(name);
      }
      before_.clear();
    }
    handlers_.on_staples(response);
  }

  void OnEnd(const absl::Status& status) {
    std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    end_status_ = status;
    changed_.notify_all();
  }

  const std::shared_ptr<Connection> connection_;
  const v1::WatchStaplesRequest request_;
  const Handlers handlers_;

  // The names that were told of, and those of them that this stream has not told of yet.
  std::set<std::string> known_;
  std::set<std::string> before_;
  bool brought_any_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool ended_ = false;
  absl::Status end_status_;
};

StapleWatch::StapleWatch(std::shared_ptr<Connection> connection, v1::WatchStaplesRequest request,
                         Handlers handlers)
    : state_(
          std::make_shared<State>(std::move(connection), std::move(request), std::move(handlers))),
      thread_([state = state_] { state->Run(state); }) {}

StapleWatch::~StapleWatch() {
  state_->Stop();
  thread_.join();
}

}  // namespace postern
