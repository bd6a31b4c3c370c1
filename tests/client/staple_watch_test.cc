#include "client/staple_watch.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "client/client.h"
#include "client/mocks/mock_connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A connection whose streams the test ends.
class StreamConnection : public MockConnection {
 public:
  std::unique_ptr<ConnectionWatch> WatchStaples(const v1::WatchStaplesRequest&,
                                                WatchHandlers handlers,
                                                const CallContext&) override {
    // Cancelled, it ends, as a stream does.
    struct Watch : ConnectionWatch {
      explicit Watch(StreamConnection& connection) : connection(connection) {}
      ~Watch() override { connection.End(absl::CancelledError()); }
      StreamConnection& connection;
    };
    std::lock_guard<std::mutex> lock(mutex_);
    handlers_ = std::move(handlers);
    open_ = true;
    ++opened_;
    changed_.notify_all();
    return std::make_unique<Watch>(*this);
  }

  // Waits until so many streams were opened.
  void Await(int opened) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return opened_ >= opened; });
  }

  void Tell(const std::vector<std::string>& names, bool caught_up) {
    v1::WatchStaplesResponse response;
    for (const std::string& name : names) response.add_staples()->set_name(name);
    response.set_caught_up(caught_up);
    handlers_.on_staples(response);
  }

  void End(const absl::Status& status) {
    WatchHandlers handlers;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (!open_) return;
      open_ = false;
      handlers = std::exchange(handlers_, {});  // they hold the connection
    }
    handlers.on_end(status);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  WatchHandlers handlers_;
  bool open_ = false;
  int opened_ = 0;
};

class StapleWatchTest : public ::testing::Test {
 protected:
  void Open() {
    StapleWatch::Handlers handlers;
    handlers.on_staples = [this](const v1::WatchStaplesResponse& response) {
      removed_.assign(response.removed_names().begin(), response.removed_names().end());
    };
    handlers.on_disconnect = [this](const absl::Status& status) {
      disconnects_.push_back(status.code());
    };
    handlers.on_end = [this](const absl::Status& status) {
      std::lock_guard<std::mutex> lock(mutex_);
      end_ = status;
      changed_.notify_all();
    };
    watch_ = Client(connection_).WatchStaples(v1::WatchStaplesRequest(), std::move(handlers));
  }

  std::shared_ptr<StreamConnection> connection_ = std::make_shared<StreamConnection>();
  std::vector<std::string> removed_;
  std::vector<absl::StatusCode> disconnects_;
  std::mutex mutex_;
  std::condition_variable changed_;
  absl::Status end_;
  std::unique_ptr<StapleWatch> watch_;
};

TEST_F(StapleWatchTest, AStreamThatEndsIsOpenedAgainAndWhatWentMeanwhileIsTold) {
  Open();
  connection_->Await(1);
  connection_->Tell({"a", "b", "c"}, /*caught_up=*/true);
  connection_->End(absl::UnavailableError("draining"));
  connection_->Await(2);
  connection_->Tell({"a"}, /*caught_up=*/false);
  EXPECT_THAT(removed_, IsEmpty());
  connection_->Tell({"c"}, /*caught_up=*/true);
  EXPECT_THAT(removed_, ElementsAre("b"));
  watch_.reset();
  EXPECT_THAT(disconnects_, ElementsAre(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(end_.ok());
}

TEST_F(StapleWatchTest, AnErrorThatStaysEndsTheWatch) {
  Open();
  connection_->Await(1);
  connection_->End(absl::PermissionDeniedError("not you"));
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return !end_.ok(); });
  EXPECT_TRUE(absl::IsPermissionDenied(end_));
  EXPECT_THAT(disconnects_, IsEmpty());
}

TEST_F(StapleWatchTest, DestroyingTheWatchEndsTheStream) {
  Open();
  connection_->Await(1);
  watch_.reset();
  EXPECT_THAT(disconnects_, IsEmpty());
}

}  // namespace
}  // namespace postern
