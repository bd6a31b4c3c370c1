// The example file and the table of docs/ say what the code does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "server/config.h"
#include "server/config_errors.h"
#include "server/config_yaml.h"

namespace postern {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Example() { return ReadFile("docs/posternd.example.yaml"); }

// WithExamples is the file with its "#:" lines in place of those that they replace.
std::string WithExamples(const std::string& example) {
  std::vector<std::string> lines;
  for (const auto& line : absl::StrSplit(example, '\n')) {
    std::string text(line);
    if (absl::StartsWith(text, "#:")) {
      text = text.substr(2);
      const size_t colon = text.find(':');
      const std::string key = text.substr(0, colon == std::string::npos ? colon : colon + 1);
      if (!lines.empty() && absl::StartsWith(lines.back(), key)) lines.pop_back();
    }
    lines.push_back(text);
  }
  return absl::StrJoin(lines, "\n");
}

std::string Words(const ListenConfig& c) {
  return absl::StrCat(absl::StrJoin(c.addresses, " "), "|", c.unix_socket, "|", c.unix_socket_mode,
                      "|", c.insecure);
}

std::string Words(const ResolverConfig& c) {
  return absl::StrCat(c.threads, "|", absl::FormatDuration(c.question_deadline), "|",
                      absl::FormatDuration(c.lookup_deadline), "|", c.questions_in_flight, "|",
                      c.use_root_anchors, "|", c.trust_anchors.size(), "|",
                      c.trust_anchor_files.size(), "|", c.root_hints, "|", c.stub_zones.size(), "|",
                      c.forwarders.size(), "|", static_cast<int>(c.ipv6), "|") +
         absl::StrCat(c.self_test.name, "|", static_cast<int>(c.self_test.type), "|",
                      absl::FormatDuration(c.self_test.interval));
}

std::string Words(const PolicyRules& c) {
  std::string digests;
  for (const DigestAlgorithm& d : c.digests) {
    absl::StrAppend(&digests, d.name, "=", static_cast<int>(d.matching_type), " ");
  }
  return absl::StrCat(static_cast<int>(c.default_mode), "|", static_cast<int>(c.mandatory_failure),
                      "|", c.rules.size(), "|", c.dane_for_insecure_mx, "|",
                      c.request_ocsp_otherwise, "|", digests, "|",
                      absl::FormatDuration(c.failure_ttl), "|", c.max_hosts);
}

std::string Words(const RevocationConfig& c) {
  const HttpFetcherOptions& f = c.fetch;
  return absl::StrCat(c.checks.allow_sha1, "|", c.checks.allow_missing_next_update, "|",
                      c.checks.max_staple_age.has_value(), "|", c.checks.must_staple_out_of_band,
                      "|", f.allowed_addresses.size(), "|", absl::StrJoin(f.allowed_ports, " ")) +
         absl::StrCat("|", f.max_redirects, "|", f.proxy, "|", f.ca_file, "|",
                      absl::FormatDuration(f.connect_timeout), "|",
                      absl::FormatDuration(f.total_timeout), "|", f.max_active, "|",
                      f.max_active_per_responder, "|", f.responders.size()) +
         absl::StrCat("|", c.crl.max_bytes, "|", c.crl.peers, "|", c.crl.folder);
}

std::string Words(const StaplesConfig& c) {
  return absl::StrCat(c.certificates.size(), "|", absl::FormatDuration(c.reload_interval), "|",
                      c.state_folder, "|", c.output_folder, "|", c.write_der, "|", c.write_pem) +
         absl::StrCat("|", c.beside_certificates, "|", c.keep_expired, "|",
                      absl::StrJoin(c.hook, " "), "|", absl::FormatDuration(c.hook_timeout));
}

std::string Words(const LimitsConfig& c) {
  std::string words = absl::StrCat(c.calls_in_flight, "|", c.max_message_bytes, "|",
                                   c.max_metadata_bytes, "|", c.max_concurrent_streams);
  for (absl::Duration d :
       {c.handshake_timeout, c.keepalive_time, c.keepalive_timeout, c.min_ping_interval,
        c.connection_idle, c.connection_age, c.connection_age_grace}) {
    absl::StrAppend(&words, "|", absl::FormatDuration(d));
  }
  return words;
}

// KeyPaths lists "a.b", "a.list[].c" of a tree.
void KeyPaths(const YamlNode& node, const std::string& path, std::set<std::string>& paths) {
  if (node.kind == YamlNode::Kind::kMap) {
    for (const YamlNode& child : node.children) {
      KeyPaths(child, absl::StrCat(path, path.empty() ? "" : ".", child.key), paths);
    }
    return;
  }
  paths.insert(path);
  if (node.kind != YamlNode::Kind::kSequence) return;
  for (const YamlNode& child : node.children) {
    if (child.kind == YamlNode::Kind::kMap) KeyPaths(child, absl::StrCat(path, "[]"), paths);
  }
}

std::set<std::string> KeysOfExample() {
  ConfigErrors errors;
  std::set<std::string> paths;
  KeyPaths(ParseYaml(WithExamples(Example()), errors), "", paths);
  EXPECT_TRUE(errors.Empty()) << errors.ToStatus("example");
  return paths;
}

TEST(ConfigDocuments, TheExampleHoldsTheDefaults) {
  const absl::StatusOr<Config> example = ParseConfig(Example(), "posternd.example.yaml");
  ASSERT_TRUE(example.ok()) << example.status().message();
  const Config defaults;
  EXPECT_EQ(Words(example->listen), Words(defaults.listen));
  EXPECT_EQ(Words(example->resolver), Words(defaults.resolver));
  EXPECT_EQ(example->memory.budget, defaults.memory.budget);
  EXPECT_EQ(Words(example->policy), Words(defaults.policy));
  EXPECT_EQ(Words(example->revocation), Words(defaults.revocation));
  EXPECT_EQ(Words(example->staples), Words(defaults.staples));
  EXPECT_EQ(Words(example->limits), Words(defaults.limits));
  EXPECT_EQ(example->drain.delay, defaults.drain.delay);
  EXPECT_EQ(example->drain.timeout, defaults.drain.timeout);
  EXPECT_EQ(example->log.level, defaults.log.level);
  EXPECT_EQ(example->log.format, defaults.log.format);
}

TEST(ConfigDocuments, WhatTheExampleSuggestsIsAccepted) {
  const absl::StatusOr<Config> config = ParseConfig(WithExamples(Example()), "with examples");
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->listen.unix_socket, "/run/postern/postern.sock");
  EXPECT_THAT(config->resolver.trust_anchors, SizeIs(1));
  EXPECT_THAT(config->resolver.trust_anchor_files, SizeIs(1));
  EXPECT_THAT(config->resolver.stub_zones, SizeIs(1));
  EXPECT_THAT(config->resolver.forwarders, SizeIs(1));
  EXPECT_THAT(config->policy.rules, SizeIs(5));
  EXPECT_THAT(config->revocation.fetch.responders, SizeIs(2));
  EXPECT_THAT(config->staples.certificates, SizeIs(4));
  EXPECT_EQ(config->staples.hook, std::vector<std::string>{"/usr/local/bin/reload-exim"});
}

TEST(ConfigDocuments, TheTableAndTheExampleHoldTheSameKeys) {
  std::set<std::string> in_table;
  for (const auto& line : absl::StrSplit(ReadFile("docs/configuration.md"), '\n')) {
    const std::vector<std::string> cells = absl::StrSplit(line, '`');
    if (cells.size() > 1 && cells[0] == "| ") in_table.insert(cells[1]);
  }
  EXPECT_EQ(in_table, KeysOfExample());
}

TEST(ConfigDocuments, TheExampleHoldsEveryKeyThatTheCodeKnows) {
  // The error for an unknown key lists the known ones.
  const std::set<std::string> in_example = KeysOfExample();
  struct Case {
    const char* path;
    const char* yaml;
  };
  const Case cases[] = {
      {"listen.", "listen: {zzzzzzzzzzzz: 1}"},
      {"resolver.", "resolver: {zzzzzzzzzzzz: 1}"},
      {"resolver.self_test.", "resolver: {self_test: {zzzzzzzzzzzz: 1}}"},
      {"resolver.stub_zones[].", "resolver: {stub_zones: [{zzzzzzzzzzzz: 1}]}"},
      {"resolver.forwarders[].", "resolver: {forwarders: [{zzzzzzzzzzzz: 1}]}"},
      {"memory.", "memory: {zzzzzzzzzzzz: 1}"},
      {"policy.", "policy: {zzzzzzzzzzzz: 1}"},
      {"policy.rules[].", "policy: {rules: [{zzzzzzzzzzzz: 1}]}"},
      {"limits.", "limits: {zzzzzzzzzzzz: 1}"},
      {"drain.", "drain: {zzzzzzzzzzzz: 1}"},
      {"log.", "log: {zzzzzzzzzzzz: 1}"},
  };
  for (const Case& c : cases) {
    const std::string message(ParseConfig(c.yaml, "").status().message());
    ASSERT_THAT(message, HasSubstr("unknown key; allowed: "));
    std::string known = message.substr(message.find("allowed: ") + 9);
    known = known.substr(0, known.find('\n'));
    for (const auto& key : absl::StrSplit(known, ", ")) {
      const std::string path = absl::StrCat(c.path, std::string(key));
      if (path != "resolver.self_test") EXPECT_TRUE(in_example.count(path)) << path;
    }
  }
}

}  // namespace
}  // namespace postern
