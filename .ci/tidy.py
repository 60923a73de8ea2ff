#!/usr/bin/env python3
"""clang-tidy over the project's sources and, with them, its headers.

    tidy.py BUILD [SECONDS | all | SOURCE...]      BUILD holds compile_commands.json; SECONDS is 150 unless given

A source that was found in order is not looked at again until it, a header of the project that it reaches, .clang-tidy or
its command changes: BUILD/tidy keeps the keys. Of the others those come first that the last commits changed, then all
from a place on that moves on every day; those for which no time is left are counted.
"""
import concurrent.futures
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TIDY = "clang-tidy-19"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def reached(path, seen):
    """`path` and the headers of the project that it leads to."""
    if path in seen or not path.is_file():
        return seen
    seen.add(path)
    for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        reached(ROOT / name, seen)
    return seen


def key_of(source, command):
    digest = hashlib.sha256((command + (ROOT / ".clang-tidy").read_text()).encode())
    for path in sorted(reached(source, set())):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def in_order_of_need(sources):
    """The last changed ones first, then from the day's place on."""
    log = subprocess.run(["git", "log", "-n", "20", "--format=", "--name-only", "--", "*.cc"], cwd=ROOT,
                         capture_output=True, text=True, check=False).stdout.splitlines()
    changed = [ROOT / name for name in dict.fromkeys(log) if ROOT / name in sources][:5]
    names = sorted(sources)
    # About as many a day as are looked at in a day.
    begin = datetime.date.today().toordinal() * 8 % max(1, len(names))
    return list(dict.fromkeys(changed + names[begin:] + names[:begin]))


def findings_of(source, build):
    # GCC has made the precompiled headers; clang reads their text.
    command = [TIDY, "-quiet", "--extra-arg=-Wno-ignored-gch", "--extra-arg=-Wno-unknown-warning-option", "-p",
               str(build), str(source)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return result.returncode, result.stdout + (result.stderr if result.returncode else "")


def main():
    build, wishes = Path(sys.argv[1]).resolve(), sys.argv[2:] or ["150"]
    commands = {Path(entry["file"]).resolve(): entry["command"]
                for entry in json.loads((build / "compile_commands.json").read_text())}
    sources = {path: command for path, command in commands.items()
               if path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / "build")}
    cache = build / "tidy"
    cache.mkdir(exist_ok=True)
    named = [Path(wish).resolve() for wish in wishes if wish.endswith(".cc")]
    keys = {path: key_of(path, command) for path, command in sources.items()}
    wanted = named or in_order_of_need(sources)
    stale = [path for path in wanted if path in keys and not (cache / keys[path]).exists()]
    end = time.monotonic() + (float(wishes[0]) if wishes[0].isdigit() else float("inf"))
    left, faults = 0, 0

    def look(path):
        return None if time.monotonic() > end else findings_of(path, build)

    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("NAMRACK_JOBS", os.cpu_count() or 1))) as pool:
        for path, found in zip(stale, pool.map(look, stale)):
            if found is None:
                left += 1
            elif found[0] == 0:
                (cache / keys[path]).touch()
            else:
                faults += 1
                print(f"{path.relative_to(ROOT)}:\n{found[1]}", flush=True)
    print(f"clang-tidy: {len(wanted)} sources, {len(stale) - left} looked at, {faults} with findings, {left} left for another day")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
