"""How long partitions stood still, and what had gone wrong then.

A partition stands still while an event of it is acknowledged and no decision comes that counts. The end of a pause is when a reader saw the
decision, not when the validator made it: only what can be read was decided.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from confluent_kafka import Consumer, TopicPartition

from sources import LEDGER, quiet

# What is shorter is ordinary work on a busy machine.
TOLD_SECONDS = 1.0
# A validator that is gone is missed so much later at most, and its partitions begin to wait when their next event comes.
REACH_SECONDS = 12.0
NOTHING = "nothing"
# What stops no validator; all else may begin a pause, and prolong one.
HARMLESS = ("an oversized record", "a full disk under a projection", "kill a serving node", "pause a serving node", "end a serving node")


@dataclass
class Struck:
    """A fault: when it began, and until when nobody could have done anything about it (equal for what only needs an answer)."""

    kind: str
    at: float
    until: float


@dataclass(frozen=True)
class Pause:
    partition: int
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


class Watch:
    """A reader of the whole ledger that notes when it saw each record."""

    def __init__(self, bootstrap: str, prefix: str, partitions: int) -> None:
        self.seen: dict[tuple[int, int], float] = {}
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "chaos-watch",
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "fetch.wait.max.ms": 20,
                "fetch.error.backoff.ms": 50,
                "reconnect.backoff.max.ms": 500,
                "topic.metadata.refresh.interval.ms": 1000,
                "allow.auto.create.topics": False,
                "logger": quiet("chaos-watch"),
            }
        )
        self._consumer.assign([TopicPartition(f"{prefix}.{LEDGER}.v1", partition, 0) for partition in range(partitions)])
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        self._stop.set()
        self._thread.join()
        self._consumer.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            for message in self._consumer.consume(500, timeout=0.05):
                if not message.error():
                    self.seen.setdefault((message.partition(), message.offset()), time.time())


def pauses(waits: Iterable[tuple[int, float, float]]) -> list[Pause]:
    """The pauses of all partitions, from what waited: the partition, when the event was acknowledged, and when its decision was seen."""
    of_partition = defaultdict(list)
    for partition, acknowledged, seen in waits:
        of_partition[partition].append((seen, acknowledged))
    found = []
    for partition, all_waits in of_partition.items():
        waiting_since, oldest = [], float("inf")
        for seen, acknowledged in sorted(all_waits, reverse=True):
            oldest = min(oldest, acknowledged)
            waiting_since.append((seen, oldest))
        last = float("-inf")
        for seen, since in reversed(waiting_since):
            start = max(last, since)
            if seen > start:
                found.append(Pause(partition, start, seen))
            last = max(last, seen)
    return found


def summary(found: list[Pause], struck: list[Struck]) -> dict:
    """The longest pause, and by the kind of what went wrong first: how many, the longest, and the longest beyond what the fault took itself.

    `alone` is the longest of those in whose reach nothing else went wrong.
    """
    kinds: dict[str, dict] = {}
    for pause in found:
        if pause.seconds < TOLD_SECONDS:
            continue
        near = _near(pause, struck)
        before = [fault for fault in near if fault.at <= pause.start]
        kind = before[-1].kind if before else near[0].kind if near else NOTHING
        free = max([pause.start, *(min(fault.until, pause.end) for fault in near)])
        told = kinds.setdefault(kind, {"pauses": 0, "longest": 0.0, "beyond": 0.0, "alone": 0.0})
        told["pauses"] += 1
        told["longest"] = max(told["longest"], round(pause.seconds, 1))
        told["beyond"] = max(told["beyond"], round(pause.end - free, 1))
        if len(near) <= 1:
            told["alone"] = max(told["alone"], round(pause.end - free, 1))
    longest = sorted(found, key=lambda pause: pause.seconds, reverse=True)
    return {
        "longest_pause_seconds": round(longest[0].seconds, 1) if longest else 0.0,
        "longest_beyond_seconds": max((told["beyond"] for told in kinds.values()), default=0.0),
        "pauses": dict(sorted(kinds.items())),
    }


def _near(pause: Pause, struck: list[Struck]) -> list[Struck]:
    near = [fault for fault in struck if fault.at <= pause.end and fault.until >= pause.start - REACH_SECONDS]
    return [fault for fault in near if fault.kind not in HARMLESS]


def longest(found: list[Pause], struck: list[Struck], count: int, began: float) -> list[str]:
    """The longest pauses in words, with what had gone wrong around each; times are seconds since `began`."""
    lines = []
    for pause in sorted(found, key=lambda pause: -pause.seconds)[:count]:
        near = _near(pause, struck)
        faults = ", ".join(f"{fault.kind} {fault.at - began:.1f}–{fault.until - began:.1f}" for fault in near)
        lines.append(
            f"partition {pause.partition} stood still for {pause.seconds:.1f} s, {pause.start - began:.1f}–{pause.end - began:.1f}: {faults or NOTHING}"
        )
    return lines
