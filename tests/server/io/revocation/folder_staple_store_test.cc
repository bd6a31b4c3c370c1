#include "server/io/revocation/folder_staple_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/ocsp_response.h"
#include "tests/support/temporary_folder.h"

namespace postern {
namespace {

using Names = std::set<std::string>;

std::string Digest(char c) { return std::string(32, c); }
std::string Hex(const std::string& two) {
  std::string hex;
  for (int i = 0; i < 32; ++i) hex += two;
  return hex;
}

absl::Time Now() { return absl::FromUnixSeconds(1'800'000'000); }

void SetAge(const std::string& path, absl::Duration age) {
  const timespec time = absl::ToTimespec(Now() - age);
  const timespec times[2] = {time, time};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

std::unique_ptr<FolderStapleStore> Open(const TemporaryFolder& folder) {
  return FolderStapleStore::Create(folder.path(), Now()).value();
}

TEST(FolderStapleStore, GivesBackWhatWasSavedLastByWhomever) {
  const TemporaryFolder folder;
  const auto one = Open(folder);
  const auto other = Open(folder);
  EXPECT_EQ(one->Load(Digest('a')).value(), std::nullopt);
  EXPECT_TRUE(one->Save(Digest('a'), "first").ok());
  EXPECT_TRUE(other->Save(Digest('a'), std::string("s\0cond", 6)).ok());
  EXPECT_EQ(one->Load(Digest('a')).value(), std::string("s\0cond", 6));
  EXPECT_EQ(one->Load(Digest('b')).value(), std::nullopt);
  EXPECT_EQ(folder.Names(), Names{Hex("61") + ".ocsp"});
  EXPECT_EQ(Open(folder)->Load(Digest('a')).value(), std::string("s\0cond", 6));
}

TEST(FolderStapleStore, IsClosedToOthersUsers) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Open(folder)->Save(Digest('a'), "x").ok());
  struct stat info;
  ASSERT_EQ(stat(folder.PathOf(Hex("61") + ".ocsp").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, mode_t{0600});
}

TEST(FolderStapleStore, BoundsWhatItReadsAndSaves) {
  const TemporaryFolder folder;
  const auto store = Open(folder);
  const std::string longest(kMaxOcspResponseBytes, 'x');
  EXPECT_TRUE(store->Save(Digest('a'), longest).ok());
  EXPECT_EQ(store->Load(Digest('a')).value(), longest);
  EXPECT_EQ(store->Save(Digest('a'), longest + "x").code(), absl::StatusCode::kInvalidArgument);
  const std::string path = folder.Write(Hex("62") + ".ocsp", longest + "x");
  const absl::Status status = store->Load(Digest('b')).status();
  EXPECT_EQ(status.message(), path + ": has more than 65536 bytes");
}

TEST(FolderStapleStore, RefusesWhatIsNoDigest) {
  const TemporaryFolder folder;
  const auto store = Open(folder);
  for (const std::string& name :
       {std::string(), std::string("../../etc/passwd"), Digest('a') + "x"}) {
    EXPECT_EQ(store->Load(name).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(store->Save(name, "x").code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(store->TryClaim(name).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(folder.Names(), Names{});
}

TEST(FolderStapleStore, LetsOneFetchForEachCertificate) {
  const TemporaryFolder folder;
  const auto one = Open(folder);
  const auto other = Open(folder);
  auto claim = one->TryClaim(Digest('a')).value();
  ASSERT_NE(claim, nullptr);
  EXPECT_EQ(other->TryClaim(Digest('a')).value(), nullptr);
  EXPECT_EQ(one->TryClaim(Digest('a')).value(), nullptr);
  EXPECT_NE(other->TryClaim(Digest('b')).value(), nullptr);
  EXPECT_EQ(folder.Names(), Names{Hex("61") + ".lock"});
  claim.reset();
  EXPECT_EQ(folder.Names(), Names{}) << "lock files do not pile up";
  EXPECT_NE(other->TryClaim(Digest('a')).value(), nullptr);
}

TEST(FolderStapleStore, RemovesAtTheStartWhatDeadProcessesLeft) {
  const TemporaryFolder folder;
  const auto first = Open(folder);
  ASSERT_TRUE(first->Save(Digest('a'), "x").ok());
  const auto claim = first->TryClaim(Digest('a')).value();
  folder.Write(".postern-0123456789abcdef.tmp", "half");
  folder.Write(Hex("62") + ".lock", "");
  folder.Write("README", "an operator's");
  folder.Write("short.lock", "somebody else's");
  Open(folder);
  EXPECT_EQ(folder.Names(),
            (Names{Hex("61") + ".ocsp", Hex("61") + ".lock", "README", "short.lock"}));
  EXPECT_EQ(Open(folder)->TryClaim(Digest('a')).value(), nullptr) << "the claim still holds";
}

TEST(FolderStapleStore, ForgetsCertificatesThatHaveGoneForLong) {
  const TemporaryFolder folder;
  SetAge(folder.Write(Hex("61") + ".ocsp", "x"), FolderStapleStore::kForgottenAfter);
  SetAge(folder.Write(Hex("62") + ".ocsp", "x"),
         FolderStapleStore::kForgottenAfter - absl::Seconds(1));
  SetAge(folder.Write("notes.ocsp", "x"), FolderStapleStore::kForgottenAfter);
  Open(folder);
  EXPECT_EQ(folder.Names(), (Names{Hex("62") + ".ocsp", "notes.ocsp"}));
}

TEST(FolderStapleStore, SaysWhatToDoWhereThereIsNoFolder) {
  const TemporaryFolder folder;
  const absl::Status none = FolderStapleStore::Create(folder.PathOf("none"), Now()).status();
  EXPECT_EQ(none.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::StrContains(none.message(), "make it")) << none;
  const absl::Status file = FolderStapleStore::Create(folder.Write("file", ""), Now()).status();
  EXPECT_EQ(file.code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace postern
