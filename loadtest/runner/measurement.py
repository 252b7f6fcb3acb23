"""How large everything is at each scale, and the parts of a run one after the other."""

from __future__ import annotations

import sys
import time

from runner import flow, generator, paced, state
from runner.directory import Directories
from runner.flush import Flush, compare
from runner.growth import Growth
from runner.programs import LoadError, Prepared, Programs
from runner.room import Room

PARTS = ("flush", "paced", "growth", "flow", "state")
# `flush` has at least as many partitions as `flush_partitions` says: a mock cluster keeps little of each.
SCALES = {
    # Seconds, to see that everything works.
    "try": {
        "residents": 20_000, "establishments": 500, "events": 20_000, "flush_partitions": 1, "runs": 2, "framework_runs": 0,
        "steady_rate": 2_000, "steady_seconds": 5, "evening_seconds": 8, "mock_partitions": 4,
        "growth_residents": [20_000, 40_000], "growth_establishments": [100, 500], "growth_events": 10_000, "growth_evenings": [5_000, 20_000],
        "growth_runs": 2, "ledgers": [{"events": 10_000, "evenings": 2, "snapshot_entries": 50, "restarts": [1, 2], "folded_entries": 15_000}],
        "look_ups": 100_000, "flow": {"establishments": 500, "events": 5_000, "evenings": 2},
        "state": {"establishments": 500, "stays": 5_000, "ids": 20_001},
    },
    "small": {
        "residents": 1_000_000, "establishments": 20_000, "events": 200_000, "flush_partitions": 1, "runs": 5, "framework_runs": 2,
        "steady_rate": 2_000, "steady_seconds": 20, "evening_seconds": 45, "mock_partitions": 8,
        "growth_residents": [1_000_000, 10_000_000], "growth_establishments": [1_000, 20_000, 82_000], "growth_events": 100_000,
        "growth_evenings": [15_000, 150_000, 600_000], "growth_runs": 3,
        "ledgers": [{"events": 100_000, "evenings": 4, "snapshot_entries": 2_000, "restarts": [2, 4], "folded_entries": 1_000_000}],
        "look_ups": 2_000_000, "flow": {"establishments": 20_000, "events": 150_000, "evenings": 2},
        "state": {"establishments": 20_000, "stays": 500_000, "ids": 2_100_000},
    },
    # As many residents as there is room for.
    "full": {
        "residents": [100_000_000, 20_000_000], "establishments": 82_000, "events": 1_000_000, "flush_partitions": 128, "runs": 5,
        "framework_runs": 5,
        "steady_rate": 2_000, "steady_seconds": 60, "evening_seconds": 120, "mock_partitions": 24,
        "growth_residents": [1_000_000, 10_000_000, 100_000_000], "growth_establishments": [1_000, 20_000, 82_000], "growth_events": 500_000,
        "growth_evenings": [15_000, 150_000, 1_000_000, 6_700_000], "growth_runs": 5,
        "ledgers": [{"events": 1_000_000, "evenings": 50, "snapshot_entries": 20_000, "restarts": [2, 5, 10, 25, 50], "folded_entries": 6_000_000}],
        "look_ups": 10_000_000, "flow": {"establishments": 82_000, "events": 500_000, "evenings": 5},
        "state": {"establishments": 82_000, "stays": 5_000_000, "ids": 21_000_000},
    },
}


class Measurement:
    """All parts that were asked for, one after the other."""

    def __init__(self, programs: Programs, sizes: dict) -> None:
        self.programs, self.sizes, self.room = programs, sizes, Room(programs.work)
        self.directories = Directories(programs, self.room, sizes["look_ups"], sizes["growth_runs"])
        self.found: dict = {"generator": []}
        self.kinds: dict[str, Prepared] = {}
        self.comparison: Flush | None = None

    def run(self, parts: list[str]) -> dict:
        """The figures of these parts, with what each took."""
        seconds = {}
        self.choose_residents()
        for part in (part for part in PARTS if part in parts):
            began = time.monotonic()
            getattr(self, part)()
            seconds[part] = round(time.monotonic() - began, 1)
            print(f"{part}: {seconds[part]} seconds", file=sys.stderr, flush=True)
        found = self.found | {"directory": self.directories.figures, "left_out": self.room.left_out}
        return {name: value for name, value in found.items() if value} | {"part_seconds": seconds}

    def choose_residents(self) -> None:
        """The largest directory that there is room for."""
        wanted = self.sizes["residents"]
        wanted = wanted if isinstance(wanted, list) else [wanted]
        fitting = next((residents for residents in wanted if self.directories.has(residents)), None)
        if fitting is None:
            raise LoadError("there is no room for the residents")
        self.sizes["residents"] = fitting

    def prepare(self) -> None:
        """The evening of `flush`, readable and sealed."""
        for kind in ("plain", "sealed"):
            self.kinds[kind] = Prepared(self.programs, self.directories, kind, self.sizes["residents"])
            self.kinds[kind].partitions = max(self.programs.partitions, self.sizes["flush_partitions"])
            self.kinds[kind].make(self.sizes["establishments"], self.sizes["events"], plain=kind == "plain")

    def flush(self) -> None:
        """A backlog as fast as it goes."""
        self.prepare()
        self.comparison = Flush(self.programs, self.kinds)
        self.comparison.prepare()
        self.found["generator"] += self.comparison.alone()
        self.found["flush"] = compare(self.comparison, self.sizes["runs"], self.sizes["framework_runs"])
        self.found["records"] = self.comparison.shapes

    def paced(self) -> None:
        """An open loop, evenly and as the evening came."""
        rate, seconds, evening = self.sizes["steady_rate"], self.sizes["steady_seconds"], self.sizes["evening_seconds"]
        data = Prepared(self.programs, self.directories, "paced", self.sizes["residents"])
        for log in ("embedded", "kafka"):
            # A step asks about each partition that has events, and a mock answers behind a fetch that it holds: many would measure the mock alone.
            data.partitions = self.sizes["mock_partitions"] if log == "kafka" else self.programs.partitions
            data.make(self.sizes["establishments"], rate * seconds, plain=False)
            self.found["generator"].append(generator.send(self.programs, data, "sealed", log))
            self.found.setdefault("paced", []).append(paced.run(self.programs, data, "sealed", log, rate=rate, seconds=seconds))
            self.found["paced"].append(paced.run(self.programs, data, "sealed", log, rate=None, seconds=evening))
        data.remove()

    def growth(self) -> None:
        """What an event costs against sizes."""
        self.found |= Growth(self.programs, self.directories, self.room, self.sizes).run(self.comparison)

    def flow(self) -> None:
        """The whole flow on the embedded log."""
        data = Prepared(self.programs, self.directories, "flow-data", self.sizes["residents"])
        self.found["flow"] = flow.run(self.programs, self.room, data, self.sizes["flow"])
        data.remove()

    def state(self) -> None:
        """A whole country's state in memory."""
        self.found["state"] = state.run(self.programs, self.room, self.sizes["state"])
