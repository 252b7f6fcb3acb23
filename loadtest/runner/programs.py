"""Starts the programs that are measured, and holds their counts against each other."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.directory import Directories

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "loadtest" / "peers"
EVENTS_TOPIC, LEDGER_TOPIC = "lodging.stay-events.v1", "lodging.stay-ledger.v1"
# What a mock cluster keeps of a partition; more would be dropped in silence.
MOCK_BYTES = 5 * 1024 * 1024
# The evening that the generator makes, moved to the last one that is over.
DEMO_EVENING_END = datetime(2026, 11, 20, 19, tzinfo=UTC)


class LoadError(Exception):
    """A measurement without a figure."""


# Longer than anything takes; whoever hangs ends the test.
PATIENCE_SECONDS = 3 * 3600


def output(*command: object) -> str:
    """What a program prints."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise LoadError(f"{' '.join(map(str, command[:2]))} did not end") from error
    if done.returncode:
        raise LoadError(f"{' '.join(map(str, command[:2]))} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


def result(*command: object) -> dict:
    """The object that a program prints last."""
    return json.loads(output(*command).splitlines()[-1])


def summary(values: Sequence[float]) -> dict:
    """The median with the spread around it."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values), "runs": len(values)}


class Counts:
    """What went in and came out of every run; a difference ends the whole test, since its figures would be of something else."""

    def __init__(self) -> None:
        self.all: list[dict] = []

    def same(self, run: str, into: int, out: int) -> None:
        self.all.append({"run": run, "in": into, "out": out})
        if into != out:
            raise LoadError(f"{run}: {into} in, {out} out")


class Programs:
    """Where the programs are, and the folder that everything is made in."""

    def __init__(self, programs: Path, peers: Path, work: Path, partitions: int, threads: int) -> None:
        self.load, self.mock, self.lodging = (programs / name for name in ("lodging-load", "kafka-mock", "lodging"))
        self.peers, self.work, self.partitions, self.threads = peers, work, partitions, threads
        self.days = max(0, (datetime.now(UTC) - DEMO_EVENING_END).days)
        self.counts = Counts()

    def csv(self, residents: int, path: Path) -> int:
        """Makes a file of residents, and returns how many rows it has."""
        output(self.lodging, "residents", "generate", "--data", self.work / "none", "--rows", residents, "--seed", 1, "--out", path)
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 22), b"")) - 1

    @contextlib.contextmanager
    def cluster(self, *topics: str, partitions: int) -> Iterator[str]:
        """A mock cluster with the register's topics and these; gives its address."""
        names = [f"--topic={name}:{partitions}" for name in (EVENTS_TOPIC, LEDGER_TOPIC, *topics)]
        process = subprocess.Popen([self.mock, *names], stdout=subprocess.PIPE, text=True)
        try:
            yield process.stdout.readline().strip().removeprefix("bootstrap=")
        finally:
            process.kill()
            process.wait()


class Prepared:
    """A folder with keys, a directory of residents and an evening's events."""

    def __init__(self, programs: Programs, directories: Directories, name: str, residents: int) -> None:
        self.programs, self.directories, self.folder, self.residents = programs, directories, programs.work / name, residents
        self.partitions = programs.partitions
        self.establishments = self.events = self.stays_left_open = 0

    def make(self, establishments: int, events: int, *, plain: bool, evening: int = 0) -> dict:
        """Makes the events of one evening of many; counts of what was made."""
        self.directories.lend(self.residents, self.folder)
        flags = ["--plain"] if plain else []
        place = [f"--data={self.folder}", f"--partitions={self.partitions}"]
        time = [f"--days={self.programs.days + evening}", f"--evening={evening}"]
        sizes = [f"--residents={self.residents}", f"--establishments={establishments}", f"--events={events}"]
        made = result(self.programs.load, "prepare", *place, *time, *sizes, *flags)
        self.establishments, self.events, self.stays_left_open = made["establishments"], made["evening"], made.get("stays_left_open", 0)
        if self.events != events:
            raise LoadError(f"{self.events} events were made and not {events}")
        return made

    @property
    def records(self) -> int:
        return self.establishments + self.events

    @property
    def bytes(self) -> int:
        """Bytes of all records, with those that say where each goes."""
        return sum((self.folder / f"load-{part}").stat().st_size for part in ("establishments", "evening"))

    def must_fit_a_mock(self) -> None:
        """Entries are larger than events, and partitions are not equally full."""
        if self.bytes * 2 > MOCK_BYTES * self.partitions:
            raise LoadError("a mock cluster would drop records: give more --partitions")

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def free_bytes(folder: Path) -> int:
    """What may still be written to the disk of a folder."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
