"""Who stays where, folded from the entries that count; written from the rules in words, for the checker alone.

Each stay is kept as its timeline: the moments from which it is present, overdue, presumed left and closed, as they follow from what was
told last. A question at a moment looks the timeline up; nothing has to be told that time passes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import wire
from wire import Details, Entry, Event, House

HOUR = 3_600_000
DAY = 24 * HOUR
PRESUMED_AFTER = 24 * HOUR
PRESUMED_KEPT = 7 * DAY
ZONE = 7 * HOUR  # UTC+7, without summer time

PRESENT, OVERDUE, PRESUMED, CLOSED = "present", "overdue", "presumed_left", "closed"
# Bits of the codes that depend on what was registered before.
ID_REUSED, AFTER_MISSING, ESTABLISHMENT_UNKNOWN, ESTABLISHMENT_CLOSED = 1 << 8, 1 << 9, 1 << 13, 1 << 14
STAY_UNKNOWN, STAY_CLOSED, OVER_CAPACITY = 1 << 22, 1 << 23, 1 << 37
REGISTERED_TWICE = "an event is registered a second time"


def local_day(ms: int) -> int:
    """The local day, in days since 1970-01-01."""
    return (ms + ZONE) // DAY


@dataclass(slots=True)
class Stay:
    citizen: bool
    minor: bool
    room: str
    departure: int
    arrival: int = 0
    reported: int = 0
    moments: list[int] = field(default_factory=list)
    phases: list[str] = field(default_factory=list)

    def tell(self, now: int) -> None:
        """Draws the timeline anew from what is known at `now`."""
        presumed = self.departure + PRESUMED_AFTER
        steps = [(PRESENT, now), (OVERDUE, self.departure), (PRESUMED, presumed)]
        passed = sum(moment <= now for _, moment in steps[1:])
        steps = [(phase, max(moment, now)) for phase, moment in steps[passed:]]
        self._draw([*steps, (CLOSED, steps[-1][1] + PRESUMED_KEPT)])

    def presume_left(self, now: int) -> None:
        """A daily close: who is overdue is taken to have left."""
        if self.phase(now) == OVERDUE:
            self._draw([(PRESUMED, now), (CLOSED, now + PRESUMED_KEPT)])

    def phase(self, at: int) -> str:
        return self.phases[max(0, bisect_right(self.moments, at) - 1)]

    def is_guest(self, at: int) -> bool:
        return self.phase(at) in (PRESENT, OVERDUE)

    def _draw(self, steps: list[tuple[str, int]]) -> None:
        self.phases, self.moments = [phase for phase, _ in steps], [moment for _, moment in steps]


@dataclass(slots=True)
class Establishment:
    house: House
    is_open: bool = True
    stays: dict[bytes, Stay] = field(default_factory=dict)
    arrivals: Counter = field(default_factory=Counter)
    departures: Counter = field(default_factory=Counter)

    def close_day(self, day: int, guests: int, now: int) -> None:
        """The books of a day are closed: of those who were to leave by then, the first to leave are taken to have left, as many as there
        are more than the guests who are said to stay."""
        end = (day + 1) * DAY - ZONE
        there = sorted((stay.departure, name) for name, stay in self.stays.items() if stay.is_guest(now) and stay.arrival < end)
        due = [name for departure, name in there if departure < end and self.stays[name].phase(now) == OVERDUE]
        for name in due[: max(0, len(there) - guests)]:
            self.stays[name].presume_left(now)


FIGURES = (
    "present", "overdue", "presumed_left", "citizens", "foreigners", "minors", "rooms", "capacity_rooms", "capacity_beds",
    "capacity_establishments", "arrivals", "departures",
)  # fmt: skip


class Partition:
    """The stays of one partition; takes counted entries in their order."""

    def __init__(self) -> None:
        self.now = 0
        self.establishments: dict[str, Establishment] = {}
        self.registered: dict[tuple[str, bytes], tuple[int, int]] = {}

    def take(self, entry: Entry, event: Event | None) -> Iterator[str]:
        """Takes an entry; yields in words what about the decision contradicts what was registered before."""
        self.now = entry.now
        if entry.kind != "decided" or event is None:
            return
        yield from self._judge(entry, event)
        if entry.outcome not in (wire.ACCEPTED, wire.FLAGGED):
            return
        self.registered[event.establishment, event.id] = (entry.source, entry.outcome)
        self._register(entry, event)

    # What a decision says about the state that it was made on

    def _judge(self, entry: Entry, event: Event) -> Iterator[str]:
        known = self.registered.get((event.establishment, event.id))
        if entry.outcome in (wire.ACCEPTED, wire.FLAGGED):
            if known:
                yield REGISTERED_TWICE
            yield from self._judge_registered(entry, event)
        elif entry.outcome == wire.DUPLICATE:
            if not known or known[0] != entry.first_source:
                yield "a duplicate of what was not registered, or not there"
        elif entry.outcome == wire.REJECTED:
            yield from self._judge_rejected(entry, event, known is not None)

    def _judge_registered(self, entry: Entry, event: Event) -> Iterator[str]:
        if event.after and (event.establishment, event.after) not in self.registered:
            yield "registered although what it comes after is not"
        house = self.establishments.get(event.establishment)
        if house is None:
            if event.kind != "establishment-opened":
                yield "registered at an establishment that was never opened"
            return
        if event.stay and event.kind != "check-in" and not self._is_stay_open(event):
            yield f"{event.kind} of a stay that is not open"
        if event.kind == "check-in" and event.details:
            if not house.is_open:
                yield "a check-in at a closed establishment"
            guests = sum(stay.is_guest(self.now) for stay in house.stays.values())
            over = 0 < house.house.beds <= guests and self.now < event.details.departure + PRESUMED_AFTER
            if over != bool(entry.codes & OVER_CAPACITY):
                yield f"{guests} guests, {house.house.beds} beds, and the flag for too many is {not over}"

    def _judge_rejected(self, entry: Entry, event: Event, is_known: bool) -> Iterator[str]:
        house = self.establishments.get(event.establishment)
        if entry.codes & ESTABLISHMENT_UNKNOWN and house is not None:
            yield "rejected as at an unknown establishment, which was opened"
        if entry.codes & ESTABLISHMENT_CLOSED and (house is None or house.is_open):
            yield "rejected as at a closed establishment, which is open"
        if entry.codes & (STAY_UNKNOWN | STAY_CLOSED) and self._is_stay_open(event):
            yield "rejected for want of an open stay, which there is"
        if entry.codes & AFTER_MISSING and (event.establishment, event.after) in self.registered:
            yield "rejected for want of what it comes after, which is registered"
        if entry.codes & ID_REUSED and not is_known:
            yield "rejected as another event under a registered id, which is not registered"

    def _is_stay_open(self, event: Event) -> bool:
        house = self.establishments.get(event.establishment)
        stay = house.stays.get(event.stay) if house else None
        return stay is not None and stay.phase(self.now) != CLOSED

    # What was registered

    def _register(self, entry: Entry, event: Event) -> None:
        if event.kind == "establishment-opened" and event.house:
            house = self.establishments.setdefault(event.establishment, Establishment(event.house))
            house.house, house.is_open = event.house, True
            return
        house = self.establishments.get(event.establishment)
        if house is None:
            return
        if event.kind == "establishment-changed" and event.house:
            house.house = event.house
        elif event.kind == "establishment-closed":
            house.is_open = False
        elif event.kind == "daily-close":
            house.close_day(event.day, event.guests, self.now)
        else:
            self._register_stay(house, entry, event)

    def _register_stay(self, house: Establishment, entry: Entry, event: Event) -> None:
        stay = house.stays.get(event.stay)
        if event.kind in ("check-in", "amendment") and event.details:
            details = event.details
            reported = event.received
            if event.kind == "amendment" and stay is not None:
                reported = stay.reported
                house.arrivals[local_day(stay.arrival)] -= 1
            told = Stay(details.citizen, entry.is_minor, details.room, details.departure, arrival(details, reported), reported)
            stay = house.stays[event.stay] = told
            house.arrivals[local_day(stay.arrival)] += 1
        elif event.kind == "check-out":
            house.departures[local_day(event.happened)] += 1
        elif event.kind == "cancellation" and stay is not None:
            house.arrivals[local_day(stay.arrival)] -= 1
        if event.kind in ("check-out", "cancellation"):
            house.stays.pop(event.stay, None)
        elif stay is not None:
            if event.kind == "room-change":
                stay.room = event.room
            elif event.kind == "extension":
                stay.departure = event.departure
            stay.tell(self.now)

    # Figures

    def figures(self, day: int) -> dict[str, tuple[int, dict[str, int]]]:
        """Commune and figures of each establishment at the partition's time; arrivals and departures are those of a local day."""
        return {name: (house.house.commune, self._figures(house, day)) for name, house in self.establishments.items()}

    def _figures(self, house: Establishment, day: int) -> dict[str, int]:
        figures = dict.fromkeys(FIGURES, 0)
        rooms = set()
        for stay in house.stays.values():
            phase = stay.phase(self.now)
            if phase != CLOSED:
                figures[phase] += 1
            if phase in (PRESENT, OVERDUE):
                figures["citizens" if stay.citizen else "foreigners"] += 1
                figures["minors"] += stay.minor
                rooms.add(stay.room)
        figures["rooms"] = len(rooms - {""})
        if house.is_open:
            figures["capacity_rooms"], figures["capacity_beds"] = house.house.rooms, house.house.beds
            figures["capacity_establishments"] = 1
        figures["arrivals"], figures["departures"] = house.arrivals[day], house.departures[day]
        return figures


def arrival(details: Details, received: int) -> int:
    """When the guest arrived: one told as a day is its last second or the time of receipt, the earlier, but not before that day."""
    if not details.arrival_is_day:
        return details.arrival
    start = local_day(details.arrival) * DAY - ZONE
    return max(start, min(details.arrival, received))
