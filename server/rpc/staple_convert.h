// The staples of the operator's own certificates as protos.
#ifndef POSTERN_SERVER_RPC_STAPLE_CONVERT_H_
#define POSTERN_SERVER_RPC_STAPLE_CONVERT_H_

#include "absl/time/time.h"
#include "postern/v1/revocation.pb.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// HasEndedAt tells whether a state says good of a certificate by a statement that does
// not count any more.
bool HasEndedAt(const KeptStaple& staple, absl::Time now);

enum class StapleDetail { kWithoutBytes, kWithBytes };

// ToProto fills an empty message with a state, as it is at `now`: after its end a good one
// is EXPIRED, and has no bytes.
void ToProto(const KeptStaple& staple, absl::Time now, StapleDetail detail, v1::Staple* proto);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_STAPLE_CONVERT_H_
