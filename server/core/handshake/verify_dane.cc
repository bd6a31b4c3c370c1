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

bool Counts(const JudgedTlsa& one) { return one.Usable() && !one.superseded; }

// Anchor is a certificate that may end the chain, because of a record.
struct Anchor {
  X509* certificate;
  const TlsaRecord* record;
  // The record is the anchor's signer, one step further from the server.
  bool is_bare_key = false;
};

// DaneVerifier judges one handshake.
class DaneVerifier {
 public:
  DaneVerifier(const HandshakeQuestion& question, absl::Span<const JudgedTlsa> records,
               absl::Span<const DigestAlgorithm> digests, absl::Time now)
      : question_(question), records_(records), digests_(digests), now_(now) {}

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
          return Counts(one) && one.record.usage == kDaneTa;
        })) {
      return FailWithoutMatch();
    }
    const absl::StatusOr<PeerChain> chain = ReadPeerChain(question_.certificates);
    if (!chain.ok()) return Fail(Reason::kCertificateMalformed, chain.status().message());
    VerifyDaneTa(*chain);
  }

  // RFC 7672, section 3.1.1: of DANE-EE(3) neither names nor dates count.
  bool MatchDaneEe(PresentedKey& presented) {
    for (const JudgedTlsa& one : records_) {
      if (!Counts(one) || one.record.usage != kDaneEe) continue;
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
  void VerifyDaneTa(const PeerChain& chain) {
    verdict_.valid_until = NextDate(chain.certificates, now_);
    std::vector<Anchor> anchors = SentAnchors(chain);
    AddRecordAnchors(chain, anchors);
    ChainResult result = Verify(chain, anchors);
    UniqueX509 top;
    // RFC 7671, section 5.2.3: a bare key signs the topmost certificate.
    if (IsWithoutAnchor(result.error) && !result.chain.empty()) {
      top = std::move(result.chain.back());
      if (const TlsaRecord* const record = FindSigner(*top)) {
        anchors = {{top.get(), record, true}};
        result = Verify(chain, anchors);
      }
    }
    Conclude(chain, anchors, result);
  }

  // Whether a certificate is the server's own: what a DANE-TA(2) record names is a
  // trust anchor, which signs, so that it is never this one.
  static bool IsOwn(const PeerChain& chain, const X509* certificate) {
    return X509_cmp(certificate, &chain.leaf()) == 0;
  }

  // The certificates that the server sent and a record names.
  std::vector<Anchor> SentAnchors(const PeerChain& chain) {
    std::vector<Anchor> anchors;
    for (size_t depth = 1; depth < chain.certificates.size(); ++depth) {
      X509* const certificate = chain.certificates[depth];
      if (IsOwn(chain, certificate)) continue;
      PresentedKey presented(question_.certificates[depth],
                             chain.owned[depth].outline.public_key_info);
      for (const JudgedTlsa& one : records_) {
        if (!Counts(one) || one.record.usage != kDaneTa) continue;
        if (!presented.Matches(one.record, digests_)) continue;
        anchors.push_back({certificate, &one.record});
        break;
      }
    }
    return anchors;
  }

  // RFC 7671, section 5.2.2: DANE-TA(2) Cert(0) Full(0) holds the anchor itself.
  void AddRecordAnchors(const PeerChain& chain, std::vector<Anchor>& anchors) {
    for (const JudgedTlsa& one : records_) {
      const TlsaRecord& record = one.record;
      if (!Counts(one) || record.usage != kDaneTa || record.selector != kSelectorCert ||
          record.matching_type != kMatchFull) {
        continue;
      }
      absl::StatusOr<Certificate> certificate = ParseIssuer(record.data);
      if (!certificate.ok()) continue;  // past a bound: it matches nothing
      if (IsOwn(chain, certificate->x509.get())) continue;
      anchors.push_back({certificate->x509.get(), &record});
      record_certificates_.push_back(*std::move(certificate));
    }
  }

  // The record whose bare key signed a certificate, or null. A signature by a key
  // or digest that is too weak is none.
  const TlsaRecord* FindSigner(X509& certificate) {
    int tried = 0;
    for (const JudgedTlsa& one : records_) {
      const TlsaRecord& record = one.record;
      if (!Counts(one) || record.usage != kDaneTa || record.selector != kSelectorSpki ||
          record.matching_type != kMatchFull) {
        continue;
      }
      const absl::StatusOr<UniqueKey> key = ParseSigningKey(record.data);
      if (!key.ok()) continue;  // past a bound: it matches nothing
      if (++tried > kMaxBareKeys) break;
      if (VerifySignature(certificate, **key) == X509_V_OK) return &record;
    }
    return nullptr;
  }

  ChainResult Verify(const PeerChain& chain, const std::vector<Anchor>& anchors) {
    std::vector<X509*> certificates;
    for (const Anchor& anchor : anchors) certificates.push_back(anchor.certificate);
    verdict_.valid_until = std::min(verdict_.valid_until, NextDate(certificates, now_));
    return VerifyChain(chain.leaf(), chain.certificates, certificates, now_);
  }

  void Conclude(const PeerChain& chain, const std::vector<Anchor>& anchors,
                const ChainResult& result) {
    if (IsWithoutAnchor(result.error)) return FailWithoutMatch();
    if (result.error != X509_V_OK) return SetChainError(result, verdict_);
    const auto anchor = std::find_if(anchors.begin(), anchors.end(), [&](const Anchor& one) {
      return X509_cmp(one.certificate, result.chain.back().get()) == 0;
    });
    if (anchor == anchors.end()) return FailWithoutMatch();
    const std::vector<std::string> presented = PresentedNames(chain.leaf());
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
  HandshakeVerdict verdict_;
  std::vector<Certificate> record_certificates_;
};

}  // namespace

HandshakeVerdict VerifyDane(const HandshakeQuestion& question, absl::Span<const JudgedTlsa> records,
                            absl::Span<const DigestAlgorithm> digests, absl::Time now) {
  return DaneVerifier(question, records, digests, now).Run();
}

}  // namespace postern
