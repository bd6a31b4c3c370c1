#include "client/posternctl/tlsa_generate_command.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/posternctl/association_data.h"
#include "client/posternctl/call.h"
#include "client/posternctl/certificate.h"
#include "client/posternctl/error.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/input_file.h"
#include "client/posternctl/report.pb.h"
#include "client/posternctl/tlsa_argument.h"
#include "client/posternctl/tlsa_group.h"
#include "postern/v1/dane.pb.h"

namespace postern::posternctl {
namespace {

class TlsaGenerateCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command = TlsaGroup(app).add_subcommand(
        "generate",
        "Which TLSA record matches this certificate? Needs no server.\n"
        "Usages 1 and 3 take the file's first certificate, 0 and 2 its last, if --depth does not\n"
        "say another. The server has to send the certificate that a record of usage 2 names.\n"
        "Exit status: 0 the record is printed.");
    command->add_option("--chain", chain_, "PEM file: the server's certificate, then its issuers")
        ->type_name("PEM")
        ->required();
    command->add_option("--usage", usage_, "Certificate usage: 2 DANE-TA, 3 DANE-EE")
        ->type_name("U")
        ->check(CLI::Range(0, 3).description(""))
        ->required();
    command->add_option("--selector", selector_, "0 whole certificate, 1 SubjectPublicKeyInfo")
        ->type_name("S")
        ->check(CLI::Range(0, 1).description(""))
        ->required();
    command->add_option("--matching-type", matching_type_, "0 full, 1 SHA-256, 2 SHA-512")
        ->type_name("M")
        ->check(CLI::Range(0, 2).description(""))
        ->required();
    command->add_option("--depth", depth_, "Which certificate of the file; the first is 0")
        ->type_name("N")
        ->check(CLI::Range(0, static_cast<int>(kMaxCertificates) - 1).description(""));
    command
        ->add_option("--host", host_, "The host; else the first name that its certificate presents")
        ->type_name("NAME");
    command->add_option("--port", port_, "TCP port of the SMTP service")
        ->type_name("N")
        ->check(CLI::Range(1, 65535).description(""))
        ->capture_default_str();
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    const auto chain = ReadCertificates("--chain", chain_);
    if (!chain.ok()) return FailInput(chain.status(), terminal);
    const absl::StatusOr<size_t> depth = Depth(*chain);
    if (!depth.ok()) return Fail(kExitUsage, depth.status().message(), terminal);
    const absl::StatusOr<std::string> host = Host(chain->front());
    if (!host.ok()) return Fail(kExitUsage, host.status().message(), terminal);
    const Certificate& certificate = (*chain)[*depth];
    if (usage_ < 2) {
      Warn("--usage: SMTP clients do not use records of usages 0 and 1 (RFC 7672, section 3.1.3)",
           terminal);
    } else if (usage_ == 2 && !certificate.authority) {
      Warn(absl::StrCat("--depth: certificate ", *depth, " may not issue certificates"), terminal);
    }
    return Print(*host, *depth, certificate, globals, terminal);
  }

 private:
  bool IsTrustAnchor() const { return usage_ == 0 || usage_ == 2; }

  absl::StatusOr<size_t> Depth(const std::vector<Certificate>& chain) const {
    if (!depth_.has_value()) {
      if (IsTrustAnchor() && chain.size() == 1) {
        return absl::InvalidArgumentError(
            absl::StrCat("--depth: usage ", usage_, " is of an issuer, and ", chain_,
                         " holds one certificate: add the issuers, or say with --depth 0 that it "
                         "is an issuer's"));
      }
      return IsTrustAnchor() ? chain.size() - 1 : 0;
    }
    if (*depth_ >= chain.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--depth: ", chain_, " holds ", chain.size(),
          chain.size() == 1 ? " certificate" : " certificates", ", and the first is 0"));
    }
    if (!IsTrustAnchor() && *depth_ != 0) {
      return absl::InvalidArgumentError(absl::StrCat("--depth: usage ", usage_,
                                                     " is of the server's own certificate, which "
                                                     "is 0"));
    }
    return *depth_;
  }

  absl::StatusOr<std::string> Host(const Certificate& first) const {
    if (!host_.empty()) {
      const absl::Status valid = CheckHostName(host_);
      if (!valid.ok()) return absl::InvalidArgumentError(absl::StrCat("--host: ", valid.message()));
      return std::string(absl::StripSuffix(host_, "."));
    }
    for (const std::string& name : first.names) {
      if (CheckHostName(name).ok()) return name;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("--host: the first certificate of ", chain_, " names no host: name it"));
  }

  int Print(const std::string& host, size_t depth, const Certificate& certificate,
            const Globals& globals, Terminal& terminal) const {
    v1::TlsaRecord record;
    record.set_certificate_usage(usage_);
    record.set_selector(selector_);
    record.set_matching_type(matching_type_);
    record.set_certificate_association_data(
        AssociationData(certificate, selector_, matching_type_).value_or(""));
    const std::string line = ZoneText(host, port_, record);
    if (!globals.json) {
      terminal.out << line << "\n";
      return kExitFavourable;
    }
    GeneratedTlsa report;
    report.set_owner(TlsaOwner(host, port_));
    report.set_certificate_usage(usage_);
    report.set_selector(selector_);
    report.set_matching_type(matching_type_);
    report.set_certificate_association_data(record.certificate_association_data());
    report.set_depth(static_cast<uint32_t>(depth));
    report.set_subject(certificate.subject);
    report.set_record(line);
    return PrintJson(report, kExitFavourable, terminal);
  }

  std::string chain_;
  uint32_t usage_ = 3;
  uint32_t selector_ = 1;
  uint32_t matching_type_ = 1;
  std::optional<size_t> depth_;
  std::string host_;
  uint32_t port_ = 25;
};

}  // namespace

std::unique_ptr<Command> NewTlsaGenerateCommand() {
  return std::make_unique<TlsaGenerateCommand>();
}

}  // namespace postern::posternctl
