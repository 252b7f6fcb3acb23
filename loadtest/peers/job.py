"""The job that every peer does with an event, as its best users would write it in Python.

Decode the protobuf (the C parser), look the resident up in a memory-mapped index of everybody, count the guests of the establishment, and
write one decision with the event in it. It is less than the register does: one reason instead of all, no digests, no fingerprints, no
chain, no state that forgets, nothing that is safe to repeat.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from pathlib import Path

import numpy

ACCEPTED, FLAGGED, UNDECODABLE = 1, 2, 5
UNKNOWN_NUMBER, NAME_DIFFERS = 1, 2


class Residents:
    """Everybody by number: sorted numbers, and a checksum of each name beside them; both memory-mapped."""

    def __init__(self, folder: Path) -> None:
        self._numbers = numpy.load(folder / "numbers.npy", mmap_mode="r")
        self._names = numpy.load(folder / "names.npy", mmap_mode="r")

    def __len__(self) -> int:
        return len(self._numbers)

    def check(self, numbers: list[int], names: list[int]) -> list[int]:
        """What is wrong with each declaration: 0, UNKNOWN_NUMBER or NAME_DIFFERS."""
        asked = numpy.array(numbers, dtype=numpy.uint64)
        places = numpy.minimum(numpy.searchsorted(self._numbers, asked), len(self._numbers) - 1)
        known = self._numbers[places] == asked
        same = self._names[places] == numpy.array(names, dtype=numpy.uint32)
        return numpy.where(known, numpy.where(same, 0, NAME_DIFFERS), UNKNOWN_NUMBER).tolist()


def name_checksum(name: str) -> int:
    return zlib.crc32(name.encode())


class Job:
    """Decides batches of events; `messages` are the generated classes of the schema."""

    def __init__(self, residents: Residents, messages) -> None:
        self._residents = residents
        self._event, self._entry = messages.StayEvent, messages.LedgerEntry
        self.guests: dict[str, int] = defaultdict(int)
        self.outcomes = {ACCEPTED: 0, FLAGGED: 0, UNDECODABLE: 0}

    def decide(self, values: list[bytes | None]) -> list[bytes]:
        """One decision for each record's value, in their order; the guests of each establishment are counted here."""
        decisions = []
        for establishment, change, decision in self._decide(values):
            if change:
                self.guests[establishment] += change
            decisions.append(decision)
        return decisions

    def decide_keyed(self, values: list[bytes | None]) -> list[tuple[int, bytes]]:
        """The same for whoever counts guests elsewhere: by how many they change, and the decision."""
        return [(change, decision) for _, change, decision in self._decide(values)]

    def _decide(self, values: list[bytes | None]) -> list[tuple[str, int, bytes]]:
        events, asked, numbers, names = [], [], [], []
        for place, value in enumerate(values):
            event = self._decode(value)
            events.append(event)
            if event is None or event.WhichOneof("body") not in ("check_in", "amendment"):
                continue
            number = event.plain.document_number
            if len(number) == 12 and number.isdigit():
                asked.append(place)
                numbers.append(int(number))
                names.append(name_checksum(event.plain.full_name))
        codes = dict(zip(asked, self._residents.check(numbers, names))) if asked else {}
        return [self._decision(value, event, codes.get(place, 0)) for place, (value, event) in enumerate(zip(values, events))]

    def _decode(self, value: bytes | None):
        if not value:
            return None
        try:
            return self._event.FromString(value)
        except Exception:  # the parser's own error class is private
            return None

    def _decision(self, value: bytes | None, event, code: int) -> tuple[str, int, bytes]:
        entry = self._entry()
        if event is None:
            entry.undecodable.size = len(value or b"")
            self.outcomes[UNDECODABLE] += 1
            return "", 0, entry.SerializeToString()
        body = event.WhichOneof("body")
        change = 1 if body == "check_in" else -1 if body in ("check_out", "cancellation") else 0
        outcome = FLAGGED if code else ACCEPTED
        self.outcomes[outcome] += 1
        entry.now_ms = event.received_ms
        entry.decided.event = value
        entry.decided.outcome = outcome
        entry.decided.codes = code
        return event.establishment, change, entry.SerializeToString()
