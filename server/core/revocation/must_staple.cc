#include "server/core/revocation/must_staple.h"

#include "absl/strings/string_view.h"
#include "server/core/x509/der.h"

namespace postern {
namespace {

// id-pe-tlsfeature
constexpr absl::string_view kTlsFeature("\x2b\x06\x01\x05\x05\x07\x01\x18", 8);
constexpr absl::string_view kStatusRequest = "\x05";

// Features ::= SEQUENCE OF INTEGER
bool HasStatusRequest(absl::string_view value) {
  DerReader reader(value);
  DerElement features;
  if (!reader.Read(kDerSequence, features) || !reader.AtEnd()) return true;
  DerReader list(features.contents);
  DerElement feature;
  bool found = false;
  while (!list.AtEnd()) {
    if (!list.Read(kDerInteger, feature)) return true;
    found = found || feature.contents == kStatusRequest;
  }
  return found;
}

}  // namespace

bool RequiresStaple(const CertificateOutline& certificate) {
  DerReader outer(certificate.extensions);
  DerElement element;
  if (!outer.Read(kDerSequence, element)) return false;
  DerReader list(element.contents);
  DerElement extension;
  DerElement id;
  while (list.Read(kDerSequence, extension)) {
    DerReader fields(extension.contents);
    if (!fields.Read(kDerObjectId, id) || id.contents != kTlsFeature) continue;
    // Critical or not, and by whatever encoding of that.
    if (fields.NextIs(kDerBoolean)) fields.Read(element);
    if (!fields.Read(kDerOctetString, element) || HasStatusRequest(element.contents)) return true;
  }
  return false;
}

MustStaple JudgeMustStaple(const CertificateOutline& certificate, const StapleOffer& offer) {
  if (!RequiresStaple(certificate)) return MustStaple::kNotRequired;
  if (!offer.status_request_sent) return MustStaple::kNotOffered;
  if (offer.staple_received) return MustStaple::kStapled;
  return offer.is_good_out_of_band ? MustStaple::kOutOfBand : MustStaple::kMissing;
}

}  // namespace postern
