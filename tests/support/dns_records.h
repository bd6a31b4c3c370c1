// DNS for tests, as text: what a validating resolver would answer.
//
//   d.test MX[S] 10 mx1.test, 20 mx2.test ttl=60
//   mx1.test A[S] 192.0.2.1; mx1.test CNAME[I] t.test
//   _25._tcp.mx1.test TLSA[S] 3 1 1, 2 0 1 short
//   hosts.d.test DNAME[S] hosts.e.test
//   gone.test NXDOMAIN[S]
//   e.test MX[S] none
//
// An entry is NAME TYPE[STATE] DATA; entries are separated by ";" or a new line.
// STATE: S secure, I insecure, B bogus, N indeterminate, F SERVFAIL, R REFUSED,
// X NOTIMP, T timeout, M malformed, O overload. Several records are separated by
// ",". "ttl=" is 3600 s where it is not given. Aliases are followed; the answer is
// as secure as its weakest link. A question without an entry is answered with a
// secure denial.
//
// TLSA data may be "U S M" alone (an association of the right kind and length,
// made from the three numbers), with "short" (one byte less), or with hex digits.
#ifndef POSTERN_TESTS_SUPPORT_DNS_RECORDS_H_
#define POSTERN_TESTS_SUPPORT_DNS_RECORDS_H_

#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/dns/answer.h"

namespace postern {

class DnsRecords {
 public:
  // Parses the text; an error in it is a bug of the test, and aborts with the entry.
  explicit DnsRecords(absl::string_view text);

  // Answer returns what a validating resolver would, received at `now`.
  DnsAnswer Answer(const DnsQuestion& question, absl::Time now) const;

 private:
  // Alias is the record that makes a name one, and the name that it leads to.
  struct Alias {
    DnsQuestion record;
    std::string target;
  };
  std::optional<Alias> FindAlias(const std::string& name) const;

  absl::flat_hash_map<DnsQuestion, DnsAnswer> entries_;
  absl::flat_hash_map<std::string, std::string> aliases_;  // of CNAME and DNAME records
  absl::flat_hash_map<std::string, DnsAnswer> no_such_name_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_DNS_RECORDS_H_
