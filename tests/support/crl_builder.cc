#include "tests/support/crl_builder.h"

#include <cstdio>
#include <cstdlib>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/core/x509/der.h"
#include "server/core/x509/outline.h"
#include "tests/support/der_writer.h"
#include "tests/support/signer.h"

namespace postern {
namespace {

constexpr const char* kReasonCode = "2.5.29.21";

std::string Octet(int number) { return std::string(1, static_cast<char>(number)); }

std::string ReasonExtension(int reason) {
  return DerExtension(kReasonCode, false, Der(kDerEnumerated, Octet(reason)));
}

std::string EntryOf(const CrlEntrySpec& spec) {
  std::string extensions;
  if (spec.reason) extensions += ReasonExtension(*spec.reason);
  for (const std::string& raw : spec.raw_extensions) extensions += raw;
  std::string fields = Der(kDerInteger, spec.serial);
  fields += spec.raw_time.empty() ? DerTime(spec.time) : spec.raw_time;
  if (!extensions.empty() && spec.has_extensions) fields += Der(kDerSequence, extensions);
  return Der(kDerSequence, fields + spec.after);
}

void AppendOrdinary(size_t count, std::string& list) {
  // All of one length: what differs is patched into a copy.
  const CrlEntrySpec spec{OrdinarySerial(0), TestNow() - absl::Hours(48), "", 1, {}, true, ""};
  const std::string entry = EntryOf(spec);
  const size_t serial = entry.find(spec.serial);
  list.reserve(list.size() + count * entry.size());
  for (size_t i = 0; i < count; ++i) {
    list += entry;
    list.replace(list.size() - entry.size() + serial, spec.serial.size(), OrdinarySerial(i));
  }
}

std::string Flag(uint8_t number, bool is_set) {
  return is_set ? Der(DerContext(number, false), "\xff") : "";
}

std::string PointOf(const CrlSpec& spec) {
  std::string name = spec.raw_point_name;
  if (!spec.point_urls.empty()) {
    std::string names;
    for (const std::string& url : spec.point_urls) names += Der(DerContext(6, false), url);
    name = Der(DerContext(0, true), Der(DerContext(0, true), names));
  }
  return absl::StrCat(
      name, Flag(1, spec.only_user), Flag(2, spec.only_ca),
      spec.some_reasons ? Der(DerContext(3, false), "\x06\x40") : "",  // keyCompromise
      Flag(4, spec.indirect), Flag(5, spec.only_attribute));
}

std::string ExtensionsOf(const CrlSpec& spec) {
  std::string list;
  if (!spec.number.empty()) {
    list += DerExtension("2.5.29.20", false, Der(kDerInteger, spec.number));
  }
  const std::string point = PointOf(spec);
  if (!point.empty() || spec.has_empty_point) {
    list += DerExtension("2.5.29.28", spec.point_is_critical, Der(kDerSequence, point));
  }
  if (spec.delta_base) {
    list += DerExtension("2.5.29.27", spec.delta_is_critical,
                         Der(kDerInteger, Octet(*spec.delta_base)));
  }
  for (const std::string& raw : spec.raw_extensions) list += raw;
  return list.empty() ? "" : Der(DerContext(0, true), Der(kDerSequence, list));
}

std::string SubjectOf(const TestCertificate& certificate) {
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(certificate.der);
  if (!outline.ok()) {
    std::fprintf(stderr, "crl_builder: the issuer cannot be read\n");
    abort();
  }
  return Der(kDerSequence, outline->subject);
}

std::string EntriesOf(const CrlSpec& spec) {
  std::string list;
  AppendOrdinary(spec.ordinary_entries, list);
  for (const CrlEntrySpec& entry : spec.entries) list += EntryOf(entry);
  list += spec.after_entries;
  return list.empty() && !spec.has_empty_list ? "" : Der(kDerSequence, list);
}

}  // namespace

CrlEntrySpec CrlEntry(int serial) { return CrlEntry(Octet(serial)); }

CrlEntrySpec CrlEntry(const std::string& serial) {
  CrlEntrySpec spec;
  spec.serial = serial;
  return spec;
}

std::string OrdinarySerial(uint64_t index) {
  std::string serial;
  // SplitMix64: all different, in no order.
  for (int half = 0; half < 2; ++half) {
    uint64_t mixed = (2 * index + static_cast<uint64_t>(half) + 1) * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    mixed ^= mixed >> 31;
    for (int i = 0; i < 8; ++i) serial += static_cast<char>(mixed >> (8 * i) & 0xff);
  }
  serial[0] = static_cast<char>((serial[0] & 0x3f) | 0x40);  // positive, without a zero
  return serial;
}

std::string BuildCrl(const CrlSpec& spec, const TestCertificate& issuer) {
  const SignerSpec signer{spec.key == nullptr ? issuer.key : spec.key, spec.digest};
  const std::string algorithm = Sign("", signer).algorithm;
  const std::string version = spec.version ? Der(kDerInteger, Octet(*spec.version)) : "";
  std::string this_update = spec.raw_this_update;
  if (this_update.empty()) this_update = DerTime(spec.this_update);
  std::string next_update = spec.raw_next_update;
  if (next_update.empty() && spec.next_update) next_update = DerTime(*spec.next_update);
  const std::string tbs = Der(
      kDerSequence,
      absl::StrCat(version, spec.raw_inner_algorithm.empty() ? algorithm : spec.raw_inner_algorithm,
                   spec.raw_issuer.empty() ? SubjectOf(issuer) : spec.raw_issuer, this_update,
                   next_update, EntriesOf(spec), ExtensionsOf(spec), spec.after_tbs_fields));
  std::string signature = Sign(tbs, signer).octets;
  if (spec.has_wrong_signature) signature.back() = static_cast<char>(signature.back() ^ 1);
  return Der(kDerSequence,
             absl::StrCat(tbs, algorithm,
                          Der(kDerBitString, std::string(1, spec.unused_bits) + signature),
                          spec.after_fields)) +
         spec.after;
}

}  // namespace postern
