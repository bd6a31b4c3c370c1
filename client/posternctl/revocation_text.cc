#include "client/posternctl/revocation_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/posternctl/printable.h"

namespace postern::posternctl {
namespace {

// A time for people: "in 4 d (2026-01-05 00:00:00 UTC)".
std::string TimeText(const google::protobuf::Timestamp& time, const TextOptions& options) {
  return absl::StrCat(When(time, options.now), " (",
                      absl::FormatTime("%Y-%m-%d %H:%M:%S UTC",
                                       absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone()),
                      ")");
}

// RFC 5280, section 5.3.1.
absl::string_view ReasonText(uint32_t reason) {
  constexpr absl::string_view kReasons[] = {
      "unspecified",   "keyCompromise",        "cACompromise",    "affiliationChanged",
      "superseded",    "cessationOfOperation", "certificateHold", "unknown",
      "removeFromCRL", "privilegeWithdrawn",   "aACompromise"};
  return reason < sizeof(kReasons) / sizeof(kReasons[0]) ? kReasons[reason] : "unknown";
}

template <typename Verdict>
std::string RevokedText(const Verdict& verdict, const TextOptions& options) {
  std::string text = "the certificate is revoked";
  if (verdict.has_revocation_time()) {
    absl::StrAppend(&text, ", since ", TimeText(verdict.revocation_time(), options));
  }
  if (verdict.has_revocation_reason()) {
    absl::StrAppend(&text, ", for the reason ", ReasonText(verdict.revocation_reason()));
  }
  return text;
}

// The word that stands first, in its colour.
std::string Head(absl::string_view status, Colour colour, const TextOptions& options) {
  return Coloured(absl::StrCat(status), colour, options.colour);
}

template <typename Verdict>
std::string TimesText(const Verdict& verdict, const TextOptions& options) {
  std::string text;
  if (verdict.has_this_update()) {
    absl::StrAppend(&text, " It was so ", TimeText(verdict.this_update(), options), ".");
  }
  if (verdict.has_next_update()) {
    absl::StrAppend(&text, " Newer information is due ", TimeText(verdict.next_update(), options),
                    ".");
  }
  if (verdict.has_use_until()) {
    absl::StrAppend(&text, " The statement ends ", TimeText(verdict.use_until(), options), ".");
  }
  return text;
}

std::string SignerText(const v1::StapleVerdict& verdict) {
  std::string text;
  switch (verdict.signer()) {
    case v1::StapleVerdict::ISSUER:
      text = " The issuer signed it";
      break;
    case v1::StapleVerdict::DELEGATE:
      text = " A responder that the issuer authorized signed it";
      break;
    case v1::StapleVerdict::CONFIGURED:
      text = " A responder that you trust signed it";
      break;
    default:
      return "";
  }
  if (!verdict.signer_name().empty()) absl::StrAppend(&text, ": ", verdict.signer_name());
  text += ".";
  if (verdict.signer_is_unchecked()) text += " Nobody checked whether that responder is revoked.";
  return text;
}

}  // namespace

std::string RevocationText(const v1::StapleVerdict& verdict, const TextOptions& options) {
  std::string text;
  switch (verdict.status()) {
    case v1::StapleVerdict::GOOD:
      text =
          absl::StrCat(Head("GOOD", Colour::kGood, options), ": the certificate is not revoked.");
      break;
    case v1::StapleVerdict::REVOKED:
      text = absl::StrCat(Head("REVOKED", Colour::kBad, options), ": ",
                          RevokedText(verdict, options), ".");
      break;
    case v1::StapleVerdict::UNKNOWN:
    case v1::StapleVerdict::INVALID: {
      const bool is_unknown = verdict.status() == v1::StapleVerdict::UNKNOWN;
      text = Head(is_unknown ? "UNKNOWN" : "INVALID", Colour::kWarning, options);
      if (verdict.reason() != v1::StapleVerdict::REASON_UNSPECIFIED) {
        absl::StrAppend(&text, " (", v1::StapleVerdict::Reason_Name(verdict.reason()), ")");
      }
      absl::StrAppend(&text, ": ",
                      is_unknown ? "the responder does not know the certificate, or "
                                   "cannot answer now"
                                 : "this is no valid statement on the certificate");
      if (!verdict.detail().empty()) absl::StrAppend(&text, ": ", Printable(verdict.detail()));
      text += ".";
      break;
    }
    default:
      text = absl::StrCat("a status that this program does not know: ", verdict.status(), ".");
  }
  return absl::StrCat(text, Printable(SignerText(verdict)), TimesText(verdict, options), "\n");
}

std::string RevocationText(const v1::CrlVerdict& verdict, const TextOptions& options) {
  std::string text;
  switch (verdict.status()) {
    case v1::CrlVerdict::GOOD:
      text = absl::StrCat(Head("GOOD", Colour::kGood, options),
                          ": the CRL does not list the certificate.");
      break;
    case v1::CrlVerdict::REVOKED:
      text = absl::StrCat(Head("REVOKED", Colour::kBad, options), ": ",
                          RevokedText(verdict, options), ".");
      break;
    case v1::CrlVerdict::INVALID:
      text = absl::StrCat(Head("INVALID", Colour::kWarning, options), " (",
                          v1::CrlVerdict::Reason_Name(verdict.reason()),
                          "): the CRL says nothing of the certificate");
      if (!verdict.detail().empty()) absl::StrAppend(&text, ": ", Printable(verdict.detail()));
      text += ".";
      break;
    default:
      text = absl::StrCat("a status that this program does not know: ", verdict.status(), ".");
  }
  return absl::StrCat(text, TimesText(verdict, options), "\n");
}

std::string RevocationText(const v1::FetchStapleResponse& fetched, const TextOptions& options) {
  std::string text;
  if (!fetched.url().empty()) {
    absl::StrAppend(&text, "Asked ", Printable(fetched.url()));
    if (fetched.http_status() != 0) absl::StrAppend(&text, ", HTTP ", fetched.http_status());
    text += ".\n";
  }
  if (!fetched.error().empty()) {
    absl::StrAppend(&text, Head("NO RESPONSE", Colour::kWarning, options), ": ",
                    Printable(fetched.error()), ".\n");
  }
  if (fetched.has_verdict()) text += RevocationText(fetched.verdict(), options);
  return text;
}

}  // namespace postern::posternctl
