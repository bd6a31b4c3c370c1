#include "server/config_revocation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/config.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(ConfigRevocation, ValuesReachTheirFields) {
  const absl::StatusOr<Config> config = ParseConfig(
      "revocation:\n"
      "  max_staple_age: 96h\n"
      "  must_staple_out_of_band: true\n"
      "  fetch:\n"
      "    allowed_addresses: [10.0.0.0/8, '::1']\n"
      "    allowed_ports: [8080]\n"
      "    proxy: http://proxy.test:3128\n"
      "    responders: [{responder: 'a.test:80', disabled: true}]\n"
      "  crl: {max_bytes: 1MiB, peers: false, folder: /crls}\n"
      "staples:\n"
      "  certificates: [{file: /a.pem, name: mx, issuer_file: /i.pem, responder: 'http://a/'},\n"
      "                 {glob: /b/*}, {folder: /c}]\n"
      "  output_folder: /out\n"
      "  output_formats: [pem]\n"
      "  at_expiry: keep\n"
      "  hook: [/bin/reload, now]\n",
      "f.yaml");
  ASSERT_TRUE(config.ok()) << config.status().message();
  const RevocationConfig& revocation = config->revocation;
  EXPECT_EQ(revocation.checks.max_staple_age, absl::Hours(96));
  EXPECT_TRUE(revocation.checks.must_staple_out_of_band);
  EXPECT_THAT(revocation.fetch.allowed_addresses, SizeIs(2));
  EXPECT_THAT(revocation.fetch.allowed_ports, ElementsAre(8080));
  EXPECT_EQ(revocation.fetch.proxy, "http://proxy.test:3128");
  EXPECT_TRUE(revocation.fetch.responders.at("a.test:80").disabled);
  EXPECT_EQ(revocation.crl.max_bytes, size_t{1} << 20);
  EXPECT_FALSE(revocation.crl.peers);
  EXPECT_EQ(revocation.crl.folder, "/crls");
  const StaplesConfig& staples = config->staples;
  ASSERT_THAT(staples.certificates, SizeIs(3));
  EXPECT_EQ(staples.certificates[0].file, "/a.pem");
  EXPECT_EQ(staples.certificates[0].name, "mx");
  EXPECT_EQ(staples.certificates[0].issuer_file, "/i.pem");
  EXPECT_EQ(staples.certificates[0].responder, "http://a/");
  EXPECT_EQ(staples.certificates[1].glob, "/b/*");
  EXPECT_EQ(staples.certificates[2].folder, "/c");
  EXPECT_FALSE(staples.write_der);
  EXPECT_TRUE(staples.write_pem);
  EXPECT_TRUE(staples.keep_expired);
  EXPECT_THAT(staples.hook, ElementsAre("/bin/reload", "now"));
}

TEST(ConfigRevocation, SaysWhatIsWrongAndWhatIsAllowed) {
  struct Case {
    const char* yaml;
    const char* wrong;
  };
  const Case cases[] = {
      {"revocation: {allow_sha1: 1}", "revocation.allow_sha1: line 1"},
      {"revocation: {max_staple_age: 1s}", "revocation.max_staple_age: line 1"},
      {"revocation: {fetch: {allowed_addresses: [a]}}", "allowed: an address, or a prefix"},
      {"revocation: {fetch: {allowed_addresses: [10.0.0.1/8]}}",
       "allowed: an address, or a prefix"},
      {"revocation: {fetch: {allowed_ports: []}}", "holds no port"},
      {"revocation: {fetch: {allowed_ports: [0]}}", "allowed: 1 to 65535"},
      {"revocation: {fetch: {allowed_ports: [65536]}}", "allowed: 1 to 65535"},
      {"revocation: {fetch: {allowed_ports: [http]}}", "allowed: 1 to 65535"},
      {"revocation: {fetch: {max_redirects: 6}}", "revocation.fetch.max_redirects"},
      {"revocation: {fetch: {proxy: 'http://u:p@proxy'}}", "is no proxy"},
      {"revocation: {fetch: {responders: [{disabled: true}]}}", "responder is missing"},
      {"revocation: {fetch: {responders: [{responder: 'a:80'}]}}", "sets nothing"},
      {"revocation: {fetch: {responders: [{responder: A, disabled: true}]}}", "is no responder"},
      {"revocation: {fetch: {responders: [{responder: 'a:80', disabled: true}, "
       "{responder: 'a:80', max_active: 1}]}}",
       "is given twice"},
      {"revocation: {crl: {max_bytes: 65MiB}}", "revocation.crl.max_bytes"},
      {"revocation: {crls: {}}", "did you mean crl?"},
      {"staples: {certificates: [{name: a}]}", "give exactly one of file, glob, folder"},
      {"staples: {certificates: [{file: a, glob: b}]}", "give exactly one of file, glob, folder"},
      {"staples: {certificates: [{glob: a, name: b}]}", "together with file"},
      {"staples: {certificates: [{file: a, responder: 'ftp://b'}]}", "an http or https URL"},
      {"staples: {output_formats: [txt]}", "allowed: der, pem"},
      {"staples: {output_formats: []}", "holds no format"},
      {"staples: {at_expiry: never}", "allowed: remove, keep"},
      {"staples: {hook: [reload]}", "an absolute path first"},
      {"staples: {hook: [/bin/reload]}",
       "would never run: it does after a change of files, and none are written; "
       "set output_folder or beside_certificates"},
      {"staples: {hook_timeout: 0s}", "staples.hook_timeout"},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<Config> config = ParseConfig(c.yaml, "f.yaml");
    ASSERT_FALSE(config.ok()) << c.yaml;
    EXPECT_THAT(std::string(config.status().message()), HasSubstr(c.wrong)) << c.yaml;
  }
}

}  // namespace
}  // namespace postern
