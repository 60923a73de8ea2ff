#!/usr/bin/python3
"""Switches models for a long time on a JACK server of its own, and watches what that costs.

Prints a line every so often and a summary; exit status 1 when a request failed, a fault or a leak was seen.
Xruns are counted and shown, but judged by the reader: on a busy machine they have many causes, and the first
half minute without any switching shows how many come by themselves.

    tests/daemon/soak.py                       ten minutes
    tests/daemon/soak.py --seconds 60 --seed 7
"""

import argparse
import json
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ROOT / "fixtures/models"
LOADED = {
    "nano": MODELS / "overdrive_nano.nam",
    "recurrent": MODELS / "overdrive_lstm.nam",
    "standard": MODELS / "random/a1_standard.nam",
    "full": MODELS / "random/a2_container.nam",
    "resampled": MODELS / "random/a1_nano_44100.nam",
}
BASELINE_SECONDS = 30
EXPECTED_ERRORS = {"E_SUPERSEDED", "E_TOO_LATE"}
# What an allocator may keep back; a model of these has 0.1 to 0.5 MB, and hundreds are loaded.
ALLOWED_GROWTH_KB = 4096


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile("r", encoding="utf-8")
        self.errors = {}

    def call(self, method, **params):
        """The result, or None after counting the error."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        self.socket.sendall((json.dumps(request) + "\n").encode())
        reply = json.loads(self.lines.readline())
        if "error" in reply:
            code = reply["error"]["data"]["code"]
            self.errors[code] = self.errors.get(code, 0) + 1
            return None
        return reply["result"]


def resident_kb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("no VmRSS")


def connect(path, patience=10.0):
    deadline = time.monotonic() + patience
    while True:
        try:
            return Client(path)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def one_step(client, draw):
    """One random thing that a player may do; returns its name."""
    what = draw.choices(["swap", "timed swap", "bypass", "set", "scene", "tx", "quality", "load"], [50, 10, 10, 10, 10, 5, 5, 5])[0]
    if what == "swap":
        client.call("swap", name=draw.choice([*LOADED, None]), fade_ms=draw.choice([0, 5, 20, 100, 500]))
    elif what == "timed swap":
        frame = client.call("status")["jack"]["frame"]
        client.call("swap", name=draw.choice(list(LOADED)), at_frame=frame + draw.randint(500, 20000))
    elif what == "bypass":
        client.call("bypass", on="toggle")
    elif what == "set":
        client.call("set", level_mode=draw.choice(["raw", "normalized"]), output_db=draw.uniform(-12, 0))
    elif what == "scene":
        client.call(*draw.choice([("scene.next",), ("scene.prev",)]))
        if draw.random() < 0.2:
            client.call("scene.save", name=f"scene {draw.randint(1, 5)}")
    elif what == "tx":
        client.call("tx", operations=[
            {"method": "load", "params": {"name": "grouped", "path": str(draw.choice(list(LOADED.values()))),
                                          "replace": True}},
            {"method": "swap", "params": {"name": "grouped"}},
            {"method": "set", "params": {"input_db": draw.uniform(-6, 6)}}])
    elif what == "quality":
        client.call("quality", name="full", quality=draw.choice([0.1, 1.0]))
    else:
        client.call("load", name="guest", path=str(draw.choice(list(LOADED.values()))), replace=True)
        client.call("swap", name="guest")
        client.call("swap", name="nano")
        client.call("unload", name="guest")
    return what


def soak(folder, seconds, seed, block, realtime):
    server = f"namrack-soak-{block}"
    environment = {"JACK_DEFAULT_SERVER": server, "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    jackd = subprocess.Popen(
        ["jackd", "-n", server, "-R" if realtime else "-r", "-m", "-p", "16", "-d", "dummy", "-r", "48000", "-p", str(block)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    namrackd = None
    try:
        path = folder / "control.sock"
        loads = [word for name, model in LOADED.items() for word in ("--load", f"{name}={model}")]
        namrackd = subprocess.Popen([ROOT / "build/namrackd", "--no-state", "--socket", path, *loads, "--swap", "nano"],
                                    env=environment, stderr=(folder / "log").open("w"))
        client = connect(path)
        while not client.call("status")["jack"]["connected"]:
            time.sleep(0.1)
        xruns = lambda: client.call("status")["jack"]["xruns"]
        before = xruns()
        time.sleep(BASELINE_SECONDS)
        calm = (xruns() - before) / BASELINE_SECONDS * 60
        draw = random.Random(seed)
        client.call("scene.save", name="scene 1")
        begin = time.monotonic()
        start_xruns, settled_kb, steps, shown = xruns(), None, 0, 0
        while (passed := time.monotonic() - begin) < seconds:
            one_step(client, draw)
            steps += 1
            time.sleep(draw.choice([0, 0.01, 0.1, 0.3]))
            if settled_kb is None and passed > seconds / 4:
                settled_kb = resident_kb(namrackd.pid)
            if passed - shown > 30:
                shown = passed
                print(f"{passed:6.0f} s  {steps:6} steps  {xruns() - start_xruns:4} xruns  "
                      f"{resident_kb(namrackd.pid):7} kB resident", flush=True)
        status = client.call("status")
        growth = resident_kb(namrackd.pid) - (settled_kb or 0)
        busy = (status["jack"]["xruns"] - start_xruns) / seconds * 60
        unexpected = {code: count for code, count in client.errors.items() if code not in EXPECTED_ERRORS}
        print(f"{steps} steps in {seconds} s, blocks of {block} frames, seed {seed}\n"
              f"xruns a minute      {busy:.1f}; without switching {calm:.1f}\n"
              f"faults              {status['dsp']['faults']}\n"
              f"load                mean {100 * status['dsp']['load_mean']:.1f} %, "
              f"p99 {100 * status['dsp']['load_p99']:.1f} %, max {100 * status['dsp']['load_max']:.1f} %\n"
              f"resident            {growth:+} kB since a quarter of the time\n"
              f"refused as expected {sum(client.errors.values()) - sum(unexpected.values())}\n"
              f"refused otherwise   {unexpected or 0}")
        return bool(unexpected) or status["dsp"]["faults"] > 0 or growth > ALLOWED_GROWTH_KB
    finally:
        for process in (namrackd, jackd):
            if process is not None:
                process.terminate()
                process.wait(20)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600, help="of switching")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--realtime", action="store_true", help="run JACK with real-time priority")
    parser.add_argument("--block", type=int, default=128, help="frames")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="namrack-soak-") as folder:
        sys.exit(soak(pathlib.Path(folder), options.seconds, options.seed, options.block, options.realtime))


if __name__ == "__main__":
    main()
