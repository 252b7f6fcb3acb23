"""What the machine has room for; the rest is left out, and the record says so."""

from __future__ import annotations

import sys
from pathlib import Path

from runner.programs import free_bytes

# What is left free for others.
SPARE_DISK, SPARE_MEMORY = 4 << 30, 1 << 30


def free_memory() -> int:
    """Bytes that may still be taken without anything being swapped out."""
    line = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemAvailable"))
    return int(line.split()[1]) * 1024


class Room:
    """Looks before each large part."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.left_out: list[dict] = []

    def has(self, what: str, *, disk: int = 0, memory: int = 0) -> bool:
        """Whether there are so many bytes; what there are none for is noted and told."""
        kinds = (("disk", disk, free_bytes(self.folder) - SPARE_DISK), ("memory", memory, free_memory() - SPARE_MEMORY))
        short = [f"it takes about {gibibytes(needed)} of {kind}, {gibibytes(max(0, free))} are free" for kind, needed, free in kinds if needed > free]
        if short:
            self.leave_out(what, " and ".join(short))
        return not short

    def leave_out(self, what: str, why: str) -> None:
        """Notes what is not measured."""
        self.left_out.append({"what": what, "why": why})
        print(f"LEFT OUT: {what}: {why}", file=sys.stderr, flush=True)


def gibibytes(count: int) -> str:
    """Bytes in words."""
    return f"{count / (1 << 30):.1f} GiB"
