// Where policies come from.
#ifndef POSTERN_SERVER_IO_POLICY_POLICY_SOURCE_H_
#define POSTERN_SERVER_IO_POLICY_POLICY_SOURCE_H_

#include <functional>

#include "server/core/dane/policy.h"

namespace postern {

// PolicySource finds the policy of a next hop. Thread safe.
class PolicySource {
 public:
  // Callback gets the policy, exactly once, on any thread, or inside Find. It
  // must not block.
  using Callback = std::function<void(DomainPolicy)>;
  // StillWanted tells whether anybody waits; once false it stays so.
  using StillWanted = std::function<bool()>;

  virtual ~PolicySource() = default;

  // Find looks the policy up; it bounds by itself how long that takes. Where it
  // is wanted no more it may give up, with a DEFER that says so.
  // `generation` is what Resolver::Resolve makes of it.
  virtual void Find(const PolicyQuestion& question, int generation, StillWanted still_wanted,
                    Callback done) = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_POLICY_POLICY_SOURCE_H_
