#include "tests/support/ocsp_builder.h"

#include <openssl/objects.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>

#include "server/core/x509/openssl_types.h"

namespace postern {
namespace {

constexpr int kBoolean = 0x01;
constexpr int kInteger = 0x02;
constexpr int kBitString = 0x03;
constexpr int kOctetString = 0x04;
constexpr int kObjectId = 0x06;
constexpr int kEnumerated = 0x0a;
constexpr int kGeneralizedTime = 0x18;
constexpr int kSequence = 0x30;

int Context(int number) { return 0xa0 | number; }

// A builder that fails is a broken test.
void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "ocsp_builder: %s failed\n", what);
  abort();
}

UniqueX509 Parse(const TestCertificate& certificate) {
  const auto* begin = reinterpret_cast<const unsigned char*>(certificate.der.data());
  UniqueX509 x509(d2i_X509(nullptr, &begin, static_cast<long>(certificate.der.size())));
  Require(x509 != nullptr, "reading a certificate");
  return x509;
}

std::string NameOf(const X509_NAME* name) {
  const unsigned char* bytes = nullptr;
  size_t size = 0;
  Require(X509_NAME_get0_der(name, &bytes, &size) == 1, "a name");
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string KeyOf(const X509& certificate) {
  const ASN1_BIT_STRING* const key = X509_get0_pubkey_bitstr(&certificate);
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(key)),
          static_cast<size_t>(ASN1_STRING_length(key))};
}

std::string Hash(const EVP_MD* digest, const std::string& bytes) {
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  Require(EVP_Digest(bytes.data(), bytes.size(), value, &size, digest, nullptr) == 1, "a digest");
  return {reinterpret_cast<const char*>(value), size};
}

// The contents of the serial number's INTEGER.
std::string SerialOf(X509& certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_ASN1_INTEGER(X509_get_serialNumber(&certificate), &bytes);
  Require(size > 2, "a serial number");
  std::string serial(reinterpret_cast<const char*>(bytes) + 2, static_cast<size_t>(size) - 2);
  OPENSSL_free(bytes);
  return serial;
}

std::string AlgorithmOf(const EVP_MD* digest) {
  const ASN1_OBJECT* const id = OBJ_nid2obj(EVP_MD_get_type(digest));
  const std::string contents(reinterpret_cast<const char*>(OBJ_get0_data(id)), OBJ_length(id));
  return Tlv(kSequence, Tlv(kObjectId, contents) + std::string("\x05\x00", 2));
}

std::string CertIdOf(const SingleSpec& spec) {
  if (spec.name_hash && spec.key_hash && spec.serial) {
    return Tlv(kSequence, spec.algorithm.value_or(AlgorithmOf(spec.digest)) +
                              Tlv(kOctetString, *spec.name_hash) +
                              Tlv(kOctetString, *spec.key_hash) + Tlv(kInteger, *spec.serial));
  }
  const UniqueX509 certificate = Parse(spec.certificate);
  const UniqueX509 issuer = Parse(spec.issuer);
  const std::string name = NameOf(X509_get_issuer_name(certificate.get()));
  return Tlv(kSequence,
             spec.algorithm.value_or(AlgorithmOf(spec.digest)) +
                 Tlv(kOctetString, spec.name_hash.value_or(Hash(spec.digest, name))) +
                 Tlv(kOctetString, spec.key_hash.value_or(Hash(spec.digest, KeyOf(*issuer)))) +
                 Tlv(kInteger, spec.serial.value_or(SerialOf(*certificate))));
}

std::string StatusOf(const SingleSpec& spec) {
  if (spec.raw_status) return *spec.raw_status;
  switch (spec.status) {
    case SingleSpec::Status::kGood:
      return Tlv(0x80, "");
    case SingleSpec::Status::kUnknown:
      return Tlv(0x82, "");
    case SingleSpec::Status::kRevoked:
      break;
  }
  std::string revoked = Tlv(kGeneralizedTime, spec.revocation_time);
  if (spec.revocation_reason) {
    const std::string reason(1, static_cast<char>(*spec.revocation_reason));
    revoked += Tlv(Context(0), Tlv(kEnumerated, reason));
  }
  return Tlv(Context(1), revoked);
}

std::string ExtensionsOf(const std::vector<ExtensionSpec>& extensions) {
  if (extensions.empty()) return "";
  std::string list;
  for (const ExtensionSpec& extension : extensions) {
    list += Tlv(kSequence, Tlv(kObjectId, extension.id) +
                               (extension.critical ? Tlv(kBoolean, "\xff") : "") +
                               Tlv(kOctetString, extension.value));
  }
  return Tlv(Context(1), Tlv(kSequence, list));
}

std::string ResponderIdOf(const OcspSpec& spec) {
  if (spec.responder_id) return *spec.responder_id;
  const UniqueX509 responder = Parse(spec.responder);
  if (!spec.is_by_key) return Tlv(Context(1), NameOf(X509_get_subject_name(responder.get())));
  return Tlv(Context(2), Tlv(kOctetString, Hash(EVP_sha1(), KeyOf(*responder))));
}

std::string BasicOf(const OcspSpec& spec) {
  const std::string fields = BuildData(spec);
  std::string data = spec.has_ber_data ? BerTlv(kSequence, fields) : Tlv(kSequence, fields);
  MadeSignature made = Sign(data, spec.signer);
  if (spec.has_wrong_signature) made.octets.back() = static_cast<char>(made.octets.back() ^ 1);
  if (spec.has_ber_data_after_signing) data = BerTlv(kSequence, fields);
  std::string basic = data + made.algorithm + Tlv(kBitString, std::string(1, '\0') + made.octets);
  if (!spec.certificates.empty()) {
    std::string list;
    for (const std::string& der : spec.certificates) list += der;
    basic += Tlv(Context(0), Tlv(kSequence, list));
  }
  basic += spec.after_fields;
  return spec.has_ber_basic ? BerTlv(kSequence, basic) : Tlv(kSequence, basic);
}

std::string Encode(int tag, const std::string& contents, size_t octets) {
  std::string length;
  for (size_t i = octets; i-- > 0;) length += static_cast<char>(contents.size() >> (8 * i));
  return static_cast<char>(tag) + std::string(1, static_cast<char>(0x80 | octets)) + length +
         contents;
}

size_t LengthOctets(size_t size) {
  size_t octets = 0;
  for (; size > 0; size >>= 8) ++octets;
  return octets;
}

}  // namespace

std::string GeneralizedTimeText(absl::Time time) {
  return absl::FormatTime("%E4Y%m%d%H%M%SZ", time, absl::UTCTimeZone());
}

std::string Tlv(int tag, const std::string& contents) {
  if (contents.size() >= 0x80) return Encode(tag, contents, LengthOctets(contents.size()));
  return static_cast<char>(tag) + std::string(1, static_cast<char>(contents.size())) + contents;
}

std::string BerTlv(int tag, const std::string& contents) {
  return Encode(tag, contents, LengthOctets(contents.size()) + 1);
}

ExtensionSpec NonceExtension(const std::string& nonce) {
  return {"\x2b\x06\x01\x05\x05\x07\x30\x01\x02", false, Tlv(kOctetString, nonce)};
}

ExtensionSpec UnknownExtension(bool critical) {
  return {"\x2a\x03\x04", critical, std::string("\x05\x00", 2)};
}

OcspSpec GoodSpec(const TestCertificate& certificate, const TestCertificate& issuer) {
  OcspSpec spec;
  spec.responses.resize(1);
  spec.responses[0].certificate = certificate;
  spec.responses[0].issuer = issuer;
  spec.responder = issuer;
  spec.signer.key = issuer.key;
  return spec;
}

OcspSpec DelegatedSpec(const TestCertificate& certificate, const TestCertificate& issuer,
                       const TestCertificate& responder) {
  OcspSpec spec = GoodSpec(certificate, issuer);
  spec.responder = responder;
  spec.signer.key = responder.key;
  spec.certificates = {responder.der};
  return spec;
}

CertificateSpec DelegateSpec(const std::string& name, EVP_PKEY* key) {
  CertificateSpec spec;
  spec.common_names = {name};
  spec.key = key;
  spec.key_usage = "critical,digitalSignature";
  spec.extended_key_usage = "OCSPSigning";
  spec.raw_extensions = {{"1.3.6.1.5.5.7.48.1.5", std::string("\x05\x00", 2)}};
  return spec;
}

std::string BuildSingle(const SingleSpec& spec) {
  std::string fields = CertIdOf(spec) + StatusOf(spec) + Tlv(kGeneralizedTime, spec.this_update);
  if (spec.next_update) fields += Tlv(Context(0), Tlv(kGeneralizedTime, *spec.next_update));
  return Tlv(kSequence, fields + ExtensionsOf(spec.extensions) + spec.trailing);
}

std::string BuildData(const OcspSpec& spec) {
  std::string responses;
  for (const SingleSpec& single : spec.responses) responses += BuildSingle(single);
  std::string fields;
  if (spec.version) fields += Tlv(Context(0), Tlv(kInteger, *spec.version));
  fields += ResponderIdOf(spec) + Tlv(kGeneralizedTime, spec.produced_at) +
            Tlv(kSequence, responses) + ExtensionsOf(spec.extensions) + spec.after_data;
  return fields;
}

std::string BuildOcsp(const OcspSpec& spec) {
  std::string response = Tlv(kEnumerated, std::string(1, spec.response_status));
  if (spec.has_bytes) {
    const std::string bytes =
        Tlv(kObjectId, spec.response_type) + Tlv(kOctetString, BasicOf(spec) + spec.after_basic);
    response += Tlv(Context(0), Tlv(kSequence, bytes + spec.after_bytes));
  }
  return (spec.has_ber_response ? BerTlv(kSequence, response) : Tlv(kSequence, response)) +
         spec.after_response;
}

}  // namespace postern
