"""What the producer sent: one JSON object a line, written before the producer goes on.

`{"n": number, "establishment": …, "event": hex or null, "place": [partition, offset] or null, "digest": of key and value, "expect": …,
"minor": …, "at": when it was acknowledged, in seconds since 1970}`

`expect` is what must become of it: registered, rejected, duplicate, undecodable. `place` is null for what was never acknowledged, which
may stand in the log all the same. Sending again after such a failure makes a second record of the same event: then the first in the log is
what was expected, and the others are duplicates of it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import wire
from findings import Findings

if TYPE_CHECKING:
    from ledger import Decision, PartitionLedger
    from sources import Record

REGISTERED, REJECTED, DUPLICATE, UNDECODABLE = "registered", "rejected", "duplicate", "undecodable"
BECAME = {1: REGISTERED, 2: REGISTERED, 3: REJECTED, 4: DUPLICATE}


def digest(key: bytes | None, value: bytes | None) -> str:
    """By which a record is known again."""
    parts = (b"-" if part is None else b"+" + len(part).to_bytes(4, "big") + part for part in (key, value))
    return hashlib.sha256(b"".join(parts)).hexdigest()[:32]


@dataclass(slots=True)
class Sent:
    n: int
    establishment: str
    event: str | None
    place: tuple[int, int] | None
    digest: str
    expect: str
    minor: bool | None = None
    at: float | None = None


class Journal:
    def __init__(self, sent: list[Sent]) -> None:
        self.sent = sent

    @classmethod
    def read(cls, path: Path) -> Journal:
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]
        return cls([Sent(**line | {"place": tuple(line["place"]) if line["place"] else None}) for line in lines])

    def counts(self, partitions: list[PartitionLedger]) -> tuple[int, int]:
        """Acknowledged records, and how many of them are decided."""
        acknowledged = [sent.place for sent in self.sent if sent.place]
        return len(acknowledged), sum(offset in partitions[number].decisions for number, offset in acknowledged)

    def waits(self, partitions: list[PartitionLedger], seen: dict[tuple[int, int], float]) -> list[tuple[int, float, float]]:
        """Of what is decided: the partition, when it was acknowledged, and when its decision was seen in the ledger."""
        found = []
        for sent in self.sent:
            decision = partitions[sent.place[0]].decisions.get(sent.place[1]) if sent.place and sent.at else None
            at = seen.get((sent.place[0], decision.offset)) if decision else None
            if at is not None:
                found.append((sent.place[0], sent.at, at))
        return found

    def compare(self, partitions: list[PartitionLedger], findings: Findings) -> None:
        copies = self._copies(partitions)
        last: dict[str, tuple[int, int]] = {}
        for sent in sorted(self.sent, key=lambda sent: sent.n):
            if sent.place is None:
                continue
            record = self._record(sent, partitions, findings)
            if record is None:
                continue
            self._compare_outcome(sent, copies, partitions, findings)
            if sent.event is not None:
                self._compare_order(sent, last, copies, findings)

    @staticmethod
    def _copies(partitions: list[PartitionLedger]) -> dict[str, list[tuple[int, int]]]:
        """Where each record stands, by its digest; one that was sent again stands there more than once."""
        copies = defaultdict(list)
        for ledger in partitions:
            for offset, record in sorted(ledger.events.items()):
                copies[digest(record.key, record.value)].append((ledger.partition, offset))
        return copies

    @staticmethod
    def _record(sent: Sent, partitions: list[PartitionLedger], findings: Findings) -> Record | None:
        """The record that was acknowledged; where it is not there, it is lost."""
        number, offset = sent.place
        record = partitions[number].events.get(offset)
        if record is None:
            findings.lost(f"sent {sent.n}: {number}:{offset} was acknowledged and is not in the events log")
        elif digest(record.key, record.value) != sent.digest:
            findings.lost(f"sent {sent.n}: {number}:{offset} was acknowledged and holds something else")
            return None
        return record

    @staticmethod
    def _compare_outcome(
        sent: Sent, copies: dict[str, list[tuple[int, int]]], partitions: list[PartitionLedger], findings: Findings
    ) -> None:
        """The first copy must become what was expected, the others what a repetition becomes."""
        repeated = DUPLICATE if sent.expect in (REGISTERED, DUPLICATE) else sent.expect
        for index, (number, offset) in enumerate(copies[sent.digest]):
            decision = partitions[number].decisions.get(offset)
            if decision is None:
                continue  # counted as lost where the partition is checked
            expected = sent.expect if index == 0 else repeated
            if became(decision) != expected:
                words = f"{became(decision)} with codes {codes(decision.codes)}"
                findings.differs(f"sent {sent.n}: {number}:{offset} became {words}, must be {expected}")
            elif sent.minor is not None and decision.is_minor != sent.minor and became(decision) == REGISTERED:
                findings.differs(f"sent {sent.n}: {number}:{offset}: the guest's age is not the declared one")

    @staticmethod
    def _compare_order(sent: Sent, last: dict[str, tuple[int, int]], copies: dict[str, list[tuple[int, int]]], findings: Findings) -> None:
        """An establishment's events stand, and are decided, in the order in which they were sent."""
        first = copies[sent.digest][0]
        before = last.get(sent.establishment)
        if before is not None and (before[0] != first[0] or before[1] >= first[1]):
            findings.differs(f"sent {sent.n}: stands at {first[0]}:{first[1]}, behind which {before[0]}:{before[1]} was sent")
        last[sent.establishment] = max(first, before) if before else first


def became(decision: Decision) -> str:
    return UNDECODABLE if decision.kind == "undecodable" else BECAME.get(decision.outcome, decision.kind)


def codes(mask: int) -> list[int]:
    return [bit for bit in range(64) if mask >> bit & 1]


assert set(BECAME) == {wire.ACCEPTED, wire.FLAGGED, wire.REJECTED, wire.DUPLICATE}
