// Staples as they are and as they change, over a stream that is opened again whenever it
// ends. Got from Client::WatchStaples.
//
// Thread safe. Handlers run one at a time, on the connection's threads or the watch's; they
// must not block, must not throw, and must not destroy the watch.
#ifndef POSTERN_CLIENT_STAPLE_WATCH_H_
#define POSTERN_CLIENT_STAPLE_WATCH_H_

#include <functional>
#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "client/connection.h"
#include "postern/v1/revocation.pb.h"

namespace postern {

// StapleWatch watches until it is destroyed, which waits for a handler that runs.
class StapleWatch {
 public:
  struct Handlers {
    // Called for each message. After a stream was opened again all staples come again, up
    // to a message with caught_up; that one names in removed_names also what went
    // meanwhile. Between, what was told before holds: each staple until its use_until.
    std::function<void(const v1::WatchStaplesResponse&)> on_staples;
    // Called when the stream has ended and will be opened again; may be empty.
    std::function<void(const absl::Status&)> on_disconnect;
    // Called once, last, where opening it again would not help: INVALID_ARGUMENT,
    // UNIMPLEMENTED, UNAUTHENTICATED and PERMISSION_DENIED.
    std::function<void(const absl::Status&)> on_end;
  };

  // Use Client::WatchStaples.
  StapleWatch(std::shared_ptr<Connection> connection, v1::WatchStaplesRequest request,
              Handlers handlers);
  ~StapleWatch();
  StapleWatch(const StapleWatch&) = delete;
  StapleWatch& operator=(const StapleWatch&) = delete;

 private:
  class State;
  const std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace postern

#endif  // POSTERN_CLIENT_STAPLE_WATCH_H_
