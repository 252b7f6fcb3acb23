"""The profiles `steady` and `evening`: an open loop, latencies from when an event was due, whatever became of those before it.

One process sends, decides and follows the ledger, so all times are of one clock; its generator says how late it was itself.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy
from hdrh.histogram import HdrHistogram

from runner.programs import Prepared, Programs, result

# From a microsecond to ten minutes, to three digits.
LEAST, MOST, DIGITS = 1, 600_000_000, 3
STEP_SECONDS = 0.25
SYNCS, SYNC_BYTES = 300, 4096
COLUMNS = ("due", "sent", "acknowledged", "readable")


def histogram(microseconds: numpy.ndarray) -> dict:
    """Percentiles, and the whole as others can read it."""
    made = HdrHistogram(LEAST, MOST, DIGITS)
    values, counts = numpy.unique(numpy.clip(microseconds, LEAST, MOST).astype(numpy.int64), return_counts=True)
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        made.record_value(value, count)
    at = made.get_value_at_percentile
    return {"unit": "microseconds", "count": made.get_total_count(), "p50": at(50), "p90": at(90), "p99": at(99), "p99_9": at(99.9),
            "most": made.get_max_value(), "hdr": made.encode().decode()}


def syncs(folder: Path) -> list[float]:
    """How long the disk takes to synchronise a little more of a file, in microseconds."""
    path = folder / "syncs"
    found = []
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        for _ in range(SYNCS):
            os.write(file, bytes(SYNC_BYTES))
            start = time.perf_counter()
            os.fdatasync(file)
            found.append((time.perf_counter() - start) * 1e6)
    finally:
        os.close(file)
        path.unlink()
    return found


def timeline(samples: numpy.ndarray) -> dict:
    """How many events were due, sent and decided by the end of each step, in nanoseconds from the beginning."""
    steps = max(1, int(numpy.ceil((samples.max() + 1) / (STEP_SECONDS * 1e9))))
    ends = (numpy.arange(1, steps + 1) * STEP_SECONDS * 1e9).astype(numpy.int64)
    found = {name: numpy.searchsorted(numpy.sort(samples[:, COLUMNS.index(name)]), ends).tolist() for name in ("due", "sent", "readable")}
    return {"step_seconds": STEP_SECONDS, **found}


def figures(samples: numpy.ndarray, told: dict) -> dict:
    """What the samples of a run come to, each row one event's times in nanoseconds."""
    due, sent, acknowledged, readable = (samples[:, index] / 1000 for index in range(len(COLUMNS)))
    span = max(1e-9, (due.max() - due.min()) / 1e6)
    sent_span = max(1e-9, (sent.max() - sent.min()) / 1e6)
    return {
        "seconds": round(told["wall_seconds"], 3),
        **{name: told[name] for name in ("events", "sent", "acknowledged", "readable")},
        "from_due": histogram(readable - due),
        # A reader may see a decision before whoever appended the event has taken its acknowledgement.
        "from_acknowledged": histogram(numpy.maximum(readable - acknowledged, 0)),
        "late": histogram(sent - due),
        "generator": {
            "due_per_second": round(len(due) / span), "sent_per_second": round(len(sent) / sent_span),
            "cpu_seconds": round(told["sender_cpu_seconds"], 3), "cpu_share": round(told["sender_cpu_seconds"] / told["wall_seconds"], 4),
        },
        "validator_cpu_seconds": round(max(0.0, told["cpu_seconds"] - told["sender_cpu_seconds"] - told["tail_cpu_seconds"]), 3),
        "timeline": timeline(samples),
    }


def run(programs: Programs, data: Prepared, kind: str, log: str, *, rate: int | None, seconds: float) -> dict:
    """One run of a profile: `steady` with a rate, else `evening`."""
    profile = "steady" if rate else "evening"
    samples = programs.work / "samples"
    pace = [f"--rate={rate}", f"--events={min(data.events, round(rate * seconds))}"] if rate else [f"--seconds={seconds}"]
    command = [programs.load, "paced", f"--data={data.folder}", f"--partitions={data.partitions}", f"--samples={samples}", *pace]
    print(f"{profile} on the {log} log, {rate or 'as it came'}", file=sys.stderr, flush=True)
    disk: list[float] = []
    if log == "embedded":
        disk += syncs(programs.work)
        told = result(*command)
        disk += syncs(programs.work)
    else:
        data.must_fit_a_mock()
        with programs.cluster(partitions=data.partitions) as brokers:
            told = result(*command, f"--brokers={brokers}")
    found = numpy.fromfile(samples, dtype="<i8").reshape(-1, len(COLUMNS))
    samples.unlink()
    for step in ("sent", "acknowledged", "readable"):
        programs.counts.same(f"{profile} {log} {step}", told["events"], told[step])
    programs.counts.same(f"{profile} {log} samples", told["events"], len(found))
    return {
        "profile": profile, "log": log, "kind": kind, "partitions": data.partitions, "rate": rate, **figures(found, told),
        **({"fdatasync": histogram(numpy.array(disk))} if disk else {}),
    }
