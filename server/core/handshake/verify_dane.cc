#include "server/core/handshake/verify_dane.h"

#include <openssl/err.h>

#include <algorithm>
#include <optional>
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
    const absl::StatusOr<UniqueKey> key = ParsePublicKey(question_.raw_public_key);
    if (!key.ok()) return Fail(Reason::kCertificateMalformed, key.status().message());
    PresentedKey presented({}, std::string(question_.raw_public_key));
    if (!MatchDaneEe(presented)) FailWithoutMatch();
  }

  void VerifyCertificates() {
    if (question_.certificates.empty()) {
      return Fail(Reason::kNoCertificate, "the server sent no certificate");
    }
    const bool has_ta = std::any_of(records_.begin(), records_.end(), [](const JudgedTlsa& one) {
      return Counts(one) && one.record.usage == kDaneTa;
    });
    const absl::Span<const absl::string_view> sent = question_.certificates;
    // DANE-EE(3) looks at nothing but the server's own certificate.
    absl::StatusOr<PeerChain> leaf = ReadPeerChain(sent.subspan(0, 1));
    if (!leaf.ok()) return Fail(Reason::kCertificateMalformed, leaf.status().message());
    PresentedKey presented(sent[0], PublicKeyInfo(leaf->leaf()));
    if (MatchDaneEe(presented)) return;
    if (!has_ta) return FailWithoutMatch();
    absl::StatusOr<PeerChain> chain = ReadPeerChain(sent);
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
    AddRecordAnchors(anchors);
    ChainResult result = Verify(chain, anchors);
    // RFC 7671, section 5.2.3: a bare key signs the topmost certificate.
    if (IsWithoutAnchor(result.error) && !result.chain.empty()) {
      if (const std::optional<Anchor> signed_by = SignedByBareKey(result.chain.back().get())) {
        const UniqueX509 top = std::move(result.chain.back());
        anchors = {{top.get(), signed_by->record, true}};
        result = Verify(chain, anchors);
        return Conclude(chain, anchors, result);
      }
    }
    Conclude(chain, anchors, result);
  }

  // The certificates that the server sent and a record names. The server's own is
  // none of them: what it names is a trust anchor, which signs.
  std::vector<Anchor> SentAnchors(const PeerChain& chain) {
    std::vector<Anchor> anchors;
    for (size_t depth = 1; depth < chain.certificates.size(); ++depth) {
      X509* const certificate = chain.certificates[depth];
      if (X509_cmp(certificate, &chain.leaf()) == 0) continue;
      PresentedKey presented(question_.certificates[depth], PublicKeyInfo(*certificate));
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
  void AddRecordAnchors(std::vector<Anchor>& anchors) {
    for (const JudgedTlsa& one : records_) {
      const TlsaRecord& record = one.record;
      if (!Counts(one) || record.usage != kDaneTa || record.selector != kSelectorCert ||
          record.matching_type != kMatchFull) {
        continue;
      }
      absl::StatusOr<UniqueX509> certificate = ParseCertificate(record.data);
      if (!certificate.ok()) continue;  // past a bound: it matches nothing
      anchors.push_back({certificate->get(), &record});
      record_certificates_.push_back(*std::move(certificate));
    }
  }

  std::optional<Anchor> SignedByBareKey(X509* top) {
    int tried = 0;
    for (const JudgedTlsa& one : records_) {
      const TlsaRecord& record = one.record;
      if (!Counts(one) || record.usage != kDaneTa || record.selector != kSelectorSpki ||
          record.matching_type != kMatchFull) {
        continue;
      }
      if (++tried > kMaxBareKeys) break;
      const absl::StatusOr<UniqueKey> key = ParsePublicKey(record.data);
      const bool is_signer = key.ok() && X509_verify(top, key->get()) == 1;
      ERR_clear_error();
      if (is_signer) return Anchor{top, &record, true};
    }
    return std::nullopt;
  }

  ChainResult Verify(const PeerChain& chain, const std::vector<Anchor>& anchors) {
    std::vector<X509*> certificates;
    for (const Anchor& anchor : anchors) certificates.push_back(anchor.certificate);
    for (X509* certificate : certificates) {
      verdict_.valid_until = std::min(verdict_.valid_until, NextDate({certificate}, now_));
    }
    return VerifyChain(chain.leaf(), chain.certificates, certificates, now_);
  }

  void Conclude(const PeerChain& chain, const std::vector<Anchor>& anchors,
                const ChainResult& result) {
    if (anchors.empty() && IsWithoutAnchor(result.error)) return FailWithoutMatch();
    if (result.error != X509_V_OK) return SetChainError(result, verdict_);
    const std::vector<std::string> presented = PresentedNames(chain.leaf());
    const std::string* const name =
        FindPresented(presented, question_.policy.reference_identifiers);
    if (name == nullptr) {
      verdict_.x509_error = X509_V_ERR_HOSTNAME_MISMATCH;
      return Fail(Reason::kNameMismatch, "the certificate presents no reference identifier");
    }
    for (const Anchor& anchor : anchors) {
      if (X509_cmp(anchor.certificate, result.chain.back().get()) != 0) continue;
      verdict_.matched_record = *anchor.record;
      verdict_.matched_depth = result.chain.size() - 1 + (anchor.is_bare_key ? 1 : 0);
      break;
    }
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
  std::vector<UniqueX509> record_certificates_;
};

}  // namespace

HandshakeVerdict VerifyDane(const HandshakeQuestion& question, absl::Span<const JudgedTlsa> records,
                            absl::Span<const DigestAlgorithm> digests, absl::Time now) {
  return DaneVerifier(question, records, digests, now).Run();
}

}  // namespace postern
