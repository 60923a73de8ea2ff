#!/bin/bash
# Checks that every relative link of the project's Markdown files leads to a file.
# usage: .ci/links.sh
set -euo pipefail

cd "$(dirname "$0")/.."
broken=0
while IFS=: read -r page line link; do
  target=$(sed -E 's/^\]\(([^)#]*).*/\1/' <<<"$link")
  if [ ! -e "$(dirname "$page")/$target" ]; then
    echo "$page:$line: no such file: $target" >&2
    broken=$((broken + 1))
  fi
done < <(git ls-files -- '*.md' | xargs grep -onE '\]\([^)#: ]+[^): ]*\)' /dev/null)
if [ "$broken" -gt 0 ]; then exit 1; fi
echo "links: in order"
