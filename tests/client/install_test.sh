#!/bin/bash
# A worker's own Makefile, in C++ and in C, builds against an installed prefix, and
# what it builds runs: it asks a server that is not there, and defers.
set -euo pipefail
prefix=$TEST_TMPDIR/prefix
client/install_files.sh . "$prefix"

export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
# In a sanitizer build the library wants the sanitizer's run time.
if nm "$prefix/lib/libpostern_client.a" 2>/dev/null | grep __asan_init >/dev/null; then
  export CXX=clang++-14
  export CXXFLAGS="-fsanitize=address,undefined -fsanitize-link-c++-runtime"
fi
make --silent -C client/examples OUT="$TEST_TMPDIR"

nobody=unix:nobody.sock # In the current folder: a longer path would be no socket.
expect() { # WHAT EXPECTED GOT
  [[ $2 == "$3" ]] && return
  echo "FAIL: $1: expected '$2', got '$3'" >&2
  exit 1
}
expect "the example defers without a server" "DEFER (no answer)" \
  "$("$TEST_TMPDIR/policy_example" d.test "$nobody")"

status=0
answer=$("$TEST_TMPDIR/c_example" d.test "$nobody") || status=$?
expect "the example in C defers without a server" "REASON_UNSPECIFIED (no answer)" "$answer"
expect "its exit status says so" 75 "$status"

version=$(pkg-config --modversion postern)
expect "posternctl has the version of postern.pc" "posternctl $version" \
  "$("$prefix/bin/posternctl" --version)"
status=0
"$prefix/bin/posternctl" --server "$nobody" status 2>"$TEST_TMPDIR/err" || status=$?
expect "posternctl says that nobody answers" 69 "$status"
expect "its error is one line, without gRPC's log" 1 "$(wc -l <"$TEST_TMPDIR/err")"

# Every header that is installed finds what it includes.
(cd "$prefix/include" && find . -name '*.h' | sed 's|^\./\(.*\)|#include "\1"|') >"$TEST_TMPDIR/all.cc"
# shellcheck disable=SC2046
"${CXX:-g++}" -std=c++17 -fsyntax-only $(pkg-config --cflags postern gmock) "$TEST_TMPDIR/all.cc"
# And the C header wants nothing but C11.
echo '#include "postern/postern.h"' >"$TEST_TMPDIR/header.c"
"${CC:-gcc}" -std=c11 -pedantic -Wall -Wextra -Werror -fsyntax-only -I"$prefix/include" \
  "$TEST_TMPDIR/header.c"
echo PASS
