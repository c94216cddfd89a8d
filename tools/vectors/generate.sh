#!/usr/bin/env bash
# Regenerates test/vectors with the Go reference programs; `make vectors` calls it.
set -euo pipefail
cd "$(dirname "$0")"
vectors=../../test/vectors

go run ./iavl "$vectors"
go run ./multistore "$vectors"
(cd sdk && go run . "../$vectors")
