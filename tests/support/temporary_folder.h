// A folder of a test's own.
#ifndef POSTERN_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
#define POSTERN_TESTS_SUPPORT_TEMPORARY_FOLDER_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "gtest/gtest.h"

namespace postern {

// TemporaryFolder is empty at first, and goes with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(testing::TempDir() + "/folder-XXXXXX") {
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string PathOf(const std::string& name) const { return path_ + "/" + name; }

  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      names.insert(entry.path().filename());
    }
    return names;
  }
  // Write puts another file in the place of the one that is there.
  std::string Write(const std::string& name, const std::string& text) const {
    std::string path = PathOf(name);
    std::ofstream(path + "~", std::ios::binary) << text;
    std::filesystem::rename(path + "~", path);
    return path;
  }
  std::string Read(const std::string& name) const {
    std::ifstream file(PathOf(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  std::string path_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
