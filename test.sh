#!/bin/bash
# Builds the project and runs its tests, after installing what is missing from Debian.
# usage: ./test.sh [-n] [CTEST-OPTIONS...]      -n  install nothing
set -euo pipefail

cd "$(dirname "$0")"
mkdir -p build
LOG=$PWD/build/test.log
: >"$LOG"
. scripts/common.sh

if [ "${1:-}" = -n ]; then
  shift
else
  install_packages scripts/packages
fi
build_release all
ctest --preset release "$@"
