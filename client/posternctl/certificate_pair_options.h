// The options --cert and --issuer of commands about a certificate's revocation.
#ifndef POSTERN_CLIENT_POSTERNCTL_CERTIFICATE_PAIR_OPTIONS_H_
#define POSTERN_CLIENT_POSTERNCTL_CERTIFICATE_PAIR_OPTIONS_H_

#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/posternctl/der_file.h"

namespace postern::posternctl {

class CertificatePairOptions {
 public:
  void AddTo(CLI::App& command) {
    command.add_option("--cert", certificate_, "The certificate, PEM or DER")
        ->type_name("FILE")
        ->required();
    command.add_option("--issuer", issuer_, "Its issuer's certificate, PEM or DER")
        ->type_name("FILE")
        ->required();
  }

  // SetIn reads the files into a request's fields. Fails as ReadCertificateDer.
  template <typename Request>
  absl::Status SetIn(Request& request) const {
    absl::StatusOr<std::string> der = ReadCertificateDer("--cert", certificate_);
    if (!der.ok()) return der.status();
    request.set_certificate(*std::move(der));
    der = ReadCertificateDer("--issuer", issuer_);
    if (!der.ok()) return der.status();
    request.set_issuer(*std::move(der));
    return absl::OkStatus();
  }

 private:
  std::string certificate_;
  std::string issuer_;
};

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_CERTIFICATE_PAIR_OPTIONS_H_
