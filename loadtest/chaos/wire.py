"""Protobuf, as far as schemas/lodging/v1 needs it, written from the .proto files and the encoding's published rules alone.

Nothing here is shared with the Swift code or generated: the checker must not agree with a mistake of the code it checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """Bytes that are no message of the schema."""


# Reading


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place after it."""
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise WireError("a varint ends early or is too long")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message in their order: number, and an integer or bytes."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        number, kind = tag >> 3, tag & 7
        if number == 0:
            raise WireError("field number 0")
        if kind == VARINT:
            value, at = varint(data, at)
        elif kind in (FIXED64, FIXED32):
            width = 8 if kind == FIXED64 else 4
            if at + width > len(data):
                raise WireError("a fixed number ends early")
            value, at = int.from_bytes(data[at : at + width], "little"), at + width
        elif kind == BYTES:
            length, at = varint(data, at)
            if at + length > len(data):
                raise WireError("a field ends early")
            value, at = data[at : at + length], at + length
        else:
            raise WireError(f"wire type {kind}")
        yield number, value


def message(data: bytes) -> dict[int, int | bytes]:
    """The fields of a message by number, the last of each."""
    return dict(fields(data))


def repeated(data: bytes, number: int) -> list[int | bytes]:
    """All values of one field."""
    return [value for found, value in fields(data) if found == number]


def signed(value: int) -> int:
    """Undoes zigzag (sint32, sint64)."""
    return (value >> 1) ^ -(value & 1)


def unframed(data: bytes) -> bytes:
    """The message without the frame of Confluent's serializers: a zero byte, a schema id, the path of the message."""
    if not data or data[0] != 0:
        return data
    count, at = varint(data, 5)
    for _ in range(signed(count)):
        _, at = varint(data, at)
    return data[at:]


# Writing


def put_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value: int) -> int:
    return (value << 1) ^ (value >> 63)


def put(number: int, value: int | bytes | str | None) -> bytes:
    """A field; nothing where the value is the default one."""
    if not value:
        return b""
    if isinstance(value, int):
        return put_varint(number << 3 | VARINT) + put_varint(value)
    data = value.encode() if isinstance(value, str) else value
    return put_message(number, data)


def put_message(number: int, data: bytes) -> bytes:
    """A field of bytes, also where it is empty."""
    return put_varint(number << 3 | BYTES) + put_varint(len(data)) + data


def put_fixed64(number: int, value: int) -> bytes:
    return put_varint(number << 3 | FIXED64) + value.to_bytes(8, "little")


# event.proto

BODIES = {
    20: "check-in",
    21: "amendment",
    22: "room-change",
    23: "extension",
    24: "check-out",
    25: "cancellation",
    26: "daily-close",
    27: "establishment-opened",
    28: "establishment-changed",
    29: "establishment-closed",
    30: "tick",
}


@dataclass(slots=True)
class Details:
    """StayDetails, as far as figures need them."""

    citizen: bool = True
    room: str = ""
    arrival: int = 0
    arrival_is_day: bool = False
    departure: int = 0
    party: bytes = b""


@dataclass(slots=True)
class House:
    """EstablishmentDetails, as far as figures need them."""

    commune: int = 0
    rooms: int = 0
    beds: int = 0


@dataclass(slots=True)
class Event:
    """StayEvent without the guest."""

    id: bytes = b""
    establishment: str = ""
    happened: int = 0
    received: int = 0
    kind: str = ""
    after: bytes = b""
    stay: bytes = b""
    details: Details | None = None
    room: str = ""
    departure: int = 0
    day: int = 0
    guests: int = 0
    house: House | None = None

    @property
    def is_about_stay(self) -> bool:
        return not self.kind.startswith("establishment-") and self.kind != "tick"


def text(value: int | bytes | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, bytes):
        raise WireError("a number where text belongs")
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise WireError("text that is no UTF-8") from error


def _moment(data: int | bytes | None) -> tuple[int, bool]:
    found = message(data or b"")
    return signed(found.get(1, 0)), bool(found.get(2, 0))


def _details(data: int | bytes | None) -> Details:
    found = message(data or b"")
    arrival, is_day = _moment(found.get(4))
    return Details(found.get(1) == 1, text(found.get(3)), arrival, is_day, _moment(found.get(5))[0], found.get(7, b""))


def read_event(record: bytes) -> Event:
    """Reads a record of stay-events."""
    event = Event()
    for number, value in fields(unframed(record)):
        if number in BODIES:
            _read_body(event, number, value)
        elif number == 1:
            event.id = value
        elif number == 2:
            event.establishment = text(value)
        elif number == 3:
            event.happened = signed(value)
        elif number == 5:
            event.received = signed(value)
        elif number == 8:
            event.after = value
    if not event.kind:
        raise WireError("an event without a body")
    return event


def _read_body(event: Event, number: int, data: int | bytes) -> None:
    if not isinstance(data, bytes):
        raise WireError("a number where a body belongs")
    event.kind, body = BODIES[number], message(data)
    if number == 20:
        event.stay, event.details = event.id, _details(body.get(1))
    elif number == 21:
        event.stay, event.details = body.get(1, b""), _details(body.get(2))
    elif number in (22, 23, 24, 25):
        event.stay = body.get(1, b"")
        if number == 22:
            event.room = text(body.get(2))
        if number == 23:
            event.departure = _moment(body.get(2))[0]
    elif number == 26:
        event.day, event.guests = signed(body.get(1, 0)), body.get(2, 0)
    elif number in (27, 28):
        house = message(body.get(1, b""))
        event.house = House(house.get(3, 0), house.get(5, 0), house.get(6, 0))


# ledger.proto

ENTRIES = {
    10: "genesis",
    11: "decided",
    12: "ticked",
    13: "undecodable",
    14: "missing",
    15: "reseal",
    16: "source-reset",
    17: "upgrade",
    18: "rekey",
}
RECORD_KINDS = ("decided", "ticked", "undecodable")
ACCEPTED, FLAGGED, REJECTED, DUPLICATE, UNDECODABLE = 1, 2, 3, 4, 5
OUTCOMES = {1: "accepted", 2: "flagged", 3: "rejected", 4: "duplicate", 5: "undecodable"}
CHAIN_BYTES = 36


def chain_fields(entry: bytes | None) -> tuple[bytes, bytes] | None:
    """The two chain values at the start of an entry; None for a record that cannot count."""
    if entry is None or len(entry) < CHAIN_BYTES or entry[:2] != b"\x0a\x10" or entry[18:20] != b"\x12\x10":
        return None
    return entry[2:18], entry[20:36]


@dataclass(slots=True)
class Entry:
    """LedgerEntry behind the chain values."""

    kind: str = ""
    source: int = 0
    now: int = 0
    rules: int = 0
    resets: int = 0
    body: bytes = b""
    # decided
    event: bytes = b""
    outcome: int = 0
    codes: int = 0
    is_minor: bool = False
    digest: bytes = b""
    first_source: int | None = None
    # decided, ticked: the digest of the decided record, where the entry does not hold all of its value
    record: bytes = b""
    # genesis
    partition: int = 0
    partitions: int = 0
    incarnation: int = 0
    key_id: int = 0
    # missing, source-reset
    first: int = 0
    next_source: int = 0
    # undecodable
    code: int = 0
    size: int = 0


def read_entry(data: bytes) -> Entry:
    """Reads an entry; its kind is empty where the schema has none of that number."""
    entry = Entry()
    for number, value in fields(data[CHAIN_BYTES:]):
        if number == 3:
            entry.source = signed(value)
        elif number == 4:
            entry.now = signed(value)
        elif number == 5:
            entry.rules = value
        elif number == 8:
            entry.resets = value
        elif number >= 10:
            if not isinstance(value, bytes):
                raise WireError("a number where a body belongs")
            entry.kind, entry.body = ENTRIES.get(number, ""), value
    _read_entry_body(entry)
    return entry


def _read_entry_body(entry: Entry) -> None:
    body = message(entry.body)
    if entry.kind == "decided":
        entry.event, entry.outcome, entry.codes = body.get(1, b""), body.get(2, 0), body.get(3, 0)
        facts = message(body.get(8, b""))
        entry.digest, entry.is_minor = facts.get(3, b""), bool(facts.get(7, 0))
        entry.record = body.get(9, b"")
        if 7 in body:
            entry.first_source = signed(message(body[7]).get(1, 0))
    elif entry.kind == "ticked":
        entry.record = body.get(1, b"")
    elif entry.kind == "genesis":
        entry.partition, entry.partitions = body.get(2, 0), body.get(3, 0)
        entry.incarnation, entry.key_id = body.get(4, 0), body.get(6, 0)
    elif entry.kind == "missing":
        entry.first = signed(body.get(1, 0))
    elif entry.kind == "source-reset":
        entry.incarnation, entry.next_source = body.get(1, 0), signed(body.get(2, 0))
    elif entry.kind == "rekey":
        entry.key_id = body.get(1, 0)
    elif entry.kind == "undecodable":
        entry.code, entry.digest, entry.size = body.get(1, 0), body.get(2, b""), body.get(3, 0)


# Kafka's partitioner


def murmur2(key: bytes) -> int:
    """The 32-bit hash of Java clients (org.apache.kafka.common.utils.Utils.murmur2)."""
    m, mask = 0x5BD1_E995, 0xFFFF_FFFF
    value = 0x9747_B28C ^ len(key)
    whole = len(key) & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(key[at : at + 4], "little") * m & mask
        word = (word ^ word >> 24) * m & mask
        value = value * m & mask ^ word
    tail = key[whole:]
    if tail:
        value = (value ^ int.from_bytes(tail, "little")) * m & mask
    value = (value ^ value >> 13) * m & mask
    return value ^ value >> 15


def partition_of(key: bytes, partitions: int) -> int:
    return (murmur2(key) & 0x7FFF_FFFF) % partitions
