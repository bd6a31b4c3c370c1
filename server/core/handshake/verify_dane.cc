#include "server/core/handshake/verify_dane.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/core/handshake/peer_chain.h"
#include "server/core/handshake/presented_key.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/chain_verifier.h"
#include "server/core/x509/name_match.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/outline.h"

namespace postern {
namespace {

using Reason = HandshakeVerdict::Reason;

// Anchor is a certificate that may end the chain, because of a record.
struct Anchor {
  X509* certificate;
  const TlsaRecord* record;
  // The record is the anchor's signer, one step further from the server.
  bool is_bare_key = false;
};

bool HoldsAnchor(const TlsaRecord& record, uint8_t selector) {
  return record.usage == kDaneTa && record.selector == selector &&
         record.matching_type == kMatchFull;
}

// DaneVerifier judges one handshake.
class DaneVerifier {
 public:
  DaneVerifier(const HandshakeQuestion& question, absl::Span<const JudgedTlsa> records,
               absl::Span<const DigestAlgorithm> digests, absl::Time now,
               std::vector<UniqueX509>& path)
      : question_(question), records_(records), digests_(digests), now_(now), path_(path) {}

  HandshakeVerdict Run() {
    if (question_.raw_public_key.empty()) {
      VerifyCertificates();
    } else {
      VerifyRawPublicKey();
    }
    return std::move(verdict_);
  }

 private:
  // RFC 7671, section 5.1: a raw public key is matched by DANE-EE(3) SPKI(1) alone.
  void VerifyRawPublicKey() {
    if (!IsPublicKeyInfo(question_.raw_public_key)) {
      return Fail(Reason::kCertificateMalformed, "not one DER SubjectPublicKeyInfo");
    }
    PresentedKey presented({}, question_.raw_public_key);
    if (!MatchDaneEe(presented)) FailWithoutMatch();
  }

  void VerifyCertificates() {
    if (question_.certificates.empty()) {
      return Fail(Reason::kNoCertificate, "the server sent no certificate");
    }
    // DANE-EE(3) looks at nothing but the server's own certificate, and at nothing
    // in it but its key.
    const absl::string_view own = question_.certificates.front();
    const absl::StatusOr<CertificateOutline> outline = ReadOutline(own);
    if (!outline.ok()) {
      return Fail(Reason::kCertificateMalformed,
                  absl::StrCat("the certificate at depth 0: ", outline.status().message()));
    }
    PresentedKey presented(own, outline->public_key_info);
    if (MatchDaneEe(presented)) return;
    if (std::none_of(records_.begin(), records_.end(), [](const JudgedTlsa& one) {
          return one.Counts() && one.record.usage == kDaneTa;
        })) {
      return FailWithoutMatch();
    }
    absl::StatusOr<PeerChain> chain = ReadPeerChain(question_.certificates);
    if (!chain.ok()) return Fail(Reason::kCertificateMalformed, chain.status().message());
    VerifyDaneTa(*chain);
  }

  // RFC 7672, section 3.1.1: of DANE-EE(3) neither names nor dates count.
  bool MatchDaneEe(PresentedKey& presented) {
    for (const JudgedTlsa& one : records_) {
      if (!one.Counts() || one.record.usage != kDaneEe) continue;
      if (!presented.Matches(one.record, digests_)) continue;
      verdict_.verdict = HandshakeVerdict::Verdict::kVerifiedDane;
      verdict_.reason = Reason::kDaneEeMatched;
      verdict_.matched_record = one.record;
      verdict_.matched_depth = 0;
      return true;
    }
    return false;
  }

  // RFC 7672, section 3.1.2: the chain leads to what the record names, and is
  // valid in dates, constraints and names. No other anchor counts.
  void VerifyDaneTa(PeerChain& chain) {
    const std::vector<const TlsaRecord*> named = NameAnchors(chain);
    if (absl::Status status = ParsePaths(chain); !status.ok()) {
      return Fail(Reason::kCertificateMalformed, status.message());
    }
    std::vector<Anchor> anchors;
    for (size_t depth = 0; depth < chain.size(); ++depth) {
      if (chain[depth].is_anchor && chain[depth].x509 != nullptr) {
        anchors.push_back({chain[depth].x509.get(), named[depth]});
      }
    }
    AddRecordAnchors(chain, anchors);
    const std::vector<X509*> sent = Parsed(chain);
    verdict_.valid_until = NextDate(sent, now_);
    ChainResult result = Verify(sent, anchors);
    UniqueX509 top;
    // RFC 7671, section 5.2.3: a bare key signs the topmost certificate.
    if (IsWithoutAnchor(result.error) && !result.chain.empty()) {
      top = std::move(result.chain.back());
      if (const TlsaRecord* const record = FindSigner(*top)) {
        anchors = {{top.get(), record, true}};
        result = Verify(sent, anchors);
      }
    }
    Conclude(anchors, result);
  }

  // Marks the certificates that a record names, and returns the records. The
  // server's own is none of them: what a DANE-TA(2) record names is a trust anchor,
  // which signs.
  std::vector<const TlsaRecord*> NameAnchors(PeerChain& chain) {
    std::vector<const TlsaRecord*> named(chain.size());
    for (size_t depth = 1; depth < chain.size(); ++depth) {
      PeerCertificate& certificate = chain[depth];
      if (certificate.der == chain.front().der) continue;
      PresentedKey presented(certificate.der, certificate.outline.public_key_info);
      for (const JudgedTlsa& one : records_) {
        if (!one.Counts() || one.record.usage != kDaneTa) continue;
        if (!presented.Matches(one.record, digests_)) continue;
        certificate.is_anchor = true;
        named[depth] = &one.record;
        break;
      }
    }
    return named;
  }

  // RFC 7671, section 5.2.2: DANE-TA(2) Cert(0) Full(0) holds the anchor itself.
  void AddRecordAnchors(const PeerChain& chain, std::vector<Anchor>& anchors) {
    int parsed = 0;
    for (const JudgedTlsa& one : records_) {
      if (!one.Counts() || !HoldsAnchor(one.record, kSelectorCert)) continue;
      if (!IsIssuer(one.record.data, chain)) continue;
      if (++parsed > kMaxRecordAnchors) break;
      absl::StatusOr<Certificate> certificate = ParseIssuer(one.record.data);
      if (!certificate.ok()) continue;  // past a bound: it matches nothing
      anchors.push_back({certificate->x509.get(), &one.record});
      record_certificates_.push_back(std::move(certificate->x509));
    }
  }

  // Whether a certificate may have issued one that is on a path, and was not sent.
  static bool IsIssuer(absl::string_view der, const PeerChain& chain) {
    const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
    if (!outline.ok()) return false;
    bool issued = false;
    for (const PeerCertificate& one : chain) {
      if (one.der == der) return false;
      issued = issued || (one.x509 != nullptr && one.outline.issuer == outline->subject);
    }
    return issued;
  }

  // The record whose bare key signed a certificate, or null. A signature by a key
  // or digest that is too weak is none.
  const TlsaRecord* FindSigner(X509& certificate) {
    int tried = 0;
    for (const JudgedTlsa& one : records_) {
      const TlsaRecord& record = one.record;
      if (!one.Counts() || !HoldsAnchor(record, kSelectorSpki)) continue;
      if (++tried > kMaxBareKeys) break;
      const absl::StatusOr<UniqueKey> key = ParseSigningKey(record.data);
      if (!key.ok()) continue;  // past a bound: it matches nothing
      if (VerifySignature(certificate, **key) == X509_V_OK) return &record;
    }
    return nullptr;
  }

  ChainResult Verify(const std::vector<X509*>& sent, const std::vector<Anchor>& anchors) {
    std::vector<X509*> all;
    std::vector<X509*> valid;
    for (const Anchor& anchor : anchors) {
      all.push_back(anchor.certificate);
      if (IsValidAt(*anchor.certificate, now_)) valid.push_back(anchor.certificate);
    }
    verdict_.valid_until = std::min(verdict_.valid_until, NextDate(all, now_));
    // OpenSSL follows one path alone. That it is not one to an anchor out of date
    // while there is another.
    ChainResult result = VerifyChain(*sent.front(), sent, valid, now_);
    if (!IsWithoutAnchor(result.error) || valid.size() == all.size()) return result;
    return VerifyChain(*sent.front(), sent, all, now_);
  }

  void Conclude(const std::vector<Anchor>& anchors, ChainResult& result) {
    if (IsWithoutAnchor(result.error)) return FailWithoutMatch();
    if (result.error != X509_V_OK) return SetChainError(result, verdict_);
    const auto anchor = std::find_if(anchors.begin(), anchors.end(), [&](const Anchor& one) {
      return X509_cmp(one.certificate, result.chain.back().get()) == 0;
    });
    if (anchor == anchors.end()) return FailWithoutMatch();
    const std::vector<std::string> presented = NamesOfChain(result.chain);
    const std::string* const name =
        FindPresented(presented, question_.policy.reference_identifiers);
    if (name == nullptr) {
      verdict_.x509_error = X509_V_ERR_HOSTNAME_MISMATCH;
      return Fail(Reason::kNameMismatch, "the certificate presents no reference identifier");
    }
    verdict_.matched_record = *anchor->record;
    verdict_.matched_depth = result.chain.size() - 1 + (anchor->is_bare_key ? 1 : 0);
    verdict_.verdict = HandshakeVerdict::Verdict::kVerifiedDane;
    verdict_.reason = Reason::kDaneTaMatched;
    verdict_.matched_name = *name;
    path_ = std::move(result.chain);
  }

  void FailWithoutMatch() {
    verdict_.x509_error = X509_V_ERR_DANE_NO_MATCH;
    Fail(Reason::kTlsaMismatch, "no usable TLSA record matches");
  }

  void Fail(Reason reason, absl::string_view detail) {
    verdict_.reason = reason;
    verdict_.detail = std::string(detail);
  }

  const HandshakeQuestion& question_;
  const absl::Span<const JudgedTlsa> records_;
  const absl::Span<const DigestAlgorithm> digests_;
  const absl::Time now_;
  std::vector<UniqueX509>& path_;
  HandshakeVerdict verdict_;
  std::vector<UniqueX509> record_certificates_;
};

}  // namespace

HandshakeVerdict VerifyDane(const HandshakeQuestion& question, absl::Span<const JudgedTlsa> records,
                            absl::Span<const DigestAlgorithm> digests, absl::Time now,
                            std::vector<UniqueX509>& path) {
  return DaneVerifier(question, records, digests, now, path).Run();
}

}  // namespace postern
