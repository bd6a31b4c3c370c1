// ParseClientAddress, ClientAddressFromBytes and ParseClientPrefix on any bytes: what is
// read is in the canonical form, and its text reads back as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/core/net/client_address.h"
#include "server/core/net/ip_address.h"

namespace postern {
namespace {

void Check(bool holds) {
  if (!holds) abort();
}

void CheckAddress(const absl::StatusOr<IpAddress>& address) {
  if (!address.ok()) return;
  Check(CanonicalAddress(*address) == *address);
  const absl::StatusOr<IpAddress> again = ParseClientAddress(address->ToString());
  Check(again.ok() && *again == *address);
}

void CheckPrefix(absl::string_view text) {
  const absl::StatusOr<IpPrefix> prefix = ParseClientPrefix(text);
  Check(!ParseClientAddress(text).ok() || prefix.ok());  // an address is a prefix
  if (!prefix.ok()) return;
  Check(prefix->length >= 0 && prefix->length <= prefix->address.Bits());
  const IpPrefix cleared = PrefixOf(prefix->address, prefix->length);
  Check(cleared.address == prefix->address && cleared.length == prefix->length);
  Check(prefix->Contains(prefix->address));
  const absl::StatusOr<IpPrefix> again =
      ParseClientPrefix(absl::StrCat(prefix->address.ToString(), "/", prefix->length));
  Check(again.ok() && again->address == prefix->address && again->length == prefix->length);
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  postern::CheckAddress(postern::ParseClientAddress(bytes));
  postern::CheckAddress(postern::ClientAddressFromBytes(bytes));
  postern::CheckPrefix(bytes);
  return 0;
}
