#include "client/posternctl/probe_address.h"

#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/examples/smtp_worker/smtp_reply.h"
#include "client/examples/smtp_worker/smtp_session.h"
#include "client/handshake_answer.h"
#include "client/posternctl/proto_time.h"
#include "client/tls/connect_tls.h"
#include "client/tls/handshake_options.h"
#include "client/tls/prepare_handshake.h"
#include "client/tls/verify_handshake.h"
#include "postern/v1/handshake.pb.h"

namespace postern::posternctl {
namespace {

using smtp_worker::SmtpReply;
using smtp_worker::SmtpSession;
using Tls = v1::VerifyHandshakeRequest;

// Bytes of a reply or an error that are told: it is the host's.
constexpr size_t kShownBytes = 300;

// Step times one step into the result.
class Step {
 public:
  Step(const char* name, AddressProbe& probe) : probe_(probe), begin_(absl::Now()) {
    probe_.add_steps()->set_name(name);
  }
  ~Step() {
    *probe_.mutable_steps(probe_.steps_size() - 1)->mutable_elapsed() =
        ToProto(absl::Now() - begin_);
  }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

 private:
  AddressProbe& probe_;
  const absl::Time begin_;
};

class Connection {
 public:
  Connection(const v1::HostPolicy& host, const Client& client, SSL_CTX* context,
             const ProbeOptions& options, int socket, AddressProbe& probe)
      : host_(host),
        client_(client),
        context_(context),
        options_(options),
        session_(socket, options.step_timeout),
        probe_(probe) {
    handshake_options_.include_details = true;
  }

  absl::Status Run() {
    if (options_.starttls) {
      if (!Say("greeting", [this] { return session_.Greeting(); })) return absl::OkStatus();
      if (!Say("ehlo", [this] { return session_.Ehlo(options_.helo_name); })) {
        return absl::OkStatus();
      }
      if (!reply_.HasKeyword("STARTTLS")) return WithoutTls(Tls::NOT_OFFERED);
      if (!Say("starttls", [this] { return session_.StartTls(); })) {
        // A refusal is a verdict; a broken or forged dialogue is none.
        return reply_.code == 0 ? absl::OkStatus() : WithoutTls(Tls::NOT_OFFERED);
      }
    }
    return Secure();
  }

 private:
  // Says something and gives whether the server agrees; else the error is set.
  template <typename Saying>
  bool Say(const char* name, Saying saying) {
    Step step(name, probe_);
    reply_ = {};
    absl::StatusOr<SmtpReply> reply = saying();
    if (!reply.ok()) {
      Error(name, reply.status().message());
      return false;
    }
    reply_ = *std::move(reply);
    if (reply_.completed()) return true;
    Error(name, reply_.ToString());
    session_.Quit();
    return false;
  }

  void Error(const char* step, absl::string_view what) {
    // JSON is UTF-8; what a server says may be anything.
    std::string text;
    for (const char c : what.substr(0, kShownBytes)) {
      text += static_cast<unsigned char>(c) < 0x80 ? c : '?';
    }
    probe_.set_error(absl::StrCat(step, ": ", text));
  }

  absl::Status Secure() {
    const std::shared_ptr<SSL> ssl(SSL_new(context_), SSL_free);
    if (ssl == nullptr) return absl::InternalError("no memory for TLS");
    SSL_set_fd(ssl.get(), session_.transport().socket());
    absl::Status status = PrepareHandshake(ssl.get(), host_, handshake_options_);
    if (status.ok()) {
      // Also where the policy does not ask for one: is there a staple?
      SSL_set_tlsext_status_type(ssl.get(), TLSEXT_STATUSTYPE_ocsp);
      Step step("handshake", probe_);
      status = ConnectTls(ssl.get(), absl::Now() + options_.step_timeout);
    }
    if (!status.ok()) {
      Error("handshake", status.message());
      return WithoutTls(Tls::HANDSHAKE_FAILED);
    }
    session_.transport().StartTls(ssl);
    probe_.set_tls_version(SSL_get_version(ssl.get()));
    probe_.set_cipher(SSL_get_cipher_name(ssl.get()));
    const unsigned char* staple = nullptr;
    probe_.set_stapled(SSL_get_tlsext_status_ocsp_resp(ssl.get(), &staple) > 0);
    absl::Status verdict =
        Judge([&] { return VerifyHandshake(ssl.get(), host_, client_, handshake_options_); });
    session_.Quit();
    return verdict;
  }

  absl::Status WithoutTls(Tls::Tls tls) {
    absl::Status verdict =
        Judge([&] { return VerifyWithoutTls(tls, host_, client_, handshake_options_); });
    // After a failed handshake there is nobody to say goodbye to.
    if (tls == Tls::NOT_OFFERED && probe_.error().empty()) session_.Quit();
    return verdict;
  }

  template <typename Ask>
  absl::Status Judge(Ask ask) {
    Step step("verdict", probe_);
    absl::StatusOr<HandshakeAnswer> answer = ask();
    if (absl::IsInvalidArgument(answer.status())) {
      // It is about what this host sent, such as a certificate past all bounds.
      Error("verdict", answer.status().message());
      return absl::OkStatus();
    }
    if (!answer.ok()) return answer.status();
    *probe_.mutable_handshake() = std::move(answer->handshake);
    return absl::OkStatus();
  }

  const v1::HostPolicy& host_;
  const Client& client_;
  SSL_CTX* const context_;
  const ProbeOptions& options_;
  HandshakeOptions handshake_options_;
  SmtpSession session_;
  SmtpReply reply_;
  AddressProbe& probe_;
};

}  // namespace

absl::StatusOr<AddressProbe> ProbeAddress(const v1::HostPolicy& host, const std::string& address,
                                          const Client& client, SSL_CTX* context,
                                          const ProbeOptions& options) {
  AddressProbe probe;
  probe.set_address(address);
  probe.set_port(options.port);
  *probe.mutable_start_time() = ToProto(absl::Now());
  absl::StatusOr<int> socket;
  {
    Step step("connect", probe);
    socket = options.dial(address, options.port, absl::Now() + options.step_timeout);
  }
  if (!socket.ok()) {
    probe.set_error(absl::StrCat("connect: ", socket.status().message()));
    return probe;
  }
  const absl::Status status = Connection(host, client, context, options, *socket, probe).Run();
  if (!status.ok()) return status;
  return probe;
}

}  // namespace postern::posternctl
