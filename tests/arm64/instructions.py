#!/usr/bin/python3
"""Counts the instructions that a sample takes with the NEON and the AVX2 kernels, under qemu: a measure of the code, not of
any core. A block of 64 frames; the difference of a long and a short run, so that loading does not count.

    tests/arm64/run.sh && tests/arm64/instructions.py [MODEL...]      the named sizes unless given
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ROOT / "fixtures/models/random"
NAMED = ["a1_standard", "a1_lite", "a1_feather", "a1_nano", "a2_full", "a2_lite", "lstm_1x16", "lstm_2x8"]
SHORT, LONG, BLOCK = 4, 204, 64  # long enough that the start, which varies, does not show
RUNS = {
    "NEON": (ROOT / "build/arm64", ["qemu-aarch64", "-L", str(ROOT / "build/arm64/sysroot")]),
    "AVX2": (ROOT / "build", ["qemu-x86_64", "-cpu", "max"]),
}


def executed(build, emulator, model, blocks):
    """Instructions of a whole run: qemu notes each translated block's instructions, and each time that it runs."""
    with tempfile.NamedTemporaryFile() as log:
        options = ["-d", "in_asm,exec,nochain", "-D", log.name]
        run = subprocess.run([*emulator, *options, str(build / "engine_play_noise"), str(model), str(blocks)],
                             capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{run.stderr.strip()}\n{build.name}: exit status {run.returncode}")
        sizes, begin = {}, None
        times = collections.Counter()
        for line in log.file:
            if line.startswith(b"0x"):
                address, text = line.split(b":", 1)
                if begin is None:
                    begin = int(address, 16)
                    sizes[begin] = 0
                # The bytes of a long instruction take a second line.
                if not re.fullmatch(rb"\s*([0-9a-f]{2}\s+)+", text):
                    sizes[begin] += 1
            elif line.startswith(b"Trace"):
                times[int(re.search(rb"\[[0-9a-f]+/([0-9a-f]+)/", line)[1], 16)] += 1
            else:
                begin = None
    return sum(count * sizes[block] for block, count in times.items()), run.stdout.split()[0]


def per_sample(target, model):
    build, emulator = RUNS[target]
    few, found = executed(build, emulator, model, SHORT)
    many, _ = executed(build, emulator, model, LONG)
    if found != target:
        sys.exit(f"{build.name}: expected the kernels of {target}, found {found}")
    return (many - few) / ((LONG - SHORT) * BLOCK)


def main():
    for build in ("arm64", "release"):
        subprocess.run(["cmake", "--build", "--preset", build, "--target", "engine_play_noise"], cwd=ROOT,
                       check=True, stdout=subprocess.DEVNULL)
    models = [pathlib.Path(name) for name in sys.argv[1:]] or [MODELS / f"{name}.nam" for name in NAMED]
    print(f"{'instructions a sample':24}" + "".join(f"{target:>10}" for target in RUNS))
    for model in models:
        print(f"{model.stem:24}" + "".join(f"{per_sample(target, model):10.1f}" for target in RUNS), flush=True)


if __name__ == "__main__":
    main()
