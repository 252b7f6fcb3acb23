"""The processes of a run: the mock cluster, and nodes of the register."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

START_PATIENCE = 90.0


class ProcessError(Exception):
    """A process does not do what it must."""


# A run that is killed leaves nothing behind.
ENDING_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL", "--")


class MockCluster:
    """`kafka-mock --control`."""

    def __init__(self, program: Path, brokers: int, topics: dict[str, int], log: Path) -> None:
        command = [*ENDING_WITH_PARENT, str(program), "--control", "--brokers", str(brokers)]
        for topic, partitions in topics.items():
            command += ["--topic", f"{topic}:{partitions}"]
        self._log = log.open("w")
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True)
        line = self._process.stdout.readline().strip()
        if not line.startswith("bootstrap="):
            raise ProcessError(f"kafka-mock says {line!r}; see {log}")
        self.bootstrap = line.removeprefix("bootstrap=")
        self.brokers, self.topics = list(range(1, brokers + 1)), topics

    def tell(self, instruction: str) -> None:
        self._process.stdin.write(instruction + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if answer != "ok":
            raise ProcessError(f"kafka-mock: {instruction}: {answer or 'it has ended'}")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()


class Node:
    """One `lodging run`, which can be killed, paused and started again."""

    def __init__(self, name: str, command: list[str], data: Path, log: Path, environment: dict[str, str]) -> None:
        self.name, self.data, self.log = name, data, log
        self.url: str | None = None
        self.starts = 0
        self.ended_by_itself: list[dict] = []
        self.is_paused = False
        self._command, self._environment = command, environment
        self._process: subprocess.Popen | None = None
        self._is_wanted = False

    def start(self) -> None:
        self.starts += 1
        self.url = None
        self._is_wanted = True
        with self.log.open("a") as log:
            log.write(f"--- start {self.starts}\n")
            log.flush()
            self._process = subprocess.Popen(
                [*ENDING_WITH_PARENT, *self._command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self._environment,
            )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen) -> None:
        """The first line says where HTTP is served; the others are read so that the node is never held up."""
        for line in process.stdout:
            if process is self._process and self.url is None:
                with contextlib.suppress(ValueError, KeyError):
                    self.url = json.loads(line)["http"]

    @property
    def pid(self) -> int | None:
        return self._process.pid if self.is_running else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def terminate(self, patience: float = 12.0) -> bool:
        """SIGTERM; false where the node does not end in time and had to be killed."""
        return self._end(signal.SIGTERM, patience)

    def _end(self, sign: signal.Signals, patience: float = 10.0) -> bool:
        self._is_wanted = False
        if not self.is_running:
            return True
        self._process.send_signal(sign)
        try:
            self._process.wait(patience)
            return True
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False

    def pause(self) -> None:
        if self.is_running:
            self._process.send_signal(signal.SIGSTOP)
            self.is_paused = True

    def resume(self) -> None:
        self.is_paused = False
        if self.is_running:
            self._process.send_signal(signal.SIGCONT)

    def notice_end(self) -> bool:
        """Whether the node ended without being told to; noted with the end of its log."""
        if not self._is_wanted or self.is_running or self._process is None:
            return False
        tail = self.log.read_text(errors="replace").splitlines()[-8:]
        self.ended_by_itself.append({"node": self.name, "code": self._process.returncode, "log": tail})
        self._is_wanted = False
        return True

    def wait_listening(self, patience: float = START_PATIENCE) -> str:
        deadline = time.monotonic() + patience
        while self.url is None:
            if not self.is_running:
                raise ProcessError(f"{self.name} has ended; see {self.log}")
            if time.monotonic() > deadline:
                raise ProcessError(f"{self.name} does not listen; see {self.log}")
            time.sleep(0.05)
        return self.url

    def ready(self) -> dict | None:
        """What /health/ready says, ready or not; None where nothing answers."""
        if self.url is None:
            return None
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            with contextlib.suppress(ValueError):
                return json.loads(error.read())
        except OSError:
            pass
        return None


class SmallDisk:
    """A folder on a small file system of its own, that can be filled up; only root can make one."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "chaos", folder]
        if os.geteuid() != 0:
            raise ProcessError("only root can mount a small file system")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ProcessError(done.stderr.strip())

    def fill(self) -> None:
        block = bytes(64 * 1024)
        with contextlib.suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as file:
            while True:
                file.write(block)
        with contextlib.suppress(OSError), (self.folder / "ballast").open("ab", buffering=0) as file:
            while True:
                file.write(block[:512])

    def clear(self) -> None:
        (self.folder / "ballast").unlink(missing_ok=True)

    def end(self) -> None:
        self.detach(self.folder)

    @staticmethod
    def detach(folder: Path) -> None:
        subprocess.run(["umount", "--lazy", folder], check=False)


@contextlib.contextmanager
def ending(things: list) -> Iterator[None]:
    """Ends what was added to a list, the last first, however the block ends."""
    try:
        yield
    finally:
        for thing in reversed(things):
            with contextlib.suppress(Exception):
                thing()
