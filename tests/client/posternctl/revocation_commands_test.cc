// "ocsp check", "ocsp fetch", "crl check" and "staples".
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "client/posternctl/certificate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/fake_policy_server.h"
#include "tests/client/posternctl/run_posternctl.h"
#include "tests/client/posternctl/test_certificate.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int64_t kNow = 1767225600;

class RevocationCommandsTest : public ::testing::Test {
 protected:
  RevocationCommandsTest() {
    const TestCertificate authority = Issue({"CA", "", /*authority=*/true});
    const std::string pem = Issue({"mx.test", "DNS:mx.test"}, &authority).Pem();
    leaf_der_ = (*ParseCertificates(pem))[0].der;
    issuer_der_ = (*ParseCertificates(authority.Pem()))[0].der;
    leaf_ = WriteTestFile("leaf.pem", pem);
    issuer_ = WriteTestFile("issuer.der", issuer_der_);
    response_ = WriteTestFile("response.der", "0response");
  }

  Outcome Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--server", server_.target()});
    return RunPosternctl(arguments);
  }
  Outcome Check(std::vector<std::string> more = {}) {
    std::vector<std::string> all = {"ocsp", "check",    "--response", response_,   "--cert",
                                    leaf_,  "--issuer", issuer_,      "--at-time", "1767225600"};
    all.insert(all.end(), more.begin(), more.end());
    return Run(all);
  }
  static v1::StapleVerdict Verdict(v1::StapleVerdict::Status status) {
    v1::StapleVerdict verdict;
    verdict.set_status(status);
    verdict.set_signer(v1::StapleVerdict::ISSUER);
    verdict.set_signer_name("CN=CA");
    verdict.mutable_this_update()->set_seconds(kNow - int64_t{3600} * 3);
    verdict.mutable_next_update()->set_seconds(kNow + int64_t{3600} * 96);
    verdict.mutable_use_until()->set_seconds(kNow + int64_t{3600} * 96);
    return verdict;
  }
  void AnswerCheck(const v1::StapleVerdict& verdict) {
    v1::CheckStapleResponse response;
    *response.mutable_verdict() = verdict;
    server_.check_staple.Answer(response);
  }
  static v1::Staple Staple(const std::string& name, v1::Staple::Status status) {
    v1::Staple staple;
    staple.set_name(name);
    staple.set_source(v1::Staple::OCSP);
    staple.set_status(status);
    return staple;
  }

  FakePolicyServer server_;
  std::string leaf_der_;
  std::string issuer_der_;
  std::string leaf_;
  std::string issuer_;
  std::string response_;
};

TEST_F(RevocationCommandsTest, AGoodResponseIsToldInOneParagraph) {
  AnswerCheck(Verdict(v1::StapleVerdict::GOOD));
  const Outcome outcome = Check({"--allow-sha1", "--max-age", "48h", "--responder-cert", issuer_,
                                 "--allow-missing-next-update"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "GOOD: the certificate is not revoked. The issuer signed it: CN=CA. It was so 3 h ago "
            "(2025-12-31 21:00:00 UTC). Newer information is due in 4 d (2026-01-05 00:00:00 UTC). "
            "The statement ends in 4 d (2026-01-05 00:00:00 UTC).\n");
  const v1::CheckStapleRequest asked = server_.check_staple.requests().back();
  EXPECT_EQ(asked.staple(), "0response");
  EXPECT_EQ(asked.certificate(), leaf_der_);  // PEM
  EXPECT_EQ(asked.issuer(), issuer_der_);     // DER
  EXPECT_EQ(asked.responder_certificates(0), issuer_der_);
  EXPECT_EQ(asked.verify_time().seconds(), kNow);
  EXPECT_EQ(asked.max_age_seconds(), 48u * 3600);
  EXPECT_TRUE(asked.allow_sha1());
  EXPECT_TRUE(asked.allow_missing_next_update());
}

TEST_F(RevocationCommandsTest, NothingIsAllowedThatWasNotAskedFor) {
  AnswerCheck(Verdict(v1::StapleVerdict::GOOD));
  Check();
  const v1::CheckStapleRequest asked = server_.check_staple.requests().back();
  EXPECT_FALSE(asked.allow_sha1());
  EXPECT_FALSE(asked.allow_missing_next_update());
  EXPECT_FALSE(asked.has_max_age_seconds());
}

TEST_F(RevocationCommandsTest, TheExitStatusTellsTheVerdict) {
  const struct {
    v1::StapleVerdict::Status status;
    v1::StapleVerdict::Reason reason;
    int exit_status;
    const char* text;
  } kCases[] = {
      {v1::StapleVerdict::REVOKED, v1::StapleVerdict::REASON_UNSPECIFIED, 1, "REVOKED: the "},
      {v1::StapleVerdict::INVALID, v1::StapleVerdict::STALE, 1, "INVALID (STALE): "},
      {v1::StapleVerdict::UNKNOWN, v1::StapleVerdict::REASON_UNSPECIFIED, 1, "UNKNOWN: "},
      {v1::StapleVerdict::UNKNOWN, v1::StapleVerdict::UNAUTHORIZED, 1, "UNKNOWN (UNAUTHORIZED)"},
      {v1::StapleVerdict::UNKNOWN, v1::StapleVerdict::TRY_LATER, 75, "UNKNOWN (TRY_LATER)"},
      {v1::StapleVerdict::UNKNOWN, v1::StapleVerdict::INTERNAL_ERROR, 75, "UNKNOWN (INTERNAL"},
      {v1::StapleVerdict::STATUS_UNSPECIFIED, v1::StapleVerdict::STALE, 70, "a status"},
  };
  for (const auto& test : kCases) {
    v1::StapleVerdict verdict = Verdict(test.status);
    verdict.set_reason(test.reason);
    FakePolicyServer server;
    v1::CheckStapleResponse response;
    *response.mutable_verdict() = verdict;
    server.check_staple.Answer(response);
    const Outcome outcome =
        RunPosternctl({"--server", server.target(), "ocsp", "check", "--response", response_,
                       "--cert", leaf_, "--issuer", issuer_});
    EXPECT_EQ(outcome.status, test.exit_status) << test.text;
    EXPECT_THAT(outcome.out, StartsWith(test.text));
  }
}

TEST_F(RevocationCommandsTest, JsonHasTheFieldsThatScriptsRelyOn) {
  v1::StapleVerdict verdict = Verdict(v1::StapleVerdict::REVOKED);
  verdict.mutable_revocation_time()->set_seconds(kNow - 86400);
  verdict.set_revocation_reason(1);
  AnswerCheck(verdict);
  const Outcome outcome = Check({"--output", "json"});
  for (const char* field :
       {"\"status\": \"REVOKED\"", "\"reason\": \"REASON_UNSPECIFIED\"",
        "\"revocationTime\": \"2025-12-31T00:00:00Z\"", "\"revocationReason\": 1", "\"thisUpdate\"",
        "\"nextUpdate\"", "\"useUntil\"", "\"signer\": \"ISSUER\""}) {
    EXPECT_THAT(outcome.out, HasSubstr(field));
  }
}

TEST_F(RevocationCommandsTest, AFileThatCannotBeUsedIsNamed) {
  const std::string text = WriteTestFile("text", "no certificate");
  const std::string damaged = WriteTestFile("damaged", "0no DER");
  const struct {
    std::vector<std::string> arguments;
    int status;
    const char* named;
  } kCases[] = {
      {{"ocsp", "check", "--cert", leaf_, "--issuer", issuer_}, 64, "--response"},
      {{"ocsp", "check", "--response", "/nonexistent", "--cert", leaf_, "--issuer", issuer_},
       65,
       "--response: /nonexistent"},
      {{"ocsp", "check", "--response", response_, "--cert", text, "--issuer", issuer_},
       65,
       "--cert: "},
      {{"ocsp", "fetch", "--cert", leaf_, "--issuer", damaged}, 65, "--issuer: "},
      {{"crl", "check", "--crl", text, "--cert", leaf_, "--issuer", issuer_}, 65, "--crl: "},
      {{"staples", "show"}, 64, "NAME"},
      {{"ocsp", "check", "--response", response_, "--cert", leaf_, "--issuer", issuer_, "--max-age",
        "long"},
       64,
       "--max-age"},
  };
  for (const auto& test : kCases) {
    const Outcome outcome = Run(test.arguments);
    EXPECT_EQ(outcome.status, test.status) << test.named;
    EXPECT_THAT(outcome.err, HasSubstr(test.named));
    ExpectOneLine(outcome.err);
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

TEST_F(RevocationCommandsTest, AFetchedResponseIsWrittenAndTold) {
  v1::FetchStapleResponse response;
  *response.mutable_verdict() = Verdict(v1::StapleVerdict::GOOD);
  response.set_staple("DER of it");
  response.set_url("http://ocsp.test");
  response.set_http_status(200);
  server_.fetch_staple.Answer(response);
  const std::string out = WriteTestFile("out.der", "before");
  const Outcome outcome = Run({"ocsp", "fetch", "--cert", leaf_, "--issuer", issuer_, "--url",
                               "http://ocsp.test", "--out", out});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("Asked http://ocsp.test, HTTP 200.\nGOOD: "));
  std::ifstream file(out);
  std::stringstream written;
  written << file.rdbuf();
  EXPECT_EQ(written.str(), "DER of it");
  EXPECT_EQ(server_.fetch_staple.requests().back().url(), "http://ocsp.test");
  const Outcome json =
      Run({"ocsp", "fetch", "--cert", leaf_, "--issuer", issuer_, "--output", "json"});
  for (const char* field : {"\"status\": \"GOOD\"", "\"url\": \"http://ocsp.test\"",
                            "\"httpStatus\": 200", "\"error\": \"\"", "\"signer\": \"ISSUER\""}) {
    EXPECT_THAT(json.out, HasSubstr(field));
  }
}

TEST_F(RevocationCommandsTest, AResponseThatIsTooLargeIsForTheServerToSay) {
  v1::StapleVerdict verdict;
  verdict.set_status(v1::StapleVerdict::INVALID);
  verdict.set_reason(v1::StapleVerdict::TOO_LARGE);
  AnswerCheck(verdict);
  // More than a message may have, and than other files.
  response_ = WriteTestFile("large.der", std::string(2 << 20, '0'));
  const Outcome outcome = Check();
  EXPECT_EQ(outcome.status, 1) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("INVALID (TOO_LARGE)"));
  EXPECT_EQ(server_.check_staple.requests().back().staple().size(), 65537u);
}

TEST_F(RevocationCommandsTest, WithoutAResponseThereIsNoStatusInJson) {
  v1::FetchStapleResponse response;
  response.set_url("http://ocsp.test");
  response.set_error("timeout: no reply");
  server_.fetch_staple.Answer(response);
  const Outcome outcome =
      Run({"ocsp", "fetch", "--cert", leaf_, "--issuer", issuer_, "--output", "json"});
  EXPECT_EQ(outcome.status, 75);
  EXPECT_THAT(outcome.out, HasSubstr("\"error\": \"timeout: no reply\""));
  EXPECT_THAT(outcome.out, Not(HasSubstr("\"status\"")));
}

TEST_F(RevocationCommandsTest, ACrlAboveTheServersLimitTellsWhichToRaise) {
  server_.crl_end = grpc::Status(grpc::RESOURCE_EXHAUSTED,
                                 "crl: is longer than 9 bytes; raise revocation.crl.max_bytes in "
                                 "the server's configuration");
  const Outcome outcome = Run({"crl", "check", "--crl", WriteTestFile("a.crl", "0more"), "--cert",
                               leaf_, "--issuer", issuer_});
  EXPECT_EQ(outcome.status, 69);
  EXPECT_THAT(outcome.err, HasSubstr("raise revocation.crl.max_bytes in the server's config"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("try again")));
  ExpectOneLine(outcome.err);
}

TEST_F(RevocationCommandsTest, AResponderThatDoesNotAnswerIsAskedLater) {
  v1::FetchStapleResponse response;
  response.set_url("http://ocsp.test");
  response.set_error("timeout: no reply");
  server_.fetch_staple.Answer(response);
  const std::vector<std::string> fetch = {"ocsp", "fetch", "--cert", leaf_, "--issuer", issuer_};
  const Outcome outcome = Run(fetch);
  EXPECT_EQ(outcome.status, 75);
  EXPECT_THAT(outcome.out, HasSubstr("NO RESPONSE: timeout: no reply.\n"));
  response.clear_url();
  server_.fetch_staple.Answer(response);
  Run(fetch);
  EXPECT_EQ(Run(fetch).status, 1);  // there is no responder
}

TEST_F(RevocationCommandsTest, ACrlIsReadFromPemOrDerWhateverItsSize) {
  server_.crl_response.mutable_verdict()->set_status(v1::CrlVerdict::GOOD);
  const std::string der = "0" + std::string(600'000, 'x');
  const Outcome outcome = Run({"crl", "check", "--crl", WriteTestFile("a.crl", der), "--cert",
                               leaf_, "--issuer", issuer_, "--url", "http://crl.test"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "GOOD: the CRL does not list the certificate.\n");
  EXPECT_EQ(server_.crl_request().crl(), der);
  EXPECT_EQ(server_.crl_request().certificate(), leaf_der_);
  EXPECT_EQ(server_.crl_request().url(), "http://crl.test");
  const std::string pem = "-----BEGIN X509 CRL-----\nMAAA\n-----END X509 CRL-----\n";
  EXPECT_EQ(Run({"crl", "check", "--crl", WriteTestFile("b.crl", pem), "--cert", leaf_, "--issuer",
                 issuer_})
                .status,
            0);
  EXPECT_EQ(server_.crl_request().crl(), std::string("\x30\x00\x00", 3));
}

TEST_F(RevocationCommandsTest, TheListIsWholeAndAsWellAsItsWorst) {
  v1::ListStaplesResponse first;
  *first.add_staples() = Staple("a", v1::Staple::GOOD);
  first.set_next_page_token("a");
  v1::ListStaplesResponse last;
  *last.add_staples() = Staple("b", v1::Staple::PENDING);
  last.mutable_staples(0)->set_last_error("no route");
  last.mutable_staples(0)->set_failures(2);
  server_.list_staples.Answer(first).Answer(last);
  const Outcome outcome = Run({"staples", "list"});
  EXPECT_EQ(outcome.status, 75) << outcome.err;
  EXPECT_EQ(outcome.out,
            "a  GOOD     OCSP\n"
            "b  PENDING  OCSP      2 failures: no route\n");
  EXPECT_EQ(server_.list_staples.requests()[1].page_token(), "a");
  *last.add_staples() = Staple("c", v1::Staple::EXPIRED);
  FakePolicyServer other;
  other.list_staples.Answer(last);
  const Outcome json =
      RunPosternctl({"--server", other.target(), "--output", "json", "staples", "list"});
  EXPECT_EQ(json.status, 1);
  for (const char* field : {"\"name\": \"b\"", "\"source\": \"OCSP\"", "\"status\": \"PENDING\"",
                            "\"lastError\": \"no route\"", "\"failures\": 2"}) {
    EXPECT_THAT(json.out, HasSubstr(field));
  }
}

TEST_F(RevocationCommandsTest, OneIsShownAndRefreshedByItsName) {
  v1::GetStapleResponse shown;
  *shown.mutable_staple() = Staple("a", v1::Staple::REVOKED);
  *shown.mutable_staple()->mutable_verdict() = Verdict(v1::StapleVerdict::REVOKED);
  server_.get_staple.Answer(shown);
  const Outcome outcome = Run({"staples", "show", "a"});
  EXPECT_EQ(outcome.status, 1) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("a  REVOKED\n"));
  EXPECT_THAT(outcome.out, HasSubstr("REVOKED: the certificate is revoked"));
  EXPECT_EQ(server_.get_staple.requests().back().name(), "a");

  v1::RefreshStapleResponse refreshed;
  *refreshed.mutable_staple() = Staple("a", v1::Staple::GOOD);
  server_.refresh_staple.Answer(refreshed);
  EXPECT_EQ(Run({"staples", "refresh", "a"}).status, 0);
  EXPECT_EQ(server_.refresh_staple.requests().back().name(), "a");
  refreshed.mutable_staple()->set_last_error("no route");
  server_.refresh_staple.Answer(refreshed);
  Run({"staples", "refresh", "a"});
  EXPECT_EQ(Run({"staples", "refresh", "a"}).status, 75);
}

TEST_F(RevocationCommandsTest, ANameThatTheServerDoesNotHaveIsAWrongArgument) {
  server_.get_staple.Fail(grpc::NOT_FOUND, "name: no certificate is that one");
  const Outcome outcome = Run({"staples", "show", "x"});
  EXPECT_EQ(outcome.status, 64);
  EXPECT_THAT(outcome.err, HasSubstr("name: no certificate is that one"));
  ExpectOneLine(outcome.err);
}

TEST_F(RevocationCommandsTest, AWatchTellsALineForEachChange) {
  v1::WatchStaplesResponse first;
  *first.add_staples() = Staple("a", v1::Staple::GOOD);
  first.add_removed_names("b");
  server_.watch = {first};
  server_.watch_end = grpc::Status(grpc::PERMISSION_DENIED, "not you");
  const Outcome text = Run({"staples", "watch"});
  EXPECT_EQ(text.status, 69);
  EXPECT_EQ(text.out, "a  GOOD  OCSP\nb  REMOVED\n");
  EXPECT_THAT(text.err, HasSubstr("not you"));
  const Outcome json = Run({"--output", "json", "staples", "watch"});
  EXPECT_THAT(json.out, StartsWith("{\"name\":\"a\",\"source\":\"OCSP\",\"status\":\"GOOD\""));
  EXPECT_THAT(json.out, HasSubstr("\n{\"name\":\"b\",\"removed\":true}\n"));
}

TEST_F(RevocationCommandsTest, AServerThatWasNeverThereIsNotWatchedForEver) {
  server_.watch_end = grpc::Status(grpc::UNAVAILABLE, "down");
  const Outcome outcome = Run({"staples", "watch"});
  EXPECT_EQ(outcome.status, 69);
  ExpectOneLine(outcome.err);
}

}  // namespace
}  // namespace postern::posternctl
