#!/usr/bin/env bash
# Obtains schemathesis, which makes requests from an OpenAPI description, and prints its path.
# It is installed from the Python registry into the cache folder, never into this tree.
set -euo pipefail

version=4.32.5
cache=${AIVM_CACHE:-$HOME/.cache/aivm}
folder=$cache/venv-schemathesis-$version
program=$folder/bin/schemathesis

if [[ ! -x $program ]]; then
  command -v python3 >/dev/null 2>&1 || { echo "schemathesis: Python 3.10 or later is missing: install it" >&2; exit 1; }
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet "schemathesis==$version" >&2
fi
echo "$program"
