"""A reader who types a page's commands into a shell, one after the other."""
import os
import queue
import re
import signal
import subprocess
import threading

from stage import wait_for

COMMAND_SECONDS = 120


class CommandFailed(Exception):
    pass


def commands_of(text, line):
    """The complete commands of a block with their lines in the page: what the shell would wait for is not one yet."""
    found, pending, begin = [], "", line
    for number, typed in enumerate(text.splitlines(), line):
        if not pending:
            begin = number
        pending += typed + "\n"
        is_open = typed.endswith("\\") or subprocess.run(
            ["bash", "-n"], input=pending, text=True, capture_output=True, check=False).returncode != 0
        # A here-document without its end is only a warning to bash.
        mark = re.search(r"<<-?\s*['\"]?(\w+)", pending)
        if is_open or (mark and not re.search(rf"(?m)^\s*{mark.group(1)}$", pending)):
            continue
        if pending.strip():
            found.append((begin, pending))
        pending = ""
    if pending.strip():
        found.append((begin, pending))
    return found


def is_background(command):
    return re.sub(r"\s+#.*", "", command.strip()).endswith("&")


class Reader:
    """One shell for a whole page, so that its blocks see each other's variables, folders and jobs."""

    def __init__(self, stage):
        self.stage = stage
        self.shell = subprocess.Popen(
            ["bash", "--norc"], cwd=stage.work, env=stage.environment, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.lines = queue.Queue()
        self.listener = threading.Thread(target=self._listen)
        self.listener.start()
        self.jobs = []  # (command, process id)
        self.has_daemon = False

    def _listen(self):
        for line in self.shell.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def _type(self, text):
        self.shell.stdin.write(text)
        self.shell.stdin.flush()

    def run(self, command):
        """Returns what was printed meanwhile. Throws CommandFailed."""
        quoted = command.replace("'", "'\\''")
        self._type(f"eval '{quoted}' </dev/null\nprintf '\\n@done %s %s\\n' \"$?\" \"$!\"\n")
        printed = []
        while True:
            try:
                line = self.lines.get(timeout=COMMAND_SECONDS)
            except queue.Empty:
                raise CommandFailed("\n".join([*printed, f"does not end within {COMMAND_SECONDS} s"])) from None
            if line is None:
                raise CommandFailed("\n".join([*printed, "ended the shell"]))
            if done := re.fullmatch(r"@done (\d+) (\d*)", line):
                break
            printed.append(line)
        if int(done.group(1)) != 0:
            raise CommandFailed("\n".join([*printed, f"exit code {done.group(1)}"]))
        if is_background(command):
            self._wait_for_job(command, int(done.group(2)))
        return "\n".join(printed)

    def _wait_for_job(self, command, process):
        """A job that is still there, and if it is the daemon, one that answers."""
        self.jobs.append((command, process))
        if "namrackd" not in command:
            return
        self.has_daemon = True
        ping = ["namrack", "ping"]

        def answers():
            self._check_alive(command, process)
            return subprocess.run(ping, env=self.stage.environment, capture_output=True, check=False).returncode == 0

        wait_for("namrackd to answer", answers)

    def _check_alive(self, command, process):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            raise CommandFailed(f"ended by itself: {command.strip()}") from None

    def leave(self):
        """Stops what still runs in the background; each job must have lasted, and end well."""
        try:
            for command, process in self.jobs:
                self._check_alive(command, process)
                self.run(f"kill {process}; wait {process}")
        finally:
            self.abandon()

    def abandon(self):
        """Ends the shell and all it has started, which is a session of its own. May be called again."""
        if self.shell.stdin.closed:
            return
        try:
            os.killpg(self.shell.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.shell.wait()
        self.listener.join()
        self.shell.stdin.close()
        self.shell.stdout.close()
