// What the worker says of a host, as one line of key=value. Pure.
#ifndef POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_LOG_LINE_H_
#define POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_LOG_LINE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "client/examples/smtp_worker/attempt.h"
#include "postern/v1/policy.pb.h"

namespace postern::smtp_worker {

// DomainLine tells the policy of a next hop.
std::string DomainLine(const v1::DomainPolicy& policy, bool from_server);

// HostLine tells what came of one connection. Text of the server and of the DNS
// stands in quotes, without control characters, at most 200 bytes.
std::string HostLine(const v1::HostPolicy& host, absl::string_view address, const Attempt& attempt);

// SkippedLine tells that a host was not tried.
std::string SkippedLine(const v1::HostPolicy& host);

}  // namespace postern::smtp_worker

#endif  // POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_LOG_LINE_H_
