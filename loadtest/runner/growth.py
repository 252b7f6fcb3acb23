"""Whether an event costs more where there is more of everything, and how long a validator takes to start.

What a log costs is left out where the log is not the question: then events and ledger are in memory.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from runner.flush import Flush
from runner.programs import LoadError, Prepared, Programs, free_bytes, result, summary

# What making a resident takes on the disk while it is made, and an event with its entry on the embedded log: CSV, spilled rows, files; twice
# the record with its index, and the prepared file.
RESIDENT_BYTES, EVENT_BYTES = 280, 2_000
# What is left free for others.
SPARE_BYTES = 4 << 30


class Growth:
    """Makes the points of all curves, and says which there was no room for."""

    def __init__(self, programs: Programs, small: Prepared, sizes: dict) -> None:
        """`small` has the smallest directory; its events are made anew for each point."""
        self.programs, self.small, self.sizes = programs, small, sizes
        self.curves: list[dict] = []
        self.restarts: list[dict] = []
        self.directory: list[dict] = []
        self.left_out: list[dict] = []

    def run(self, flush: Flush | None) -> dict:
        self.residents()
        places, events = self.sizes["establishments"], self.sizes["growth_events"]
        self.curve("establishments", self.sizes["growth_establishments"], lambda size: (size, events), lambda data: data.establishments)
        self.curve("open stays", self.sizes["growth_evenings"], lambda size: (places, size), lambda data: data.stays_left_open)
        for sizes in self.sizes["ledgers"]:
            self.ledger(sizes)
        if flush:
            self.threads(flush)
        return {"growth": self.curves, "restarts": self.restarts, "directory": self.directory, "left_out": self.left_out}

    def has_room(self, what: str, needed: int) -> bool:
        free = free_bytes(self.programs.work) - SPARE_BYTES
        if needed > free:
            self.left_out.append({"what": what, "why": f"it takes about {needed >> 30} GiB of disk, {max(0, free) >> 30} GiB are free"})
        return needed <= free

    def decided(self, what: str, data: Prepared, size: int) -> dict:
        """A point: the evening decided over memory, several times."""
        command = [self.programs.load, "decide", f"--data={data.folder}", f"--partitions={self.programs.partitions}", f"--days={self.programs.days}"]
        costs, memory = [], []
        for _ in range(self.sizes["growth_runs"]):
            told = result(*command)
            self.programs.counts.same(f"growth, {size} {what}", data.events, told["evening"]["events"])
            costs.append(told["evening"]["cpu_seconds"] / data.events * 1e6)
            memory.append(told["peak_memory_mib"])
        print(f"growth: {size} {what}: {summary(costs)['median']:.1f} µs an event", file=sys.stderr, flush=True)
        return {"size": size, "events": data.events, "cpu_microseconds": summary(costs), "peak_memory_mib": max(memory)}

    def curve(self, what: str, sizes: list[int], plan: Callable[[int], tuple[int, int]], told: Callable[[Prepared], int]) -> None:
        """One curve over memory; `plan` says how many establishments and events a size takes, `told` what it came to."""
        points = []
        for size in sizes:
            establishments, events = plan(size)
            if not self.has_room(f"{what}, {size}", events * EVENT_BYTES):
                continue
            self.small.make(establishments, events, plain=True)
            points.append(self.decided(what, self.small, told(self.small)))
        self.add(what, "memory", points)

    def residents(self) -> None:
        points = []
        for size in self.sizes["growth_residents"]:
            is_small = size == self.small.residents
            if not is_small and not self.has_room(f"residents, {size}", size * RESIDENT_BYTES):
                continue
            data = self.small if is_small else Prepared(self.programs, f"residents-{size}", size)
            data.make(self.sizes["establishments"], self.sizes["growth_events"], plain=True)
            points.append(self.decided("residents", data, size))
            self.look_up(data)
            if not is_small:
                data.remove()
        self.add("residents", "memory", points)

    def look_up(self, data: Prepared) -> None:
        rates = []
        command = [self.programs.load, "look-up", f"--data={data.folder}", f"--residents={data.residents}", f"--look-ups={self.sizes['look_ups']}"]
        for _ in range(self.sizes["growth_runs"]):
            told = result(*command)
            rates.append(told["look_ups"]["events_per_cpu_second"])
        self.programs.counts.same(f"residents in the directory of {data.residents}", data.residents, told["residents"])
        self.directory.append({
            "residents": data.residents, "bytes": told["directory_bytes"], "look_ups_per_cpu_second": summary(rates), "batch": told["batch"],
        })

    def ledger(self, sizes: dict) -> None:
        """The embedded log: evenings of one size and mix behind a longer and longer ledger, and the start behind all of it."""
        events, evenings = sizes["events"], sizes["evenings"]
        if not self.has_room(f"ledger entries, {events * evenings}", events * evenings * EVENT_BYTES):
            return
        log, points = self.programs.work / "log", []
        for evening in range(evenings):
            days = self.programs.days + evening
            self.small.make(self.sizes["establishments"], events, plain=True, evening=evening)
            place = [f"--data={self.small.folder}", f"--log={log}", f"--days={days}"]
            settings = [f"--partitions={self.programs.partitions}", f"--snapshot-entries={sizes['snapshot_entries']}"]
            told = result(self.programs.load, "decide-on-disk", *place, *settings)
            self.programs.counts.same(f"embedded log, evening {evening + 1}", events, told["evening"]["events"])
            cost = told["evening"]["cpu_seconds"] / events * 1e6
            memory = told["peak_memory_mib"]
            points.append({"size": told["entries"], "events": events, "cpu_microseconds": summary([cost]), "peak_memory_mib": memory})
            print(f"growth: {told['entries']} ledger entries: {cost:.1f} µs an event", file=sys.stderr, flush=True)
        self.add("ledger entries", "embedded", points)
        for with_snapshots in (True, False):
            self.restart(place, told, with_snapshots=with_snapshots)
        shutil.rmtree(log, ignore_errors=True)

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
