#!/usr/bin/env bash
# tools/layering finds what each layer may not use, and nothing else.
set -euo pipefail
layering=$PWD/tools/layering
cd "$TEST_TMPDIR"

failures=0
# expect STATUS FILE LINE: with that one line of code.
expect() {
  rm -rf tree
  mkdir -p "tree/$(dirname "$2")"
  printf '%s\n' "$3" >"tree/$2"
  local status=0
  "$layering" "$PWD/tree" >/dev/null || status=$?
  [[ $status == "$1" ]] || { echo "FAILED: $2: $3: status $status, not $1"; failures=1; }
}

expect 1 server/core/a.h '#include <grpcpp/grpcpp.h>'
expect 1 server/core/a.h '#include "postern/v1/policy.pb.h"'
expect 1 server/core/a.cc '#include <unbound.h>'
expect 1 server/core/a.cc '#include <curl/curl.h>'
expect 1 server/core/a.cc '#include <sys/socket.h>'
expect 1 server/core/a.cc '#include <mutex>'
expect 1 server/core/dane/a.cc 'absl::Time t = absl::Now();'
expect 1 server/core/a.cc 'x = time(nullptr);'
expect 1 server/core/a.cc '#include "server/io/dns/resolver.h"'
expect 1 server/io/a.h '#include "postern/v1/policy.pb.h"'
expect 1 server/io/a.h '#include <grpcpp/grpcpp.h>'
expect 1 server/io/a.cc '#include "server/rpc/policy_service.h"'
expect 1 server/rpc/a.cc '#include <unbound.h>'
expect 1 server/rpc/a.cc '#include <hiredis/hiredis.h>'
expect 1 client/a.cc '#include "server/config.h"'
expect 0 server/core/a.cc '#include <arpa/inet.h>'
expect 0 server/core/a.cc '#include <openssl/x509.h>'
expect 0 server/core/a.cc '// absl::Now() is for the callers'
expect 0 server/core/a.cc 'a.expire_time(b); lifetime(c);'
expect 0 server/io/a.cc '#include <unbound.h>'
expect 0 server/rpc/a.cc '#include "server/io/dns/resolver.h"'
expect 0 client/a.cc '#include <grpcpp/grpcpp.h>'
exit $failures
