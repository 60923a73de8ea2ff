#!/bin/bash
# Checks who includes whom, and that no source file outgrows 500 lines. Link interfaces cannot do the former: Asio and
# Boost.JSON are headers.
# usage: .ci/layers.sh [ROOT]
set -euo pipefail

cd "${1:-$(dirname "$0")/..}"
faults=0

fault() {
  echo "$1" >&2
  faults=$((faults + 1))
}

sources_in() {
  local folder
  for folder in "$@"; do
    if [ -d "$folder" ]; then find "$folder" -name '*.h' -o -name '*.cc'; fi
  done | sort
}

# forbid FOLDER PATTERN RULE [EXEMPT]: no source in FOLDER includes a header that matches PATTERN, EXEMPT paths aside.
forbid() {
  local folder=$1 pattern=$2 rule=$3 exempt=${4:-^$} match
  while read -r match; do
    fault "$match   <- $rule"
  done < <(sources_in "$folder" | { grep -vE "$exempt" || true; } |
    xargs -r grep -HnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"](\.\./)*($pattern)")
}

check_layers() {
  forbid parameters 'engine/|protocol/|shell/|player/|daemon/|cli/|boost/' 'parameters is a leaf: rows and values'
  forbid engine 'protocol/|shell/|player/|daemon/|cli/' 'engine knows no other module'
  forbid engine 'jack/' 'engine knows nothing of JACK'
  forbid engine 'boost/asio|asio' 'engine does no input or output over sockets'
  forbid engine 'boost/json' 'Boost.JSON belongs to engine/model, where a model file is parsed' '^engine/model/'
  forbid protocol 'engine/|shell/|player/|daemon/|cli/' 'protocol knows no other module'
  forbid protocol 'jack/' 'protocol knows nothing of JACK'
  forbid protocol 'boost/asio|asio|sys/socket' 'protocol turns text into values, without sockets'
  forbid shell 'engine/|player/|daemon/|cli/' 'shell knows the command line and protocol only'
  forbid shell 'jack/|boost/asio|asio|sys/socket' 'shell turns command lines into values and values into text'
  forbid player 'daemon/|cli/|shell/' 'player knows no host'
  forbid player 'jack/' 'player knows nothing of JACK'
  forbid cli 'daemon/' 'cli talks to the daemon over its socket only'
  forbid cli 'jack/' 'cli is no JACK client'
  forbid daemon 'cli/' 'daemon does not depend on cli'
  forbid daemon 'jack/' 'JACK headers belong to the one class in daemon/jack/jack_client.{h,cc}' '^daemon/jack/jack_client\.'
}

# At most one header and its source may include JACK's headers.
check_one_jack_class() {
  local files names
  files=$(sources_in daemon | xargs -r grep -lE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]jack/' || true)
  names=$(sed -E 's/\.(h|cc)$//' <<<"$files" | sort -u)
  if [ "$(wc -l <<<"$names")" -gt 1 ]; then
    fault "more than one class of the daemon includes JACK's headers: $(tr '\n' ' ' <<<"$files")"
  fi
}

check_file_sizes() {
  local file lines
  while read -r file; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt 500 ]; then fault "$file:501: $lines lines; the limit is 500"; fi
  done < <(sources_in parameters engine protocol shell player daemon cli demo tests fixtures)
}

check_layers
check_one_jack_class
check_file_sizes
if [ "$faults" -gt 0 ]; then
  echo "layers: $faults faults" >&2
  exit 1
fi
echo "layers: in order"
