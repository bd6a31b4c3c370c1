#include "server/io/answer_memo.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
const absl::Time kLater = kNow + absl::Minutes(1);

// Keys of one number share a shard; `serial` tells them apart.
AnswerMemo::Key KeyOf(uint8_t shard, uint8_t serial) {
  AnswerMemo::Key key{};
  key[0] = shard;
  key[31] = serial;
  key[8] = serial;
  return key;
}

AnswerMemo::Answer Text(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

TEST(AnswerMemo, GivesWhatItWasGivenUntilItEnds) {
  AnswerMemo memo(1 << 20);
  EXPECT_EQ(memo.Find(KeyOf(0, 1), kNow), nullptr);
  memo.Insert(KeyOf(0, 1), Text("a"), kLater);
  ASSERT_NE(memo.Find(KeyOf(0, 1), kNow), nullptr);
  EXPECT_EQ(*memo.Find(KeyOf(0, 1), kLater - absl::Nanoseconds(1)), "a");
  EXPECT_EQ(memo.Find(KeyOf(0, 2), kNow), nullptr);
  EXPECT_EQ(memo.Find(KeyOf(0, 1), kLater), nullptr);
  EXPECT_EQ(memo.GetStats().entries, 0u) << "what has ended goes";
  EXPECT_EQ(memo.GetStats().bytes, 0u);
}

TEST(AnswerMemo, AnswerInsertedTwiceIsCountedOnce) {
  AnswerMemo memo(1 << 20);
  memo.Insert(KeyOf(0, 1), Text("a"), kLater);
  const size_t bytes = memo.GetStats().bytes;
  memo.Insert(KeyOf(0, 1), Text("b"), kLater);
  EXPECT_EQ(*memo.Find(KeyOf(0, 1), kNow), "b");
  EXPECT_EQ(memo.GetStats().bytes, bytes);
  EXPECT_EQ(memo.GetStats().entries, 1u);
}

TEST(AnswerMemo, WhatWasNotAskedForTheLongestGoesFirst) {
  AnswerMemo memo(size_t{64} << 10);
  const std::string large(1500, 'x');
  memo.Insert(KeyOf(3, 1), Text(large), kLater);
  memo.Insert(KeyOf(3, 2), Text(large), kLater);
  EXPECT_NE(memo.Find(KeyOf(3, 1), kNow), nullptr);
  memo.Insert(KeyOf(3, 3), Text(large), kLater);
  EXPECT_NE(memo.Find(KeyOf(3, 1), kNow), nullptr);
  EXPECT_EQ(memo.Find(KeyOf(3, 2), kNow), nullptr);
  EXPECT_NE(memo.Find(KeyOf(3, 3), kNow), nullptr);
  EXPECT_EQ(memo.GetStats().evictions, 1u);
  EXPECT_LE(memo.GetStats().bytes, memo.GetStats().capacity_bytes);
}

TEST(AnswerMemo, WhatIsLargerThanAShardIsNotRemembered) {
  AnswerMemo memo(size_t{16} << 10);
  memo.Insert(KeyOf(0, 1), Text(std::string(2000, 'x')), kLater);
  EXPECT_EQ(memo.Find(KeyOf(0, 1), kNow), nullptr);
  EXPECT_EQ(memo.GetStats().bytes, 0u);
}

TEST(AnswerMemo, ManyThreadsGetTheirOwnAnswers) {
  AnswerMemo memo(size_t{64} << 10);
  std::vector<std::thread> threads;
  for (uint8_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&memo] {
      for (int round = 0; round < 2000; ++round) {
        const auto serial = static_cast<uint8_t>(round % 64);
        const AnswerMemo::Answer found = memo.Find(KeyOf(serial, serial), kNow);
        if (found != nullptr) EXPECT_EQ(*found, std::string(400, static_cast<char>(serial)));
        memo.Insert(KeyOf(serial, serial), Text(std::string(400, static_cast<char>(serial))),
                    kLater);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(memo.GetStats().bytes, memo.GetStats().capacity_bytes);
  EXPECT_GT(memo.GetStats().hits, 0u);
}

}  // namespace
}  // namespace postern
