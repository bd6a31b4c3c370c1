#!/bin/bash
# Copies what Bazel built of //client:install_files to a prefix.
#
# usage: install_files.sh BAZEL_BIN PREFIX
set -euo pipefail
bin=$1
prefix=$2

install_tree() { # FROM TO: every header below FROM
  (cd "$1" && find -L . -name '*.h' -print) | while read -r header; do
    install -D -m 644 "$1/$header" "$2/$header"
  done
}

install_tree "$bin/client/include/postern" "$prefix/include/postern"
install_tree "$bin/proto/postern/v1" "$prefix/include/postern/v1"
install -D -m 644 "$bin/client/libpostern_client.a" "$prefix/lib/libpostern_client.a"
install -D -m 755 "$bin/client/posternctl/posternctl" "$prefix/bin/posternctl"
mkdir -p "$prefix/lib/pkgconfig"
sed "s|@prefix@|$prefix|" "$bin/client/postern.pc" >"$prefix/lib/pkgconfig/postern.pc"
