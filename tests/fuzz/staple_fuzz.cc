// CheckStaple with any statements under a signature that is right: what it finds good
// or revoked, OpenSSL's reading of the same bytes bears out.
#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/check_staple.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/openssl_types.h"
#include "tests/fuzz/staple_input.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using Status = StapleVerdict::Status;
using UniqueResponse = std::unique_ptr<OCSP_RESPONSE, OpensslFree<OCSP_RESPONSE_free>>;
using UniqueBasic = std::unique_ptr<OCSP_BASICRESP, OpensslFree<OCSP_BASICRESP_free>>;
using UniqueCertId = std::unique_ptr<OCSP_CERTID, OpensslFree<OCSP_CERTID_free>>;

// Statement is one on the certificate, as OpenSSL reads it.
struct Statement {
  int status = 0;
  std::string this_update;
  std::string next_update;
};

void Require(bool holds) {
  if (!holds) abort();
}

std::string Text(const ASN1_STRING* string) {
  if (string == nullptr) return {};
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

UniqueX509 Parse(const TestCertificate& certificate) {
  const auto* begin = reinterpret_cast<const unsigned char*>(certificate.der.data());
  return UniqueX509(d2i_X509(nullptr, &begin, static_cast<long>(certificate.der.size())));
}

const std::vector<UniqueCertId>& Ids() {
  static const auto* const ids = [] {
    const UniqueX509 certificate = Parse(FixedCertificate());
    const UniqueX509 issuer = Parse(FixedIssuer());
    auto* const made = new std::vector<UniqueCertId>;
    for (const EVP_MD* digest : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
      made->emplace_back(OCSP_cert_to_id(digest, certificate.get(), issuer.get()));
    }
    return made;
  }();
  return *ids;
}

std::vector<Statement> StatementsOn(OCSP_BASICRESP* basic) {
  std::vector<Statement> statements;
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* const single = OCSP_resp_get0(basic, i);
    for (const UniqueCertId& id : Ids()) {
      if (OCSP_id_cmp(OCSP_SINGLERESP_get0_id(single), id.get()) != 0) continue;
      ASN1_GENERALIZEDTIME* this_update = nullptr;
      ASN1_GENERALIZEDTIME* next_update = nullptr;
      Statement& statement = statements.emplace_back();
      statement.status =
          OCSP_single_get0_status(single, nullptr, nullptr, &this_update, &next_update);
      statement.this_update = Text(this_update);
      statement.next_update = Text(next_update);
    }
  }
  return statements;
}

void RequireBorneOut(const StapleVerdict& verdict, const std::vector<Statement>& statements) {
  // Within the skew of a minute either way.
  const std::string soon = GeneralizedTimeText(TestNow() + absl::Minutes(1));
  const std::string lately = GeneralizedTimeText(TestNow() - absl::Minutes(1));
  const std::string oldest = GeneralizedTimeText(TestNow() - kMaxStapleAge);
  bool has_good = false;
  bool has_revoked = false;
  for (const Statement& statement : statements) {
    const bool counts = statement.this_update <= soon && statement.next_update > lately &&
                        statement.next_update >= statement.this_update;
    has_revoked = has_revoked || (counts && statement.status == V_OCSP_CERTSTATUS_REVOKED);
    if (!counts || statement.status != V_OCSP_CERTSTATUS_GOOD) continue;
    has_good = true;
    // One that is too old is not what use_until is of.
    Require(verdict.status == Status::kRevoked || statement.this_update < oldest ||
            GeneralizedTimeText(verdict.use_until) <= statement.next_update);
  }
  if (verdict.status == Status::kGood) Require(has_good && !has_revoked);
  if (verdict.status == Status::kRevoked) Require(has_revoked);
}

void Check(absl::string_view contents) {
  static const auto* const certificate = new Certificate(*ParseCertificate(FixedCertificate().der));
  static const auto* const issuer = new Certificate(*ParseIssuer(FixedIssuer().der));
  StapleOptions options;
  options.chain_is_verified = true;
  const std::string der = SignedResponse(contents);
  ERR_clear_error();
  const StapleVerdict verdict = CheckStaple(der, *certificate, *issuer, TestNow(), options);
  Require(ERR_peek_error() == 0);
  Require((verdict.reason == StapleVerdict::Reason::kNone) == (verdict.status != Status::kInvalid));
  if (verdict.status == Status::kInvalid) return;
  Require(verdict.signer == StapleVerdict::Signer::kIssuer);
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const UniqueResponse response(d2i_OCSP_RESPONSE(nullptr, &begin, static_cast<long>(der.size())));
  const UniqueBasic basic(response == nullptr ? nullptr : OCSP_response_get1_basic(response.get()));
  // It looks into what is none of ours, too, as other certificates' names.
  if (basic != nullptr) RequireBorneOut(verdict, StatementsOn(basic.get()));
  ERR_clear_error();
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
