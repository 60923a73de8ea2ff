#!/usr/bin/env python3
"""Check engine/FORMAT.md against the tests, the fixtures, the generator of random models and the parser.

Every test, model and drawn feature that the table names must exist; every feature that is drawn into each
run, and every key that the engine reads, must be named.

    check_format_table.py ROOT
"""
from __future__ import annotations

import re
import sys
from pathlib import Path


def named(page: str) -> tuple[set[str], set[str]]:
    """The words in backquotes of the table's first two columns and of its last."""
    described, held = set(), set()
    for line in page.splitlines():
        cells = line.strip("|").split("|")
        if line.startswith("| ") and len(cells) == 3:
            described |= set(re.findall(r"`([^`]+)`", cells[0] + cells[1]))
            held |= set(re.findall(r"`([^`]+)`", cells[2]))
            if cells[2].strip() != "Held by" and "`" not in cells[2]:
                held.add(f"{cells[0].strip()}: no test at all")
    return described, held


def main() -> int:
    root = Path(sys.argv[1])
    sys.path.insert(0, str(root / "fixtures" / "scripts"))
    from draw_model import all_features

    sources = "\n".join(path.read_text() for path in (root / "tests" / "engine").glob("*_test.cc"))
    parser = "\n".join(path.read_text() for path in (root / "engine" / "format").rglob("*.cc"))
    tests = {f"{suite}.{name}" for suite, name in re.findall(r"TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", sources)}
    models = {path.stem for path in (root / "fixtures" / "models" / "random").glob("*.nam")}
    reading = r"(?:at|find|find_value|read_if_present|lenient_float)"
    keys = set(re.findall(reading + r"\((?:\w+(?:\.\w+)*, )?\"(\w+)\"", parser))
    keys |= set(re.findall(r"\"(\w+_film)\"", parser))
    described, held = named((root / "engine" / "FORMAT.md").read_text())
    features = set(all_features())

    faults = [f"named in the table, but not there: {name}" for name in sorted(held - tests - models - features)]
    faults += [f"drawn into every run, but not in the table: {name}" for name in sorted(features - held)]
    faults += [f"read by the engine, but not in the table: {key}" for key in sorted(keys - described)]
    if not (tests and models and keys and held):
        faults.append("nothing to compare")
    for fault in faults:
        print(f"engine/FORMAT.md: {fault}", file=sys.stderr)
    print(f"engine/FORMAT.md: {len(held & tests)} tests, {len(features)} drawn features, {len(keys)} keys")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
