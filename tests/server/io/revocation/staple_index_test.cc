#include "server/io/revocation/staple_index.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

StapleIndexEntry EntryOf(const std::string& name, std::vector<std::string> hosts, int hours) {
  StapleIndexEntry entry;
  entry.name = name;
  entry.sha256 = "digest of " + name;
  entry.hosts = std::move(hosts);
  entry.not_after = absl::UnixEpoch() + absl::Hours(hours);
  entry.slot = std::make_shared<StapleSlot>();
  auto kept = std::make_shared<KeptStaple>();
  kept->name = name;
  entry.slot->Set(kept);
  return entry;
}

std::string NameOf(const KeptStaplePtr& kept) { return kept == nullptr ? "none" : kept->name; }

TEST(StapleIndex, FindsAnExactNameBeforeAWildcardThenWhatExpiresLast) {
  const StapleIndex index({EntryOf("wild", {"*.a.test"}, 9), EntryOf("old", {"mx.a.test"}, 1),
                           EntryOf("new", {"mx.a.test", "b.test"}, 2),
                           EntryOf("older", {"mx.a.test"}, 0)});
  const std::pair<const char*, const char*> cases[] = {
      {"mx.a.test", "new"},   {"mx2.a.test", "wild"}, {"b.test", "new"}, {"a.test", "none"},
      {"x.y.a.test", "none"}, {"*.a.test", "none"},   {"", "none"},      {"test", "none"},
  };
  for (const auto& [host, name] : cases) {
    EXPECT_EQ(NameOf(index.FindByHost(host)), name) << host;
  }
}

TEST(StapleIndex, FindsByDigestAndName) {
  const StapleIndex index({EntryOf("a", {}, 1), EntryOf("b", {}, 1)});
  EXPECT_EQ(NameOf(index.FindByDigest("digest of b")), "b");
  EXPECT_EQ(NameOf(index.FindByName("a")), "a");
  EXPECT_EQ(NameOf(index.FindByDigest("")), "none");
  EXPECT_EQ(NameOf(index.FindByName("c")), "none");
}

TEST(StapleIndex, ListsInTheOrderOfNames) {
  const StapleIndex index({EntryOf("c", {}, 1), EntryOf("a", {}, 1), EntryOf("b", {}, 1)});
  ASSERT_EQ(index.List("", 2).size(), 2U);
  EXPECT_EQ(NameOf(index.List("", 2)[1]), "b");
  ASSERT_EQ(index.List("b", 2).size(), 1U);
  EXPECT_EQ(NameOf(index.List("b", 2)[0]), "c");
  EXPECT_TRUE(index.List("c", 2).empty());
}

}  // namespace
}  // namespace postern
