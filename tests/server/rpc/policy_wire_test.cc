// Requests whose bytes are not what they should be. What is sent is in policy_service_test.
#include "server/rpc/policy_wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/container/flat_hash_set.h"

namespace postern {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

grpc::ByteBuffer Buffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// Fields by hand: protobuf does not like to make what is not UTF-8.
std::string Field(int number, const std::string& bytes) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}
std::string Id(char id) { return {'\x08', id}; }

const std::string kGood = Field(1, "a.test");
const std::string kLatin1 = Field(1, "caf\xE9.test");
const std::string kGarbage = "\x0A\x7F";  // a length without its bytes

TEST(PolicyWire, SaysThatAQuestionIsNotUtf8) {
  v1::ResolveDomainPolicyRequest request;
  EXPECT_TRUE(ParseOne(Buffer(kGood), "domain", request).ok());
  absl::Status status = ParseOne(Buffer(kLatin1), "domain", request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("domain: not UTF-8"));
  status = ParseOne(Buffer(kGarbage), "domain", request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("is no postern.v1.ResolveDomainPolicy"));
}

TEST(PolicyWire, ADomainThatIsNotUtf8SpoilsOnlyItsOwnQuestionOfABatch) {
  v1::ResolveDomainPolicyBatchRequest request;
  absl::flat_hash_set<int> not_utf8;
  const std::string batch = Field(1, kGood) + Field(1, kLatin1) + Field(9, "later") +
                            Field(1, Field(1, "b.test")) + Field(1, kLatin1);
  ASSERT_TRUE(ParseBatch(Buffer(batch), request, not_utf8).ok());
  ASSERT_EQ(request.requests_size(), 4);
  EXPECT_EQ(request.requests(0).domain(), "a.test");
  EXPECT_EQ(request.requests(2).domain(), "b.test");
  EXPECT_THAT(not_utf8, UnorderedElementsAre(1, 3));
}

TEST(PolicyWire, AQuestionOfAStreamKeepsItsIdThoughItIsNotUtf8) {
  v1::StreamDomainPoliciesRequest request;
  absl::flat_hash_set<int> not_utf8;
  const std::string questions = Field(1, Id(7) + Field(2, kLatin1)) +
                                Field(1, Id(8) + Field(2, kGood)) +
                                Field(1, Field(2, kLatin1) + Id(9));
  ASSERT_TRUE(ParseStreamed(Buffer(questions), request, not_utf8).ok());
  ASSERT_EQ(request.questions_size(), 3);
  EXPECT_EQ(request.questions(0).request_id(), 7u);
  EXPECT_EQ(request.questions(1).request().domain(), "a.test");
  EXPECT_EQ(request.questions(2).request_id(), 9u);
  EXPECT_THAT(not_utf8, UnorderedElementsAre(0, 2));
}

TEST(PolicyWire, WhatIsNoMessageIsNotTakenForBadText) {
  absl::flat_hash_set<int> not_utf8;
  v1::ResolveDomainPolicyBatchRequest batch;
  v1::StreamDomainPoliciesRequest stream;
  for (const std::string& bytes :
       {kGarbage, std::string("\x07"), Field(1, kLatin1) + kGarbage,
        Field(1, kLatin1) + Field(1, kGarbage), Field(1, Field(2, kGarbage))}) {
    EXPECT_EQ(ParseStreamed(Buffer(bytes), stream, not_utf8).code(),
              absl::StatusCode::kInvalidArgument);
  }
  for (const std::string& bytes : {kGarbage, Field(1, kLatin1) + Field(1, kGarbage)}) {
    EXPECT_EQ(ParseBatch(Buffer(bytes), batch, not_utf8).code(),
              absl::StatusCode::kInvalidArgument);
  }
  not_utf8.clear();
  ASSERT_TRUE(ParseBatch(Buffer(""), batch, not_utf8).ok());
  EXPECT_THAT(not_utf8, IsEmpty());
}

}  // namespace
}  // namespace postern
