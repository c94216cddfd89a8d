#!/usr/bin/env bash
# Builds simd of ibc-go, the peer that `make bench` compares with, and prints its path.
# It is built from the Go module cache into the cache folder, never into this tree.
set -euo pipefail

version=v8.8.0
cache=${AIVM_CACHE:-$HOME/.cache/aivm}
binary=$cache/bin/simd-$version
source=github.com/cosmos/ibc-go/v8

if [[ -x $binary ]]; then
  echo "$binary"
  exit 0
fi
command -v go >/dev/null 2>&1 || { echo "build-simd: Go is missing: install it, or bench without the peer" >&2; exit 1; }

module=$cache/simd-build
mkdir -p "$module" "$cache/bin"
cd "$module"
cat >go.mod <<MOD
module aivm/bench/simd

go 1.22.7

require $source $version

// What ibc-go itself replaces.
replace github.com/syndtr/goleveldb => github.com/syndtr/goleveldb v1.0.1-0.20210819022825-2ae1ddf74ef7
MOD
cat >peer.go <<'GO'
package peer

import _ "github.com/cosmos/ibc-go/v8/testing/simapp/simd/cmd"
GO
rm -f go.sum
echo "build-simd: building simd of ibc-go $version (several minutes)" >&2
go mod tidy >&2
go build -mod=mod -o "$binary.part" "$source/testing/simapp/simd" >&2
mv "$binary.part" "$binary"
echo "$binary"
