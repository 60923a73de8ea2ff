#!/bin/bash
# Builds the engine for 64-bit ARM with Debian's cross compiler and runs its parity tests under qemu.
# usage: tests/arm64/run.sh [TEST-PROGRAM...]      engine_parity_test and engine_network_test unless given
set -euo pipefail

cd "$(dirname "$0")/../.."
BUILD=$PWD/build/arm64
SYSROOT=$BUILD/sysroot
LOG=$BUILD/run.log
mkdir -p "$BUILD"
: >"$LOG"
. scripts/common.sh

programs=(engine_parity_test engine_network_test)
if [ $# -gt 0 ]; then programs=("$@"); fi

# The cross compiler brings these; their headers must not come before its own.
of_the_compiler='^(gcc-[0-9]+-base|lib(asan8|hwasan0|lsan0|tsan2|ubsan1|itm1|stdc\+\+-[0-9]+-dev|gcc-[0-9]+-dev|c6-dev|crypt-dev|nsl-dev|tirpc-dev)|libc-dev-bin|linux-libc-dev|rpcsvc-proto)_'

# The libraries that the engine needs, for arm64, without touching what is installed: apt works on a root of its own.
make_sysroot() {
  local apt=$BUILD/apt package
  rm -rf "$apt" "$SYSROOT"
  mkdir -p "$apt"/{lists,archives}/partial "$SYSROOT"
  : >"$apt/status"
  cat >"$apt/apt.conf" <<CONF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
CONF
  export APT_CONFIG=$apt/apt.conf
  logged "apt-get update for arm64" apt-get update
  logged "downloading for arm64" apt-get satisfy -y --download-only -o APT::Keep-Downloaded-Packages=true \
    "$(wanted_packages tests/arm64/packages)"
  for package in "$apt"/archives/*.deb; do
    if ! basename "$package" | grep -qE "$of_the_compiler"; then dpkg-deb -x "$package" "$SYSROOT"; fi
  done
  rm -rf "$apt"
  cp tests/arm64/packages "$BUILD/sysroot.packages"
}

# run PROGRAM: its tests, shared out among the cores; GTEST_FILTER in the environment leaves some out.
run() {
  local shards shard failed=0
  rm -f "$BUILD/$1".*.log
  shards=$(nproc)
  for ((shard = 0; shard < shards; ++shard)); do
    GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard \
      qemu-aarch64 -L "$SYSROOT" "$BUILD/$1" --gtest_brief=1 >"$BUILD/$1.$shard.log" 2>&1 &
  done
  for ((shard = 0; shard < shards; ++shard)); do wait -n || failed=1; done
  cat "$BUILD/$1".*.log >>"$LOG"
  say "$1 under qemu: $(cat "$BUILD/$1".*.log | awk '/PASSED/ { passed += $4 } /FAILED .* ms\)/ { ++failed }
    /SKIPPED \] [0-9]+ test/ { skipped += $4 } END { printf "%d passed, %d failed, %d skipped", passed, failed, skipped }')"
  if [ "$failed" -ne 0 ]; then
    grep -hE -B 3 'FAILED' "$BUILD/$1".*.log >&2 || tail -n 25 "$BUILD/$1".*.log >&2
    return 1
  fi
}

if ! cmp -s tests/arm64/packages "$BUILD/sysroot.packages"; then
  say "fetching the engine's libraries for arm64..."
  make_sysroot
fi
say "building the engine for arm64 (details: ${LOG#"$PWD"/})..."
logged "configuring arm64" cmake --preset arm64 "-DNAMRACK_SYSROOT=$SYSROOT" "-DNAMRACK_REFERENCE_DIR=${NAMRACK_REFERENCE_DIR:-}"
logged "building arm64" cmake --build --preset arm64 --target "${programs[@]}"
for program in "${programs[@]}"; do run "$program"; done
