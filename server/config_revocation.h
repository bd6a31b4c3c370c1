// The sections `revocation` and `staples` of the configuration.
#ifndef POSTERN_SERVER_CONFIG_REVOCATION_H_
#define POSTERN_SERVER_CONFIG_REVOCATION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/config_reader.h"
#include "server/core/revocation/check_revocation.h"
#include "server/io/http/http_fetcher_options.h"

namespace postern {

// CrlConfig shapes what is done with CRLs.
struct CrlConfig {
  size_t max_bytes = size_t{16} << 20;  // of one, as it is fetched
  // Whether those that peers' certificates name are fetched, in the background.
  bool peers = true;
  // Where they outlive the process; empty: nowhere.
  std::string folder;
};

// RevocationConfig shapes the judging and the fetching of staples and CRLs.
struct RevocationConfig {
  RevocationOptions checks;
  HttpFetcherOptions fetch;
  CrlConfig crl;
};

// CertificatesConfig says where certificates of the operator's are. Exactly one of file,
// glob and folder is given.
struct CertificatesConfig {
  std::string file;
  std::string glob;
  std::string folder;
  std::string name;         // of `file`; empty: the file's
  std::string issuer_file;  // empty: the issuer is in the certificate's file
  std::string responder;    // a URL; empty: what the certificate says
};

// StaplesConfig shapes the keeping of the operator's staples.
struct StaplesConfig {
  std::vector<CertificatesConfig> certificates;
  absl::Duration reload_interval = absl::Seconds(30);
  std::string state_folder;   // empty: staples end with the process
  std::string output_folder;  // empty: no files for MTAs
  bool write_der = true;
  bool write_pem = true;
  bool beside_certificates = false;
  bool keep_expired = false;      // the files, once a staple has ended
  std::vector<std::string> hook;  // a command and its arguments; empty: none
  absl::Duration hook_timeout = absl::Seconds(10);
};

void ReadRevocation(ConfigReader map, RevocationConfig& revocation);
void ReadStaples(ConfigReader map, StaplesConfig& staples);

}  // namespace postern

#endif  // POSTERN_SERVER_CONFIG_REVOCATION_H_
