// One message on its way: the policy, the hosts in their order, the addresses of
// each.
#ifndef POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_DELIVERY_H_
#define POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_DELIVERY_H_

#include <openssl/ssl.h>

#include <functional>
#include <string>

#include "client/client.h"
#include "client/examples/smtp_worker/attempt.h"
#include "client/examples/smtp_worker/message.h"

namespace postern::smtp_worker {

// Outcome is what becomes of the message; the values are exit statuses.
enum class Outcome {
  kDelivered = 0,
  // Refuse it: a host said 5xx to the mail, or the last host to its greeting; the
  // domain accepts no mail, or is none.
  kRefused = 1,
  // Keep it and try later.
  kDeferred = 75,
};

// Deliver delivers a message whose addresses CheckAddress accepts. context is an
// SSL_CTX of TLS_client_method(). log gets one line for the domain and one for each
// connection.
Outcome Deliver(const Message& message, const Client& client, SSL_CTX* context,
                const WorkerOptions& options, const std::function<void(const std::string&)>& log);

}  // namespace postern::smtp_worker

#endif  // POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_DELIVERY_H_
