#!/usr/bin/env bash
# Prints the path of a CometBFT binary of the pinned version, building it when needed.
# Looked for: $COMETBFT, the cache folder, the PATH; otherwise `go install` into the cache folder.
set -euo pipefail

version=0.38.25
cache=${AIVM_CACHE:-$HOME/.cache/aivm}
fits() { [[ -x $1 && $("$1" version 2>/dev/null) == "$version" ]]; }

for candidate in "${COMETBFT:-}" "$cache/bin/cometbft" "$(command -v cometbft || true)"; do
  if [[ -n $candidate ]] && fits "$candidate"; then
    echo "$candidate"
    exit 0
  fi
done

if ! command -v go >/dev/null 2>&1; then
  echo "setup: no CometBFT $version on the PATH and no Go to build it: install either" >&2
  exit 1
fi
echo "setup: building CometBFT $version into $cache/bin (about a minute)" >&2
mkdir -p "$cache/bin"
GOBIN=$cache/bin go install "github.com/cometbft/cometbft/cmd/cometbft@v$version"
fits "$cache/bin/cometbft" || { echo "setup: the CometBFT that was built is not $version" >&2; exit 1; }
echo "$cache/bin/cometbft"
