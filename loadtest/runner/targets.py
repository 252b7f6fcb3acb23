"""What the validator is to come to, and what of it a record shows: met, not met, or not measured."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

# Everybody.
RESIDENTS = 100_000_000
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


def of_size(target: Target, size: int, wanted: int, of: str) -> Target:
    """What is met with less than is wanted says nothing of what is wanted; what is missed with less is missed."""
    if target.standing == "not measured" or size >= wanted:
        return target
    words = f"found with {size:,} {of}"
    note = f"{target.note}; {words}" if target.note else words
    return replace(target, standing="not measured" if target.standing == "met" else target.standing, note=note)


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
    residents = record["settings"].get("residents", 0)
    frameworks = [ratios[name] for name in ("bytewax_flow", "quix_app") if name in ratios]
    best = min(frameworks, key=lambda summary: summary["median"]) if frameworks else None
    return [
        of_size(
            at_least("events a CPU second, 100,000,000 residents, identity readable", 270_000, rates.get("validator_plain")),
            residents, RESIDENTS, "residents"),
        of_size(
            at_least("events a CPU second, 100,000,000 residents, identity sealed", 180_000, rates.get("validator_sealed")),
            residents, RESIDENTS, "residents"),
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


# From where to where the cost of an event is to be the same.
GROWTH = {
    "residents": (1_000_000, 100_000_000), "establishments": (1_000, 82_000), "open stays": (10_000, 5_000_000),
    "ledger entries": (1_000_000, 50_000_000), "threads": (1, 2),
}
# A curve of which this part of the way is there is whole: establishments and stays come out a little less or more than planned.
GROWTH_PART = 0.95


def _growth(record: dict) -> list[Target]:
    curves = {curve["against"]: curve for curve in record.get("growth", [])}
    targets = []
    for against, (least, most) in GROWTH.items():
        curve = curves.get(against)
        points = sorted(curve["points"], key=lambda point: point["size"]) if curve else []
        what = f"cost of an event, {against} {least:,} to {most:,}"
        if len(points) < 2:
            targets.append(at_most(what, GROWTH_MAX, None, "-fold"))
            continue
        (first, last) = (points[0]["size"], points[-1]["size"])
        part = math.log(last / first) / math.log(most / least)
        target = at_most(what, GROWTH_MAX, one(growth_ratio(curve)), "-fold", f"found from {first:,} to {last:,}")
        is_whole = part >= GROWTH_PART or target.standing != "met"
        targets.append(target if is_whole else replace(target, standing="not measured"))
    return targets


def _restart(record: dict) -> list[Target]:
    found = [run for run in record.get("restarts", []) if run["with_snapshots"]]
    longest = max(found, key=lambda run: run["entries"], default=None)
    what = "restart to first decision, 10,000,000 entries, with snapshots"
    target = at_most(what, 2, longest and longest["first_decision_seconds"], " s")
    return [of_size(target, longest["entries"] if longest else 0, 10_000_000, "entries")]


def _directory(record: dict) -> list[Target]:
    largest = max(record.get("directory", []), key=lambda found: found["residents"], default=None)
    size = largest["residents"] if largest else 0
    rates = largest and largest["look_ups_per_cpu_second"]
    found = {name: one(value) if largest else None for name, value in _directory_figures(largest).items()}
    others = ""
    if largest:
        parts = {name.replace("_", " "): value / 1e9 for name, value in largest["parts"].items() if name != "exact_match"}
        others = "others: " + ", ".join(f"{name} {value:.2f} GB" for name, value in parts.items())
    targets = [
        at_least("look-ups a second, 100,000,000 residents, in batches, one core", 5_000_000, rates),
        at_most("mapped for the exact-match table, 100,000,000 residents", 2.2, found["mapped"], " GB", others),
        at_least("rows a second, directory of 100,000,000 residents built from CSV", 500_000, found["rows"]),
        at_most("memory of that build beside the mapped file", 1, found["memory"], " GB"),
    ]
    return [of_size(target, size, RESIDENTS, "residents") for target in targets]


def _directory_figures(found: dict | None) -> dict[str, float]:
    if not found:
        return {"mapped": 0, "rows": 0, "memory": 0}
    return {"mapped": found["parts"]["exact_match"] / 1e9, "rows": found["rows_per_second"], "memory": found["load_peak_own_bytes"] / 1e9}


def _state(record: dict) -> list[Target]:
    largest = max(record.get("state", []), key=lambda found: (found["ids"], found["held_bytes"]), default=None)
    what = "memory of a validator with 5,000,000 open stays and 21,000,000 ids"
    note = f"state alone, made {largest['made']}" if largest else ""
    target = at_most(what, 2.5, largest and one(largest["held_bytes"] / 1e9), " GB", note)
    return [of_size(target, largest["ids"] if largest else 0, 21_000_000, "ids")]


def _flow(record: dict) -> list[Target]:
    last = max(record.get("flow", []), key=lambda found: found["stays_before"], default=None)
    what = "events a second through everything, embedded log, 1,000,000 stays in the register"
    target = at_least(what, 20_000, last and one(last["events_per_second"]))
    return [of_size(target, last["stays_before"] if last else 0, 1_000_000, "stays")]


def targets(record: dict) -> list[Target]:
    """All targets that a load test can show."""
    parts = (_flush, _directory, _paced, _restart, _state, _flow, _growth)
    return [target for part in parts for target in part(record)]
