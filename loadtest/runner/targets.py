"""What the validator is to come to, and what of it a record shows: met, not met, or not measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Standing = Literal["met", "not met", "not measured"]


@dataclass(frozen=True)
class Target:
    """A bound, and what was found."""

    what: str
    wanted: str
    found: str
    standing: Standing
    # What a reader must know to judge it.
    note: str = ""


def number(value: float) -> str:
    """A number with as many digits as say something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(summary: dict, unit: str = "") -> str:
    """A median with the least and the most around it."""
    text = number(summary["median"])
    if summary["runs"] > 1:
        text += f" ({number(summary['least'])} to {number(summary['most'])})"
    return text + unit


def at_least(what: str, bound: float, summary: dict | None, unit: str = "", note: str = "") -> Target:
    """Judged by the median."""
    if summary is None:
        return Target(what, f"≥ {number(bound)}{unit}", "", "not measured", note)
    return Target(what, f"≥ {number(bound)}{unit}", spread(summary, unit), "met" if summary["median"] >= bound else "not met", note)


def at_most(what: str, bound: float, summary: dict | None, unit: str = "", note: str = "") -> Target:
    """Judged by the median."""
    if summary is None:
        return Target(what, f"≤ {number(bound)}{unit}", "", "not measured", note)
    return Target(what, f"≤ {number(bound)}{unit}", spread(summary, unit), "met" if summary["median"] <= bound else "not met", note)


def one(value: float) -> dict:
    """A single figure as a summary."""
    return {"median": value, "least": value, "most": value, "runs": 1}


# How much more an event may cost at the largest size than at the smallest one and still count as no more: what two runs on a shared
# machine differ by.
GROWTH_MAX = 1.15


def growth_ratio(curve: dict) -> float:
    """The cost of an event at the largest size in that at the smallest."""
    points = sorted(curve["points"], key=lambda point: point["size"])
    return points[-1]["cpu_microseconds"]["median"] / max(1e-9, points[0]["cpu_microseconds"]["median"])


def _flush(record: dict) -> list[Target]:
    flush = record.get("flush", {"events_per_cpu_second": {}, "validator_plain_to": {}})
    rates, ratios = flush["events_per_cpu_second"], flush["validator_plain_to"]
    residents = record["settings"].get("residents")
    size = f"with {residents:,} residents" if residents else ""
    frameworks = [ratios[name] for name in ("bytewax_flow", "quix_app") if name in ratios]
    best = min(frameworks, key=lambda summary: summary["median"]) if frameworks else None
    return [
        at_least("events a CPU second, identity readable", 270_000, rates.get("validator_plain"), note=size),
        at_least("events a CPU second, identity sealed", 180_000, rates.get("validator_sealed"), note=size),
        at_least("validator to librdkafka alone", 0.5, ratios.get("ceiling")),
        at_least("validator to the loop in Python", 5, ratios.get("hand_loop"), note="which does a smaller job"),
        at_least("validator to the best framework", 10, best, note="which does a smaller job"),
    ]


def _paced(record: dict) -> list[Target]:
    found = next((run for run in record.get("paced", []) if run["profile"] == "steady" and run["log"] == "embedded"), None)
    what = "acknowledged to readable, p99, embedded log, 2,000 events a second"
    if not found or found["rate"] != 2_000:
        return [at_most(what, 20, None, " ms")]
    disk = found.get("fdatasync", {}).get("p99")
    note = f"the disk's own fdatasync p99 was {disk / 1000:.1f} ms" if disk is not None else ""
    return [at_most(what, 20, one(found["from_acknowledged"]["p99"] / 1000), " ms", note)]


def _growth(record: dict) -> list[Target]:
    curves = {curve["against"]: curve for curve in record.get("growth", [])}
    targets = []
    for against in ("residents", "establishments", "open stays", "ledger entries", "threads"):
        curve = curves.get(against)
        points = sorted(curve["points"], key=lambda point: point["size"]) if curve else []
        note = f"from {points[0]['size']:,} to {points[-1]['size']:,}" if points else ""
        ratio = one(growth_ratio(curve)) if len(points) > 1 else None
        targets.append(at_most(f"cost of an event, {against}", GROWTH_MAX, ratio, "-fold", note))
    return targets


def _restart(record: dict) -> list[Target]:
    found = [run for run in record.get("restarts", []) if run["with_snapshots"]]
    longest = max(found, key=lambda run: run["entries"], default=None)
    what = "restart to first decision, 10,000,000 entries, with snapshots"
    if not longest:
        return [at_most(what, 2, None, " s")]
    is_long = longest["entries"] >= 10_000_000
    told = f"{longest['first_decision_seconds']['median']:.2f} s with {longest['entries']:,} entries"
    return [at_most(what, 2, longest["first_decision_seconds"] if is_long else None, " s", "" if is_long else told)]


def _directory(record: dict) -> list[Target]:
    largest = max(record.get("directory", []), key=lambda found: found["residents"], default=None)
    what = "look-ups a second, 100,000,000 residents, in batches, one core"
    if not largest:
        return [at_least(what, 5_000_000, None)]
    is_large = largest["residents"] >= 100_000_000
    told = f"{spread(largest['look_ups_per_cpu_second'])} with {largest['residents']:,} residents"
    return [at_least(what, 5_000_000, largest["look_ups_per_cpu_second"] if is_large else None, "", "" if is_large else told)]


def targets(record: dict) -> list[Target]:
    """All targets that a load test can show."""
    return [*_flush(record), *_paced(record), *_growth(record), *_restart(record), *_directory(record)]
