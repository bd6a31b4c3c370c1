// A folder of a test's own, gone when the test is over.
#ifndef POSTERN_TESTS_SUPPORT_SCRATCH_FOLDER_H_
#define POSTERN_TESTS_SUPPORT_SCRATCH_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace postern {

class ScratchFolder {
 public:
  ScratchFolder() {
    const char* const base = std::getenv("TEST_TMPDIR");
    std::string name = std::string(base == nullptr ? "/tmp" : base) + "/scratch.XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string Path(const std::string& name) const { return path_ + "/" + name; }

  // Write puts another file in the place of the one that is there.
  std::string Write(const std::string& name, const std::string& text) const {
    const std::string path = Path(name);
    std::ofstream(path + "~", std::ios::binary) << text;
    std::filesystem::rename(path + "~", path);
    return path;
  }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_SCRATCH_FOLDER_H_
