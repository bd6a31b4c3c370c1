#include <dirent.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "server/io/revocation/crl_cache.h"
#include "server/io/revocation/crl_record.h"
#include "tests/support/crl_builder.h"
#include "tests/support/crl_cache_fixture.h"

namespace postern {
namespace {

using Kind = CrlEvent::Kind;

class CrlCacheFolder : public CrlCacheFixture {
 protected:
  CrlCacheFolder() {
    options.folder =
        testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
    mkdir(options.folder.c_str(), 0700);
    for (const std::string& file : Files()) std::remove(file.c_str());
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    DIR* const folder = opendir(options.folder.c_str());
    while (const dirent* const entry = readdir(folder)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") files.push_back(options.folder + "/" + name);
    }
    closedir(folder);
    return files;
  }
  // Restart begins anew with what is on the disk, and no net.
  void Restart() {
    fetcher.Serve(kUrl, StatusOnly(503));
    Start();
    cache->Tick();
  }
  static std::string Contents(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  static void Write(const std::string& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
  }
};

TEST_F(CrlCacheFolder, KeepsCrlsOverARestart) {
  Serve(kUrl, "\"one\"");
  Start();
  ASSERT_NE(Load(), nullptr);
  ASSERT_EQ(Files().size(), 1u);
  Restart();
  EXPECT_NE(Find(), nullptr);
  EXPECT_EQ(AskedCount(), 1u);
  // What it is asked for again with is kept as well.
  Pass(cache->NextWake() - clock.Now());
  EXPECT_EQ(fetcher.Asked().back().if_none_match, "\"one\"");
}

TEST_F(CrlCacheFolder, JudgesWhatItFindsAnewAndLeavesOutWhatIsDamaged) {
  Serve(kUrl);
  Start();
  ASSERT_NE(Load(), nullptr);
  const std::string file = Files().at(0);
  const std::string whole = Contents(file);
  for (const size_t at : {size_t{0}, size_t{20}, whole.size() / 2, whole.size() - 1}) {
    SCOPED_TRACE(at);
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    Write(file, damaged);
    Restart();
    EXPECT_EQ(Find(), nullptr);
    EXPECT_EQ(Count(Kind::kDisk), 1u);
  }
  Write(file, whole.substr(0, whole.size() - 40));
  Restart();
  EXPECT_EQ(Count(Kind::kDisk), 1u);
  // A record that is whole, but whose CRL another has signed.
  CrlRecord forged = ReadCrlRecord(whole).value();
  forged.crl = BuildCrl(crl, Build(CaSpec("root", EcKey(2))));
  Write(file, WriteCrlRecord(forged));
  Restart();
  EXPECT_EQ(Find(), nullptr);
  EXPECT_EQ(Count(Kind::kDisk), 1u);
}

TEST_F(CrlCacheFolder, RemovesTheFilesOfWhatHasEndedOrGone) {
  Serve(kUrl);
  Start();
  ASSERT_NE(Load(), nullptr);
  clock.Advance(absl::Hours(24 * 8));
  Restart();
  EXPECT_EQ(Find(), nullptr);
  EXPECT_TRUE(Files().empty());
}

TEST_F(CrlCacheFolder, CountsTheBytesOfTheFileWhereTheyAreMore) {
  crl.ordinary_entries = 10000;
  const size_t size = BuildCrl(crl, CrlRoot()).size();
  Serve(kUrl);
  Start();
  ASSERT_NE(Load(), nullptr);
  EXPECT_GE(cache->List().at(0).bytes + 16, size);  // signatures differ in length
  Restart();
  EXPECT_GE(cache->List().at(0).bytes + 16, size);
}

TEST_F(CrlCacheFolder, WorksOnWithoutItsFolder) {
  options.folder = "/nowhere/at/all";
  Serve(kUrl);
  Start();
  EXPECT_NE(Load(), nullptr);
  EXPECT_GE(Count(Kind::kDisk), 2u);
}

TEST_F(CrlCacheFolder, LetsFilesBeThatAreNotItsOwn) {
  Write(options.folder + "/notes.txt", "mine");
  Start();
  cache->Tick();
  EXPECT_EQ(Count(Kind::kDisk), 0u);
  EXPECT_EQ(Contents(options.folder + "/notes.txt"), "mine");
}

}  // namespace
}  // namespace postern
