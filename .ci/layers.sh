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
  forbid midi 'engine/|protocol/|shell/|player/|daemon/|cli/|boost/' 'midi is a leaf: messages'
  forbid engine 'protocol/|shell/|player/|daemon/|cli/' 'engine knows no other module'
  forbid engine 'jack/' 'engine knows nothing of JACK'
  forbid engine 'boost/asio|asio' 'engine does no input or output over sockets'
  forbid engine 'boost/json' 'Boost.JSON belongs to engine/format, where a model file is read' '^engine/format/'
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

# forbid_reach FOLDER PATTERN RULE [NAMES]: no source in FOLDER (whose file name ends as NAMES) leads to a header that
# matches PATTERN, through whatever it includes.
forbid_reach() {
  local folder=$1 pattern=$2 rule=$3 names=${4:-\.(h|cc)$} chain
  while read -r chain; do
    fault "$chain   <- $rule"
  done < <(includes | awk -v folder="$folder/" -v pattern="^($pattern)" -v names="$names" '
    function tell(edge, chain) {  # of all ways over an edge the shortest
      if (!(edge in ways) || length(chain) < length(ways[edge])) ways[edge] = chain
    }
    function visit(file, chain,   i, to, parts, count) {
      count = split(included[file], parts, "\n")
      for (i = 2; i <= count; ++i) {
        to = parts[i]
        if (to ~ pattern) tell(file " " to, chain " -> " to)
        else if (!seen[to]++) visit(to, chain " -> " to)
      }
    }
    { included[$1] = included[$1] "\n" $2 }
    END {
      for (start in included) {
        if (index(start, folder) != 1 || start !~ names) continue
        delete seen
        visit(start, start)
      }
      for (edge in ways) print ways[edge]
    }' | sort)
}

# Lines of a source and a header that it includes.
includes() {
  sources_in engine parameters midi | xargs grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"][^">]+' |
    sed -E 's/:[^<"]*[<"]/ /'
}

# A model goes from format (bytes to a description) through network (a description to a plan) into model (both together);
# whoever comes later includes the earlier ones, never the other way round.
check_engine_rooms() {
  forbid engine/base 'engine/(format|network|model|audio|measure|offline)/' 'engine/base knows no other room'
  forbid_reach engine/network 'engine/(format|model|audio|measure|offline)/|boost/' 'networks know no file and no host'
  forbid_reach engine/format 'engine/(model|audio|measure|offline)/' 'a file is read without knowing how it is played'
  forbid engine/format 'engine/network/([^d]|d[^e])' 'engine/format knows the descriptions of networks only'
  forbid_reach engine/model 'engine/(audio|measure|offline)/' 'a model knows nothing of its host'
  forbid_reach engine/model 'boost/|functional' 'the audio thread includes models, so their header has no JSON' '\.h$'
  forbid_reach engine/audio 'engine/(measure|offline)/' 'the audio thread measures nothing'
  forbid_reach engine/measure 'engine/offline/' 'measuring serves live hosts, too'
  forbid_reach engine/audio 'engine/(format|model)/|boost/(json|asio)|asio|jack/|spdlog|fmt/|iostream|functional' \
    "what the audio thread's room declares needs neither files, JSON, sockets, JACK, logs nor std::function" '\.h$'
  forbid player 'engine/offline/' 'the player runs live: what it measures with is in engine/measure'
}

# What the audio thread may call is marked, with the promise that it keeps.
check_realtime_marks() {
  local match
  while read -r match; do
    fault "$match   <- in the audio thread's room it is NAMRACK_REALTIME (engine/base/realtime.h), or it may throw"
  done < <(sources_in engine/audio | xargs -r grep -HnE '^[^/]*\<noexcept\>' || true)
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
check_engine_rooms
check_one_jack_class
check_realtime_marks
check_file_sizes
if [ "$faults" -gt 0 ]; then
  echo "layers: $faults faults" >&2
  exit 1
fi
echo "layers: in order"
