// bare_libunbound: what posternd's cold lookups are measured against. libunbound's event
// contexts, with the options, threads and sharing out of names that posternd has, are
// asked every name that the policies of numbered domains want, at once; what they answer
// is only counted. Prints a JSON object.
//
//   bare_libunbound --dns ADDRESS@PORT --anchor FILE --zone ZONE --hosts mx1,mx2 --tlsa
//       --first I (asked before, unmeasured) --count N --in-flight K --threads T
#include <event2/event.h>
#include <unbound-event.h>
#include <unbound.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "server/core/dns/answer.h"
#include "server/core/dns/zone_guess.h"
#include "server/io/dns/unbound_context.h"
#include "server/io/dns/unbound_options.h"

namespace postern {
namespace {

struct Arguments {
  std::string dns;
  std::string anchor;
  std::string zone;
  std::vector<std::string> hosts;
  bool tlsa = false;
  size_t first = 1;
  size_t count = 1;
  size_t in_flight = 512;  // of all threads together
  size_t threads = 2;
};

// Start lets all threads begin at one time.
class Start {
 public:
  explicit Start(size_t threads) : missing_(threads) {}

  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (--missing_ == 0) begin_ = std::chrono::steady_clock::now();
    all_.notify_all();
    all_.wait(lock, [this] { return missing_ == 0; });
  }
  // begin is known once all threads have ended.
  std::chrono::steady_clock::time_point begin() const { return begin_; }

 private:
  std::mutex mutex_;
  std::condition_variable all_;
  size_t missing_;
  std::chrono::steady_clock::time_point begin_;
};

// Asker is one context in a loop of its own.
class Asker {
 public:
  bool Create(const UnboundOptions& options, size_t in_flight) {
    in_flight_ = in_flight;
    base_.reset(event_base_new());
    absl::StatusOr<UbCtxPtr> context =
        CreateUnboundContext(base_.get(), options, options.cache_bytes / options.threads / 4 * 3);
    if (!context.ok()) std::fprintf(stderr, "%s\n", context.status().ToString().c_str());
    if (context.ok()) context_ = *std::move(context);
    return context_ != nullptr;
  }
  void Add(DnsQuestion question) { questions_.push_back(std::move(question)); }

  // Run asks what was added; the first `warm` questions before the others, unmeasured.
  void Run(size_t warm, Start& start) {
    end_ = warm;
    Loop();
    secure_ = failed_ = 0;
    start.Wait();
    end_ = questions_.size();
    Loop();
    stop_ = std::chrono::steady_clock::now();
    context_.reset();
  }
  std::chrono::steady_clock::time_point stop() const { return stop_; }
  size_t secure() const { return secure_; }
  size_t failed() const { return failed_; }

 private:
  struct BaseFree {
    void operator()(event_base* base) const { event_base_free(base); }
  };

  void Loop() {
    Ask();
    while (under_way_ > 0) event_base_loop(base_.get(), EVLOOP_ONCE);
  }

  void Ask() {
    asking_ = true;
    while (under_way_ < in_flight_ && next_ < end_) {
      const DnsQuestion& question = questions_[next_++];
      ++under_way_;
      if (ub_resolve_event(context_.get(), question.name.c_str(), static_cast<int>(question.type),
                           /*rrclass=*/1, this, &Asker::OnAnswer, nullptr) != 0) {
        ++failed_;
        --under_way_;
      }
    }
    asking_ = false;
  }

  static void OnAnswer(void* self, int rcode, void*, int, int security, char*, int) {
    Asker& asker = *static_cast<Asker*>(self);
    --asker.under_way_;
    if (rcode != kRcodeNoError && rcode != kRcodeNxDomain) ++asker.failed_;
    if (security == 2) ++asker.secure_;
    if (!asker.asking_) asker.Ask();
  }

  std::unique_ptr<event_base, BaseFree> base_;
  UbCtxPtr context_;
  std::vector<DnsQuestion> questions_;
  size_t in_flight_ = 0;
  size_t next_ = 0;
  size_t end_ = 0;
  size_t under_way_ = 0;
  size_t secure_ = 0;
  size_t failed_ = 0;
  bool asking_ = false;
  std::chrono::steady_clock::time_point stop_;
};

std::vector<DnsQuestion> Questions(const Arguments& arguments, size_t number) {
  const std::string domain = absl::StrCat("d", number, ".", arguments.zone);
  std::vector<DnsQuestion> questions = {{domain, RrType::kMx}};
  for (const std::string& label : arguments.hosts) {
    const std::string host = absl::StrCat(label, ".", domain);
    questions.push_back({host, RrType::kA});
    questions.push_back({host, RrType::kAaaa});
    if (arguments.tlsa) questions.push_back({absl::StrCat("_25._tcp.", host), RrType::kTlsa});
  }
  return questions;
}

int Run(const Arguments& arguments) {
  UnboundOptions options;
  options.threads = arguments.threads;
  options.in_flight_limit = 4096;  // as resolver.questions_in_flight
  options.cache_bytes = size_t{180} << 20;
  options.use_root_anchors = false;
  options.trust_anchor_files = {arguments.anchor};
  for (const char* zone : {".", "test", "bench.test", "bench-signed.test"}) {
    options.stub_zones.push_back({zone, {arguments.dns}});
  }
  std::vector<Asker> askers(arguments.threads);
  for (Asker& asker : askers) {
    if (!asker.Create(options, arguments.in_flight / arguments.threads)) return 1;
  }
  // As in a server that has run for a while, the zone's keys are known.
  const std::vector<DnsQuestion> warm = Questions(arguments, arguments.first);
  for (Asker& asker : askers) {
    for (const DnsQuestion& question : warm) asker.Add(question);
  }
  size_t asked = 0, secure = 0, failed = 0;
  for (size_t i = 1; i <= arguments.count; ++i) {
    for (DnsQuestion& question : Questions(arguments, arguments.first + i)) {
      const size_t hash = std::hash<std::string_view>()(GuessZone(question));
      askers[hash % askers.size()].Add(std::move(question));
      ++asked;
    }
  }
  Start start(askers.size());
  std::vector<std::thread> threads;
  for (Asker& asker : askers) {
    threads.emplace_back([&] { asker.Run(warm.size(), start); });
  }
  for (std::thread& thread : threads) thread.join();
  auto stop = start.begin();
  for (const Asker& asker : askers) {
    stop = std::max(stop, asker.stop());
    secure += asker.secure();
    failed += asker.failed();
  }
  const std::chrono::duration<double> seconds = stop - start.begin();
  std::printf("{\"domains_per_s\": %.1f, \"questions\": %zu, \"secure\": %zu, \"failed\": %zu}\n",
              static_cast<double>(arguments.count) / seconds.count(), asked, secure, failed);
  return 0;
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  CLI::App app("bare_libunbound: libunbound alone, asked about numbered domains.");
  postern::Arguments arguments;
  app.add_option("--dns", arguments.dns)->required();
  app.add_option("--anchor", arguments.anchor)->required();
  app.add_option("--zone", arguments.zone)->required();
  app.add_option("--hosts", arguments.hosts)->delimiter(',')->required();
  app.add_flag("--tlsa", arguments.tlsa);
  app.add_option("--first", arguments.first);
  app.add_option("--count", arguments.count)->check(CLI::PositiveNumber);
  app.add_option("--in-flight", arguments.in_flight)->check(CLI::PositiveNumber);
  app.add_option("--threads", arguments.threads)->check(CLI::Range(1, 64));
  CLI11_PARSE(app, argc, argv);
  return postern::Run(arguments);
}
