"""Directories of residents: built from CSV once for each size, measured while that is done, and lent to whatever needs residents."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from runner.programs import Programs, result, summary
from runner.room import Room

# What making a resident takes on the disk while it is made: CSV, spilled rows, files.
BYTES = 280


class Directories:
    """Builds each directory when it is first asked for."""

    def __init__(self, programs: Programs, room: Room, look_ups: int, runs: int) -> None:
        self.programs, self.room, self.look_ups, self.runs = programs, room, look_ups, runs
        self.figures: list[dict] = []
        self._folders: dict[int, Path] = {}

    def has(self, residents: int) -> bool:
        """Whether there is a directory of so many residents, or could be made."""
        if residents not in self._folders:
            if not self.room.has(f"a directory of {residents:,} residents", disk=residents * BYTES):
                return False
            self._build(residents)
        return True

    def lend(self, residents: int, folder: Path) -> None:
        """Puts keys and directory into a folder; files are shared, since nobody changes one."""
        if (folder / "keys.json").exists() or not self.has(residents):
            return
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self._folders[residents] / "directory", folder / "directory", copy_function=os.link)
        shutil.copy2(self._folders[residents] / "keys.json", folder / "keys.json")

    def drop(self, residents: int) -> None:
        """Lets a directory go; what was lent stays."""
        shutil.rmtree(self._folders.pop(residents, Path()), ignore_errors=True)

    def _build(self, residents: int) -> None:
        folder, csv = self.programs.work / f"residents-{residents}", self.programs.work / "residents.csv"
        generated = self.programs.csv(residents, csv)
        told = result(self.programs.load, "load-residents", f"--data={folder}", f"--csv={csv}")
        csv.unlink()
        counts = self.programs.counts
        counts.same(f"rows of a file of {residents}", residents, generated)
        counts.same(f"residents built from {residents} rows", residents, told["persons"])
        self._folders[residents] = folder
        self.figures.append({
            "residents": residents, "documents": told["documents"], "bytes": told["file_bytes"], "parts": told["parts"],
            "rows_per_second": round(told["rows"] / told["load"]["wall_seconds"]),
            "rows_per_cpu_second": told["load"]["events_per_cpu_second"], "reading_seconds": round(told["reading_seconds"], 2),
            "writing_seconds": round(told["writing_seconds"], 2), "load_peak_own_bytes": told["peak_own_bytes"], **self._looked_up(residents, folder),
        })
        made = self.figures[-1]
        print(f"directory: {residents:,} residents, {made['rows_per_second']:,} rows a second, "
              f"{made['look_ups_per_cpu_second']['median']:,.0f} look-ups a CPU second", file=sys.stderr, flush=True)

    def _looked_up(self, residents: int, folder: Path) -> dict:
        command = [self.programs.load, "look-up", f"--data={folder}", f"--residents={residents}", f"--look-ups={self.look_ups}"]
        told = [result(*command) for _ in range(self.runs)]
        self.programs.counts.same(f"residents in the directory of {residents}", residents, told[-1]["residents"])
        rates = summary([each["look_ups"]["events_per_cpu_second"] for each in told])
        return {"look_ups_per_cpu_second": rates, "batch": told[-1]["batch"]}
