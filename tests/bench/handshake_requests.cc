#include "tests/bench/handshake_requests.h"

#include <openssl/sha.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/certificate_builder.h"

namespace postern {

std::vector<v1::VerifyHandshakeRequest> HandshakeRequests(size_t count) {
  const TestCertificate issuer = Build(CaSpec("issuer", EcKey(1)));
  std::vector<v1::VerifyHandshakeRequest> requests(count);
  for (size_t i = 0; i < count; ++i) {
    const std::string host = absl::StrCat("mx", i, ".bench.test");
    const TestCertificate leaf = Build(LeafSpec(host), &issuer);
    v1::VerifyHandshakeRequest& request = requests[i];
    request.add_certificates(leaf.der);
    request.add_certificates(issuer.der);
    v1::HostPolicy& policy = *request.mutable_policy();
    policy.set_host(host);
    policy.set_verdict(v1::HostPolicy::DANE);
    policy.set_reason(v1::HostPolicy::TLSA_USABLE);
    policy.set_tlsa_base_domain(host);
    policy.add_reference_identifiers(host);
    policy.set_sni(host);
    policy.set_tlsa_usages(8);
    policy.set_mode(v1::Dane::OPPORTUNISTIC);
    v1::TlsaRecord& record = *policy.add_tlsa_records();
    record.set_certificate_usage(3);
    record.set_selector(1);
    record.set_matching_type(1);
    record.set_usable(true);
    std::string& data = *record.mutable_certificate_association_data();
    data.resize(SHA256_DIGEST_LENGTH);
    SHA256(reinterpret_cast<const unsigned char*>(leaf.public_key_info.data()),
           leaf.public_key_info.size(), reinterpret_cast<unsigned char*>(data.data()));
  }
  return requests;
}

}  // namespace postern
