"""The acceptance rule and what must hold of the entries that count, written anew from the rule in words.

An entry counts if and only if its `previous` is the reader's own running chain value; before the first one that value is zero. Everything
else in the log is ignored. Entries are taken one after the other, so the same code follows a log that still grows.
"""

from __future__ import annotations

from dataclasses import dataclass

import stays
import wire
from findings import Findings
from keys import ChainKeys
from sources import Record
from wire import Entry, Event, WireError

EVENT_BYTES_MAX = 64 * 1024
PLAIN_REFUSED = 1 << 12
WRONG_PARTITION, WRONG_KEY, TOO_LARGE = 1, 2, 3


@dataclass(slots=True)
class Counted:
    """An entry that counts, with the event that it decided."""

    offset: int
    entry: Entry
    event: Event | None


@dataclass(slots=True)
class Decision:
    """What became of one record of the events log."""

    offset: int
    kind: str
    outcome: int
    codes: int
    is_minor: bool
    digest: bytes
    took: int | None  # milliseconds from the record's append to the entry's


class PartitionLedger:
    """One partition's ledger beside its events log."""

    def __init__(self, partition: int, partitions: int, findings: Findings, keys: ChainKeys | None = None) -> None:
        self.partition, self.partitions = partition, partitions
        self.keys = keys
        self.findings = findings
        # What the events log contradicts; a reset of the source ends the log that it was compared with, and these with it.
        self.compared = Findings()
        self.events: dict[int, Record] = {}
        self.events_start = 0
        self.counted: list[Counted] = []
        self.decisions: dict[int, Decision] = {}
        self.ignored = 0
        self.chain = bytes(16)
        self.source = -1
        self.now = 0
        self.incarnation = 0
        self.stands_still = False
        self._key_id = 0
        self._places: set[int] = set()
        self._stays = stays.Partition()

    # The events log

    def take_event(self, record: Record) -> None:
        self.events[record.offset] = record

    # The ledger

    def take(self, record: Record) -> None:
        """Takes the next record of the ledger."""
        chain = wire.chain_fields(record.value)
        if self.stands_still or chain is None or chain[0] != self.chain:
            self.ignored += 1
            return None
        try:
            entry = wire.read_entry(record.value)
        except WireError as error:
            return self._stop(record, f"counts and cannot be read: {error}")
        if not entry.kind:
            return self._stop(record, "counts and is of a kind that the schema has not")
        if not self.counted and entry.kind != "genesis":
            self.ignored += 1
            return None
        self._compare_chain(record, entry)
        self.chain = chain[1]
        self._count(record, entry)

    def _stop(self, record: Record, words: str) -> None:
        self.findings.differs(f"{self._place(record)} {words}")
        self.stands_still = True

    def _place(self, record: Record | Counted) -> str:
        return f"ledger {self.partition}:{record.offset}"

    def _compare_chain(self, record: Record, entry: Entry) -> None:
        if entry.kind == "genesis" and not self.counted:
            self._key_id = entry.key_id
        if self.keys and not self.keys.chain_holds(self._key_id, record.value):
            self.findings.differs(f"{self._place(record)}: the chain value is not that of the bytes")
        if entry.kind == "rekey":
            self._key_id = entry.key_id

    def _count(self, record: Record, entry: Entry) -> None:
        if entry.now < self.now:
            self.findings.differs(f"{self._place(record)}: ledger time falls by {self.now - entry.now} ms")
        event = None
        if entry.kind == "genesis":
            self._take_genesis(record, entry)
        elif entry.kind in wire.RECORD_KINDS:
            event = self._take_decision(record, entry)
        elif entry.kind == "missing":
            self._take_missing(record, entry)
        elif entry.source != self.source:
            self.findings.differs(f"{self._place(record)}: {entry.kind} names source {entry.source} instead of {self.source}")
        elif entry.kind == "source-reset":
            self._reset(entry)
        for words in self._stays.take(entry, event):
            add = self.findings.doubled if words == stays.REGISTERED_TWICE else self.findings.differs
            add(f"{self._place(record)}: {words}")
        self.now = max(self.now, entry.now)
        entry.event = entry.body = b""
        self._places.add(record.offset)
        self.counted.append(Counted(record.offset, entry, event))

    def _take_genesis(self, record: Record, entry: Entry) -> None:
        if self.counted:
            return self.findings.differs(f"{self._place(record)}: a second genesis counts")
        if (entry.partition, entry.partitions, entry.source) != (self.partition, self.partitions, -1):
            self.findings.differs(f"{self._place(record)}: genesis is of partition {entry.partition} of {entry.partitions}")
        self.incarnation = entry.incarnation

    def _reset(self, entry: Entry) -> None:
        self.incarnation, self.source = entry.incarnation, entry.next_source - 1
        self.compared = Findings()
        self.decisions = {}

    # What decides records

    def _take_decision(self, record: Record, entry: Entry) -> Event | None:
        if entry.source <= self.source:
            self.findings.doubled(f"{self._place(record)}: source {entry.source} is decided again, {self.source} was the last")
        else:
            self._pass_over(record, self.source + 1, entry.source)
        self.source = max(self.source, entry.source)
        source = self.events.get(entry.source)
        if source is None:
            if entry.source >= self.events_start:
                self.compared.differs(f"{self._place(record)}: decides {entry.source}, which the events log does not have")
        elif entry.now != max(self.now, source.appended):
            self.compared.differs(f"{self._place(record)}: ledger time {entry.now} is not the event's append time {source.appended}")
        took = None if source is None else record.appended - source.appended
        self.decisions[entry.source] = Decision(record.offset, entry.kind, entry.outcome, entry.codes, entry.is_minor, entry.digest, took)
        if entry.kind == "undecodable":
            self._compare_undecodable(record, entry, source)
        elif entry.kind == "ticked":
            self._compare_tick(record, entry, source)
        else:
            return self._compare_event(record, entry, source)
        return None

    def _pass_over(self, record: Record, first: int, end: int) -> None:
        passed = [offset for offset in range(first, end) if offset in self.events or offset < self.events_start]
        if passed:
            self.compared.lost(f"{self._place(record)}: events {passed[0]} to {passed[-1]} are passed over", len(passed))
        elif first < end:
            self.findings.differs(f"{self._place(record)}: {first} to {end - 1} are passed over without a missing range")

    def _take_missing(self, record: Record, entry: Entry) -> None:
        if entry.first != self.source + 1 or entry.source < entry.first:
            self.findings.differs(f"{self._place(record)}: missing {entry.first} to {entry.source} behind source {self.source}")
        there = [offset for offset in range(entry.first, entry.source + 1) if offset in self.events]
        if there:
            self.compared.lost(f"{self._place(record)}: {there[0]} to {there[-1]} are called missing and are there", len(there))
        self.source = max(self.source, entry.source)

    def _compare_event(self, record: Record, entry: Entry, source: Record | None) -> Event | None:
        try:
            event = wire.read_event(entry.event)
        except WireError as error:
            self.findings.differs(f"{self._place(record)}: what was decided is no event: {error}")
            return None
        if source is not None and not self._is_record(source, entry, event):
            self.compared.differs(f"{self._place(record)}: the event is not the one at {entry.source}")
        if source is not None and source.key != event.establishment.encode():
            self.compared.differs(f"{self._place(record)}: decided under a wrong key")
        if wire.partition_of(event.establishment.encode(), self.partitions) != self.partition:
            self.findings.differs(f"{self._place(record)}: decided on a wrong partition")
        if entry.outcome not in (wire.ACCEPTED, wire.FLAGGED, wire.REJECTED, wire.DUPLICATE):
            self.findings.differs(f"{self._place(record)}: outcome {entry.outcome}")
        return event

    def _is_record(self, source: Record, entry: Entry, event: Event) -> bool:
        """Whether the record has the entry's bytes; where an identity was left out of them, whether it is the same event by its digest."""
        if not entry.record:
            return source.value == entry.event
        if entry.outcome != wire.REJECTED or not entry.codes & PLAIN_REFUSED:
            return False
        try:
            sent = wire.read_event(source.value or b"")
        except WireError:
            return False
        return sent == event and self._has_digest(source, entry.record)

    def _has_digest(self, source: Record, digest: bytes) -> bool:
        """Whether the record has this digest; without the key ring nobody can tell, and it is taken to have it."""
        return not digest or not self.keys or self.keys.record_digest_holds(self._key_id, source, digest)

    def _compare_tick(self, record: Record, entry: Entry, source: Record | None) -> None:
        if source is None:
            return
        if source.key or kind_of(source.value) != "tick" or not self._has_digest(source, entry.record):
            self.compared.differs(f"{self._place(record)}: ticked, and the record is no tick, or another")

    def _compare_undecodable(self, record: Record, entry: Entry, source: Record | None) -> None:
        if source is None:
            return
        value = source.value
        if entry.size != len(value or b""):
            self.compared.differs(f"{self._place(record)}: the quarantined record has {len(value or b'')} bytes, not {entry.size}")
        if not self._has_digest(source, entry.digest):
            self.compared.differs(f"{self._place(record)}: the quarantined bytes are not those at {entry.source}")
        if (entry.code == TOO_LARGE) != (value is not None and len(value) > EVENT_BYTES_MAX):
            self.compared.differs(f"{self._place(record)}: code {entry.code} for a record of {len(value or b'')} bytes")
        if entry.code in (WRONG_KEY, WRONG_PARTITION) and self._is_in_place(source):
            self.compared.differs(f"{self._place(record)}: code {entry.code} for a record in its place")

    def _is_in_place(self, source: Record) -> bool:
        try:
            event = wire.read_event(source.value or b"")
        except WireError:
            return False
        if event.kind == "tick":
            return not source.key
        key = event.establishment.encode()
        return source.key == key and wire.partition_of(key, self.partitions) == self.partition

    # The end

    def undecided(self) -> list[int]:
        """Offsets of the events log that no entry has decided yet."""
        return sorted(offset for offset in self.events if offset > self.source)

    def finish(self) -> None:
        """Says what is missing once nothing more comes; called once."""
        if not self.counted:
            self.findings.differs(f"partition {self.partition} of the ledger has no genesis")
        undecided = self.undecided()
        if undecided:
            self.compared.lost(f"events {self.partition}:{undecided[0]} to {undecided[-1]} are not decided", len(undecided))
        self.findings.add_all(self.compared)

    def counts_at(self, offset: int) -> bool:
        """Whether an entry counts at this offset."""
        return offset in self._places

    @property
    def head(self) -> int:
        """The offset of the last entry that counts; -1 before genesis."""
        return self.counted[-1].offset if self.counted else -1


def kind_of(value: bytes | None) -> str:
    """The kind of a record of the events log; empty for one that cannot be read."""
    try:
        return wire.read_event(value or b"").kind
    except WireError:
        return ""
