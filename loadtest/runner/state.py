"""What memory a validator takes that holds a whole country's state."""

from __future__ import annotations

import sys

from runner.programs import Programs, result
from runner.room import Room

# What an id takes at most, with its part of the stays, while the state is made.
ID_BYTES = 320


def run(programs: Programs, room: Room, sizes: dict) -> list[dict]:
    """The state as it grew by events, and as it is after a start from snapshots."""
    wanted = {"establishments": sizes["establishments"], "open_stays": sizes["stays"], "ids": sizes["ids"]}
    if not room.has(f"a state of {sizes['stays']:,} open stays and {sizes['ids']:,} ids", memory=sizes["ids"] * ID_BYTES):
        return []
    command = [programs.load, "hold-state", f"--partitions={programs.partitions}", *(f"--{name}={sizes[name]}" for name in sizes)]
    found = []
    for made, flags in (("by events", []), ("from snapshots", ["--restored"])):
        told = result(*command, *flags)
        for name, count in wanted.items():
            programs.counts.same(f"state {made}, {name.replace('_', ' ')}", count, told[name])
        found.append({
            "made": made, **wanted, "held_bytes": told["held_bytes"], "peak_bytes": told["peak_bytes"],
            "cpu_seconds": round(told["filling"]["cpu_seconds"], 2),
            **({"snapshot_bytes": told["snapshot_bytes"]} if "snapshot_bytes" in told else {}),
        })
        print(f"state {made}: {told['held_bytes'] >> 20} MiB", file=sys.stderr, flush=True)
    return found
