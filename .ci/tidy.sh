#!/bin/bash
# clang-tidy over the sources that were changed last; over all of them it takes longer than everything else together.
# usage: .ci/tidy.sh BUILD [COUNT|all]        BUILD holds compile_commands.json; COUNT is 5 unless given
set -euo pipefail

cd "$(dirname "$0")/.."
build=$1
count=${2:-5}

# Those that BUILD compiles, the last changed ones first.
sources_by_change() {
  local file
  git log --format= --name-only -- '*.cc' | awk '!seen[$0]++' | while read -r file; do
    if [ -e "$file" ] && grep -qF "/$file\"" "$build/compile_commands.json"; then echo "$file"; fi
  done
}

mapfile -t sources < <(sources_by_change)
if [ "$count" != all ]; then sources=("${sources[@]:0:count}"); fi
echo "clang-tidy: ${#sources[@]} sources"
# GCC has made the precompiled headers; clang reads their text.
run-clang-tidy-19 -quiet -extra-arg=-Wno-ignored-gch -p "$build" "${sources[@]/#/$PWD/}"
