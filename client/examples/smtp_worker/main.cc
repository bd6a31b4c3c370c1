// smtp_worker: sends one message to its recipient's domain, the whole way: policy,
// hosts in their order, STARTTLS, verdict. An example; docs/worker.md tells of it.
#include <openssl/ssl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/examples/smtp_worker/attempt.h"
#include "client/examples/smtp_worker/delivery.h"
#include "client/examples/smtp_worker/message.h"
#include "client/options.h"
#include "postern/v1/dane.pb.h"

namespace postern::smtp_worker {
namespace {

constexpr int kExitUsage = 64;
constexpr int kExitInputFile = 65;
constexpr size_t kMaxMessage = 64 << 20;

int Fail(int status, absl::string_view what) {
  std::cerr << "smtp_worker: " << what << "\n";
  return status;
}

absl::StatusOr<std::string> ReadMessage(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) return absl::NotFoundError("the message file cannot be read");
  std::string text;
  char buffer[65536];
  while (in.read(buffer, sizeof(buffer)) || in.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(in.gcount()));
    if (text.size() > kMaxMessage) return absl::NotFoundError("the message is over 64 MiB");
  }
  if (in.bad()) return absl::NotFoundError("the message file cannot be read");
  return text;
}

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 && name[0] != '\0' ? name : "localhost";
}

int Main(int argc, char** argv) {
  Options service;
  TlsFiles tls;
  WorkerOptions worker;
  worker.helo_name = HostName();
  worker.seed = std::random_device()();
  Message message;
  std::string file = "-";
  std::string mode;
  double timeout = 60;

  CLI::App app("Sends one message by the TLS policy that Postern gives for its domain.");
  app.add_option("--server", service.target, "the Postern service")
      ->envname("POSTERN_SERVER")
      ->capture_default_str();
  app.add_option("--ca", tls.ca, "PEM file: TLS to the service");
  app.add_option("--cert", tls.cert, "PEM file: our certificate");
  app.add_option("--key", tls.key, "PEM file: its key");
  app.add_option("--from", message.sender, "envelope sender; empty for the null sender");
  app.add_option("--to", message.recipient, "envelope recipient")->required();
  app.add_option("--port", worker.port, "port of the SMTP servers")
      ->check(CLI::Range(1, 65535))
      ->capture_default_str();
  app.add_option("--helo", worker.helo_name, "our name in EHLO")->capture_default_str();
  app.add_option("--mode", mode, "what this mail demands")
      ->check(CLI::IsMember({"opportunistic", "mandatory"}));
  app.add_flag("--require-pkix", worker.handshake.require_pkix,
               "demand PKIX where there is no DANE");
  app.add_option("--seed", worker.seed, "for the order of hosts of one preference");
  app.add_option("--timeout", timeout, "seconds for each connection, handshake and reply")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app.add_option("FILE", file, "the message; - is standard input")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (!tls.ca.empty() || !tls.cert.empty() || !tls.key.empty()) service.tls = tls;
  if (mode == "opportunistic") worker.mode = v1::Dane::OPPORTUNISTIC;
  if (mode == "mandatory") worker.mode = v1::Dane::MANDATORY;
  worker.connect_timeout = worker.handshake_timeout = worker.reply_timeout = absl::Seconds(timeout);
  const std::pair<const char*, const std::string&> words[] = {
      {"--from", message.sender}, {"--to", message.recipient}, {"--helo", worker.helo_name}};
  for (const auto& [option, word] : words) {
    if (absl::Status status = CheckAddress(word); !status.ok()) {
      return Fail(kExitUsage, absl::StrCat(option, ": ", status.message()));
    }
  }
  if (absl::StatusOr<std::string> domain = DomainOf(message.recipient); !domain.ok()) {
    return Fail(kExitUsage, absl::StrCat("--to: ", domain.status().message()));
  }
  absl::StatusOr<std::string> text = ReadMessage(file);
  if (!text.ok()) return Fail(kExitInputFile, absl::StrCat("FILE: ", text.status().message()));
  message.data = EncodeData(*text);

  absl::StatusOr<Client> client = Client::Create(service);
  if (!client.ok()) return Fail(kExitUsage, client.status().message());
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                            SSL_CTX_free);
  if (context == nullptr) return Fail(kExitInputFile, "OpenSSL's configuration cannot be used");
  const Outcome outcome = Deliver(message, *client, context.get(), worker,
                                  [](const std::string& line) { std::cerr << line << "\n"; });
  return static_cast<int>(outcome);
}

}  // namespace
}  // namespace postern::smtp_worker

int main(int argc, char** argv) {
  // Debian's Abseil would abort on what it takes for a deadlock inside gRPC.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // Standard error is for our lines; gRPC's log comes when it is asked for.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  std::signal(SIGPIPE, SIG_IGN);
  return postern::smtp_worker::Main(argc, argv);
}
