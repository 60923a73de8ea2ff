#!/bin/bash
# Builds the fuzzers (clang 19) and lets them run for a while, all at once.
# usage: tests/fuzz/run.sh [SECONDS] [TARGET...]        SECONDS is 60 unless given; TARGETs are model, request, sound
set -euo pipefail

cd "$(dirname "$0")/../.."
BUILD=$PWD/build/fuzz
LOG=$BUILD/build.log
mkdir -p "$BUILD"/{logs,findings}
: >"$LOG"
. scripts/common.sh
# So that libFuzzer sees every finding and keeps its input; with names in the traces.
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_SYMBOLIZER_PATH=/usr/lib/llvm-19/bin/llvm-symbolizer

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
targets=(model request sound)
if [ $# -gt 0 ]; then targets=("$@"); fi

build() {
  command -v clang++-19 >/dev/null || die "the fuzzers need the Debian packages clang-19 and libclang-rt-19-dev"
  logged "configuring fuzz" cmake --preset fuzz
  logged "building fuzz" cmake --build --preset fuzz
}

# The longest input. The model fuzzer would waste its time on the many weights of larger files.
max_bytes() {
  case $1 in
    model) echo 8192 ;;
    *) echo 4096 ;;
  esac
}

# What a fuzzer starts from, as files of one input each.
make_seeds() {
  local target=$1 seeds=$BUILD/seeds/$1
  rm -rf "$seeds"
  mkdir -p "$seeds" "$BUILD/corpus/$target"
  case $target in
    model) find fixtures/fuzz fixtures/models -name '*.nam' -size -17b -exec cp --parents -t "$seeds" {} + ;;
    request) grep -h '^[<>] ' fixtures/protocol/*.jsonl | cut -c 3- | split -l 1 -a 4 - "$seeds/line-" ;;
    sound) ASAN_OPTIONS=detect_leaks=0 "$BUILD/sound_seeds" "$seeds" >>"$LOG" 2>&1 ;;
  esac
}

# Memory is what a model may take (engine/format/limits.h) and room for the fuzzer itself; an input that takes a minute,
# though the machine be busy, hangs.
fuzz() {
  local target=$1
  "$BUILD/${target}_fuzzer" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=1024 -malloc_limit_mb=256 \
    -max_len="$(max_bytes "$target")" -len_control=0 -keep_seed=1 -print_final_stats=1 \
    -artifact_prefix="$BUILD/findings/$target-" "$BUILD/corpus/$target" "$BUILD/seeds/$target" \
    >"$BUILD/logs/$target.log" 2>&1
}

# One line on what a fuzzer did; fails when it found something.
report() {
  local target=$1 result=$2 log=$BUILD/logs/$1.log
  local coverage executions corpus finding
  coverage=$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1 | cut -d ' ' -f 2) || coverage=unknown
  corpus=$(grep -oE 'corp: [0-9]+' "$log" | tail -n 1 | cut -d ' ' -f 2) || corpus=unknown
  executions=$(sed -nE 's/^stat::number_of_executed_units: *//p; s/^#([0-9]+).*/\1/p' "$log" | tail -n 1)
  finding="no findings"
  if [ "$result" -ne 0 ]; then
    finding=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    finding="FOUND ${finding:-something without an input}; see $log"
  fi
  say "$target: ${executions:-0} executions, coverage $coverage, corpus $corpus, $finding"
  [ "$result" -eq 0 ]
}

fuzz_and_report() {
  local result=0
  fuzz "$1" || result=$?
  report "$1" "$result"
}

say "building the fuzzers (details: ${LOG#"$PWD"/})..."
build
for target in "${targets[@]}"; do
  if [ ! -x "$BUILD/${target}_fuzzer" ]; then die "there is no fuzzer \"$target\""; fi
  make_seeds "$target"
done
say "running ${targets[*]} for $seconds s each..."
failed=0
for target in "${targets[@]}"; do
  fuzz_and_report "$target" &
done
while [ -n "$(jobs -p)" ]; do wait -n || failed=1; done
exit "$failed"
