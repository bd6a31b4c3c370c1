// Runs a fuzz target over the files of a folder, one test a file: what a fuzz target
// is when it is not linked with libFuzzer.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gtest/gtest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

class CorpusFile : public ::testing::Test {
 public:
  explicit CorpusFile(std::filesystem::path path) : path_(std::move(path)) {}

  void TestBody() override {
    std::ifstream in(path_, std::ios::binary);
    ASSERT_TRUE(in.good()) << path_;
    const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }

 private:
  const std::filesystem::path path_;
};

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      const std::filesystem::path& path = entry.path();
      ::testing::RegisterTest("Corpus", path.filename().c_str(), nullptr, nullptr, __FILE__,
                              __LINE__, [path]() -> CorpusFile* { return new CorpusFile(path); });
      ++files;
    }
  }
  if (files == 0) {
    std::fprintf(stderr, "no corpus: give a folder that has files\n");
    return 1;
  }
  return RUN_ALL_TESTS();
}
