#!/bin/bash
# Starts the daemon so many times at 44.1, 48 and 96 kHz on a PipeWire of its own, changes the rate under it as often, and
# ends and restarts PipeWire as often. Passes when none of that hangs; ctest does a few rounds of it.
# usage: tests/daemon/pipewire.sh [ROUNDS]       20 by default; about a minute each ten
set -euo pipefail

cd "$(dirname "$0")/../.."
rounds=${1:-20}
if ! [[ $rounds =~ ^[1-9][0-9]*$ ]]; then
  echo "\"$rounds\" is no number of rounds; usage: $0 [ROUNDS]" >&2
  exit 64
fi
program=build/daemon_pipewire_test
if [ ! -x "$program" ]; then
  echo "$program is not there; build it first: cmake --preset release && cmake --build --preset release" >&2
  exit 69
fi
for command in pipewire pw-jack pw-link pw-metadata wireplumber dbus-daemon; do
  if ! command -v "$command" >/dev/null; then
    echo "$command is not installed: apt-get install pipewire pipewire-jack wireplumber dbus" >&2
    exit 69
  fi
done
pipewire --version | tail -n 1
NAMRACK_PIPEWIRE_ROUNDS=$rounds exec "$program"
