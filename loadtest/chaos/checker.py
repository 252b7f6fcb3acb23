#!/usr/bin/env python3
"""Checks a register from outside: reads both logs, applies the acceptance rule, folds the stays, and compares every read model.

Prints one JSON object; exit code 0 where nothing is lost, doubled or different, 1 otherwise, 2 where something cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import stays
import wire
from findings import Findings
from journal import Journal
from keys import ChainKeys
from ledger import Counted, PartitionLedger, kind_of
from readmodels import Answer, CommandLine, Expected, ReadModel, ReadModelError, ServingNode, Units, Version, contradictions
from sources import EVENTS, LEDGER, EmbeddedSource, KafkaSource, Source, SourceError

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "Sources/LodgingService/Resources/units/units-2025-07-01.csv"


class Check:
    """One check of one register."""

    def __init__(self, source: Source, units: Units, keys: ChainKeys | None = None) -> None:
        self.source, self.units = source, units
        self.findings = Findings()
        count = source.partitions()
        if count == 0:
            self.findings.differs("the ledger is empty")
        self.partitions = [PartitionLedger(number, count, self.findings, keys) for number in range(count)]
        self._read: dict[tuple[str, int], int] = {}
        self._figures: dict[tuple[int, int, int], dict] = {}

    # Reading

    def read(self, wait: float = 0.0) -> None:
        """Reads what there is; with a wait, until what the events log holds now is decided."""
        for ledger in self.partitions:
            self._read_events(ledger)
        ends = {ledger.partition: max(ledger.events, default=-1) for ledger in self.partitions}
        deadline = time.monotonic() + wait
        while True:
            self.read_ledger()
            behind = [ledger for ledger in self.partitions if ledger.source < ends[ledger.partition]]
            if not behind or time.monotonic() > deadline:
                return
            time.sleep(0.5)

    def _read_events(self, ledger: PartitionLedger) -> None:
        start, end = self.source.bounds(EVENTS, ledger.partition)
        ledger.events_start = start
        first = self._read.get((EVENTS, ledger.partition), start)
        for record in self.source.read(EVENTS, ledger.partition, first, end):
            ledger.take_event(record)
        self._read[EVENTS, ledger.partition] = end

    def read_ledger(self) -> None:
        """Goes on to the ledger's end; events that were appended meanwhile are read first, since entries may decide them."""
        for ledger in self.partitions:
            start, end = self.source.bounds(LEDGER, ledger.partition)
            first = self._read.get((LEDGER, ledger.partition), 0)
            if start > 0:
                self._no_beginning(ledger, start)
                continue
            if first < end:
                self._read_events(ledger)
            for record in self.source.read(LEDGER, ledger.partition, first, end):
                ledger.take(record)
            self._read[LEDGER, ledger.partition] = end

    def _no_beginning(self, ledger: PartitionLedger, start: int) -> None:
        if not ledger.stands_still:
            self.findings.differs(f"partition {ledger.partition} of the ledger begins at {start}, not with its genesis")
        ledger.stands_still = True

    @property
    def position(self) -> Version:
        return {ledger.partition: ledger.head for ledger in self.partitions if ledger.counted}

    # Read models

    def compare(self, model: ReadModel, units: int, receipts: int) -> dict:
        """Compares so many units, from the nation down, each with its parts, and so many receipts (all of them with -1)."""
        asked = {"units": 0, "receipts": 0}
        position = self.position
        expected = self.expected(position)
        try:
            for unit in by_level(expected.units)[: None if units < 0 else units]:
                self._compare_unit(model, unit, position)
                asked["units"] += 1
            issued = [(ledger, counted) for ledger in self.partitions for counted in registered(ledger)]
            for ledger, counted in _some(issued, receipts):
                self._compare_receipt(model, ledger, counted, position)
                asked["receipts"] += 1
        except ReadModelError as error:
            self.findings.differs(f"{model.name}: {error}")
        return asked

    def expected(self, version: Version) -> Expected:
        """What read models must show at a version: a ledger offset of each partition."""
        folds = {number: self.fold(number, offset) for number, offset in version.items()}
        as_of = min((fold.now for fold in folds.values()), default=0)
        expected, day = Expected(as_of), stays.local_day(as_of)
        for number, fold in folds.items():
            place = (number, version[number], day)
            if place not in self._figures:
                self._figures[place] = fold.figures(day)
            for establishment, (commune, figures) in self._figures[place].items():
                expected.add(establishment, commune, figures, self.units)
        return expected

    def fold(self, number: int, offset: int) -> stays.Partition:
        """The stays of a partition as they are up to an entry."""
        fold = stays.Partition()
        for counted in self.partitions[number].counted:
            if counted.offset > offset:
                break
            for _ in fold.take(counted.entry, counted.event):
                pass  # told when the ledger was read
        return fold

    def _compare_unit(self, model: ReadModel, unit: str, position: Version) -> None:
        answer = model.occupancy(unit, position)
        if answer is None:
            return self.findings.differs(f"{model.name}: knows no unit {unit}")
        self._cover(answer)
        behind = [number for number, offset in position.items() if answer.version.get(number, -1) < offset]
        if behind:
            return self.findings.differs(f"{model.name}: is behind in partitions {behind[:5]}, of {len(behind)}")
        if strange := self._strange_positions(answer.version):
            return self.findings.differs(f"{model.name}: stands at {strange[:5]}, where no entry counts")
        expected = self._expected_at(answer.version)
        for words in contradictions(answer.body, expected.units[unit]):
            self.findings.differs(f"{model.name}: {unit}: {words}")
        if milliseconds(answer.body.get("as_of")) != expected.as_of:
            self.findings.differs(f"{model.name}: {unit}: as of {answer.body.get('as_of')}, must be {expected.as_of}")
        self._compare_children(model, unit, answer, expected)

    def _compare_children(self, model: ReadModel, unit: str, answer: Answer, expected: Expected) -> None:
        shown = {child["unit"]: child for child in answer.body.get("children") or []}
        for child in sorted(expected.children[unit] - shown.keys()):
            self.findings.differs(f"{model.name}: {unit}: {child} is not among its parts")
        nothing = dict.fromkeys(stays.FIGURES, 0)
        for name, body in shown.items():
            for words in contradictions(body, expected.units.get(name, nothing)):
                self.findings.differs(f"{model.name}: {name} in {unit}: {words}")

    def _cover(self, answer: Answer) -> None:
        """Reads on where the read model is further: it may have folded ticks that came since."""
        if any(offset > self.partitions[number].head for number, offset in answer.version.items() if number < len(self.partitions)):
            self.read_ledger()

    def _strange_positions(self, version: Version) -> list[str]:
        known = range(len(self.partitions))
        return [
            f"{number}:{offset}"
            for number, offset in version.items()
            if number not in known or not self.partitions[number].counts_at(offset)
        ]

    def _expected_at(self, version: Version) -> Expected:
        if getattr(self, "_last_version", None) != version:
            self._last_version, self._last_expected = version, self.expected(version)
        return self._last_expected

    def _compare_receipt(self, model: ReadModel, ledger: PartitionLedger, counted: Counted, position: Version) -> None:
        entry, event = counted.entry, counted.event
        name = f"{ledger.partition}-{entry.resets + 1}-{entry.source}-{entry.digest[:8].hex()}"
        answer = model.receipt(name, position)
        if answer is None:
            return self.findings.differs(f"{model.name}: has no receipt {name}")
        must = {
            "receipt": name,
            "establishment": event.establishment,
            "event": event.id.hex(),
            "kind": event.kind,
            "outcome": wire.OUTCOMES.get(entry.outcome),
            "received": event.received,
            "decided": entry.now,
            "ledger": f"{ledger.partition}:{counted.offset}",
        }
        body = dict(answer.body)
        body["event"] = str(body.get("event", "")).replace("-", "").lower()
        body["received"], body["decided"] = milliseconds(body.get("received")), milliseconds(body.get("decided"))
        for key, value in must.items():
            if body.get(key) != value:
                self.findings.differs(f"{model.name}: receipt {name}: {key} is {body.get(key)}, must be {value}")

    def compare_alerts(self, models: list[ServingNode]) -> None:
        """Alerts have rules of their own; what is checked here is that nodes at one version show the same ones."""
        shown: dict[str, tuple[str, object]] = {}
        for model in models:
            try:
                answer = model.alerts(self.position)
            except ReadModelError as error:
                self.findings.differs(f"{model.name}: {error}")
                continue
            if answer is None:
                continue
            version = json.dumps(sorted(answer.version.items()))
            first = shown.setdefault(version, (model.name, answer.body))
            if first[1] != answer.body:
                self.findings.differs(f"{model.name} and {first[0]} show different alerts at one version")

    # What was sent

    def compare_journal(self, journal: Journal) -> tuple[int, int]:
        """Compares what was sent and acknowledged; returns how much was sent, and how much of it is decided."""
        journal.compare(self.partitions, self.findings)
        return journal.counts(self.partitions)

    def counts(self) -> tuple[int, int]:
        """Records of the events log but for ticks, and how many of them are decided."""
        sent = decided = 0
        for ledger in self.partitions:
            for record in ledger.events.values():
                if kind_of(record.value) != "tick":
                    sent += 1
                    decided += record.offset in ledger.decisions
        return sent, decided

    def finish(self) -> None:
        for ledger in self.partitions:
            ledger.finish()

    def summary(self) -> dict:
        slowest = max((decision.took or 0 for ledger in self.partitions for decision in ledger.decisions.values()), default=0)
        outcomes = Counter()
        kinds = Counter()
        for ledger in self.partitions:
            for decision in ledger.decisions.values():
                kinds[decision.kind] += 1
                if decision.kind == "decided":
                    outcomes[wire.OUTCOMES.get(decision.outcome, str(decision.outcome))] += 1
        return {
            "partitions": len(self.partitions),
            "ticks": kinds["ticked"],
            "outcomes": dict(sorted(outcomes.items())) | {"undecodable": kinds["undecodable"]},
            "slowest_decision_seconds": slowest / 1000,
            "ignored": sum(ledger.ignored for ledger in self.partitions),
        }


def by_level(units: Iterable[str]) -> list[str]:
    """The nation, provinces, communes, establishments."""
    return sorted(units, key=lambda unit: (unit != "VN", unit.startswith("e:"), len(unit), unit))


def registered(ledger: PartitionLedger) -> list[Counted]:
    """Entries that have a receipt, of the events log's present life."""
    return [
        counted
        for counted in ledger.counted
        if counted.event
        and counted.entry.outcome in (wire.ACCEPTED, wire.FLAGGED)
        and (decision := ledger.decisions.get(counted.entry.source))
        and decision.offset == counted.offset
    ]


def _some(items: list, count: int) -> list:
    """So many of them, spread evenly; all with a negative count."""
    if count < 0 or count >= len(items):
        return items
    return [items[index * len(items) // count] for index in range(count)]


def milliseconds(time_text: str | None) -> int | None:
    """Milliseconds since 1970 of an RFC 3339 time."""
    if not time_text:
        return None
    moment = datetime.fromisoformat(time_text)
    return round(moment.timestamp() * 1000)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    log = parser.add_mutually_exclusive_group(required=True)
    log.add_argument("--kafka", metavar="HOST:PORT,…", help="the cluster that carries the topics")
    log.add_argument("--embedded", metavar="FILE", type=Path, help="log.sqlite of a data folder")
    parser.add_argument("--prefix", default="lodging", help="what the topics' names begin with")
    parser.add_argument("--keys", metavar="FILE", type=Path, help="key ring, to recompute chain values and digests")
    parser.add_argument("--node", action="append", default=[], metavar="URL", help="a serving node; may be repeated")
    parser.add_argument("--data", action="append", default=[], metavar="DIR", type=Path, help="a data folder to ask by command")
    parser.add_argument("--lodging", default="lodging", help="the program that --data is asked by")
    parser.add_argument("--journal", metavar="FILE", type=Path, help="what was sent, one JSON object a line")
    parser.add_argument("--occupancies", type=int, default=-1, help="units to compare of each read model; -1 for all")
    parser.add_argument("--receipts", type=int, default=200, help="receipts to compare of each read model; -1 for all")
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="how long undecided events are waited for")
    parser.add_argument("--units", type=Path, default=UNITS, help="the catalogue of units")
    parser.add_argument("--seed", type=int, help="told on in the result")
    parser.add_argument("--faults", type=int, default=0, help="told on in the result")
    return parser.parse_args()


def run(options: argparse.Namespace) -> dict:
    source = KafkaSource(options.kafka, options.prefix) if options.kafka else EmbeddedSource(options.embedded)
    check = Check(source, Units(options.units), ChainKeys.of_ring(options.keys) if options.keys else None)
    check.read(options.wait)
    nodes = [ServingNode(url) for url in options.node]
    models = nodes + [CommandLine(options.lodging, data) for data in options.data]
    asked = {model.name: check.compare(model, options.occupancies, options.receipts) for model in models}
    check.compare_alerts(nodes)
    if options.journal:
        sent, decided = check.compare_journal(Journal.read(options.journal))
    else:
        sent, decided = check.counts()
    check.finish()
    result = {"seed": options.seed, "faults": options.faults, "sent": sent, "decided": decided}
    return result | check.findings.counts | check.summary() | {"read_models": asked, "findings": check.findings.words}


def main() -> int:
    try:
        result = run(arguments())
    except (SourceError, OSError, KeyError, ValueError) as error:
        print(f"checker: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False))
    return 0 if not any(result[kind] for kind in ("lost", "doubled", "differing")) else 1


if __name__ == "__main__":
    sys.exit(main())
