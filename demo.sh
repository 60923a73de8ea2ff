#!/bin/bash
# Plays a guitar through two captures and swaps them while it plays: installs what is missing, builds the project,
# starts a private JACK server without a sound card, and writes down what namrack made of it.
# usage: ./demo.sh [-j] [-l] [-n] [-i IN.wav] [-o OUT.wav] [-m MODEL] [-s MODEL]
#   -j  use the JACK server that is running (the one that JACK_DEFAULT_SERVER names, or the default one)
#   -l  with -j: also play to the first two physical outputs
#   -i  sound to play          (fixtures/audio/di_riff.wav)
#   -o  WAV to write           (build/demo.wav)
#   -m  capture to begin with  (fixtures/models/overdrive_nano.nam)
#   -s  capture to swap to     (fixtures/models/overdrive_lstm.nam)
#   -n  install nothing
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
input=$here/fixtures/audio/di_riff.wav
output=$here/build/demo.wav
first=$here/fixtures/models/overdrive_nano.nam
second=$here/fixtures/models/overdrive_lstm.nam
private_server=yes
install=yes
listen=()
client=namrack-demo-$$
processes=()

mkdir -p "$here/build"
LOG=$here/build/demo.log
: >"$LOG"
# shellcheck source=scripts/common.sh
. "$here/scripts/common.sh"

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; }

read_options() {
  local option
  while getopts jlni:o:m:s:h option; do
    case $option in
      j) private_server=no ;;
      l) listen=(--listen) ;;
      n) install=no ;;
      i) input=$(realpath "$OPTARG") ;;
      o) output=$(realpath "$OPTARG") ;;
      m) first=$(realpath "$OPTARG") ;;
      s) second=$(realpath "$OPTARG") ;;
      h) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
  done
}

# The processes that were started here, the last one first.
stop_everything() {
  local i
  for ((i = ${#processes[@]} - 1; i >= 0; i--)); do
    kill "${processes[i]}" 2>/dev/null || continue
    timeout 5 tail --pid="${processes[i]}" -f /dev/null >/dev/null || kill -KILL "${processes[i]}" 2>/dev/null || true
    wait "${processes[i]}" 2>/dev/null || true  # so that the shell does not report it
  done
  rm -rf "$work"
}

# Paths as the reader would type them.
short() { printf '%s' "${1#"$here"/}"; }

namrack() { "$here/build/namrack" --socket "$work/control.sock" "$@"; }

# wait_until WHAT COMMAND...: tries for ten seconds, as long as the process that was started last lives.
wait_until() {
  local what=$1 attempt
  shift
  for ((attempt = 0; attempt < 100; attempt++)); do
    sleep 0.1
    kill -0 "${processes[-1]}" 2>/dev/null || break
    if "$@" >/dev/null 2>&1; then return; fi
  done
  tail -n 25 "$LOG" >&2
  die "$what did not start; the whole log is in $LOG"
}

# Synchronous: on a busy machine a period may come late, but none is lost. Few ports: containers have little shared memory.
# Without the right to real-time priority jackd goes on without. The name is always the same, because JACK has room for
# eight names and one whose server was killed is only freed by the next server of that name; and it is not the client's
# name, because JACK names the sockets of servers and clients alike.
start_private_server() {
  export JACK_DEFAULT_SERVER=namrack-demo-server JACK_NO_AUDIO_RESERVATION=1
  jackd -n "$JACK_DEFAULT_SERVER" -p 128 -R -S -d dummy -r 48000 -p 128 >>"$LOG" 2>&1 </dev/null &
  processes+=($!)
  wait_until "jackd" server_answers
  say "jackd      private server $JACK_DEFAULT_SERVER, 48000 Hz, 128 frames, no sound card"
}

server_answers() { [ "$(jack_wait -c 2>/dev/null)" = running ]; }

find_running_server() {
  server_answers || die "no JACK server answers; JACK_DEFAULT_SERVER says which one is asked"
}

start_namrackd() {
  "$here/build/namrackd" --socket "$work/control.sock" --client-name "$client" --no-state --no-autoconnect \
    --load "first=$first" --load "second=$second" --swap first >>"$LOG" 2>&1 </dev/null &
  processes+=($!)
  wait_until "namrackd" plays_in_jack
}

plays_in_jack() { namrack --json status | grep -q '"connected":true'; }

play_and_swap() {
  local loop seconds
  "$here/build/namrack-loop" "$(short "$input")" "$(short "$output")" --to "$client:in" --from "$client:out" "${listen[@]}" \
    >"$work/loop" 2>>"$LOG" </dev/null &
  loop=$!
  processes+=("$loop")
  wait_until "namrack-loop" grep -q '^playing' "$work/loop"
  cat "$work/loop"
  seconds=$(sed -n 's/^playing .* (\([0-9.]*\) s).*/\1/p' "$work/loop")
  sleep "$(half_of "$seconds")"
  say "swap       $(namrack swap second)"
  wait "$loop" || die "namrack-loop failed; the log is in $LOG"
  grep -v -e '^playing' -e '^ports' "$work/loop"
}

half_of() { awk -v seconds="$1" 'BEGIN { print seconds / 2 }'; }

read_options "$@"
cd "$here"
if [ "$install" = yes ]; then install_packages scripts/packages; fi
build_release namrackd namrack namrack-loop

work=$(mktemp -d)
trap stop_everything EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [ "$private_server" = yes ]; then start_private_server; else find_running_server; fi
start_namrackd
say "namrackd   plays \"first\" ($(short "$first")), holds \"second\" ($(short "$second"))"
play_and_swap
namrack status
say "Listen to $(short "$output"): the sound changes halfway."
