"""What a reader of the pages has: a folder with captures and sounds, the built programs, and a JACK server."""
import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

# The names that the pages give to the reader's files.
FILES = {
    "CLEAN.nam": "models/overdrive_nano.nam",
    "LEAD.nam": "models/overdrive_lstm.nam",
    "CRUNCH.nam": "models/random/a1_nano.nam",
    "GUITAR.wav": "audio/di_riff.wav",
}
SERVER_NAMES = 3


def wait_for(what, condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(0.05)


class Stage:
    """A folder of its own with the project's tree in it, and an environment without a trace of the tester's."""

    def __init__(self, root, build):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="namrack-pages-"))
        self.work = self.folder / "work"
        self.work.mkdir()
        for entry in root.iterdir():
            if entry.name not in ("build", ".git"):
                (self.work / entry.name).symlink_to(entry)
        (self.work / "build").symlink_to(build)
        for name, source in FILES.items():
            shutil.copy(root / "fixtures" / source, self.work / name)
        self.environment = {"PATH": f"{build}:{os.environ['PATH']}", "LANG": "C.UTF-8", "TERM": "dumb"}
        for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            folder = self.folder / name.lower()
            folder.mkdir(mode=0o700)
            self.environment[name] = str(folder)
        self.lock, self.server = None, None

    def start_jack(self):
        """The names are those that the other tests use, with the same locks: JACK has room for eight."""
        name = self._server_name()
        self.environment |= {"JACK_DEFAULT_SERVER": name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}
        self.log = open(self.folder / "jackd.log", "wb")
        self.server = subprocess.Popen(
            ["jackd", "-n", name, "-r", "-S", "-d", "dummy", "-r", "48000", "-p", "256"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, env=self.environment)
        wait_for("jackd", self._server_answers)

    def _server_name(self):
        while True:
            for number in range(SERVER_NAMES):
                name = f"namrack-test-{os.getuid()}-{number}"
                self.lock = open(os.path.join(tempfile.gettempdir(), name + ".lock"), "w")
                try:
                    fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return name
                except BlockingIOError:
                    self.lock.close()
            time.sleep(0.05)

    def _server_answers(self):
        if self.server.poll() is not None:
            raise RuntimeError("jackd ended:\n" + (self.folder / "jackd.log").read_text())
        # jack_wait says "running" or "not running".
        asked = subprocess.run(["jack_wait", "-c"], env=self.environment, capture_output=True, text=True, check=False)
        return asked.stdout.strip() == "running"

    def close(self):
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(10)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
            self.log.close()
        if self.lock:
            self.lock.close()
        shutil.rmtree(self.folder)
