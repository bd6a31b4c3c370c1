// A StapleSink that remembers what it was told.
#ifndef POSTERN_TESTS_SUPPORT_FAKE_STAPLE_SINK_H_
#define POSTERN_TESTS_SUPPORT_FAKE_STAPLE_SINK_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/io/revocation/staple_sink.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// FakeStapleSink. For one thread.
class FakeStapleSink : public StapleSink {
 public:
  absl::Status Put(const KeptStaple& staple, absl::Time /*now*/) override {
    ++puts;
    if (!failure.ok()) return failure;
    served[staple.name] = staple.der;
    statuses[staple.name] = staple.status;
    return absl::OkStatus();
  }
  void Remove(const KeptStaple& staple) override {
    served.erase(staple.name);
    removed.push_back(staple.name);
  }

  int puts = 0;
  std::map<std::string, std::string> served;           // DER by name; empty: nothing
  std::map<std::string, KeptStaple::Status> statuses;  // of the last Put
  std::vector<std::string> removed;
  absl::Status failure;  // of Put
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_FAKE_STAPLE_SINK_H_
