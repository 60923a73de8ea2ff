# Functions that demo.sh, test.sh and .ci/run share: install what is missing, build, keep the details in a log.
# Set LOG to a file before using them. Sourced, not run.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# logged WHAT COMMAND...: runs a command quietly; if it fails, shows the end of the log and stops.
logged() {
  local what=$1
  shift
  printf '\n== %s: %s\n' "$what" "$*" >>"$LOG"
  if ! "$@" >>"$LOG" 2>&1 </dev/null; then
    tail -n 25 "$LOG" >&2
    die "$what failed; the whole log is in $LOG"
  fi
}

# missing_packages LIST...: those packages of the list files that are not installed.
missing_packages() {
  local package
  sort -u "$@" | while read -r package; do
    if ! dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
      printf '%s\n' "$package"
    fi
  done
}

# install_packages LIST...: calls apt only when something is missing.
install_packages() {
  command -v apt-get >/dev/null || die "this needs Debian 12's apt; on another system install what $* name, then use -n"
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  say "installing ${#missing[@]} packages..."
  logged "apt-get update" "${as_root[@]}" apt-get update
  logged "installing packages" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"
}

# build_release TARGET...: configures and builds build/. The environment may name NAMRACK_REFERENCE_DIR.
build_release() {
  say "building, which takes a few minutes the first time (details: ${LOG#"$PWD"/})..."
  logged "configuring" cmake --preset release ${NAMRACK_REFERENCE_DIR:+"-DNAMRACK_REFERENCE_DIR=$NAMRACK_REFERENCE_DIR"}
  logged "building" cmake --build --preset release --target "$@"
}
