#!/bin/bash
# Checks the unit files: they parse without a complaint, and the system unit's exposure is at most 2.0.
# usage: systemd/check.sh        (exit code 77: systemd-analyze is not installed)
set -euo pipefail

if ! command -v systemd-analyze >/dev/null; then
  echo "skipped: systemd-analyze is missing (Debian package systemd)" >&2
  exit 77
fi

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# systemd-analyze wants the program of ExecStart= to exist, so the units are staged around a stand-in.
stage_units() {
  mkdir -p "$work/bin" "$work/system" "$work/user"
  printf '#!/bin/sh\n' >"$work/bin/namrackd"
  chmod +x "$work/bin/namrackd"
  local unit
  for unit in system user; do
    sed -e "s|@CMAKE_INSTALL_FULL_BINDIR@|$work/bin|" -e "s|@CMAKE_INSTALL_FULL_DOCDIR@|/usr/share/doc/namrack|" \
      "$(unit_source "$unit")" >"$work/$unit/namrackd.service"
  done
}

unit_source() {
  case $1 in
    system) echo "$here/namrackd.service.in" ;;
    user) echo "$here/user/namrackd.service.in" ;;
  esac
}

# Units of the machine that runs the check may have faults of their own; only complaints about ours count.
verify() {
  local manager=$1 output result=0
  output=$(XDG_RUNTIME_DIR=$work systemd-analyze "--$manager" --man=no --recursive-errors=no \
    verify "$work/$manager/namrackd.service" 2>&1) || result=$?
  if [ "$result" -ne 0 ] || grep -qF namrackd <<<"$output"; then
    echo "$output" >&2
    echo "systemd-analyze objects to $(unit_source "$manager")" >&2
    return 1
  fi
  echo "$manager unit: no complaints"
}

check_exposure() {
  local output
  if ! output=$(systemd-analyze security --offline=true --threshold=20 "$work/system/namrackd.service" 2>&1); then
    grep -v '✓' <<<"$output" >&2
    echo "the exposure of $(unit_source system) is above 2.0" >&2
    return 1
  fi
  grep -o 'Overall exposure level.*' <<<"$output"
}

stage_units
verify system
verify user
check_exposure
