// Handshakes for tests: certificates and records in, verdict out.
#ifndef POSTERN_TESTS_SUPPORT_HANDSHAKES_H_
#define POSTERN_TESTS_SUPPORT_HANDSHAKES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"
#include "server/core/handshake/handshake.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/trust_anchors.h"
#include "tests/support/certificate_builder.h"

namespace postern {

// RecordOf returns the record that names a certificate.
TlsaRecord RecordOf(int usage, int selector, int matching_type, const TestCertificate& certificate);

// RawRecord returns a record of any numbers and data.
TlsaRecord RawRecord(int usage, int selector, int matching_type, std::string data);

// TestHandshake is a handshake with mx1.test, whose policy is DANE.
struct TestHandshake {
  std::vector<std::string> certificates;  // DER
  std::vector<TlsaRecord> records;
  std::vector<std::string> reference_identifiers = {"mx1.test"};
  HostPolicy::Verdict policy = HostPolicy::Verdict::kDane;
  DaneMode mode = DaneMode::kOpportunistic;
  bool audit = false;
  HandshakeQuestion::Tls tls = HandshakeQuestion::Tls::kEstablished;
  std::string raw_public_key;
  bool require_pkix = false;
  std::string staple;
  std::vector<std::string> issuer_staples;
  bool status_requested = true;
  bool session_resumed = false;
  bool require_ocsp = false;
  bool require_revocation_status = false;
  RevocationOptions revocation;
  std::shared_ptr<const CrlIndex> crls = std::make_shared<NoCrls>();
  std::vector<std::string> pkix_names = {"mx1.test"};
  TrustAnchors anchors;
  std::vector<DigestAlgorithm> digests = DefaultDigestOrder();
  absl::Time now = TestNow();
};

// QuestionOf returns a question that points into the handshake.
HandshakeQuestion QuestionOf(const TestHandshake& handshake);

// Verify returns VerifyHandshake's verdict.
HandshakeVerdict Verify(const TestHandshake& handshake);

// Anchors returns trust anchors.
TrustAnchors AnchorsOf(const std::vector<TestCertificate>& certificates);

// IsPass tells whether a verdict is authentication by DANE, with all that goes with it.
bool IsPass(const HandshakeVerdict& verdict);

// ReasonName returns "DANE_EE_MATCHED", ...
const char* ReasonName(HandshakeVerdict::Reason reason);

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_HANDSHAKES_H_
