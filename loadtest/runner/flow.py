"""The whole flow on the embedded log: sent, decided, and folded into register, occupancy, alerts and receipts, evening after evening."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from pathlib import Path

from runner.programs import Prepared, Programs, result
from runner.room import Room

# What an event takes on the disk: in the prepared file, on the log with its entry, and in the register.
EVENT_BYTES = 3_500
TABLES = ("stays", "receipts", "quarantine", "alerts", "establishments")


def rows(register: Path) -> dict[str, int]:
    """How many rows each table of a register has, asked past the program that wrote it."""
    with sqlite3.connect(f"file:{register}?mode=ro", uri=True) as database:
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}


def run(programs: Programs, room: Room, data: Prepared, sizes: dict) -> list[dict]:
    """Evenings through the flow, each with more in the register than the one before."""
    log, found, sent = programs.work / "flow", [], 0
    before = dict.fromkeys(TABLES, 0)
    for evening in range(sizes["evenings"]):
        if not room.has(f"evening {evening + 1} of the whole flow", disk=sizes["events"] * EVENT_BYTES):
            break
        data.make(sizes["establishments"], sizes["events"], plain=False, evening=evening)
        place = [f"--data={data.folder}", f"--log={log}", f"--days={programs.days + evening}", f"--partitions={programs.partitions}"]
        told = result(programs.load, "flow", *place)
        after = rows(log / "register.sqlite")
        sent += told["sent"] + (data.establishments if evening == 0 else 0)
        for step in ("sent", "decided", "folded"):
            programs.counts.same(f"whole flow, evening {evening + 1}, {step}", data.events, told[step])
        programs.counts.same(f"whole flow, evening {evening + 1}, receipts and quarantine", sent, after["receipts"] + after["quarantine"])
        found.append({
            "rows_before": sum(before.values()), "stays_before": before["stays"], "rows": after, "events": told["sent"],
            "events_per_second": round(told["sent"] / told["flow"]["wall_seconds"]),
            "cpu_microseconds": round(told["flow"]["cpu_seconds"] / told["sent"] * 1e6, 2),
            "sending_seconds": round(told["sending_seconds"], 2), "seconds": round(told["flow"]["wall_seconds"], 2),
            "nanoseconds": told["validator"] | {"projections": told["projections"]}, "peak_memory_mib": told["peak_memory_mib"],
        })
        print(f"whole flow: {found[-1]['events_per_second']:,} events a second behind {before['stays']:,} stays", file=sys.stderr, flush=True)
        before = after
    shutil.rmtree(log, ignore_errors=True)
    return found
