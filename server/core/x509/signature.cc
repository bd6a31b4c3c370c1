#include "server/core/x509/signature.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <memory>

#include "server/core/x509/der.h"
#include "server/core/x509/digest.h"
#include "server/core/x509/openssl_types.h"

namespace postern {
namespace {

constexpr int kMinRsaBits = 2048;

using UniqueDigestContext = std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>>;

enum class Scheme { kRsa, kRsaPss, kEcdsa, kEd25519, kEd448 };

struct Known {
  absl::string_view id;
  Scheme scheme;
  Digest digest;
};

constexpr Known kKnown[] = {
    {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", 9}, Scheme::kRsa, Digest::kSha256},
    {{"\x2a\x86\x48\xce\x3d\x04\x03\x02", 8}, Scheme::kEcdsa, Digest::kSha256},
    {{"\x2a\x86\x48\xce\x3d\x04\x03\x03", 8}, Scheme::kEcdsa, Digest::kSha384},
    {{"\x2a\x86\x48\xce\x3d\x04\x03\x04", 8}, Scheme::kEcdsa, Digest::kSha512},
    {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", 9}, Scheme::kRsa, Digest::kSha384},
    {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", 9}, Scheme::kRsa, Digest::kSha512},
    {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", 9}, Scheme::kRsaPss, Digest::kUnknown},
    {{"\x2b\x65\x70", 3}, Scheme::kEd25519, Digest::kUnknown},
    {{"\x2b\x65\x71", 3}, Scheme::kEd448, Digest::kUnknown},
    {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e", 9}, Scheme::kRsa, Digest::kSha224},
    {{"\x2a\x86\x48\xce\x3d\x04\x03\x01", 8}, Scheme::kEcdsa, Digest::kSha224},
    {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", 9}, Scheme::kRsa, Digest::kSha1},
    {{"\x2a\x86\x48\xce\x3d\x04\x01", 7}, Scheme::kEcdsa, Digest::kSha1},
    {{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04", 9}, Scheme::kRsa, Digest::kMd5},
};

constexpr absl::string_view kMgf1("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08", 9);

struct Algorithm {
  Scheme scheme = Scheme::kRsa;
  Digest digest = Digest::kUnknown;
  // RSA-PSS alone.
  Digest mask_digest = Digest::kUnknown;
  int salt_length = 0;
};

// Reads [number] EXPLICIT SEQUENCE; `present` tells whether it is there.
bool ReadAlgorithmField(DerReader& fields, uint8_t number, bool& present, DerElement& algorithm) {
  DerElement field;
  present = fields.NextIs(DerContext(number, true));
  if (!present) return true;
  if (!fields.Read(field)) return false;
  DerReader inner(field.contents);
  return inner.Read(kDerSequence, algorithm) && inner.AtEnd();
}

// RSASSA-PSS-params ::= SEQUENCE {
//   hashAlgorithm [0] AlgorithmIdentifier DEFAULT sha1,
//   maskGenAlgorithm [1] AlgorithmIdentifier DEFAULT mgf1SHA1,
//   saltLength [2] INTEGER DEFAULT 20, trailerField [3] INTEGER DEFAULT 1 }
bool ReadPssParameters(absl::string_view contents, Algorithm& algorithm) {
  DerReader fields(contents);
  DerElement element;
  DerElement number;
  bool present = false;
  if (!ReadAlgorithmField(fields, 0, present, element)) return false;
  algorithm.digest = present ? DigestOf(element.contents) : Digest::kSha1;
  if (!ReadAlgorithmField(fields, 1, present, element)) return false;
  algorithm.mask_digest = Digest::kSha1;
  if (present) {
    DerReader mask(element.contents);
    DerElement id;
    if (!mask.Read(kDerObjectId, id) || id.contents != kMgf1 || !mask.Read(kDerSequence, element) ||
        !mask.AtEnd()) {
      return false;
    }
    algorithm.mask_digest = DigestOf(element.contents);
  }
  algorithm.salt_length = 20;
  if (fields.NextIs(DerContext(2, true))) {
    if (!fields.Read(element)) return false;
    DerReader inner(element.contents);
    // One octet: no digest is longer than 127.
    if (!inner.Read(kDerInteger, number) || !inner.AtEnd() || number.contents.size() != 1 ||
        (static_cast<uint8_t>(number.contents[0]) & 0x80) != 0) {
      return false;
    }
    algorithm.salt_length = static_cast<uint8_t>(number.contents[0]);
  }
  // The trailer has one value, which DER leaves out.
  return fields.AtEnd();
}

bool HasNoParameters(DerReader& fields, Scheme scheme) {
  if (fields.AtEnd()) return true;
  DerElement null;
  // RFC 4055, section 5, and RFC 5758, section 3.2: NULL or absent with RSA, absent
  // with ECDSA, where some write NULL all the same. RFC 8410: absent.
  return scheme != Scheme::kEd25519 && scheme != Scheme::kEd448 && fields.Read(kDerNull, null) &&
         null.contents.empty() && fields.AtEnd();
}

std::optional<Algorithm> ReadAlgorithm(absl::string_view contents) {
  DerReader fields(contents);
  DerElement id;
  if (!fields.Read(kDerObjectId, id)) return std::nullopt;
  for (const Known& known : kKnown) {
    if (known.id != id.contents) continue;
    Algorithm algorithm;
    algorithm.scheme = known.scheme;
    algorithm.digest = known.digest;
    if (known.scheme != Scheme::kRsaPss) {
      if (!HasNoParameters(fields, known.scheme)) return std::nullopt;
      return algorithm;
    }
    DerElement parameters;
    if (!fields.Read(kDerSequence, parameters) || !fields.AtEnd() ||
        !ReadPssParameters(parameters.contents, algorithm)) {
      return std::nullopt;
    }
    return algorithm;
  }
  return std::nullopt;
}

SignatureCheck CheckDigest(Digest digest, SignaturePolicy policy) {
  switch (digest) {
    case Digest::kUnknown:
      return SignatureCheck::kUnknownAlgorithm;
    case Digest::kMd5:
      return SignatureCheck::kWeakAlgorithm;
    case Digest::kSha1:
      return policy.allow_sha1 ? SignatureCheck::kValid : SignatureCheck::kWeakAlgorithm;
    case Digest::kSha224:
    case Digest::kSha256:
    case Digest::kSha384:
    case Digest::kSha512:
      break;
  }
  return SignatureCheck::kValid;
}

SignatureCheck CheckAlgorithm(const Algorithm& algorithm, SignaturePolicy policy) {
  if (algorithm.scheme == Scheme::kEd25519 || algorithm.scheme == Scheme::kEd448) {
    return SignatureCheck::kValid;
  }
  const SignatureCheck check = CheckDigest(algorithm.digest, policy);
  if (check != SignatureCheck::kValid || algorithm.scheme != Scheme::kRsaPss) return check;
  return CheckDigest(algorithm.mask_digest, policy);
}

// Whether a key is strong enough, and one of the scheme.
SignatureCheck CheckKey(EVP_PKEY& key, Scheme scheme) {
  const int kind = EVP_PKEY_get_base_id(&key);
  const auto check = [](bool holds) {
    return holds ? SignatureCheck::kValid : SignatureCheck::kInvalid;
  };
  char group[32] = "";
  switch (kind) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      if (EVP_PKEY_get_bits(&key) < kMinRsaBits) return SignatureCheck::kWeakKey;
      if (EVP_PKEY_get_bits(&key) > static_cast<int>(kMaxRsaBits)) {
        return SignatureCheck::kUnknownKey;
      }
      return check(scheme == Scheme::kRsaPss || (scheme == Scheme::kRsa && kind == EVP_PKEY_RSA));
    case EVP_PKEY_EC:
      if (EVP_PKEY_get_group_name(&key, group, sizeof group, nullptr) != 1 ||
          (absl::string_view(group) != SN_X9_62_prime256v1 &&
           absl::string_view(group) != SN_secp384r1 && absl::string_view(group) != SN_secp521r1)) {
        return SignatureCheck::kUnknownKey;
      }
      return check(scheme == Scheme::kEcdsa);
    case EVP_PKEY_ED25519:
      return check(scheme == Scheme::kEd25519);
    case EVP_PKEY_ED448:
      return check(scheme == Scheme::kEd448);
    default:
      return SignatureCheck::kUnknownKey;
  }
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool Verify(const SignedBytes& data, const Algorithm& algorithm, EVP_PKEY& key) {
  const UniqueDigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;  // belongs to the former
  if (context == nullptr ||
      EVP_DigestVerifyInit(context.get(), &key_context, DigestFunction(algorithm.digest), nullptr,
                           &key) != 1) {
    return false;
  }
  if (algorithm.scheme == Scheme::kRsaPss &&
      (EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) <= 0 ||
       EVP_PKEY_CTX_set_rsa_mgf1_md(key_context, DigestFunction(algorithm.mask_digest)) <= 0 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, algorithm.salt_length) <= 0)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), Bytes(data.signature), data.signature.size(),
                          Bytes(data.bytes), data.bytes.size()) == 1;
}

}  // namespace

SignatureCheck CheckSignature(const SignedBytes& data, EVP_PKEY& key, SignaturePolicy policy) {
  const std::optional<Algorithm> algorithm = ReadAlgorithm(data.algorithm);
  if (!algorithm) return SignatureCheck::kUnknownAlgorithm;
  SignatureCheck check = CheckAlgorithm(*algorithm, policy);
  if (check == SignatureCheck::kValid) check = CheckKey(key, algorithm->scheme);
  if (check == SignatureCheck::kValid && !Verify(data, *algorithm, key)) {
    check = SignatureCheck::kInvalid;
  }
  ERR_clear_error();
  return check;
}

std::optional<absl::string_view> ReadSignature(absl::string_view bit_string) {
  if (bit_string.empty() || bit_string.front() != '\0') return std::nullopt;
  return bit_string.substr(1);
}

SignatureCheck CheckCertificateSignature(const CertificateOutline& certificate, EVP_PKEY& key,
                                         SignaturePolicy policy) {
  const std::optional<absl::string_view> signature = ReadSignature(certificate.signature);
  if (!signature || certificate.tbs_algorithm != certificate.algorithm) {
    return SignatureCheck::kInvalid;
  }
  return CheckSignature({certificate.tbs, certificate.algorithm, *signature}, key, policy);
}

}  // namespace postern
