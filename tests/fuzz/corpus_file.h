// A seed of a corpus, written by the programs that make them.
#ifndef POSTERN_TESTS_FUZZ_CORPUS_FILE_H_
#define POSTERN_TESTS_FUZZ_CORPUS_FILE_H_

#include <cstdio>
#include <fstream>
#include <string>

namespace postern {

// WriteSeed returns false, and tells standard error, where it cannot.
inline bool WriteSeed(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  if (out.flush().good()) return true;
  std::fprintf(stderr, "cannot write %s\n", path.c_str());
  return false;
}

}  // namespace postern

#endif  // POSTERN_TESTS_FUZZ_CORPUS_FILE_H_
