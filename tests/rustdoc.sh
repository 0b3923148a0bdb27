#!/usr/bin/env bash
# Stands for rustdoc where cargo tries the examples in the documentation: the documentation itself is
# made first, of the same compiled dependencies, and no link in it may be broken.
set -euo pipefail

arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
    --test) tried=1 ;;
    --test-run-directory | --test-args) tests+=("$1" "$2"); shift ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

if [ -n "${tried:-}" ]; then
  rustdoc "${arguments[@]}" --deny warnings --out-dir "$CARGO_TARGET_DIR/doc"
  exec rustdoc "${arguments[@]}" --test "${tests[@]}"
fi
exec rustdoc "${arguments[@]}"
