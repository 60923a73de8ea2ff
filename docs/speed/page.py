#!/usr/bin/env python3
"""Makes docs/speed.md of the measurements in docs/speed/*.json, which docs/speed/measure.py writes.

    page.py            prints the page
    page.py --check    fails unless docs/speed.md is this page
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "speed.md"
INTRODUCTION = """# Speed

Made by `docs/speed/page.py` from the measurements in `docs/speed`; `docs/speed/measure.py NAME` measures a machine. Change the
script, not this page.

Each figure is the fastest of some interleaved rounds of `namrack bench --json`, whose figure is the median block: time that other
programs take does not count. *Of peak* compares the multiply-adds of the model with those that one core can do with the same
target; AVX3 is AVX-512. *Evenness* is the 99.9th percentile of a block that nothing disturbs, over the median block, at the worst block
size. `tests/arm64/instructions.py` counts instructions for NEON, under an emulator. Why the code is as it is:
[decisions](decisions/README.md).
"""


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


def head(cells):
    return row(cells) + "|---" * len(cells) + "|\n"


def the(runs, model, target, block):
    return next(run for run in runs
                if (Path(run["model"]).stem, run["target"], run["block"]) == (model, target, block))


def in_order(values):
    return list(dict.fromkeys(values))


def main_table(runs, models, targets):
    text = head(["Block 64", "MACs"] + [f"{target} {what}" for target in targets for what in ("ns a sample", "of peak")] +
                ["load ms", "kB"])
    for model in models:
        best = [the(runs, model, target, 64) for target in targets]
        cells = [model, best[0]["macs_per_sample"]]
        for target, run in zip(targets, best):
            peak = max(other["peak_gflops"] for other in runs if other["target"] == target)
            cells += [f"{run['ns_per_sample']:.1f}", f"{2 * run['macs_per_sample'] / run['ns_per_sample'] / peak:.2f}"]
        mine = [run for run in runs if Path(run["model"]).stem == model]
        text += row(cells + [f"{min(run['load_ms'] for run in mine):.2f}", f"{best[0]['bytes'] / 1000:.0f}"])
    return text


def ratio_table(runs, models, targets, blocks):
    others = [block for block in blocks if block != 64]
    text = head(["Time a sample over that of block 64"] + [f"{target} {block}" for target in targets for block in others] +
                ["evenness"])
    for model in models:
        cells = [model]
        for target in targets:
            base = the(runs, model, target, 64)["ns_per_sample"]
            cells += [f"{the(runs, model, target, block)['ns_per_sample'] / base:.2f}" for block in others]
        uneven = max(run["us_per_block_p999_undisturbed"] / run["us_per_block_p50"] for run in runs
                     if Path(run["model"]).stem == model)
        text += row(cells + [f"{uneven:.2f}"])
    return text


def section(path):
    data = json.loads(path.read_text())
    runs = data["runs"]
    models = in_order(Path(run["model"]).stem for run in runs)
    targets, blocks = in_order(run["target"] for run in runs), in_order(run["block"] for run in runs)
    peaks = ", ".join(f"{max(run['peak_gflops'] for run in runs if run['target'] == target):.0f} GFLOP/s with {target}"
                      for target in targets)
    return (f"\n## {path.stem}\n\n{data['machine']}; {data['compiler']}; {data['date']} at {data['commit']}, "
            f"{data['rounds']} rounds. Peak: {peaks}.\n\n" +
            main_table(runs, models, targets) + "\n" + ratio_table(runs, models, targets, blocks))


def main():
    page = INTRODUCTION + "".join(section(path) for path in sorted(HERE.glob("*.json")))
    if sys.argv[1:] != ["--check"]:
        print(page, end="")
    elif page != PAGE.read_text():
        sys.exit("docs/speed.md is not what docs/speed/page.py makes of the measurements")


if __name__ == "__main__":
    main()
