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

# wanted_packages LIST...: what the list files name, in the syntax of debian/control: an alternative where releases
# differ, with its least version. The line that a release can serve decides, so that one list does for all of them.
wanted_packages() { sort -u "$@" | paste -sd ,; }

# to_install WANTED: a line for each package that apt would install; fails when apt knows no such package.
to_install() { apt-get satisfy -s --no-install-recommends "$1" 2>/dev/null | sed -n 's/^Inst //p'; }

# install_packages LIST...: changes nothing, and needs neither root nor the network, when everything is there.
install_packages() {
  command -v apt-get >/dev/null || die "this needs apt (Debian 12 or 13); on another system install what $* name, then use -n"
  local wanted missing as_root=()
  wanted=$(wanted_packages "$@")
  if missing=$(to_install "$wanted") && [ -z "$missing" ]; then return; fi
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  logged "apt-get update" "${as_root[@]}" apt-get update
  missing=$(to_install "$wanted") || logged "finding packages" apt-get satisfy -s --no-install-recommends "$wanted"
  say "installing $(wc -l <<<"$missing") packages..."
  logged "installing packages" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get satisfy -y --no-install-recommends "$wanted"
}

# build_release TARGET...: configures and builds build/. The environment may name NAMRACK_REFERENCE_DIR, and ask for
# warnings as errors by NAMRACK_WERROR=ON.
build_release() {
  say "building, which takes a few minutes the first time (details: ${LOG#"$PWD"/})..."
  logged "configuring" cmake --preset release ${NAMRACK_REFERENCE_DIR:+"-DNAMRACK_REFERENCE_DIR=$NAMRACK_REFERENCE_DIR"} \
    ${NAMRACK_WERROR:+"-DNAMRACK_WERROR=$NAMRACK_WERROR"}
  logged "building" cmake --build --preset release --target "$@"
}
