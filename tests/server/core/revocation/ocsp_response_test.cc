#include "server/core/revocation/ocsp_response.h"

#include <openssl/evp.h>

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

OcspSpec Good() {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  static const auto* const leaf = new TestCertificate(Build(LeafSpec("mx1.test"), root));
  return GoodSpec(*leaf, *root);
}

OcspFault FaultOf(const OcspSpec& spec) {
  const std::string der = BuildOcsp(spec);
  OcspResponse response;
  return ReadOcspResponse(der, response);
}

// The contents of a SingleResponse, whose length takes one octet.
std::string Contents(const SingleSpec& spec) { return BuildSingle(spec).substr(2); }

TEST(ReadOcspResponse, ReadsEveryField) {
  OcspSpec spec = Good();
  spec.responses.push_back(spec.responses[0]);
  spec.responses[1].status = SingleSpec::Status::kRevoked;
  spec.responses[1].revocation_reason = 4;
  spec.responses[1].digest = EVP_sha256();
  spec.responses[1].next_update.reset();
  spec.extensions = {NonceExtension("12345678")};
  spec.certificates = {spec.responses[0].certificate.der, spec.responder.der};
  const std::string der = BuildOcsp(spec);
  OcspResponse response;
  ASSERT_EQ(ReadOcspResponse(der, response), OcspFault::kNone);
  EXPECT_EQ(response.produced_at, TestNow() - absl::Hours(1));
  EXPECT_FALSE(response.responder_name.empty());
  EXPECT_TRUE(response.responder_key_hash.empty());
  EXPECT_EQ(response.nonce, "12345678");
  ASSERT_EQ(response.certificates.size(), 2u);
  EXPECT_EQ(response.certificates[1], spec.responder.der);
  EXPECT_EQ(response.signed_bytes.bytes.front(), '\x30');
  ASSERT_EQ(response.responses.size(), 2u);
  const SingleResponse& good = response.responses[0];
  EXPECT_EQ(good.status, CertStatus::kGood);
  EXPECT_EQ(good.cert_id.name_hash.size(), 20u);
  EXPECT_EQ(good.cert_id.serial, "\x01");
  EXPECT_EQ(good.this_update, TestNow() - absl::Hours(1));
  EXPECT_EQ(good.next_update, TestNow() + absl::Hours(23));
  const SingleResponse& revoked = response.responses[1];
  EXPECT_EQ(revoked.status, CertStatus::kRevoked);
  EXPECT_EQ(revoked.cert_id.key_hash.size(), 32u);
  EXPECT_EQ(revoked.revocation_time, TestNow() - absl::Hours(100));
  EXPECT_EQ(revoked.revocation_reason, 4);
  EXPECT_EQ(revoked.next_update, std::nullopt);
}

TEST(ReadOcspResponse, ReadsAResponderByItsKeyO9) {
  OcspSpec spec = Good();
  spec.is_by_key = true;
  const std::string der = BuildOcsp(spec);
  OcspResponse response;
  ASSERT_EQ(ReadOcspResponse(der, response), OcspFault::kNone);
  EXPECT_TRUE(response.responder_name.empty());
  EXPECT_EQ(response.responder_key_hash.size(), 20u);
}

TEST(ReadOcspResponse, KeepsNothingOfTheLastOne) {
  OcspSpec spec = Good();
  spec.extensions = {NonceExtension("12345678")};
  const std::string with_nonce = BuildOcsp(spec);
  const std::string without = BuildOcsp(Good());
  OcspResponse response;
  ASSERT_EQ(ReadOcspResponse(with_nonce, response), OcspFault::kNone);
  ASSERT_EQ(ReadOcspResponse(without, response), OcspFault::kNone);
  EXPECT_EQ(response.nonce, std::nullopt);
  EXPECT_EQ(response.responses.size(), 1u);
}

// Older responders put the nonce in no OCTET STRING of its own.
TEST(ReadOcspResponse, ANonceWithoutItsOctetStringEqualsNone) {
  OcspSpec spec = Good();
  spec.extensions = {NonceExtension("")};
  spec.extensions[0].value = "12345678";
  const std::string der = BuildOcsp(spec);
  OcspResponse response;
  ASSERT_EQ(ReadOcspResponse(der, response), OcspFault::kNone);
  EXPECT_EQ(response.nonce, "");
}

TEST(ReadOcspResponse, RefusesTheExplicitDefaultOfAnExtension) {
  OcspSpec spec = Good();
  const std::string extension =
      Tlv(0x30, Tlv(0x06, "\x2a\x03\x04") + Tlv(0x01, std::string(1, '\0')) + Tlv(0x04, "x"));
  spec.after_data = Tlv(0xa1, Tlv(0x30, extension));
  EXPECT_EQ(FaultOf(spec), OcspFault::kMalformed);
  const std::string plain = Tlv(0x30, Tlv(0x06, "\x2a\x03\x04") + Tlv(0x04, "x"));
  spec.after_data = Tlv(0xa1, Tlv(0x30, plain));
  EXPECT_EQ(FaultOf(spec), OcspFault::kNone);
  spec.after_data = Tlv(0xa1, Tlv(0x30, ""));
  EXPECT_EQ(FaultOf(spec), OcspFault::kMalformed) << "a list of none";
  spec.after_data = Tlv(0xa1, "");
  EXPECT_EQ(FaultOf(spec), OcspFault::kMalformed);
}

TEST(ReadOcspResponse, RefusesOtherShapesOfItsEnvelope) {
  OcspResponse response;
  for (const std::string& der :
       {std::string(), Tlv(0x30, ""), Tlv(0x31, Tlv(0x0a, "\x03")), Tlv(0x30, Tlv(0x02, "\x03")),
        Tlv(0x30, Tlv(0x0a, "")), Tlv(0x30, Tlv(0x0a, std::string("\x00\x03", 2))),
        Tlv(0x30, Tlv(0x0a, "\x03") + Tlv(0xa1, ""))}) {
    EXPECT_EQ(ReadOcspResponse(der, response), OcspFault::kMalformed);
  }
}

TEST(ReadSingleResponse, NeedsTheFieldsInTheirOrder) {
  SingleResponse single;
  const std::string good = Contents(Good().responses[0]);
  EXPECT_EQ(ReadSingleResponse(good, single), OcspFault::kNone);
  for (size_t size = 0; size < good.size(); ++size) {
    const std::string cut = good.substr(0, size);
    const OcspFault fault = ReadSingleResponse(cut, single);
    // What is optional is the last.
    if (fault == OcspFault::kNone) {
      EXPECT_EQ(single.next_update, std::nullopt) << size;
    }
  }
  EXPECT_EQ(ReadSingleResponse(good + good, single), OcspFault::kMalformed);
  EXPECT_EQ(ReadSingleResponse(BuildSingle(Good().responses[0]), single), OcspFault::kMalformed);
}

TEST(ReadSingleResponse, RefusesSerialNumbersThatAreNoDer) {
  SingleSpec spec = Good().responses[0];
  SingleResponse single;
  for (const std::string& serial :
       {std::string(), std::string("\x00\x01", 2), std::string("\xff\x80", 2)}) {
    spec.serial = serial;
    EXPECT_EQ(ReadSingleResponse(Contents(spec), single), OcspFault::kMalformed);
  }
  for (const std::string& serial :
       {std::string("\x00\x80", 2), std::string("\xff\x01", 2), std::string(1, '\0')}) {
    spec.serial = serial;
    const std::string contents = Contents(spec);
    EXPECT_EQ(ReadSingleResponse(contents, single), OcspFault::kNone);
    EXPECT_EQ(single.cert_id.serial, serial);
  }
}

TEST(ReadSingleResponse, RefusesTwoTimesInNextUpdate) {
  SingleSpec spec = Good().responses[0];
  spec.next_update.reset();
  const std::string time = Tlv(0x18, "20260102000000Z");
  SingleResponse single;
  spec.trailing = Tlv(0xa0, time);
  EXPECT_EQ(ReadSingleResponse(Contents(spec), single), OcspFault::kNone);
  for (const std::string& next :
       {Tlv(0xa0, time + time), Tlv(0xa0, ""), Tlv(0x80, "20260102000000Z"),
        Tlv(0xa0, Tlv(0x17, "260102000000Z")), Tlv(0xa0, time) + Tlv(0xa0, time)}) {
    spec.trailing = next;
    EXPECT_EQ(ReadSingleResponse(Contents(spec), single), OcspFault::kMalformed);
  }
}

}  // namespace
}  // namespace postern
