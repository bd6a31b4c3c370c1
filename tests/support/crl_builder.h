// CRLs for tests, built in memory: one knob a field, malformed ones as well.
//
//   const TestCertificate root = Build(CaSpec("root", EcKey(1)));
//   CrlSpec spec;
//   spec.entries = {CrlEntry(7)};
//   const std::string der = BuildCrl(spec, root);
#ifndef POSTERN_TESTS_SUPPORT_CRL_BUILDER_H_
#define POSTERN_TESTS_SUPPORT_CRL_BUILDER_H_

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/support/certificate_builder.h"

namespace postern {

// CrlEntrySpec says what an entry is to be. Fields named raw_ are whole DER elements
// that stand in place of what the others say.
struct CrlEntrySpec {
  std::string serial;  // contents of the INTEGER
  absl::Time time = TestNow() - absl::Hours(48);
  std::string raw_time;
  std::optional<int> reason;
  std::vector<std::string> raw_extensions;  // after the reason
  bool has_extensions = true;               // the list, where there is one to put into it
  std::string after;                        // within the entry
};

// CrlEntry is the entry of a serial number: from 0 to 127, or the contents of any.
CrlEntrySpec CrlEntry(int serial);
CrlEntrySpec CrlEntry(const std::string& serial);

// OrdinarySerial returns the serial number of one of CrlSpec::ordinary_entries: 16
// octets that look like chance.
std::string OrdinarySerial(uint64_t index);

// CrlSpec says what a CRL is to be. Fields named raw_ are whole DER elements that
// stand in place of what the others say.
struct CrlSpec {
  std::optional<int> version = 1;
  std::string raw_issuer;  // else the subject of the issuer
  absl::Time this_update = TestNow() - absl::Hours(1);
  std::string raw_this_update;
  std::optional<absl::Time> next_update = TestNow() + absl::Hours(24);
  std::string raw_next_update;
  std::vector<CrlEntrySpec> entries;
  size_t ordinary_entries = 0;  // before `entries`, each with a reason
  bool has_empty_list = false;  // revokedCertificates without an entry
  std::string after_entries;    // within the list

  // The extensions.
  std::vector<std::string> point_urls;  // of the issuing distribution point
  std::string raw_point_name;           // its distributionPoint [0]
  bool only_user = false;
  bool only_ca = false;
  bool only_attribute = false;
  bool some_reasons = false;
  bool indirect = false;
  bool has_empty_point = false;
  bool point_is_critical = true;
  std::string number = "\x01";    // contents of cRLNumber; empty: none
  std::optional<int> delta_base;  // deltaCRLIndicator
  bool delta_is_critical = true;
  std::vector<std::string> raw_extensions;

  // The signature.
  EVP_PKEY* key = nullptr;  // null: the issuer's
  const EVP_MD* digest = EVP_sha256();
  std::string raw_inner_algorithm;
  bool has_wrong_signature = false;
  char unused_bits = 0;

  std::string after_tbs_fields;
  std::string after_fields;
  std::string after;  // the CRL
};

// BuildCrl makes a CRL of an issuer. A million entries take a second.
std::string BuildCrl(const CrlSpec& spec, const TestCertificate& issuer);

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_CRL_BUILDER_H_
