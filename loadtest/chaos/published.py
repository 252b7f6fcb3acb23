"""What the topics `occupancy` and `alerts` say, as a consumer reads them from their start, held against the checker's own account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import wire
from checker import Check
from readmodels import ReadModelError, ServingNode, Units

OCCUPANCY, ALERTS = "occupancy", "alerts"
# The checker's names of the figures, in the order of the message's fields from the third on.
FIELDS = (
    "present", "overdue", "presumed_left", "citizens", "foreigners", "minors", "rooms", "capacity_rooms", "capacity_beds",
    "capacity_establishments",
)  # fmt: skip
STANDING = 1
SEVERITIES = {1: "low", 2: "medium", 3: "high", 4: "critical"}

Figures = dict[str, int]
Alerts = dict[str, tuple]


@dataclass
class View:
    """The last record of each key."""

    figures: dict[tuple[str, int], tuple[int, bytes, Figures]] = field(default_factory=dict)
    alerts: Alerts = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    records: int = 0

    def take_occupancy(self, key: str, value: bytes) -> None:
        unit, _, partition = key.rpartition("/")
        message = wire.message(value)
        position = wire.message(message.get(2, b""))
        if text(message.get(1, b"")) != unit or str(position.get(1, 0)) != partition:
            self.strange.append(f"{key} holds figures of {text(message.get(1, b''))} over partition {position.get(1, 0)}")
        figures = {name: message.get(number, 0) for number, name in enumerate(FIELDS, 3)}
        self.figures[unit, int(partition)] = (wire.signed(position.get(2, 0)), position.get(3, b""), figures)

    def take_alert(self, key: str, value: bytes) -> None:
        message = wire.message(value)
        if text(message.get(1, b"")) != key:
            self.strange.append(f"{key} holds the alert {text(message.get(1, b''))}")
        if message.get(2) == STANDING:
            units = [text(unit) for unit in wire.repeated(value, 7)]
            establishment = next((unit.removeprefix("e:") for unit in units if unit.startswith("e:")), None)
            severity = SEVERITIES.get(message.get(5, 0))
            self.alerts[key] = (text(message.get(4, b"")), severity, message.get(6, 0), establishment)


def text(value: bytes | int) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def read(source, partitions: dict[str, int]) -> View:
    """Reads both topics from their start."""
    view = View()
    for topic, take in ((OCCUPANCY, view.take_occupancy), (ALERTS, view.take_alert)):
        last: dict[bytes | None, bytes | None] = {}
        for partition in range(partitions[topic]):
            start, end = source.bounds(topic, partition)
            for record in source.read(topic, partition, start, end):
                view.records += 1
                last[record.key] = record.value
        for key, value in last.items():
            if value is not None:
                _taking(view, take, text(key or b""), value)
    return view


def _taking(view: View, take: Callable[[str, bytes], None], key: str, value: bytes) -> None:
    try:
        take(key, value)
    except ValueError as error:
        view.strange.append(f"{key}: {error}")


def expected(check: Check, number: int, offset: int, units: Units) -> dict[str, Figures]:
    """The figures of every unit over one partition of the ledger up to an entry."""
    found: dict[str, Figures] = {}
    for establishment, (commune, figures) in check.fold(number, offset).figures(0).items():
        province = units.province_of.get(commune)
        for unit in (f"e:{establishment}", f"{commune:05}", *([province] if province else []), "VN"):
            total = found.setdefault(unit, dict.fromkeys(FIELDS, 0))
            for name in FIELDS:
                total[name] += figures[name]
    return found


def differences(check: Check, view: View, units: Units) -> Iterator[str]:
    """What of the published figures is not what the ledger comes to, now and at the entry that each record names."""
    nothing = dict.fromkeys(FIELDS, 0)
    known: dict[tuple[int, int], dict[str, Figures]] = {}

    def figures(number: int, offset: int) -> dict[str, Figures]:
        if (number, offset) not in known:
            known[number, offset] = expected(check, number, offset, units)
        return known[number, offset]

    yield from view.strange
    for (unit, number), (offset, _, published) in sorted(view.figures.items()):
        if number >= len(check.partitions) or not check.partitions[number].counts_at(offset):
            yield f"{unit}/{number} names {offset}, where no entry counts"
        elif published != (due := figures(number, offset).get(unit, nothing)):
            yield f"{unit}/{number} at {offset} is {shortly(published)}, must be {shortly(due)}"
    for ledger in check.partitions:
        if not ledger.counted:
            continue
        due = figures(ledger.partition, ledger.head)
        there = {unit: published for (unit, number), (_, _, published) in view.figures.items() if number == ledger.partition}
        for unit in sorted(due.keys() | there.keys()):
            if there.get(unit, nothing) != due.get(unit, nothing):
                yield f"{unit}/{ledger.partition} is {shortly(there.get(unit, nothing))}, must now be {shortly(due.get(unit, nothing))}"


def shortly(figures: Figures) -> str:
    return ",".join(f"{name} {value}" for name, value in figures.items() if value) or "nothing"


def alerts_of(node: ServingNode, check: Check) -> Alerts:
    """The alerts that a serving node shows, page by page."""
    found: Alerts = {}
    after = ""
    while True:
        answer = node.alerts(check.position, after)
        if answer is None:
            raise ReadModelError(f"{node.name}: has no alerts")
        for alert in answer.body["alerts"]:
            found[alert["id"]] = (alert["kind"], alert["severity"], alert["score"], alert["establishment"])
        if not answer.body.get("next"):
            return found
        after = answer.body["next"]


def compare(check: Check, partitions: dict[str, int], units: Units, nodes: list[ServingNode], wait: float) -> dict:
    """Compares until everything agrees or time is up: publishers are a second behind, and ledger time goes on."""
    deadline = time.monotonic() + wait
    while True:
        view = read(check.source, partitions)
        check.read_ledger()
        words = list(differences(check, view, units))
        try:
            for node in nodes[:1]:
                shown = alerts_of(node, check)
                for name in sorted(view.alerts.keys() | shown.keys()):
                    if view.alerts.get(name) != shown.get(name):
                        words.append(f"alert {name} is {view.alerts.get(name)}, must be {shown.get(name)}")
        except ReadModelError as error:
            words.append(str(error))
        if not words or time.monotonic() > deadline:
            break
        time.sleep(1.0)
    for word in words:
        check.findings.differs(f"published: {word}")
    return {"records": view.records, "figures": len(view.figures), "alerts": len(view.alerts)}
