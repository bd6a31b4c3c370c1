#include "client/credentials.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace postern {
namespace {

constexpr unsigned int kReloadSeconds = 10;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

absl::Status Unreadable(absl::string_view option, const std::string& path, absl::string_view what) {
  ERR_clear_error();
  return absl::FailedPreconditionError(absl::StrCat(option, ": ", path, " ", what));
}

absl::StatusOr<BioPtr> Open(absl::string_view option, const std::string& path) {
  BioPtr bio(BIO_new_file(path.c_str(), "r"));
  if (bio == nullptr) {
    return Unreadable(option, path, "cannot be read: check the path and its permissions");
  }
  return bio;
}

absl::StatusOr<X509Ptr> ReadCertificate(absl::string_view option, const std::string& path) {
  absl::StatusOr<BioPtr> bio = Open(option, path);
  if (!bio.ok()) return bio.status();
  X509Ptr certificate(PEM_read_bio_X509(bio->get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) {
    return Unreadable(option, path, "holds no PEM certificate: name a file that does");
  }
  return certificate;
}

// An encrypted key would make OpenSSL ask at the terminal: it has no password.
int NoPassword(char*, int, int, void*) { return 0; }

absl::StatusOr<KeyPtr> ReadKey(absl::string_view option, const std::string& path) {
  absl::StatusOr<BioPtr> bio = Open(option, path);
  if (!bio.ok()) return bio.status();
  KeyPtr key(PEM_read_bio_PrivateKey(bio->get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) {
    return Unreadable(option, path, "holds no PEM private key without a password: name one");
  }
  return key;
}

}  // namespace

absl::Status CheckTlsFiles(const TlsFiles& files) {
  if (absl::StatusOr<X509Ptr> ca = ReadCertificate("ca", files.ca); !ca.ok()) return ca.status();
  if (files.cert.empty()) return absl::OkStatus();
  absl::StatusOr<X509Ptr> certificate = ReadCertificate("cert", files.cert);
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<KeyPtr> key = ReadKey("key", files.key);
  if (!key.ok()) return key.status();
  if (X509_check_private_key(certificate->get(), key->get()) != 1) {
    return Unreadable("key", files.key,
                      absl::StrCat("is not the key of the first certificate in ", files.cert,
                                   ": name the pair that belongs together"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentialsFor(
    const Options& options) {
  if (!options.tls) return grpc::InsecureChannelCredentials();
  const TlsFiles& files = *options.tls;
  if (absl::Status status = CheckTlsFiles(files); !status.ok()) return status;
  using grpc::experimental::FileWatcherCertificateProvider;
  grpc::experimental::TlsChannelCredentialsOptions tls;
  if (files.cert.empty()) {
    tls.set_certificate_provider(
        std::make_shared<FileWatcherCertificateProvider>(files.ca, kReloadSeconds));
  } else {
    tls.set_certificate_provider(std::make_shared<FileWatcherCertificateProvider>(
        files.key, files.cert, files.ca, kReloadSeconds));
    tls.watch_identity_key_cert_pairs();
  }
  tls.watch_root_certs();
  return grpc::experimental::TlsCredentials(tls);
}

}  // namespace postern
