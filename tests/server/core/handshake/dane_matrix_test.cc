// Every usage, selector and matching type over every shape of chain.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/core/dane/tlsa.h"
#include "server/core/handshake/handshake.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"

namespace postern {
namespace {

// When a record of a usage passes: always, where it holds all that is compared, or
// never.
enum class Pass { kAlways, kFull, kFullKey, kNever };

struct Row {
  const char* label;
  std::vector<TestCertificate> chain;
  TestCertificate named;  // by the record
  int usage;
  Pass pass;
  size_t depth;
};

bool Passes(Pass pass, int selector, int matching_type) {
  switch (pass) {
    case Pass::kAlways:
      return true;
    case Pass::kFull:
      return matching_type == kMatchFull;
    case Pass::kFullKey:
      return matching_type == kMatchFull && selector == kSelectorSpki;
    case Pass::kNever:
      break;
  }
  return false;
}

std::vector<Row> Rows() {
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  const TestCertificate intermediate = Build(CaSpec("int", EcKey(2)), &root);
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &intermediate);
  const TestCertificate direct = Build(LeafSpec("mx1.test"), &root);
  const TestCertificate alone = Build(LeafSpec("mx1.test"));
  const TestCertificate other = Build(CaSpec("other", EcKey(3)));
  const TestCertificate another = Build(CaSpec("another", EcKey(4)));
  const TestCertificate rsa_root = Build(CaSpec("rsa", RsaKey(2048)));
  const TestCertificate rsa_leaf = Build(LeafSpec("mx1.test", RsaKey(2048)), &rsa_root);
  return {
      {"leaf only", {direct}, direct, 3, Pass::kAlways, 0},
      {"self-signed", {alone}, alone, 3, Pass::kAlways, 0},
      {"RSA", {rsa_leaf, rsa_root}, rsa_leaf, 3, Pass::kAlways, 0},
      {"whole chain", {leaf, intermediate, root}, leaf, 3, Pass::kAlways, 0},
      {"EE names the intermediate", {leaf, intermediate}, intermediate, 3, Pass::kNever, 0},
      {"EE names the root", {leaf, intermediate, root}, root, 3, Pass::kNever, 0},
      {"leaf and root", {direct, root}, root, 2, Pass::kAlways, 1},
      {"RSA root", {rsa_leaf, rsa_root}, rsa_root, 2, Pass::kAlways, 1},
      {"RSA root in DNS", {rsa_leaf}, rsa_root, 2, Pass::kFull, 1},
      {"leaf, root in DNS", {direct}, root, 2, Pass::kFull, 1},
      {"intermediate named", {leaf, intermediate}, intermediate, 2, Pass::kAlways, 1},
      {"intermediate in DNS", {leaf}, intermediate, 2, Pass::kFull, 1},
      {"whole chain, root named", {leaf, intermediate, root}, root, 2, Pass::kAlways, 2},
      {"whole chain, int named", {leaf, intermediate, root}, intermediate, 2, Pass::kAlways, 1},
      {"root in DNS", {leaf, intermediate}, root, 2, Pass::kFull, 2},
      {"unordered", {leaf, root, intermediate}, root, 2, Pass::kAlways, 2},
      {"more than asked", {leaf, other, root, another, intermediate}, root, 2, Pass::kAlways, 2},
      {"root twice", {leaf, root, intermediate, root}, root, 2, Pass::kAlways, 2},
      {"gap", {leaf, root}, root, 2, Pass::kNever, 0},
      {"not on the path", {leaf, intermediate, root, other}, other, 2, Pass::kNever, 0},
      // RFC 7671, section 5.2.3 asks for no more than a signature by the key.
      {"self-signed, TA", {alone}, alone, 2, Pass::kFullKey, 1},
      {"TA names the leaf", {direct, root}, direct, 2, Pass::kNever, 0},
      {"leaf first only", {root, direct}, direct, 2, Pass::kNever, 0},
  };
}

TEST(DaneMatrix, PassesWhatItsRowSays) {
  for (const Row& row : Rows()) {
    for (int selector : {0, 1}) {
      for (int matching_type : {0, 1, 2}) {
        TestHandshake handshake;
        for (const TestCertificate& one : row.chain) handshake.certificates.push_back(one.der);
        handshake.records = {RecordOf(row.usage, selector, matching_type, row.named)};
        const HandshakeVerdict verdict = Verify(handshake);
        const std::string label =
            absl::StrCat(row.label, ": ", row.usage, " ", selector, " ", matching_type, ": ",
                         ReasonName(verdict.reason), " ", verdict.detail);
        const bool passes = Passes(row.pass, selector, matching_type);
        EXPECT_EQ(IsPass(verdict), passes) << label;
        if (!passes || !IsPass(verdict)) continue;
        EXPECT_EQ(*verdict.matched_record, handshake.records[0]) << label;
        EXPECT_EQ(*verdict.matched_depth, row.depth) << label;
      }
    }
  }
}

}  // namespace
}  // namespace postern
