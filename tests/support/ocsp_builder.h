// OCSP responses for tests, written octet by octet: one knob a field, also for what no
// library would encode.
//
//   OcspSpec spec = GoodSpec(leaf, root);
//   spec.responses[0].next_update.reset();
//   CheckStaple(BuildOcsp(spec), ...)
#ifndef POSTERN_TESTS_SUPPORT_OCSP_BUILDER_H_
#define POSTERN_TESTS_SUPPORT_OCSP_BUILDER_H_

#include <openssl/evp.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/signer.h"

namespace postern {

// GeneralizedTimeText returns YYYYMMDDHHMMSSZ.
std::string GeneralizedTimeText(absl::Time time);

// Tlv returns an element in DER; BerTlv one whose length has an octet too many.
std::string Tlv(int tag, const std::string& contents);
std::string BerTlv(int tag, const std::string& contents);

// ExtensionSpec is an extension.
struct ExtensionSpec {
  std::string id;  // contents of the object identifier
  bool critical = false;
  std::string value;  // contents of the OCTET STRING
};

// NonceExtension is that of RFC 9654.
ExtensionSpec NonceExtension(const std::string& nonce);

// UnknownExtension is one that nobody knows.
ExtensionSpec UnknownExtension(bool critical);

// SingleSpec says what a SingleResponse is to be.
struct SingleSpec {
  enum class Status { kGood, kRevoked, kUnknown };
  // The certificate that it names.
  TestCertificate certificate;
  TestCertificate issuer;
  const EVP_MD* digest = EVP_sha1();
  std::optional<std::string> algorithm;  // DER, in place of the digest's
  std::optional<std::string> name_hash;
  std::optional<std::string> key_hash;
  std::optional<std::string> serial;  // contents
  Status status = Status::kGood;
  std::string revocation_time = GeneralizedTimeText(TestNow() - absl::Hours(100));
  std::optional<int> revocation_reason;
  std::optional<std::string> raw_status;  // DER, in place of all that
  std::string this_update = GeneralizedTimeText(TestNow() - absl::Hours(1));
  std::optional<std::string> next_update = GeneralizedTimeText(TestNow() + absl::Hours(23));
  std::vector<ExtensionSpec> extensions;
  std::string trailing;  // bytes after the last field
};

// OcspSpec says what a response is to be.
struct OcspSpec {
  char response_status = 0;
  bool has_bytes = true;
  std::string response_type = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01";  // contents
  std::optional<std::string> version;                                  // contents
  TestCertificate responder;  // whose name and key the responderID is
  bool is_by_key = false;
  std::optional<std::string> responder_id;  // DER, in place of the responder's
  std::string produced_at = GeneralizedTimeText(TestNow() - absl::Hours(1));
  std::vector<SingleSpec> responses;
  std::vector<ExtensionSpec> extensions;
  SignerSpec signer;
  std::vector<std::string> certificates;  // DER
  bool has_wrong_signature = false;
  // Bytes after what they are named for, within what is around it.
  std::string after_response;
  std::string after_bytes;
  std::string after_basic;
  std::string after_fields;  // of the BasicOCSPResponse
  std::string after_data;    // fields of the ResponseData
  // Lengths in BER.
  bool has_ber_response = false;
  bool has_ber_basic = false;
  bool has_ber_data = false;  // signed as it is
  bool has_ber_data_after_signing = false;
};

// GoodSpec is a response on a certificate by its issuer, DelegatedSpec one by a
// responder that comes with it.
OcspSpec GoodSpec(const TestCertificate& certificate, const TestCertificate& issuer);
OcspSpec DelegatedSpec(const TestCertificate& certificate, const TestCertificate& issuer,
                       const TestCertificate& responder);

// DelegateSpec is a responder's certificate, with id-pkix-ocsp-nocheck.
CertificateSpec DelegateSpec(const std::string& name, EVP_PKEY* key);

// BuildSingle makes a SingleResponse, BuildData the contents of a ResponseData, BuildOcsp
// a response; DER but for the knobs.
std::string BuildSingle(const SingleSpec& spec);
std::string BuildData(const OcspSpec& spec);
std::string BuildOcsp(const OcspSpec& spec);

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_OCSP_BUILDER_H_
