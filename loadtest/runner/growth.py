"""Whether an event costs more where there is more of everything, and how long a validator takes to start.

What a log costs is left out where the log is not the question: then events and ledger are in memory.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from runner.directory import Directories
from runner.flush import Flush
from runner.programs import LoadError, Prepared, Programs, result, summary
from runner.room import Room

# What an event takes: on the disk in its prepared file, in memory with its entry and its part of the state, and on the embedded log with its
# entry, the id index and snapshots.
FILE_BYTES, MEMORY_BYTES, LOG_BYTES = 500, 1_000, 1_200
# Of an evening of many events only the last part is measured, with the stays of those before it open.
MEASURED_LEAST, MEASURED_PART = 10_000, 3


@dataclass
class Point:
    """A point of a curve: what was made for it, and what it came to."""

    size: int
    data: Prepared
    measured: int | None = None
    events: int = 0
    costs: list[float] = field(default_factory=list)
    memory: int = 0


class Growth:
    """Makes the points of all curves."""

    def __init__(self, programs: Programs, directories: Directories, room: Room, sizes: dict) -> None:
        self.programs, self.directories, self.room, self.sizes = programs, directories, room, sizes
        # With the smallest directory; evening after evening is made in it.
        self.small = Prepared(programs, directories, "growth", sizes["growth_residents"][0])
        self.curves: list[dict] = []
        self.restarts: list[dict] = []

    def run(self, flush: Flush | None) -> dict:
        places, events = self.sizes["establishments"], self.sizes["growth_events"]
        self.residents(places, events)
        self.curve("establishments", [(size, events, None) for size in self.sizes["growth_establishments"]], lambda data: data.establishments)
        evenings = [(places, size, max(MEASURED_LEAST, size // MEASURED_PART)) for size in self.sizes["growth_evenings"]]
        self.curve("open stays", evenings, lambda data: data.stays_left_open)
        for sizes in self.sizes["ledgers"]:
            self.ledger(sizes)
        if flush:
            self.threads(flush)
        return {"growth": self.curves, "restarts": self.restarts}

    def residents(self, establishments: int, events: int) -> None:
        """One evening beside directories of several sizes."""
        made = []
        for size in self.sizes["growth_residents"]:
            if self.directories.has(size):
                data = Prepared(self.programs, self.directories, f"growth-{size}", size)
                data.make(establishments, events, plain=True)
                made.append(Point(size, data))
        self.add("residents", "memory", self.decided("residents", made))
        for size in self.sizes["growth_residents"]:
            if size not in (self.sizes["residents"], self.small.residents):
                self.directories.drop(size)

    def curve(self, what: str, plans: list[tuple[int, int, int | None]], told: Callable[[Prepared], int]) -> None:
        """One curve over memory; a plan is establishments, events, and how many of these are measured, `told` what it came to."""
        made = []
        for establishments, events, measured in plans:
            if self.room.has(f"{what}, {events:,} events", disk=events * FILE_BYTES, memory=events * MEMORY_BYTES):
                data = Prepared(self.programs, self.directories, f"{what.replace(' ', '-')}-{len(made)}", self.small.residents)
                data.make(establishments, events, plain=True)
                made.append(Point(told(data), data, measured))
        self.add(what, "memory", self.decided(what, made))

    def decided(self, what: str, points: list[Point]) -> list[dict]:
        """Evenings, or the last part of each, decided over memory; all in turn, several times, so that what else the machine does falls on all."""
        for _ in range(self.sizes["growth_runs"]):
            for point in points:
                place = [f"--data={point.data.folder}", f"--partitions={self.programs.partitions}", f"--days={self.programs.days}"]
                told = result(self.programs.load, "decide", *place, *([f"--last={point.measured}"] if point.measured else []))
                self.programs.counts.same(f"growth, {point.size} {what}", point.data.events, told["before"] + told["evening"]["events"])
                point.events = told["evening"]["events"]
                point.costs.append(told["evening"]["cpu_seconds"] / point.events * 1e6)
                point.memory = max(point.memory, told["peak_memory_mib"])
        for point in points:
            point.data.remove()
            print(f"growth: {point.size} {what}: {summary(point.costs)['median']:.1f} µs an event", file=sys.stderr, flush=True)
        return [
            {"size": point.size, "events": point.events, "cpu_microseconds": summary(point.costs), "peak_memory_mib": point.memory} for point in points]

    def ledger(self, sizes: dict) -> None:
        """The embedded log: evenings of one size and mix behind a longer and longer ledger, and the start behind some of them."""
        events, evenings = sizes["events"], sizes["evenings"]
        log, points = self.programs.work / "log", []
        for evening in range(evenings):
            if not self.room.has(f"ledger, evening {evening + 1} of {evenings} with {events:,} events each", disk=events * LOG_BYTES):
                break
            days = self.programs.days + evening
            self.small.make(self.sizes["establishments"], events, plain=True, evening=evening)
            place = [f"--data={self.small.folder}", f"--log={log}", f"--days={days}"]
            settings = [f"--partitions={self.programs.partitions}", f"--snapshot-entries={sizes['snapshot_entries']}"]
            told = result(self.programs.load, "decide-on-disk", *place, *settings)
            self.programs.counts.same(f"embedded log, evening {evening + 1}", events, told["evening"]["events"])
            cost = told["evening"]["cpu_seconds"] / events * 1e6
            memory = told["peak_memory_mib"]
            points.append({
                "size": told["entries"], "events": events, "cpu_microseconds": summary([cost]), "peak_memory_mib": memory,
                "resealed": told["resealed"]["events"], "reseal_cpu_seconds": round(told["resealed"]["cpu_seconds"], 2)})
            print(f"growth: {told['entries']} ledger entries: {cost:.1f} µs an event", file=sys.stderr, flush=True)
            if evening + 1 in sizes["restarts"]:
                self.restart_both(place, told, sizes)
        self.add("ledger entries", "embedded", points)
        if points and len(points) not in sizes["restarts"]:
            self.restart_both(place, told, sizes)
        shutil.rmtree(log, ignore_errors=True)

    def restart_both(self, place: list[str], told: dict, sizes: dict) -> None:
        """The start with snapshots, and without them where folding all of the ledger does not take too long."""
        self.restart(place, told, with_snapshots=True)
        if told["entries"] <= sizes["folded_entries"]:
            self.restart(place, told, with_snapshots=False)
        else:
            self.room.leave_out(f"the start without snapshots behind {told['entries']:,} entries", "it takes time as the ledger is long")

    def restart(self, place: list[str], told: dict, *, with_snapshots: bool) -> None:
        flags = [] if with_snapshots else ["--without-snapshots"]
        runs = self.sizes["growth_runs"] if with_snapshots else 1
        found = [result(self.programs.load, "restart", *place, *flags) for _ in range(runs)]
        entries = found[-1]["entries"]
        if any((each["from_snapshot"] > 0) != with_snapshots for each in found):
            raise LoadError(f"the restart behind {entries} entries was not what it was to be: {found}")
        self.restarts.append({
            "entries": entries, "with_snapshots": with_snapshots, "from_snapshot": min(each["from_snapshot"] for each in found),
            "first_decision_seconds": summary([each["first_decision_seconds"] for each in found]),
            "all_decide_seconds": summary([each["all_decide_seconds"] for each in found]),
            "entries_folded": max(each["entries_folded"] for each in found), "log_bytes": told["log_bytes"],
            "snapshot_bytes": told["snapshot_bytes"], "peak_memory_mib": max(each["peak_memory_mib"] for each in found),
        })
        words = f"{entries} entries, {'with' if with_snapshots else 'without'} snapshots"
        print(f"restart: {words}: {found[0]['first_decision_seconds']:.2f} s", file=sys.stderr, flush=True)

    def threads(self, flush: Flush) -> None:
        """On a cluster, since the embedded log gives all partitions to one thread."""
        points: dict[int, list[dict]] = {1: [], 2: []}
        for _ in range(self.sizes["growth_runs"]):
            for threads, found in points.items():
                found.append(flush.run("plain", (), threads=threads, ceiling=False)["validator"])
        self.add("threads", "kafka", [
            {"size": threads, "events": found[0]["events"],
             "cpu_microseconds": summary([each["cpu_seconds"] / each["events"] * 1e6 for each in found])}
            for threads, found in points.items()
        ])

    def add(self, against: str, log: str, points: list[dict]) -> None:
        if points:
            self.curves.append({"against": against, "log": log, "points": points})
