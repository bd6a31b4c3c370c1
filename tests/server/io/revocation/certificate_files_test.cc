#include "server/io/revocation/certificate_files.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/pem.h"
#include "tests/support/temporary_folder.h"

namespace postern {
namespace {

struct FilesLab {
  // A certificate's file, with its issuer's.
  std::string Text(long serial) const {
    CertificateSpec spec = LeafSpec("mx1.test");
    spec.serial = serial;
    spec.authority_access = "OCSP;URI:http://ocsp.test/";
    return PemOf(Build(spec, &root).der) + PemOf(root.der);
  }

  CertificateFiles& Make(std::vector<CertificateEntry> entries, size_t max_certificates = 10) {
    CertificateFiles::Options options;
    options.max_certificates = max_certificates;
    auto made = CertificateFiles::Create(std::move(entries), options);
    EXPECT_TRUE(made.ok()) << made.status();
    files = *std::move(made);
    files->Scan();
    return *files;
  }
  const CertificateFile* Find(const std::string& name) const {
    const auto found = files->files().find(name);
    return found == files->files().end() ? nullptr : &found->second;
  }

  TestCertificate root = Build(CaSpec("root", EcKey(1)));
  TemporaryFolder folder;
  std::unique_ptr<CertificateFiles> files;
};

TEST(CertificateFiles, ReadsAFileUnderItsNameOrPath) {
  FilesLab lab;
  const std::string a = lab.folder.Write("a.pem", lab.Text(1));
  const std::string b = lab.folder.Write("b.pem", lab.Text(2));
  lab.Make({{a, "mx1", "", ""}, {b, "", "", "http://own.test/"}});
  ASSERT_NE(lab.Find("mx1"), nullptr);
  ASSERT_NE(lab.Find("mx1")->certificate, nullptr) << lab.Find("mx1")->error;
  EXPECT_EQ(lab.Find("mx1")->path, a);
  ASSERT_NE(lab.Find(b), nullptr);
  EXPECT_EQ(lab.Find(b)->certificate->responders, std::vector<std::string>{"http://own.test/"});
  EXPECT_EQ(lab.Find(b)->certificate->issuer, lab.Find("mx1")->certificate->issuer)
      << "one object for one issuer";
}

TEST(CertificateFiles, ReadsAFolderWithoutKeysAndHiddenFiles) {
  FilesLab lab;
  lab.folder.Write("a.pem", lab.Text(1));
  lab.folder.Write("b.crt", lab.Text(2));
  lab.folder.Write("key.pem", PemOf("key", "PRIVATE KEY"));
  lab.folder.Write(".c.pem", lab.Text(3));
  lab.folder.Write("d.txt", lab.Text(4));
  const CertificateFiles& files = lab.Make({{lab.folder.path(), "", "", ""}});
  EXPECT_EQ(files.files().size(), 2U);
  EXPECT_TRUE(files.errors().empty());
}

TEST(CertificateFiles, ReadsWhatAPatternFitsAndOneFileUnderItsOwnName) {
  FilesLab lab;
  lab.folder.Write("a.pem", lab.Text(1));
  lab.folder.Write("b.pem", lab.Text(2));
  lab.Make({{lab.folder.PathOf("*.pem"), "", "", ""}, {lab.folder.PathOf("a.pem"), "mx1", "", ""}});
  EXPECT_EQ(lab.files->files().size(), 2U);
  EXPECT_NE(lab.Find("mx1"), nullptr);
  EXPECT_NE(lab.Find(lab.folder.PathOf("b.pem")), nullptr);
}

TEST(CertificateFiles, SaysWhichPatternFitsNothing) {
  FilesLab lab;
  const CertificateFiles& files = lab.Make({{lab.folder.PathOf("*.pem"), "", "", ""}});
  ASSERT_EQ(files.errors().size(), 1U);
  EXPECT_TRUE(absl::StrContains(files.errors()[0], lab.folder.PathOf("*.pem")));
}

TEST(CertificateFiles, SaysWhichFileIsMissing) {
  FilesLab lab;
  const std::string path = lab.folder.PathOf("missing.pem");
  lab.Make({{path, "mx1", "", ""}});
  ASSERT_NE(lab.Find("mx1"), nullptr);
  EXPECT_EQ(lab.Find("mx1")->certificate, nullptr);
  EXPECT_TRUE(absl::StartsWith(lab.Find("mx1")->error, path)) << lab.Find("mx1")->error;
}

TEST(CertificateFiles, TakesARenewedCertificate) {
  FilesLab lab;
  const std::string path = lab.folder.Write("a.pem", lab.Text(1));
  CertificateFiles& files = lab.Make({{path, "", "", ""}});
  const auto old = lab.Find(path)->certificate;
  files.Scan();
  EXPECT_EQ(lab.Find(path)->certificate, old);
  lab.folder.Write("a.pem", lab.Text(2));
  files.Scan();
  EXPECT_NE(lab.Find(path)->certificate->sha256, old->sha256);
}

TEST(CertificateFiles, KeepsTheCertificateForAsLongAsItsFileIsHalfWritten) {
  FilesLab lab;
  const std::string path = lab.folder.Write("a.pem", lab.Text(1));
  CertificateFiles& files = lab.Make({{path, "", "", ""}});
  const auto old = lab.Find(path)->certificate;
  const std::string text = lab.Text(2);
  for (size_t size = 0; size < text.size(); size += 97) {
    std::ofstream(path, std::ios::binary) << text.substr(0, size);
    files.Scan();
    ASSERT_EQ(lab.Find(path)->certificate, old) << size;
    ASSERT_TRUE(absl::StartsWith(lab.Find(path)->error, path)) << size;
  }
  std::ofstream(path, std::ios::binary) << text;
  files.Scan();
  EXPECT_NE(lab.Find(path)->certificate, old);
  EXPECT_EQ(lab.Find(path)->error, "");
}

TEST(CertificateFiles, FollowsTheSwapOfAKubernetesVolume) {
  FilesLab lab;
  const auto make = [&lab](const std::string& version, long serial) {
    std::filesystem::create_directory(lab.folder.PathOf(version));
    lab.folder.Write(version + "/tls.crt", lab.Text(serial));
    std::filesystem::create_directory_symlink(version, lab.folder.PathOf("..data_tmp"));
    std::filesystem::rename(lab.folder.PathOf("..data_tmp"), lab.folder.PathOf("..data"));
  };
  make("..v1", 1);
  std::filesystem::create_symlink("..data/tls.crt", lab.folder.PathOf("tls.crt"));
  CertificateFiles& files = lab.Make({{lab.folder.path(), "", "", ""}});
  const std::string name = lab.folder.PathOf("tls.crt");
  ASSERT_NE(lab.Find(name), nullptr);
  const auto old = lab.Find(name)->certificate;
  make("..v2", 2);
  std::filesystem::remove_all(lab.folder.PathOf("..v1"));
  files.Scan();
  EXPECT_EQ(files.files().size(), 1U);
  EXPECT_NE(lab.Find(name)->certificate->sha256, old->sha256);
}

TEST(CertificateFiles, ReadsAgainWhenTheIssuersFileChanges) {
  FilesLab lab;
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.authority_access = "OCSP;URI:http://ocsp.test/";
  const std::string path = lab.folder.Write("a.pem", PemOf(Build(spec, &lab.root).der));
  const std::string issuer = lab.folder.Write("ca.txt", "");
  CertificateFiles& files = lab.Make({{path, "", issuer, ""}});
  EXPECT_EQ(lab.Find(path)->certificate, nullptr);
  lab.folder.Write("ca.txt", PemOf(lab.root.der));
  files.Scan();
  EXPECT_NE(lab.Find(path)->certificate, nullptr) << lab.Find(path)->error;
}

TEST(CertificateFiles, ForgetsAFileOfAFolderThatIsMissingTwice) {
  FilesLab lab;
  const std::string path = lab.folder.Write("a.pem", lab.Text(1));
  CertificateFiles& files = lab.Make({{lab.folder.path(), "", "", ""}});
  std::filesystem::remove(path);
  files.Scan();
  EXPECT_NE(lab.Find(path), nullptr) << "it may be about to come again";
  files.Scan();
  EXPECT_EQ(lab.Find(path), nullptr);
}

TEST(CertificateFiles, ForgetsNothingOfAFolderThatCannotBeRead) {
  FilesLab lab;
  std::filesystem::create_directory(lab.folder.PathOf("certs"));
  const std::string path = lab.folder.Write("certs/a.pem", lab.Text(1));
  CertificateFiles& files =
      lab.Make({{lab.folder.PathOf("certs"), "", "", "", CertificateKind::kFolder}});
  const auto before = lab.Find(path)->certificate;
  std::filesystem::rename(lab.folder.PathOf("certs"), lab.folder.PathOf("away"));
  for (int i = 0; i < 3; ++i) {
    files.Scan();
    EXPECT_EQ(files.files().size(), 1U) << "and the folder is no file";
    ASSERT_NE(lab.Find(path), nullptr);
    EXPECT_EQ(lab.Find(path)->certificate, before);
    ASSERT_EQ(files.errors().size(), 1U);
    EXPECT_TRUE(absl::StartsWith(files.errors()[0], lab.folder.PathOf("certs")));
  }
  std::filesystem::create_directory(lab.folder.PathOf("certs"));
  files.Scan();
  files.Scan();
  EXPECT_EQ(lab.Find(path), nullptr) << "it can be read, and is empty";
}

TEST(CertificateFiles, LeavesOutWhatIsTooMuch) {
  FilesLab lab;
  for (int i = 0; i < 4; ++i) lab.folder.Write(std::to_string(i) + ".pem", lab.Text(i + 1));
  lab.folder.Write("4.pem", std::string(kMaxCertificateFileBytes + 1, 'x'));
  const CertificateFiles& files = lab.Make({{lab.folder.path(), "", "", ""}}, 3);
  EXPECT_EQ(files.files().size(), 3U);
  EXPECT_EQ(files.errors().size(), 2U);
  EXPECT_TRUE(absl::StrContains(files.errors()[0], "more than 3"));
}

TEST(CertificateFiles, SaysThatAFileIsTooLong) {
  FilesLab lab;
  const std::string path =
      lab.folder.Write("a.pem", std::string(kMaxCertificateFileBytes + 1, 'x'));
  lab.Make({{path, "", "", ""}});
  EXPECT_TRUE(absl::StartsWith(lab.Find(path)->error, path));
}

TEST(CertificateFiles, RefusesEntriesThatMakeNoSense) {
  const std::vector<CertificateEntry> cases[] = {
      {{"", "", "", ""}},
      {{"a", std::string(kMaxStapleName + 1, 'n'), "", ""}},
      {{"a", "n", "", ""}, {"b", "n", "", ""}},
      {{"a", "", "", "ftp://ocsp.test/"}},
  };
  for (const auto& entries : cases) {
    const auto made = CertificateFiles::Create(entries, {});
    EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StrContains(made.status().message(), "certificates[")) << made.status();
  }
}

TEST(CertificateFiles, RefusesOneNameForAWholeFolder) {
  FilesLab lab;
  lab.folder.Write("a.pem", lab.Text(1));
  const CertificateFiles& files = lab.Make({{lab.folder.path(), "mx1", "", ""}});
  EXPECT_TRUE(files.files().empty());
  EXPECT_EQ(files.errors().size(), 1U);
}

}  // namespace
}  // namespace postern
