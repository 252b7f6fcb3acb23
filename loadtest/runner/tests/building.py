"""A record made by hand, with every part in it."""

from __future__ import annotations

import numpy

from runner import paced

MILLISECOND = 1_000_000


def summary(median: float, runs: int = 3) -> dict:
    return {"median": median, "least": median * 0.9, "most": median * 1.1, "runs": runs}


def samples(events: int = 400, late: int = 0, lag: int = 5 * MILLISECOND) -> numpy.ndarray:
    """Events half a millisecond apart, each sent so much late and readable so long after it was due."""
    due = numpy.arange(events, dtype=numpy.int64) * MILLISECOND // 2
    return numpy.stack([due, due + late, due + lag // 2, due + lag], axis=1)


def told(events: int = 400) -> dict:
    return {"events": events, "sent": events, "acknowledged": events, "readable": events, "wall_seconds": 0.25, "cpu_seconds": 0.2,
            "sender_cpu_seconds": 0.01, "tail_cpu_seconds": 0.02}


def run(log: str = "embedded", profile: str = "steady", **more: int) -> dict:
    extra = {"fdatasync": paced.histogram(numpy.array([900.0, 1100.0]))} if log == "embedded" else {}
    rate = 2000 if profile == "steady" else None
    return {"profile": profile, "log": log, "kind": "sealed", "partitions": 64, "rate": rate, **paced.figures(samples(**more), told()), **extra}


def point(size: int, cost: float) -> dict:
    return {"size": size, "events": 1000, "cpu_microseconds": summary(cost), "peak_memory_mib": 100}


def restart(entries: int, seconds: float, *, with_snapshots: bool = True) -> dict:
    return {"entries": entries, "with_snapshots": with_snapshots, "first_decision_seconds": summary(seconds), "all_decide_seconds": summary(seconds),
            "entries_folded": 900, "log_bytes": 5, "snapshot_bytes": 5, "peak_memory_mib": 90}


def directory(residents: int, look_ups: float = 6_000_000) -> dict:
    return {
        "residents": residents, "documents": 9, "bytes": 77 * residents, "rows_per_second": 600_000, "rows_per_cpu_second": 600_000,
        "parts": {"exact_match": 20 * residents, "persons": 50 * residents, "document_index": 3 * residents, "documents": 4 * residents},
        "reading_seconds": 1.5, "writing_seconds": 0.5, "load_peak_own_bytes": 90_000_000, "look_ups_per_cpu_second": summary(look_ups), "batch": 4096}


def evening(stays: int) -> dict:
    return {"stays_before": stays, "rows_before": 2 * stays, "rows": {"stays": stays + 90, "receipts": stays + 100}, "events": 100,
            "events_per_second": 9_000, "cpu_microseconds": 150.5, "seconds": 0.1, "sending_seconds": 0.05,
            "nanoseconds": {"read": 100, "decide": 900, "projections": 5_000}, "peak_memory_mib": 300}


def record() -> dict:
    """A whole record."""
    return {
        "format": 1, "began": "2026-11-22T14:00:00+00:00", "seconds": 60, "commit": "0" * 40, "changed": False,
        "machine": {"processor": "a processor", "cores": 2, "memory_kib": 1, "kernel": "6", "load": [0.1, 0.2, 0.3], "disk_free_bytes": 1},
        "versions": {"swift": "6.3", "librdkafka": "2.0.2", "python": "3.11"},
        "settings": {"scale": "small", "parts": ["flush"], "partitions": 64, "threads": 1, "residents": 1_000_000},
        "counts": [{"run": "validator plain", "in": 5, "out": 5}],
        "records": {"plain": {"lodging.stay-events.v1": {"sampled": 9, "key_bytes": 16, "value_bytes": 200, "headers": 0}}},
        "flush": {
            "events": 1_000_000, "partitions": 128,
            "events_per_cpu_second": {
                "validator_plain": summary(40_000), "validator_sealed": summary(25_000), "ceiling_plain": summary(500_000),
                "hand_loop_plain": summary(60_000), "pour_plain": summary(250_000), "bytewax_flow_plain": summary(3_000, 2)},
            "events_per_second": {"validator_plain": summary(36_000), "validator_sealed": summary(22_000)},
            "validator_plain_to": {"ceiling": summary(0.08), "hand_loop": summary(0.6), "bytewax_flow": summary(13, 2)},
        },
        "generator": [
            {"profile": "flush", "log": "kafka", "kind": "plain", "events": 400, "events_per_second": 200_000, "events_per_cpu_second": 250_000},
            {"profile": "paced", "log": "embedded", "kind": "sealed", "events": 400, "events_per_second": 50_000, "events_per_cpu_second": 90_000}],
        "paced": [run(), run("kafka"), run("kafka", "evening")],
        "growth": [
            {"against": "residents", "log": "memory", "points": [point(1_000_000, 20), point(10_000_000, 21)]},
            {"against": "threads", "log": "kafka", "points": [point(1, 20), point(2, 30)]}],
        "restarts": [restart(200_000, 0.3), restart(400_000, 0.4), restart(400_000, 9, with_snapshots=False)],
        "directory": [directory(1_000_000)],
        "flow": [evening(0), evening(90_000)],
        "state": [{"made": "by events", "establishments": 9, "open_stays": 50, "ids": 210, "held_bytes": 25_000, "peak_bytes": 30_000, "cpu_seconds": 1},
                  {"made": "from snapshots", "establishments": 9, "open_stays": 50, "ids": 210, "held_bytes": 24_000, "peak_bytes": 31_000,
                   "cpu_seconds": 2, "snapshot_bytes": 9_000}],
        "part_seconds": {"flush": 30, "paced": 20.5},
        "left_out": [{"what": "residents, 100000000", "why": "no room"}],
    }
