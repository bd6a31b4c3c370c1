#include "tests/bench/two_hosts.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/dane/evaluate.h"
#include "server/core/dns/answer.h"

namespace postern {
namespace {

DnsAnswer Secure(const std::string& name, absl::Time now) {
  DnsAnswer answer;
  answer.state = DnsState::kSecure;
  answer.canonical_name = name;
  answer.ttl = absl::Hours(1);
  answer.expire_time = now + answer.ttl;
  return answer;
}

}  // namespace

AnswerMap TwoHostsAnswers(const std::string& domain, absl::Time now) {
  AnswerMap answers;
  DnsAnswer mx = Secure(domain, now);
  for (int i = 1; i <= 2; ++i) {
    const std::string host = absl::StrCat("mx", i, ".", domain);
    mx.mx.push_back({static_cast<uint16_t>(10 * i), host});
    DnsAnswer a = Secure(host, now);
    a.addresses = {absl::StrCat("192.0.2.", i)};
    answers[{host, RrType::kA}] = std::move(a);
    answers[{host, RrType::kAaaa}] = Secure(host, now);
    const std::string base = absl::StrCat("_25._tcp.", host);
    DnsAnswer tlsa = Secure(base, now);
    tlsa.tlsa.push_back({3, 1, 1, std::string(32, '\x5a')});
    answers[{base, RrType::kTlsa}] = std::move(tlsa);
  }
  answers[{domain, RrType::kMx}] = std::move(mx);
  return answers;
}

void TwoHostsSource::Find(const PolicyQuestion& question, int, StillWanted, Callback done) {
  Evaluation evaluation =
      Evaluate(question, PolicyRules(), TwoHostsAnswers(question.next_hop, now_), now_);
  done(std::move(evaluation.policy));
}

}  // namespace postern
