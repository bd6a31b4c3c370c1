// Asks how mail for a domain may be delivered: policy_example DOMAIN [SERVER]
#include <iostream>

#include "absl/synchronization/mutex.h"
#include "postern/client.h"

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // See grpc_connection.h.
  postern::Options options;
  if (argc > 2) options.target = argv[2];
  absl::StatusOr<postern::Client> client = postern::Client::Create(options);
  if (!client.ok()) return std::cerr << client.status() << "\n", 64;
  auto answer = client->ResolveDomainPolicy(argc > 1 ? argv[1] : "");
  if (!answer.ok()) return std::cerr << answer.status() << "\n", 64;  // A bad domain.
  const postern::v1::DomainPolicy& policy = answer->policy;
  std::cout << postern::v1::DomainPolicy::Verdict_Name(policy.verdict())
            << (answer->from_server ? "" : " (no answer)") << "\n";
  for (const postern::v1::HostPolicy& host : policy.hosts()) {  // In the order to try.
    std::cout << postern::v1::HostPolicy::Verdict_Name(host.verdict()) << " " << host.host() << ", "
              << host.tlsa_records_size() << " TLSA records\n";
  }
}
