#!/usr/bin/env python3
"""Measures how fast models run on this machine, and makes docs/speed.md anew.

    measure.py NAME [ROUNDS]     writes docs/speed/NAME.json, the fastest of the rounds; a round takes about 40 s. NAMRACK may name the program to
                                 measure (default: build/namrack).
"""
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = ("a1_standard", "a1_lite", "a1_feather", "a1_nano", "a2_full", "a2_lite", "lstm_1x16", "lstm_2x8")
BLOCKS = (16, 32, 64, 128, 256)
TARGETS = ("AVX3", "AVX2", "NEON")  # those that the machine lacks are left out


def output_of(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def bench(namrack, target):
    command = [namrack, "bench", *(f"fixtures/models/random/{model}.nam" for model in MODELS), "--json",
               "--seconds", "0.25", "--target", target]
    for block in BLOCKS:
        command += ["--block", str(block)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [json.loads(line) for line in result.stdout.splitlines()] if result.returncode == 0 else []


def fastest(runs):
    """Of equal model, target and block: what other programs take is not the model's."""
    best = {}
    for run in runs:
        key = run["model"], run["target"], run["block"]
        best[key] = min(run, best.get(key, run), key=lambda one: one["ns_per_sample"])
    return list(best.values())


def main():
    name, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    namrack = os.environ.get("NAMRACK", "build/namrack")
    cpu = next(line.split(":", 1)[1].strip() for line in output_of("lscpu").splitlines() if "Model name" in line)
    about = {"machine": cpu, "compiler": output_of("c++", "--version").splitlines()[0],
             "date": datetime.date.today().isoformat(),
             "commit": output_of("git", "rev-parse", "--short", "HEAD").strip(), "rounds": rounds}
    # The rounds of the targets are interleaved.
    runs = [run for _ in range(rounds) for target in TARGETS for run in bench(namrack, target)]
    if not runs:
        sys.exit(f"{namrack} measured nothing")
    lines = ",\n".join(json.dumps(run) for run in fastest(runs))
    (ROOT / "docs" / "speed" / f"{name}.json").write_text(json.dumps(about)[:-1] + f', "runs": [\n{lines}\n]}}\n')
    (ROOT / "docs" / "speed.md").write_text(output_of(str(ROOT / "docs" / "speed" / "page.py")))


if __name__ == "__main__":
    main()
