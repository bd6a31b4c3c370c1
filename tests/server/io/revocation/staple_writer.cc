// Writes staples until it is killed.
//
//   staple_writer write STATE_FOLDER OUTPUT_FOLDER FIRST   a byte to standard output after each
//   staple_writer claim STATE_FOLDER                       a byte once it has the claim
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/time/time.h"
#include "server/io/revocation/folder_staple_store.h"
#include "server/io/revocation/staple_files.h"
#include "tests/server/io/revocation/numbered_staples.h"

namespace postern {
namespace {

const std::string kDigest(32, 'a');  // NOLINT(cert-err58-cpp)

absl::Time Now() { return absl::FromUnixSeconds(1'800'000'000); }

bool Tell() { return write(STDOUT_FILENO, ".", 1) == 1; }

int Claim(FolderStapleStore& store) {
  const auto claim = store.TryClaim(kDigest);
  if (!claim.ok() || *claim == nullptr || !Tell()) return 1;
  while (true) pause();
}

int Write(FolderStapleStore& store, const std::string& output_folder, uint64_t n) {
  StapleFilesOptions options;
  options.output_folder = output_folder;
  const auto files = StapleFiles::Create(options, nullptr, nullptr);
  if (!files.ok() || !Tell()) return 1;
  for (;; ++n) {
    const auto claim = store.TryClaim(kDigest);
    if (!claim.ok() || *claim == nullptr) return 1;
    KeptStaple staple;
    staple.name = "mx1";
    staple.status = KeptStaple::Status::kGood;
    staple.use_until = absl::InfiniteFuture();
    staple.der = NumberedStaple(n);
    if (!store.Save(kDigest, staple.der).ok()) return 1;
    if (!(*files)->Put(staple, Now()).ok() || !Tell()) return 1;
  }
}

int Main(int argc, char** argv) {
  if (argc < 3) return 64;
  const auto store = FolderStapleStore::Create(argv[2], Now());
  if (!store.ok()) return 1;
  if (std::string(argv[1]) == "claim") return Claim(**store);
  if (argc < 5) return 64;
  return Write(**store, argv[3], std::strtoull(argv[4], nullptr, 10));
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) { return postern::Main(argc, argv); }
