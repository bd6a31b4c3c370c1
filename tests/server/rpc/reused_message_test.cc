#include "server/rpc/reused_message.h"

#include <string>

#include "gtest/gtest.h"
#include "postern/v1/policy.pb.h"

namespace postern {
namespace {

using Reused = ReusedMessage<v1::ResolveDomainPolicyBatchRequest>;

// Uses `reused` for a request of so many questions of so many bytes each.
void Use(Reused& reused, int count, size_t length) {
  v1::ResolveDomainPolicyBatchRequest request;
  for (int i = 0; i < count; ++i) request.add_requests()->set_domain(std::string(length, 'a'));
  const std::string text = request.SerializeAsString();
  const Reused::Use use(reused, text.size());
  ASSERT_TRUE(use.message().ParseFromString(text));
}

TEST(ReusedMessage, KeepsTheMemoryOfWhatIsUsual) {
  Reused reused;
  Use(reused, 64, 20);
  const size_t used = reused.SpaceUsed();
  EXPECT_GT(used, 64u * 20);
  Use(reused, 1, 20);
  EXPECT_EQ(reused.SpaceUsed(), used);
}

TEST(ReusedMessage, KeepsNotWhatALargeMessageTook) {
  Reused reused;
  Use(reused, 256, 2000);
  EXPECT_LE(reused.SpaceUsed(), Reused::kMaxKept);
}

TEST(ReusedMessage, KeepsNotWhatManySmallOnesTookTogether) {
  Reused reused;
  // Of empty questions, two bytes each, much memory.
  for (int i = 0; i < 20; ++i) {
    Use(reused, 4000, 0);
    Use(reused, 100, 900);
  }
  EXPECT_LE(reused.SpaceUsed(), 2 * Reused::kMaxKept);
}

}  // namespace
}  // namespace postern
