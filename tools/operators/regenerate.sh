#!/usr/bin/env bash
# Measures the pinned runtime anew and writes what follows from it. Usage: regenerate.sh PYTHON FOLDER
# PYTHON is an interpreter with the packages of README.md, FOLDER a place for some 30 MB of cases.
set -euo pipefail
cd "$(dirname "$0")/../.."
python="$1"
folder="$2"
run() { node_modules/.bin/tsx --conditions=aivm-source "$@"; }
identity() {
  sed -i "0,/digest(\"[0-9a-f]*\")/s//digest(\"$(run tools/operators/printEngineDigest.ts)\")/" modules/kernel/types/engines.ts
}

mkdir -p "$folder"
run tools/operators/shapeInputs.ts >"$folder/shape-inputs.json"
"$python" tools/operators/export_cases.py "$folder/shape-inputs.json" "$folder"
identity
run tools/operators/measure.ts "$folder/trials.jsonl" 2>/dev/null
identity
run tools/operators/chooseVectors.ts "$folder/cases.jsonl" 2>"$folder/problems.txt"
run tools/operators/main.ts
