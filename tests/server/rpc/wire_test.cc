#include "server/rpc/wire.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "postern/v1/handshake.pb.h"

namespace postern {
namespace {

std::vector<absl::string_view> Split(const std::string& bytes, bool expected, size_t max = 64) {
  std::vector<absl::string_view> messages;
  EXPECT_EQ(SplitMessages(bytes, 1, max, messages), expected);
  return messages;
}

TEST(SplitMessages, FindsEachMessageAsItIs) {
  v1::VerifyHandshakeBatchRequest batch;
  batch.add_requests()->set_require_pkix(true);
  batch.add_requests();
  batch.add_requests()->mutable_policy()->set_host("mx1.test");
  const std::string bytes = batch.SerializeAsString();
  const std::vector<absl::string_view> messages = Split(bytes, true);
  ASSERT_EQ(messages.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(messages[static_cast<size_t>(i)], batch.requests(i).SerializeAsString());
  }
}

TEST(SplitMessages, PassesOverFieldsOfLaterVersions) {
  // Field 2: a varint; field 3: bytes; field 1: a message of one byte.
  EXPECT_EQ(Split(std::string("\x10\x07\x1a\x02zz\x0a\x01x", 9), true),
            std::vector<absl::string_view>({"x"}));
}

TEST(SplitMessages, RefusesBytesThatAreNoMessage) {
  Split(std::string("\x0a\x05xx", 4), false);                        // longer than the bytes
  Split(std::string("\x0a\xff\xff\xff\xff\x0f", 6), false);          // four gigabytes
  Split(std::string("\x0a\xff\xff\xff\xff\xff\xff\x01", 8), false);  // no 32-bit length
  Split("\x0a", false);
  Split(std::string("\x00", 1), false);  // no field
  Split("\x0c", false);                  // the end of a group that did not begin
}

TEST(SplitMessages, StopsWhereThereAreTooMany) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += std::string("\x0a\x00", 2);
  EXPECT_EQ(Split(bytes, true, 10).size(), 11u);
}

}  // namespace
}  // namespace postern
