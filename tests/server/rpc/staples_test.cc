// The methods of RevocationService on the operator's own certificates.
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/server/rpc/revocation_service_test_base.h"

namespace postern {
namespace {

using Stub = v1::RevocationService::Stub;

class StaplesTest : public RevocationServiceTest {
 protected:
  v1::Staple Get(const std::string& name) {
    v1::GetStapleRequest request;
    request.set_name(name);
    return Ask(&Stub::GetStaple, request).staple();
  }
};

TEST_F(StaplesTest, AStapleIsFoundByDigestHostAndName) {
  staples_.Set(Kept("a"));
  staples_.Set(Kept("b"));
  EXPECT_EQ(Get("b").staple(), "staple of b");
  v1::GetStapleRequest request;
  request.set_host("A.test.");
  EXPECT_EQ(Ask(&Stub::GetStaple, request).staple().name(), "a");
  request.set_certificate_sha256(std::string(31, 'x') + "b");
  const v1::Staple staple = Ask(&Stub::GetStaple, request).staple();
  EXPECT_EQ(staple.name(), "b");
  EXPECT_EQ(staple.status(), v1::Staple::GOOD);
  EXPECT_EQ(staple.use_until().seconds(), absl::ToUnixSeconds(TestNow() + absl::Hours(23)));
  EXPECT_FALSE(staple.has_next_refresh_time());
}

TEST_F(StaplesTest, NothingIsServedAfterUseUntil) {
  staples_.Set(Kept("a"));
  clock_.Advance(absl::Hours(23) - absl::Seconds(1));
  EXPECT_EQ(Get("a").staple(), "staple of a");
  clock_.Advance(absl::Seconds(1));
  const v1::Staple ended = Get("a");
  EXPECT_EQ(ended.staple(), "");
  EXPECT_EQ(ended.status(), v1::Staple::EXPIRED);
}

TEST_F(StaplesTest, ANewStateIsServedAtOnce) {
  staples_.Set(Kept("a"));
  EXPECT_EQ(Get("a").staple(), "staple of a");
  KeptStaple revoked = Kept("a");
  revoked.status = KeptStaple::Status::kRevoked;
  staples_.Set(revoked);  // with bytes left in it
  EXPECT_EQ(Get("a").status(), v1::Staple::REVOKED);
  EXPECT_EQ(Get("a").staple(), "");
}

TEST_F(StaplesTest, ARequestThatNamesNoCertificateIsToldWhichFieldIsWrong) {
  v1::GetStapleRequest request;
  ExpectRefusal(Refusal(&Stub::GetStaple, request), grpc::INVALID_ARGUMENT, "certificate: set");
  request.set_certificate_sha256("short");
  ExpectRefusal(Refusal(&Stub::GetStaple, request), grpc::INVALID_ARGUMENT, "certificate_sha256:");
  request.set_host("a..test");
  ExpectRefusal(Refusal(&Stub::GetStaple, request), grpc::INVALID_ARGUMENT, "host:");
  request.set_name(std::string(256, 'n'));
  ExpectRefusal(Refusal(&Stub::GetStaple, request), grpc::INVALID_ARGUMENT, "name:");
  request.set_name("none");
  ExpectRefusal(Refusal(&Stub::GetStaple, request), grpc::NOT_FOUND, "name:");
}

TEST_F(StaplesTest, AListGoesOnPageByPageWithoutBytes) {
  for (const char* name : {"a", "b", "c", "d", "e"}) staples_.Set(Kept(name));
  v1::ListStaplesRequest request;
  request.set_page_size(2);
  std::vector<std::string> names;
  int pages = 0;
  do {
    const v1::ListStaplesResponse page = Ask(&Stub::ListStaples, request);
    for (const v1::Staple& staple : page.staples()) {
      names.push_back(staple.name());
      EXPECT_EQ(staple.staple(), "");
    }
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(names, std::vector<std::string>({"a", "b", "c", "d", "e"}));
  EXPECT_EQ(pages, 3);
  request.set_page_size(1001);
  ExpectRefusal(Refusal(&Stub::ListStaples, request), grpc::INVALID_ARGUMENT, "page_size:");
}

TEST_F(StaplesTest, AListOfLargeStatesStaysWithinAMessage) {
  KeptStaple large = Kept("a");
  large.dns_names.assign(100, std::string(253, 'n'));
  for (int i = 0; i < 200; ++i) {
    large.name = absl::StrCat("n", 1000 + i);
    staples_.Set(large);
  }
  v1::ListStaplesRequest request;
  request.set_page_size(1000);
  const v1::ListStaplesResponse page = Ask(&Stub::ListStaples, request);
  EXPECT_LT(page.ByteSizeLong(), size_t{4} << 20);
  EXPECT_GT(page.staples_size(), 100);
  EXPECT_EQ(page.next_page_token(), page.staples(page.staples_size() - 1).name());
}

TEST_F(StaplesTest, ARefreshAnswersWithTheStateAfterIt) {
  KeptStaple failed = Kept("a");
  failed.last_error = "no answer";
  failed.failures = 3;
  staples_.Set(failed);
  v1::RefreshStapleRequest request;
  request.set_name("a");
  const v1::Staple staple = Ask(&Stub::RefreshStaple, request).staple();
  EXPECT_EQ(staple.last_error(), "no answer");
  EXPECT_EQ(staple.failures(), 3u);
  EXPECT_EQ(staple.staple(), "");
  request.set_name("none");
  ExpectRefusal(Refusal(&Stub::RefreshStaple, request), grpc::NOT_FOUND, "name:");
  staples_.FailRefresh(absl::FailedPreconditionError("nothing to fetch"));
  request.set_name("a");
  ExpectRefusal(Refusal(&Stub::RefreshStaple, request), grpc::FAILED_PRECONDITION, "nothing");
  ExpectRefusal(Refusal(&Stub::RefreshStaple, v1::RefreshStapleRequest()), grpc::INVALID_ARGUMENT,
                "name:");
  EXPECT_EQ(waiting_.in_flight(), 0u);
}

TEST_F(StaplesTest, ARefreshThatTakesTooLongEndsAtTheDeadline) {
  staples_.Set(Kept("a"));
  staples_.Hold();
  v1::RefreshStapleRequest request;
  request.set_name("a");
  v1::RefreshStapleResponse response;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  EXPECT_EQ(stub().RefreshStaple(&context, request, &response).error_code(),
            grpc::DEADLINE_EXCEEDED);
  staples_.Release();  // comes too late, and harms nobody
  EXPECT_EQ(waiting_.in_flight(), 0u);
}

TEST_F(StaplesTest, NoMoreCallsWaitThanTheLimit) {
  staples_.Set(Kept("a"));
  staples_.Hold();
  v1::RefreshStapleRequest request;
  request.set_name("a");
  std::vector<std::future<grpc::Status>> calls;
  stub();
  for (size_t i = 0; i < waiting_.limit(); ++i) {
    calls.push_back(
        std::async(std::launch::async, [&] { return Refusal(&Stub::RefreshStaple, request); }));
  }
  while (staples_.waiting() < waiting_.limit()) std::this_thread::yield();
  ExpectRefusal(Refusal(&Stub::RefreshStaple, request), grpc::RESOURCE_EXHAUSTED, "too many");
  staples_.Release();
  for (auto& call : calls) EXPECT_TRUE(call.get().ok());
}

// One stream of WatchStaples.
class WatchStaplesTest : public StaplesTest {
 protected:
  ~WatchStaplesTest() override { context_.TryCancel(); }

  void Open(const std::vector<std::string>& names = {}) {
    v1::WatchStaplesRequest request;
    for (const std::string& name : names) request.add_names(name);
    reader_ = stub().WatchStaples(&context_, request);
  }
  v1::WatchStaplesResponse Read() {
    v1::WatchStaplesResponse response;
    EXPECT_TRUE(reader_->Read(&response));
    return response;
  }
  // Reads until all that there was has come; returns the names.
  std::vector<std::string> CatchUp() {
    std::vector<std::string> names;
    while (true) {
      const v1::WatchStaplesResponse response = Read();
      EXPECT_LE(response.staples_size(), 100);
      for (const v1::Staple& staple : response.staples()) names.push_back(staple.name());
      if (response.caught_up()) return names;
    }
  }

  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchStaplesResponse>> reader_;
};

TEST_F(WatchStaplesTest, AStreamBeginsWithAllAndGoesOnWithChanges) {
  staples_.Set(Kept("a"));
  staples_.Set(Kept("b"));
  Open();
  EXPECT_EQ(CatchUp(), std::vector<std::string>({"a", "b"}));
  KeptStaple next = Kept("b");
  next.der = "another";
  staples_.Set(next);
  const v1::WatchStaplesResponse changed = Read();
  ASSERT_EQ(changed.staples_size(), 1);
  EXPECT_EQ(changed.staples(0).staple(), "another");
  EXPECT_FALSE(changed.caught_up());
  staples_.Remove("a");
  const v1::WatchStaplesResponse removed = Read();
  EXPECT_EQ(removed.staples_size(), 0);
  ASSERT_EQ(removed.removed_names_size(), 1);
  EXPECT_EQ(removed.removed_names(0), "a");
}

TEST_F(WatchStaplesTest, WithoutAnyTheStreamHasCaughtUpAtOnce) {
  Open();
  EXPECT_TRUE(CatchUp().empty());
  staples_.Set(Kept("a"));
  EXPECT_EQ(Read().staples(0).name(), "a");
}

TEST_F(WatchStaplesTest, ManyComeInSeveralMessages) {
  for (int i = 0; i < 250; ++i) staples_.Set(Kept(absl::StrCat("n", 1000 + i)));
  Open();
  EXPECT_EQ(CatchUp().size(), 250u);
}

TEST_F(WatchStaplesTest, OnlyTheNamedAreWatchedAlsoThoseThatComeLater) {
  staples_.Set(Kept("a"));
  staples_.Set(Kept("b"));
  Open({"b", "later"});
  EXPECT_EQ(CatchUp(), std::vector<std::string>({"b"}));
  staples_.Set(Kept("a"));
  staples_.Set(Kept("later"));
  EXPECT_EQ(Read().staples(0).name(), "later");
}

TEST_F(WatchStaplesTest, ASlowReaderMissesWhatWasOvertakenNeverTheLatest) {
  Open();
  CatchUp();
  // Far more than a connection holds for a client that does not read.
  KeptStaple large = Kept("a");
  constexpr int kChanges = 2000;
  for (int i = 1; i <= kChanges; ++i) {
    large.der = std::string(size_t{64} << 10, 'x') + std::to_string(i);
    large.failures = static_cast<uint32_t>(i);
    staples_.Set(large);
  }
  int messages = 0;
  uint32_t last = 0;
  while (last != kChanges) {
    const v1::WatchStaplesResponse response = Read();
    ASSERT_EQ(response.staples_size(), 1);
    ASSERT_GT(response.staples(0).failures(), last);
    last = response.staples(0).failures();
    ++messages;
  }
  EXPECT_LT(messages, kChanges);
}

TEST_F(WatchStaplesTest, ADrainingServerEndsTheStreamAndRefusesOthers) {
  Open();
  CatchUp();
  service_->Drain();
  v1::WatchStaplesResponse response;
  EXPECT_FALSE(reader_->Read(&response));
  EXPECT_EQ(reader_->Finish().error_code(), grpc::UNAVAILABLE);
  grpc::ClientContext context;
  auto late = stub().WatchStaples(&context, v1::WatchStaplesRequest());
  EXPECT_FALSE(late->Read(&response));
  EXPECT_EQ(late->Finish().error_code(), grpc::UNAVAILABLE);
}

TEST_F(WatchStaplesTest, OneStreamTooManyIsRefused) {
  options_.max_watches = 1;
  Open();
  CatchUp();
  grpc::ClientContext context;
  auto second = stub().WatchStaples(&context, v1::WatchStaplesRequest());
  v1::WatchStaplesResponse response;
  EXPECT_FALSE(second->Read(&response));
  ExpectRefusal(second->Finish(), grpc::RESOURCE_EXHAUSTED, "too many streams");
  staples_.Set(Kept("a"));  // the first goes on
  EXPECT_EQ(Read().staples(0).name(), "a");
}

TEST_F(WatchStaplesTest, WrongNamesAreRefused) {
  Open({""});
  v1::WatchStaplesResponse response;
  EXPECT_FALSE(reader_->Read(&response));
  ExpectRefusal(reader_->Finish(), grpc::INVALID_ARGUMENT, "names[0]:");
  grpc::ClientContext context;
  v1::WatchStaplesRequest many;
  for (int i = 0; i < 1001; ++i) many.add_names("n");
  auto reader = stub().WatchStaples(&context, many);
  EXPECT_FALSE(reader->Read(&response));
  ExpectRefusal(reader->Finish(), grpc::INVALID_ARGUMENT, "names:");
}

TEST_F(WatchStaplesTest, TheSourceIsNotWatchedAfterTheService) {
  stub();
  EXPECT_EQ(staples_.watchers(), 1u);
  server_->Shutdown();
  service_.reset();
  EXPECT_EQ(staples_.watchers(), 0u);
}

}  // namespace
}  // namespace postern
