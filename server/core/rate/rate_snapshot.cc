#include "server/core/rate/rate_snapshot.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/core/net/client_address.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {
namespace {

constexpr absl::string_view kMagic = "PSTNRATE";
constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderBytes = 8 + 4 + 8 + 4 + 8;
constexpr size_t kRuleBytes = 1 + 1 + 8;  // and the name
constexpr size_t kMaxRules = 255;
constexpr int kIpv4Lengths = 129;

// Integers are written byte by byte, so that the format is the same on every machine.
class Writer {
 public:
  void Bytes(absl::string_view bytes) { out_.append(bytes.data(), bytes.size()); }
  void Integer(uint64_t value, int size) {
    for (int i = 0; i < size; ++i) out_.push_back(static_cast<char>(value >> 8 * i));
  }
  void Real(double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, 8);
    Integer(bits, 8);
  }
  std::string& out() { return out_; }

 private:
  std::string out_;
};

class Reader {
 public:
  explicit Reader(absl::string_view in) : in_(in) {}
  size_t left() const { return in_.size(); }
  // What is past the end is 0, and the reader is not `good` any more.
  absl::string_view Bytes(size_t size) {
    good_ = good_ && size <= in_.size();
    if (!good_) return "";
    const absl::string_view bytes = in_.substr(0, size);
    in_.remove_prefix(size);
    return bytes;
  }
  uint64_t Integer(size_t size) {
    uint64_t value = 0;
    int shift = 0;
    for (const char byte : Bytes(size)) {
      value |= static_cast<uint64_t>(static_cast<uint8_t>(byte)) << shift;
      shift += 8;
    }
    return value;
  }
  double Real() {
    const uint64_t bits = Integer(8);
    double value;
    std::memcpy(&value, &bits, 8);
    return value;
  }
  bool good() const { return good_; }

 private:
  absl::string_view in_;
  bool good_ = true;
};

std::string Sha256(absl::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
         reinterpret_cast<uint8_t*>(&digest[0]));
  return digest;
}

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("is no good snapshot of rates: ", what,
                   "; remove it to start with no rates, or put an older copy there"));
}

absl::Status ReadRule(Reader& in, RateSnapshot& snapshot) {
  RateSnapshot::Rule rule;
  rule.name = std::string(in.Bytes(in.Integer(1)));
  const uint64_t algorithm = in.Integer(1);
  rule.period = absl::Nanoseconds(static_cast<int64_t>(in.Integer(8)));
  const std::string where = absl::StrCat("rule ", snapshot.rules.size() + 1);
  if (!in.good()) return Wrong(absl::StrCat(where, " is cut short"));
  if (algorithm > 1) return Wrong(absl::StrCat(where, " has algorithm ", algorithm));
  rule.algorithm = static_cast<RateAlgorithm>(algorithm);
  RateRule check;  // the name's rules are those of a rule
  check.name = rule.name;
  check.period = rule.period;
  if (const absl::Status status = CheckRule(check); !status.ok()) {
    return Wrong(absl::StrCat(where, ": ", status.message()));
  }
  for (const RateSnapshot::Rule& other : snapshot.rules) {
    if (other.name == rule.name) return Wrong(absl::StrCat(where, " is there twice"));
  }
  snapshot.rules.push_back(std::move(rule));
  return absl::OkStatus();
}

// The name of the field that is wrong, or nothing.
absl::string_view ReadKey(Reader& in, size_t rules, RateSnapshot::Key& key) {
  key.rule = static_cast<uint8_t>(in.Integer(1));
  int length = static_cast<int>(in.Integer(1));
  IpAddress& address = key.prefix.address;
  address.v4 = length >= kIpv4Lengths;
  if (address.v4) length -= kIpv4Lengths;
  key.prefix.length = length;
  const absl::string_view octets = in.Bytes(16);
  std::copy(octets.begin(), octets.end(), address.octets.begin());
  key.limit = in.Real();
  key.age = static_cast<int64_t>(in.Integer(8));
  key.rate = in.Real();
  if (key.rule >= rules) return "rule";
  if (length > address.Bits()) return "length";
  const bool ends_in_zeros =
      !address.v4 || std::all_of(address.octets.begin() + 4, address.octets.end(),
                                 [](uint8_t octet) { return octet == 0; });
  if (!ends_in_zeros || !(PrefixOf(address, length).address == address)) return "address";
  if (!CheckLimit(key.limit).ok()) return "limit";
  if (key.age < 0 || key.age > kMaxRateAge) return "age";
  if (!IsSound({0, key.rate})) return "rate";
  return "";
}

}  // namespace

size_t MaxRateSnapshotBytes(size_t keys) {
  return kHeaderBytes + kMaxRules * (kRuleBytes + kMaxRuleNameBytes) +
         keys * kRateSnapshotKeyBytes + SHA256_DIGEST_LENGTH;
}

std::string WriteRateSnapshot(const RateSnapshot& snapshot) {
  Writer out;
  out.out().reserve(MaxRateSnapshotBytes(snapshot.keys.size()));
  out.Bytes(kMagic);
  out.Integer(kVersion, 4);
  out.Integer(static_cast<uint64_t>(absl::ToUnixNanos(snapshot.time)), 8);
  out.Integer(snapshot.rules.size(), 4);
  out.Integer(snapshot.keys.size(), 8);
  for (const RateSnapshot::Rule& rule : snapshot.rules) {
    out.Integer(rule.name.size(), 1);
    out.Bytes(rule.name);
    out.Integer(static_cast<uint64_t>(rule.algorithm), 1);
    out.Integer(static_cast<uint64_t>(absl::ToInt64Nanoseconds(rule.period)), 8);
  }
  for (const RateSnapshot::Key& key : snapshot.keys) {
    const IpAddress& address = key.prefix.address;
    out.Integer(key.rule, 1);
    const int length = key.prefix.length + (address.v4 ? kIpv4Lengths : 0);
    out.Integer(static_cast<uint64_t>(length), 1);
    out.Bytes(absl::string_view(reinterpret_cast<const char*>(address.octets.data()), 16));
    out.Real(key.limit);
    out.Integer(static_cast<uint64_t>(key.age), 8);
    out.Real(key.rate);
  }
  out.Bytes(Sha256(out.out()));
  return std::move(out.out());
}

absl::StatusOr<RateSnapshot> ReadRateSnapshot(absl::string_view bytes) {
  if (bytes.size() < kHeaderBytes + SHA256_DIGEST_LENGTH) return Wrong("it is cut short");
  const absl::string_view body = bytes.substr(0, bytes.size() - SHA256_DIGEST_LENGTH);
  Reader in(body);
  if (in.Bytes(kMagic.size()) != kMagic) return Wrong("it is another kind of file");
  if (const uint64_t version = in.Integer(4); version != kVersion) {
    return Wrong(absl::StrCat("its version is ", version, " where this program reads ", kVersion));
  }
  if (bytes.substr(body.size()) != Sha256(body)) {
    return Wrong("its checksum is wrong, so that it is damaged or cut short");
  }
  RateSnapshot snapshot;
  snapshot.time = absl::FromUnixNanos(static_cast<int64_t>(in.Integer(8)));
  const uint64_t rules = in.Integer(4);
  const uint64_t keys = in.Integer(8);
  if (rules > kMaxRules) return Wrong(absl::StrCat("it has ", rules, " rules"));
  for (uint64_t i = 0; i < rules; ++i) {
    if (absl::Status status = ReadRule(in, snapshot); !status.ok()) return status;
  }
  if (in.left() % kRateSnapshotKeyBytes != 0 || in.left() / kRateSnapshotKeyBytes != keys) {
    return Wrong(absl::StrCat("it says ", keys, " keys, and has ", in.left(), " bytes of them"));
  }
  snapshot.keys.resize(keys);
  for (size_t i = 0; i < snapshot.keys.size(); ++i) {
    const absl::string_view wrong = ReadKey(in, snapshot.rules.size(), snapshot.keys[i]);
    if (!wrong.empty()) return Wrong(absl::StrCat("key ", i + 1, " has a bad ", wrong));
  }
  return snapshot;
}

}  // namespace postern
