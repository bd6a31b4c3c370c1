#include "server/io/revocation/staple_files.h"

#include <openssl/pem.h>
#include <sys/stat.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace postern {
namespace {

using Names = std::set<std::string>;
using Status = KeptStaple::Status;

absl::Time Now() { return absl::FromUnixSeconds(1'800'000'000); }

KeptStaple Good(const std::string& der = "the staple") {
  KeptStaple staple;
  staple.name = "mx1";
  staple.status = Status::kGood;
  staple.use_until = Now() + absl::Hours(1);
  staple.der = der;
  return staple;
}

KeptStaple Without(Status status) {
  KeptStaple staple = Good("");
  staple.status = status;
  return staple;
}

ino_t InodeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

// PemContents is what OpenSSL, and with it Exim, reads of a PEM file.
std::pair<std::string, std::string> PemContents(const std::string& path) {
  BIO* file = BIO_new_file(path.c_str(), "r");
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* bytes = nullptr;
  long size = 0;
  std::pair<std::string, std::string> contents;
  if (file != nullptr && PEM_read_bio(file, &label, &header, &bytes, &size) == 1) {
    contents = {label, std::string(reinterpret_cast<char*>(bytes), static_cast<size_t>(size))};
  }
  OPENSSL_free(label);
  OPENSSL_free(header);
  OPENSSL_free(bytes);
  BIO_free(file);
  return contents;
}

class StapleFilesTest : public testing::Test {
 protected:
  StapleFilesTest() { options_.output_folder = folder_.path(); }

  std::unique_ptr<StapleFiles> Make() {
    return StapleFiles::Create(
               options_,
               [this](const KeptStaple& staple, const StapleFilePaths&) {
                 changes_.push_back(staple.name);
               },
               [this](const absl::Status& status) { errors_.push_back(status); })
        .value();
  }

  TemporaryFolder folder_;
  StapleFilesOptions options_;
  std::vector<std::string> changes_;
  std::vector<absl::Status> errors_;
};

TEST_F(StapleFilesTest, WritesDerAndPemForEverybodyToRead) {
  const auto files = Make();
  const std::string der(1000, '\xa5');
  ASSERT_TRUE(files->Put(Good(der), Now()).ok());
  EXPECT_EQ(folder_.Names(), (Names{"mx1.ocsp", "mx1.ocsp.pem"}));
  EXPECT_EQ(folder_.Read("mx1.ocsp"), der);
  EXPECT_EQ(PemContents(folder_.PathOf("mx1.ocsp.pem")),
            std::make_pair(std::string("OCSP RESPONSE"), der));
  for (const char* name : {"mx1.ocsp", "mx1.ocsp.pem"}) {
    struct stat info;
    ASSERT_EQ(stat(folder_.PathOf(name).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, mode_t{0644});
  }
  EXPECT_EQ(changes_, std::vector<std::string>{"mx1"});
}

TEST_F(StapleFilesTest, WritesTheFormatsThatAreAskedFor) {
  options_.write_der = false;
  ASSERT_TRUE(Make()->Put(Good(), Now()).ok());
  EXPECT_EQ(folder_.Names(), Names{"mx1.ocsp.pem"});
}

TEST_F(StapleFilesTest, WritesBesideTheCertificateWhatHaproxyReads) {
  const TemporaryFolder certificates;
  options_.beside_certificates = true;
  options_.output_folder = "";
  KeptStaple staple = Good();
  staple.file = certificates.Write("mx1.pem", "");
  certificates.Write(".postern-0123456789abcdef.tmp", "half");
  const auto files = Make();
  ASSERT_TRUE(files->Put(staple, Now()).ok());
  EXPECT_EQ(certificates.Names(), (Names{"mx1.pem", "mx1.pem.ocsp"})) << "cleaned up as well";
  EXPECT_EQ(certificates.Read("mx1.pem.ocsp"), "the staple");
  staple.file = certificates.Write("mx1-2027.pem", "");
  ASSERT_TRUE(files->Put(staple, Now()).ok());
  EXPECT_EQ(certificates.Names(), (Names{"mx1.pem", "mx1-2027.pem", "mx1-2027.pem.ocsp"}))
      << "the certificate has moved";
}

TEST_F(StapleFilesTest, LeavesAloneWhatIsAsItShouldBe) {
  ASSERT_TRUE(Make()->Put(Good(), Now()).ok());
  const ino_t der = InodeOf(folder_.PathOf("mx1.ocsp"));
  changes_.clear();
  ASSERT_TRUE(Make()->Put(Good(), Now()).ok()) << "after a restart";
  EXPECT_EQ(InodeOf(folder_.PathOf("mx1.ocsp")), der);
  EXPECT_TRUE(changes_.empty());
  ASSERT_TRUE(Make()->Put(Good("another"), Now()).ok());
  EXPECT_EQ(folder_.Read("mx1.ocsp"), "another");
  EXPECT_EQ(changes_.size(), 1U);
}

TEST_F(StapleFilesTest, RemovesThemWhenThereIsNoStaple) {
  const auto files = Make();
  for (const Status status : {Status::kPending, Status::kExpired, Status::kNotAvailable,
                              Status::kUnusable, Status::kRevoked}) {
    ASSERT_TRUE(files->Put(Good(), Now()).ok());
    ASSERT_TRUE(files->Put(Without(status), Now()).ok());
    EXPECT_EQ(folder_.Names(), Names{});
    changes_.clear();
    ASSERT_TRUE(files->Put(Without(status), Now()).ok());
    EXPECT_TRUE(changes_.empty()) << "nothing was there";
  }
}

TEST_F(StapleFilesTest, WritesNoStapleThatHasEnded) {
  const auto files = Make();
  ASSERT_TRUE(files->Put(Good(), Now()).ok());
  ASSERT_TRUE(files->Put(Good("another"), Good().use_until).ok());
  EXPECT_EQ(folder_.Names(), Names{});
}

TEST_F(StapleFilesTest, KeepsThemIfToldButForRevokedCertificates) {
  options_.keep_expired = true;
  const auto files = Make();
  ASSERT_TRUE(files->Put(Good(), Now()).ok());
  ASSERT_TRUE(files->Put(Without(Status::kExpired), Now()).ok());
  files->Remove(Without(Status::kExpired));
  EXPECT_EQ(folder_.Names().size(), 2U);
  KeptStaple revoked = Good();
  revoked.status = Status::kRevoked;
  ASSERT_TRUE(files->Put(revoked, Now()).ok());
  EXPECT_EQ(folder_.Names(), Names{}) << "whatever bytes there are";
  ASSERT_TRUE(files->Put(Good(), Now()).ok());
  files->Remove(revoked);
  EXPECT_EQ(folder_.Names(), Names{});
}

TEST_F(StapleFilesTest, RemovesThoseOfACertificateThatHasGone) {
  const auto files = Make();
  KeptStaple other = Good();
  other.name = "mx2";
  ASSERT_TRUE(files->Put(Good(), Now()).ok());
  ASSERT_TRUE(files->Put(other, Now()).ok());
  files->Remove(Good());
  EXPECT_EQ(folder_.Names(), (Names{"mx2.ocsp", "mx2.ocsp.pem"}));
}

TEST_F(StapleFilesTest, KeepsNamesInsideTheFolder) {
  KeptStaple staple = Good();
  staple.name = "../mx1";
  ASSERT_TRUE(Make()->Put(staple, Now()).ok());
  EXPECT_EQ(folder_.Names(), (Names{"%2E.%2Fmx1.ocsp", "%2E.%2Fmx1.ocsp.pem"}));
}

TEST_F(StapleFilesTest, WritesWhatItCanAndReturnsTheFirstError) {
  ASSERT_EQ(mkdir(folder_.PathOf("mx1.ocsp").c_str(), 0700), 0);
  const auto files = Make();
  EXPECT_EQ(files->Put(Good(), Now()).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(PemContents(folder_.PathOf("mx1.ocsp.pem")).second, "the staple");
  EXPECT_EQ(changes_.size(), 1U);
  files->Remove(Good());
  EXPECT_EQ(errors_.size(), 1U);
  EXPECT_EQ(folder_.Names(), Names{"mx1.ocsp"});
}

TEST_F(StapleFilesTest, DoesNotStartWithoutItsFolder) {
  options_.output_folder = folder_.PathOf("none");
  EXPECT_EQ(StapleFiles::Create(options_, nullptr, nullptr).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace postern
