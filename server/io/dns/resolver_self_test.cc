#include "server/io/dns/resolver_self_test.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/io/mutex.h"

namespace postern {
namespace {

using Verdict = ResolverSelfTest::Verdict;

std::string Describe(const DnsQuestion& question, const DnsAnswer& answer) {
  const char* state = "no answer";
  switch (answer.state) {
    case DnsState::kSecure:
      state = "secure";
      break;
    case DnsState::kInsecure:
      state =
          "insecure, though it is signed: an upstream takes DNSSEC records out, or the "
          "trust anchor is missing";
      break;
    case DnsState::kBogus:
    case DnsState::kIndeterminate:
      state = "bogus";
      break;
    case DnsState::kFailed:
      break;
  }
  return absl::StrCat(question.name, " ", RrTypeName(question.type), ": ", state,
                      answer.detail.empty() ? "" : ": ", answer.detail);
}

Verdict VerdictOf(DnsState state) {
  switch (state) {
    case DnsState::kSecure:
      return Verdict::kValidating;
    case DnsState::kInsecure:
    case DnsState::kBogus:
    case DnsState::kIndeterminate:
      return Verdict::kNotValidating;
    case DnsState::kFailed:
      return Verdict::kUnreachable;
  }
  return Verdict::kUnreachable;
}

}  // namespace

class ResolverSelfTest::Core {
 public:
  Core(Resolver* resolver, Options options, OnChange on_change)
      : resolver_(resolver), options_(std::move(options)), on_change_(std::move(on_change)) {}

  // Begin returns whether a question is to be asked now.
  bool Begin(absl::Time now) {
    MutexLock lock(mutex_);
    if (pending_ || now < next_) return false;
    pending_ = true;
    return true;
  }

  void Ask(const std::shared_ptr<Core>& self, absl::Time now) {
    resolver_->Resolve(options_.question, now + options_.timeout, /*generation=*/0,
                       [self, now](const DnsAnswer& answer) { self->Take(answer, now); });
  }

  State state() {
    MutexLock lock(mutex_);
    return state_;
  }

  void Detach() {
    MutexLock lock(change_mutex_);
    on_change_ = nullptr;
  }

 private:
  void Take(const DnsAnswer& answer, absl::Time asked) {
    MutexLock change_lock(change_mutex_);
    State changed;
    {
      MutexLock lock(mutex_);
      pending_ = false;
      next_ = asked + options_.retry_interval;
      // An overloaded resolver says nothing of its upstream.
      if (answer.failure == DnsFailure::kOverload) return;
      const State before = state_;
      state_.verdict = VerdictOf(answer.state);
      state_.time = asked;
      state_.detail = Describe(options_.question, answer);
      if (state_.verdict == Verdict::kValidating) {
        next_ = asked + options_.interval;
        state_.may_answer = true;
      } else if (state_.verdict == Verdict::kNotValidating) {
        state_.may_answer = false;
      }
      if (state_.verdict == before.verdict && state_.may_answer == before.may_answer) return;
      changed = state_;
    }
    if (on_change_) on_change_(changed);
  }

  Resolver* const resolver_;
  const Options options_;

  // Held while on_change runs; before mutex_.
  Mutex change_mutex_;
  OnChange on_change_ POSTERN_GUARDED_BY(change_mutex_);

  Mutex mutex_;
  bool pending_ POSTERN_GUARDED_BY(mutex_) = false;
  absl::Time next_ POSTERN_GUARDED_BY(mutex_) = absl::InfinitePast();
  State state_ POSTERN_GUARDED_BY(mutex_);
};

ResolverSelfTest::ResolverSelfTest(Resolver* resolver, Options options, OnChange on_change)
    : core_(std::make_shared<Core>(resolver, std::move(options), std::move(on_change))) {}

ResolverSelfTest::~ResolverSelfTest() { core_->Detach(); }

void ResolverSelfTest::Tick(absl::Time now) {
  if (core_->Begin(now)) core_->Ask(core_, now);
}

ResolverSelfTest::State ResolverSelfTest::state() const { return core_->state(); }

const char* VerdictName(ResolverSelfTest::Verdict verdict) {
  switch (verdict) {
    case Verdict::kUnknown:
      return "unknown";
    case Verdict::kValidating:
      return "validating";
    case Verdict::kNotValidating:
      return "not validating";
    case Verdict::kUnreachable:
      return "unreachable";
  }
  return "unknown";
}

}  // namespace postern
