#!/usr/bin/env bash
# Installs the npm dependencies and obtains CometBFT. Run by `make setup`; safe to run again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

need() { command -v "$1" >/dev/null 2>&1 || { echo "setup: $1 is missing: $2" >&2; exit 1; }; }

need node "install Node.js 20.19 or newer (20, 22 or 24)"
need npm "it comes with Node.js"
node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major === 24;
  if (!fits) {
    console.error(`setup: Node ${process.versions.node} is not supported; use 20.19+, 22.12+ or 24`);
    process.exit(1);
  }'

# Native modules without a prebuilt binary compile against the headers beside this Node, if it has them;
# otherwise node-gyp downloads them.
prefix=$(dirname "$(dirname "$(node -p 'process.execPath')")")
if [[ -f $prefix/include/node/node_version.h ]]; then export npm_config_nodedir=$prefix; fi
# The GPU build of the native model runtime is never needed.
export ONNXRUNTIME_NODE_INSTALL=skip

# CometBFT is built while the packages come.
comet=$(mktemp)
tools/setup/cometbft.sh >"$comet" &
builder=$!
trap 'kill "$builder" 2>/dev/null || true; rm -f "$comet"' EXIT

echo "setup: installing dependencies (about a minute)"
npm ci --no-audit --no-fund --loglevel=error

node -e '
  for (const name of ["better-sqlite3", "secp256k1/bindings"]) {
    try {
      require(name);
    } catch (error) {
      console.error(`setup: the native module ${name} does not load: ${error.message}`);
      console.error("setup: install a C++ toolchain (g++ and make, or the Xcode command line tools) and run make setup again");
      process.exit(1);
    }
  }'

wait "$builder"
echo "setup: CometBFT is $(<"$comet")"
