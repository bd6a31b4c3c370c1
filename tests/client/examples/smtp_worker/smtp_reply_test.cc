#include "client/examples/smtp_worker/smtp_reply.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern::smtp_worker {
namespace {

using ::testing::ElementsAre;

TEST(ReplyReader, GivesAReplyOnceItIsWhole) {
  ReplyReader reader;
  for (char c : std::string("220-mx.test greets\r\n220 and waits\r")) {
    reader.Append(std::string(1, c));
    auto reply = reader.Next();
    ASSERT_TRUE(reply.ok());
    EXPECT_FALSE(reply->has_value());
  }
  reader.Append("\n");
  auto reply = reader.Next();
  ASSERT_TRUE(reply.ok() && reply->has_value());
  EXPECT_EQ((*reply)->code, 220);
  EXPECT_THAT((*reply)->lines, ElementsAre("mx.test greets", "and waits"));
  EXPECT_TRUE(reader.empty());
}

TEST(ReplyReader, GivesReplyAfterReplyAndKnowsWhatIsLeft) {
  ReplyReader reader;
  reader.Append("250 one\n250\n22");
  EXPECT_EQ((*reader.Next())->lines.at(0), "one");
  EXPECT_EQ((*reader.Next())->lines.at(0), "");
  EXPECT_FALSE(reader.empty());
  EXPECT_FALSE(reader.Next()->has_value());
}

TEST(ReplyReader, FailsOnWhatIsNoReply) {
  for (const char* bytes : {"\r\n", "25\r\n", "abc hello\r\n", "199 x\r\n", "600 x\r\n", "250x\r\n",
                            "250-one\r\n251 two\r\n", "2 50 x\r\n", "SSH-2.0-x\r\n"}) {
    ReplyReader reader;
    reader.Append(bytes);
    EXPECT_TRUE(absl::IsInvalidArgument(reader.Next().status())) << bytes;
  }
}

TEST(ReplyReader, BoundsALine) {
  const std::string text(kMaxReplyLine - 4, 'x');
  ReplyReader longest;
  longest.Append(absl::StrCat("250 ", text, "\r\n"));
  EXPECT_TRUE(longest.Next().ok());
  ReplyReader too_long;
  too_long.Append(absl::StrCat("250 ", text, "xx\r\n"));
  EXPECT_TRUE(absl::IsInvalidArgument(too_long.Next().status()));
  ReplyReader endless;
  endless.Append(absl::StrCat("250 ", text, "xx"));
  EXPECT_TRUE(absl::IsInvalidArgument(endless.Next().status()));
}

TEST(ReplyReader, BoundsTheLines) {
  ReplyReader most;
  for (size_t i = 1; i < kMaxReplyLines; ++i) most.Append("250-x\r\n");
  most.Append("250 x\r\n");
  EXPECT_EQ((*most.Next())->lines.size(), kMaxReplyLines);
  ReplyReader endless;
  for (size_t i = 0; i <= kMaxReplyLines; ++i) endless.Append("250-x\r\n");
  EXPECT_TRUE(absl::IsInvalidArgument(endless.Next().status()));
}

TEST(SmtpReply, KnowsTheKeywordsOfEhlo) {
  const SmtpReply reply{250, {"STARTTLS", "SIZE 1000", "starttls", "DSN"}};
  EXPECT_TRUE(reply.HasKeyword("STARTTLS"));
  EXPECT_TRUE(reply.HasKeyword("SIZE"));
  EXPECT_FALSE(reply.HasKeyword("START"));
  EXPECT_FALSE((SmtpReply{250, {"STARTTLS", "XSTARTTLS"}}.HasKeyword("STARTTLS")));
}

}  // namespace
}  // namespace postern::smtp_worker
