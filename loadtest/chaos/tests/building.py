"""Hand-made logs for the checker's own tests: events of a few hotels, a ledger that decides them, and the faults that a cluster makes."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import wire
from sources import EVENTS, LEDGER, Record
from wire import put, put_fixed64, put_message, zigzag

START = 1_790_000_000_000
HOUR = 3_600_000
COMMUNES = (4, 8, 70)


def event_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def chain_of(previous: bytes, rest: bytes) -> bytes:
    """Any function will do where no key is checked: readers compare what entries carry."""
    return hashlib.blake2b(previous + rest, digest_size=16).digest()


def moment(ms: int, is_day: bool = False) -> bytes:
    return put(1, zigzag(ms)) + put(2, int(is_day))


def details(departure: int, room: str = "101", arrival: int = START, citizen: bool = True) -> bytes:
    return put(1, 1 if citizen else 2) + put(3, room) + put(4, moment(arrival)) + put(5, moment(departure)) + put(6, 1)


def event(number: int, establishment: str, body: bytes, at: int = START, after: int | None = None) -> bytes:
    head = put(1, event_id(number)) + put(2, establishment) + put(3, zigzag(at)) + put(5, zigzag(at))
    return head + put(8, event_id(after) if after is not None else None) + body


def opened(number: int, establishment: str, commune: int = 4, rooms: int = 10, beds: int = 20) -> bytes:
    house = put(1, "A house") + put(2, 1) + put(3, commune) + put(5, rooms) + put(6, beds)
    return event(number, establishment, put_message(27, put_message(1, house)))


def check_in(number: int, establishment: str, departure: int, at: int = START, **more: object) -> bytes:
    return event(number, establishment, put_message(20, put_message(1, details(departure, arrival=at, **more))), at)


def about_stay(number: int, establishment: str, kind: int, stay: int, more: bytes = b"", at: int = START) -> bytes:
    return event(number, establishment, put_message(kind, put(1, event_id(stay)) + more), at)


def tick(at: int = START) -> bytes:
    return event(1, "", put_message(30, b""), at)


def entry_rest(source: int, now: int, number: int, body: bytes) -> bytes:
    return put(3, zigzag(source)) + put(4, zigzag(now)) + put(5, 1) + put_message(number, body)


def genesis(partition: int, partitions: int) -> bytes:
    return entry_rest(-1, START, 10, put(1, bytes(range(16))) + put(2, partition) + put(3, partitions) + put(5, 1) + put(6, 1))


def decided(
    source: int, now: int, value: bytes, outcome: int, codes: int = 0, first: int | None = None, minor: bool = False, record: bytes = b""
) -> bytes:
    facts = put(3, hashlib.blake2b(value, digest_size=16).digest()) + put(7, int(minor))
    earlier = put_message(7, put(1, zigzag(first)) + put(2, bytes(16))) if first is not None else b""
    kept = put(9, record) if record else b""
    verdict = put(2, outcome) + (put_fixed64(3, codes) if codes else b"")
    return entry_rest(source, now, 11, put(1, value) + verdict + earlier + put(8, facts) + kept)


@dataclass
class HandMade:
    """A source with two topics of some partitions, and the chain of each ledger."""

    count: int = 2
    topics: dict[tuple[str, int], list[Record]] = field(default_factory=dict)
    chain: dict[int, bytes] = field(default_factory=dict)
    now: int = START

    def __post_init__(self) -> None:
        for number in range(self.count):
            self.topics[EVENTS, number], self.topics[LEDGER, number] = [], []
            self.chain[number] = bytes(16)
            self.write(number, genesis(number, self.count))

    # Source

    def partitions(self) -> int:
        return self.count

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        records = self.topics[topic, partition]
        return (records[0].offset, records[-1].offset + 1) if records else (0, 0)

    def read(self, topic: str, partition: int, start: int, end: int) -> Iterator[Record]:
        yield from (record for record in self.topics[topic, partition] if start <= record.offset < end)

    # Writing

    def name(self, partition: int, number: int = 0) -> str:
        """An establishment of this partition."""
        names = (f"H{index}" for index in range(10_000))
        fitting = (name for name in names if wire.partition_of(name.encode(), self.count) == partition)
        return next(name for index, name in enumerate(fitting) if index == number)

    def append(self, partition: int, key: str | None, value: bytes | None, later: int = 1000) -> Record:
        """Appends to the events log some time later; returns the record."""
        self.now += later
        records = self.topics[EVENTS, partition]
        offset = records[-1].offset + 1 if records else 0
        records.append(Record(offset, self.now, key.encode() if key is not None else None, value))
        return records[-1]

    def write(self, partition: int, rest: bytes, previous: bytes | None = None, advances: bool = True) -> Record:
        """Writes an entry on a history, the partition's own unless told otherwise."""
        before = self.chain[partition] if previous is None else previous
        chain = chain_of(before, rest)
        if previous is None and advances:
            self.chain[partition] = chain
        return self.put(partition, b"\x0a\x10" + before + b"\x12\x10" + chain + rest)

    def put(self, partition: int, value: bytes | None) -> Record:
        records = self.topics[LEDGER, partition]
        records.append(Record(records[-1].offset + 1 if records else 0, self.now, None, value))
        return records[-1]

    def decide(self, partition: int, record: Record, outcome: int = wire.ACCEPTED, codes: int = 0, **more: object) -> Record:
        return self.write(partition, decided(record.offset, record.appended, record.value, outcome, codes, **more))

    def settle(self, partition: int, key: str, value: bytes, outcome: int = wire.ACCEPTED, codes: int = 0, **more: object) -> Record:
        """Appends an event and decides it; returns the entry."""
        return self.decide(partition, self.append(partition, key, value), outcome, codes, **more)

    # Faults that leave a sound register

    def deposed(self, partition: int, record: Record, previous: bytes) -> None:
        """A validator that was deposed decides a record once more, on the history that it knew."""
        self.write(partition, decided(record.offset, record.appended, record.value, wire.REJECTED, 1 << 15), previous)

    def rewrite(self, topic: str, partition: int, index: int, **changes: object) -> None:
        records = self.topics[topic, partition]
        records[index] = replace(records[index], **changes)


def evening(seed: int, events: int = 60, faults: bool = True) -> HandMade:
    """A sound register after a random evening; with faults, the ledger is full of entries that do not count."""
    rng = random.Random(seed)
    log = HandMade(count=2)
    number = 0
    stays: dict[str, dict[int, bool]] = {}
    for partition in range(log.count):
        for index in range(2):
            number += 1
            name = log.name(partition, index)
            log.settle(partition, name, opened(number, name, rng.choice(COMMUNES), beds=rng.randint(50, 90)))
            stays[name] = {}
    for _ in range(events):
        number += 1
        partition, index = rng.randrange(log.count), rng.randrange(2)
        name = log.name(partition, index)
        before = log.chain[partition]
        record = _one_event(log, rng, partition, name, number, stays[name])
        if faults:
            _faults(log, rng, partition, record, before)
    return log


def _one_event(log: HandMade, rng: random.Random, partition: int, name: str, number: int, stays: dict[int, bool]) -> Record:
    dice = rng.random()
    if dice < 0.1:
        record = log.append(partition, None, tick(log.now))
        log.write(partition, entry_rest(record.offset, record.appended, 12, b""))
    elif dice < 0.15:
        record = log.append(partition, name, bytes(rng.randrange(1, 256) for _ in range(40)))
        log.write(
            partition, entry_rest(record.offset, record.appended, 13, put(2, bytes(16)) + put(3, len(record.value)) + put(4, "no event"))
        )
    elif dice < 0.65 or not stays:
        departure = log.now + rng.choice((1, 30, 60 * 24)) * 60_000
        value = check_in(number, name, departure, log.now, room=str(rng.randint(1, 9)), citizen=rng.random() < 0.7)
        record = log.append(partition, name, value)
        log.decide(partition, record, rng.choice((wire.ACCEPTED, wire.FLAGGED)), minor=rng.random() < 0.2)
        stays[number] = True
    elif dice < 0.8:
        stay = rng.choice(list(stays))
        record = log.append(partition, name, about_stay(number, name, 22, stay, put(2, "9"), log.now))
        log.decide(partition, record)
    else:
        stay = rng.choice(list(stays))
        del stays[stay]
        record = log.append(partition, name, about_stay(number, name, rng.choice((24, 25)), stay, at=log.now))
        log.decide(partition, record)
    return record


def _faults(log: HandMade, rng: random.Random, partition: int, record: Record, before: bytes) -> None:
    if rng.random() < 0.3:
        log.deposed(partition, record, before)
    if rng.random() < 0.2:  # an append that lands twice
        log.put(partition, log.topics[LEDGER, partition][-1].value)
    if rng.random() < 0.1:  # the rest of a batch whose beginning was lost
        log.write(partition, decided(record.offset + 5, record.appended, b"lost", wire.ACCEPTED), previous=event_id(7))
    if rng.random() < 0.05:
        log.put(partition, rng.choice((None, b"", b"garbage", bytes(40))))
