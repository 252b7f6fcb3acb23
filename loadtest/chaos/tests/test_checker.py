"""The checker must see everything that it is there to see: each kind of damage is done to a sound register, and must be found."""

from __future__ import annotations

import random
import tempfile
import unittest
from pathlib import Path

import wire
from checker import Check, by_level, milliseconds
from readmodels import Answer, Units, Version
from sources import EVENTS, LEDGER, Record
from tests.building import (
    HOUR,
    HandMade,
    about_stay,
    check_in,
    decided,
    entry_rest,
    evening,
    genesis,
    opened,
    put,
    zigzag,
)

DAY = 24 * HOUR


def units() -> Units:
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("edition,1,2025-07-01\nprovince,01,A,1,1\nprovince,04,B,1,1\n")
        file.write("commune,00004,01,C\ncommune,00008,01,D\ncommune,00070,04,E\n")
        file.flush()
        return Units(Path(file.name))


UNITS = units()


def checked(log: HandMade) -> Check:
    check = Check(log, UNITS)
    check.read()
    check.finish()
    return check


def counts(log: HandMade) -> tuple[int, int, int]:
    found = checked(log).findings.counts
    return found["lost"], found["doubled"], found["differing"]


class SoundTests(unittest.TestCase):
    def test_an_undisturbed_register_is_sound(self) -> None:
        for seed in range(20):
            check = checked(evening(seed, faults=False))
            self.assertEqual(check.findings.words, [], f"seed {seed}")
            self.assertEqual(check.summary()["ignored"], 0)

    def test_entries_that_do_not_count_disturb_nothing(self) -> None:
        ignored = 0
        for seed in range(60):
            check = checked(evening(seed))
            self.assertEqual(check.findings.words, [], f"seed {seed}")
            ignored += check.summary()["ignored"]
        self.assertGreater(ignored, 500)

    def test_what_was_sent_and_decided_is_counted_without_ticks(self) -> None:
        check = checked(evening(1))
        sent, decided = check.counts()
        self.assertEqual(sent, decided)
        self.assertEqual(sent + check.summary()["ticks"], sum(len(ledger.events) for ledger in check.partitions))

    def test_a_ledger_that_lost_its_tail_and_was_written_again_is_sound(self) -> None:
        log = evening(3)
        name = log.name(0)
        chain, end = log.chain[0], len(log.topics[LEDGER, 0])
        record = log.append(0, name, check_in(900, name, log.now + DAY))
        log.decide(0, record, wire.FLAGGED)
        del log.topics[LEDGER, 0][end:]
        log.chain[0] = chain
        log.decide(0, record, wire.ACCEPTED)
        self.assertEqual(counts(log), (0, 0, 0))

    def test_a_missing_range_accounts_for_offsets_that_are_not_there(self) -> None:
        log = evening(4)
        log.append(0, None, b"")
        log.append(0, None, b"")
        del log.topics[EVENTS, 0][-2:]
        first = log.topics[EVENTS, 0][-1].offset + 1
        log.topics[EVENTS, 0].append(Record(first + 2, log.now, None, b""))
        log.write(0, entry_rest(first + 1, log.now, 14, put(1, zigzag(first)) + put(2, "a hole")))
        log.write(0, entry_rest(first + 2, log.now, 13, put(2, bytes(16))))
        self.assertEqual(counts(log), (0, 0, 0))

    def test_a_source_reset_begins_the_events_log_anew(self) -> None:
        log = evening(5)
        source = log.topics[EVENTS, 0][-1].offset
        log.write(0, entry_rest(source, log.now, 16, put(1, 2)))
        log.topics[EVENTS, 0].clear()
        name = log.name(0)
        log.settle(0, name, check_in(901, name, log.now + DAY))
        check = checked(log)
        self.assertEqual(check.findings.words, [])
        self.assertEqual(check.partitions[0].incarnation, 2)


class LostAndDoubledTests(unittest.TestCase):
    def test_an_event_that_nobody_decides_is_lost(self) -> None:
        log = evening(10)
        log.append(1, log.name(1), check_in(900, log.name(1), log.now))
        self.assertEqual(counts(log), (1, 0, 0))

    def test_events_that_are_passed_over_are_lost(self) -> None:
        log = evening(11)
        name = log.name(0)
        for number in (900, 901):
            log.append(0, name, check_in(number, name, log.now + DAY))
        log.settle(0, name, check_in(902, name, log.now + DAY))
        self.assertEqual(counts(log), (2, 0, 0))

    def test_a_missing_range_over_an_event_that_is_there_loses_it(self) -> None:
        log = evening(12)
        record = log.append(0, log.name(0), b"something")
        log.write(0, entry_rest(record.offset, log.now, 14, put(1, zigzag(record.offset))))
        self.assertEqual(counts(log), (1, 0, 0))

    def test_a_second_entry_that_counts_for_one_event_is_a_double(self) -> None:
        log = evening(13)
        name = log.name(0)
        record = log.append(0, name, about_stay(900, name, 24, 12345))
        for _ in range(2):
            log.decide(0, record, wire.REJECTED, 1 << 22)
        self.assertEqual(counts(log), (0, 1, 0))

    def test_an_event_that_is_registered_under_two_offsets_is_a_double(self) -> None:
        log = evening(14)
        name = log.name(0)
        for _ in range(2):
            log.settle(0, name, check_in(900, name, log.now + DAY))
        self.assertEqual(counts(log)[1], 1)


class DifferingTests(unittest.TestCase):
    def assert_differs(self, log: HandMade, words: str) -> None:
        found = checked(log).findings
        self.assertTrue(any(words in text for text in found.words), f"{words!r} is not among {found.words}")

    def test_a_partition_without_genesis(self) -> None:
        log = HandMade()
        log.topics[LEDGER, 1].clear()
        self.assert_differs(log, "no genesis")

    def test_a_genesis_of_another_partition_or_number(self) -> None:
        for rest in (genesis(1, 2), genesis(0, 3)):
            log = HandMade()
            log.topics[LEDGER, 0].clear()
            log.chain[0] = bytes(16)
            log.write(0, rest)
            self.assert_differs(log, "genesis is of partition")

    def test_a_second_genesis_that_counts(self) -> None:
        log = evening(20)
        log.write(0, genesis(0, 2))
        self.assert_differs(log, "second genesis")

    def test_a_ledger_whose_beginning_is_gone(self) -> None:
        log = evening(21)
        del log.topics[LEDGER, 0][:3]
        self.assert_differs(log, "not with its genesis")

    def test_ledger_time_that_falls(self) -> None:
        log = evening(22)
        record = log.append(0, None, b"x", later=-HOUR)
        log.write(0, entry_rest(record.offset, record.appended, 13, put(2, bytes(16)) + put(3, 1)))
        self.assert_differs(log, "ledger time falls")

    def test_ledger_time_that_is_not_the_append_time(self) -> None:
        log = evening(23)
        record = log.append(0, None, b"x")
        log.write(0, entry_rest(record.offset, record.appended + 1, 13, put(2, bytes(16)) + put(3, 1)))
        self.assert_differs(log, "append time")

    def test_an_event_that_is_not_the_one_on_the_events_log(self) -> None:
        log = evening(24)
        name = log.name(0)
        record = log.append(0, name, check_in(900, name, log.now + DAY))
        other = check_in(901, name, log.now + DAY)
        log.write(0, decided(record.offset, record.appended, other, wire.ACCEPTED))
        self.assert_differs(log, "not the one at")

    def test_an_event_under_a_wrong_key_or_on_a_wrong_partition(self) -> None:
        log = evening(25)
        log.settle(0, log.name(0, 1), check_in(900, log.name(0), log.now + DAY))
        self.assert_differs(log, "wrong key")
        log = evening(25)
        name = log.name(1)
        log.settle(0, name, opened(901, name))
        self.assert_differs(log, "wrong partition")

    def test_a_good_event_that_is_quarantined_for_its_place(self) -> None:
        log = evening(26)
        name = log.name(0)
        record = log.append(0, name, check_in(900, name, log.now + DAY))
        body = put(1, 1) + put(2, bytes(16)) + put(3, len(record.value))
        log.write(0, entry_rest(record.offset, record.appended, 13, body))
        self.assert_differs(log, "in its place")

    def test_an_event_whose_identity_was_left_out(self) -> None:
        refused = (wire.REJECTED, 1 << 12)
        for number, outcome, said in (
            (900, refused, False),
            (901, refused, True),
            (900, (wire.REJECTED, 1 << 15), True),
            (900, (wire.ACCEPTED, 0), True),
        ):
            log = evening(27)
            name = log.name(0)
            value = check_in(900, name, log.now + DAY)
            record = log.append(0, name, wire.put_message(14, put(1, "A")) + value)
            kept = check_in(number, name, log.now - 1000 + DAY)
            log.write(0, decided(record.offset, record.appended, kept, *outcome, record=bytes(16)))
            if said:
                self.assert_differs(log, "the event is not the one")
            else:
                self.assertEqual(counts(log), (0, 0, 0))

    def test_a_good_event_that_is_ticked(self) -> None:
        log = evening(27)
        name = log.name(0)
        record = log.append(0, name, check_in(900, name, log.now + DAY))
        log.write(0, entry_rest(record.offset, record.appended, 12, b""))
        self.assert_differs(log, "no tick")

    def test_an_entry_that_counts_and_cannot_be_read_ends_the_partition(self) -> None:
        for rest in (b"\x0f", put(3, 1) + wire.put_message(77, b"")):
            log = evening(28)
            log.write(0, rest)
            name = log.name(0)
            log.settle(0, name, check_in(900, name, log.now + DAY))
            self.assert_differs(log, "counts and")
            self.assertEqual(counts(log)[0], 1)

    def test_an_entry_without_an_event_that_moves_the_source(self) -> None:
        log = evening(29)
        log.write(0, entry_rest(log.topics[EVENTS, 0][-1].offset + 3, log.now, 17, put(1, 2)))
        self.assert_differs(log, "names source")

    def test_decisions_that_contradict_what_was_registered(self) -> None:
        cases = (
            (24, 12345, wire.ACCEPTED, 0, "not open"),
            (24, 901, wire.REJECTED, 1 << 22, "which there is"),
            (24, 901, wire.REJECTED, 1 << 23, "which there is"),
            (24, 901, wire.REJECTED, 1 << 13, "which was opened"),
            (24, 901, wire.REJECTED, 1 << 14, "which is open"),
            (24, 901, wire.REJECTED, 1 << 8, "not registered"),
            (24, 901, wire.DUPLICATE, 0, "a duplicate of"),
        )
        for kind, stay, outcome, codes, words in cases:
            log = evening(30)
            name = log.name(0)
            log.settle(0, name, check_in(901, name, log.now + DAY, log.now))
            log.settle(0, name, about_stay(902, name, kind, stay), outcome, codes)
            self.assert_differs(log, words)

    def test_a_flag_for_too_many_guests_that_is_not_true_or_not_there(self) -> None:
        for beds, codes in ((1, 0), (9, 1 << 37)):
            log = HandMade()
            name = log.name(0)
            log.settle(0, name, opened(1, name, beds=beds))
            log.settle(0, name, check_in(2, name, log.now + DAY, log.now))
            log.settle(0, name, check_in(3, name, log.now + DAY, log.now), wire.FLAGGED, codes)
            self.assert_differs(log, "flag for too many")


class MutationTests(unittest.TestCase):
    """Damage of a random kind at a random place: a byte of an entry that counts, an entry or an event that is gone."""

    def damage(self, log: HandMade, rng: random.Random) -> str:
        partition = rng.randrange(log.count)
        ledger, events = log.topics[LEDGER, partition], log.topics[EVENTS, partition]
        chain, counted = bytes(16), []
        for index, record in enumerate(ledger):
            fields = wire.chain_fields(record.value)
            if fields and fields[0] == chain:
                chain = fields[1]
                counted.append(index)
        # One that landed twice would count at its second place.
        index = rng.choice([index for index in counted[:-1] if sum(record.value == ledger[index].value for record in ledger) == 1])
        match rng.randrange(4):
            case 0:
                value = bytearray(ledger[index].value)
                value[rng.randrange(20, 36)] ^= 1 << rng.randrange(8)
                log.rewrite(LEDGER, partition, index, value=bytes(value))
                return f"chain of {partition}:{index}"
            case 1:
                log.rewrite(LEDGER, partition, index, value=None)
                return f"entry {partition}:{index} gone"
            case 2:
                gone = rng.randrange(len(events))
                log.rewrite(EVENTS, partition, gone, value=(events[gone].value or b"") + b"\x01")
                return f"event {partition}:{gone} changed"
            case _:
                del events[rng.randrange(1, len(events))]  # without the first, the log would merely begin later
                return f"an event of {partition} gone"

    def test_damage_of_any_kind_is_found(self) -> None:
        for seed in range(300):
            rng = random.Random(seed)
            log = evening(seed, events=25)
            what = self.damage(log, rng)
            self.assertNotEqual(counts(log), (0, 0, 0), f"seed {seed}: {what}")


class Shown:
    """A read model that answers what a check expects, but for what a test changes."""

    name = "shown"

    def __init__(self, check: Check, **changes: object) -> None:
        self.check, self.changes = check, changes
        self.version: Version = dict(check.position)

    def occupancy(self, unit: str, position: Version) -> Answer | None:
        expected = self.check.expected(self.version)
        if unit == self.changes.get("unknown"):
            return None
        children = [self.body(child, expected.units[child]) for child in sorted(expected.children[unit])]
        if self.changes.get("childless") == unit:
            children = children[1:]
        body = self.body(unit, expected.units[unit]) | {"children": children, "as_of": "2026-09-21T14:13:20.000Z"}
        body["as_of"] = self.changes.get("as_of", _text(expected.as_of))
        return Answer(dict(self.changes.get("version", self.version)), body)

    def body(self, unit: str, figures: dict[str, int]) -> dict:
        body = {"unit": unit} | {name: value for name, value in figures.items() if not name.startswith("capacity_")}
        body["capacity"] = {name: figures[f"capacity_{name}"] for name in ("rooms", "beds", "establishments")}
        body["guests"] = body["beds"] = figures["present"] + figures["overdue"]
        if self.changes.get("wrong") == unit:
            body[self.changes["figure"]] += 1
        return body

    def receipt(self, name: str, position: Version) -> Answer | None:
        if self.changes.get("receipts") is None:
            return None
        number, _, source, _ = name.split("-")
        ledger = self.check.partitions[int(number)]
        counted = next(one for one in ledger.counted if one.event and one.entry.source == int(source))
        body = {
            "receipt": name,
            "establishment": counted.event.establishment,
            "event": counted.event.id.hex(),
            "kind": counted.event.kind,
            "outcome": wire.OUTCOMES[counted.entry.outcome],
            "received": _text(counted.event.received),
            "decided": _text(counted.entry.now),
            "ledger": f"{number}:{counted.offset}",
        }
        return Answer({}, body | self.changes["receipts"])


def _text(ms: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


class ReadModelTests(unittest.TestCase):
    def found(self, **changes: object) -> list[str]:
        check = checked(evening(40))
        check.compare(Shown(check, **({"receipts": {}} | changes)), -1, -1)
        return check.findings.words

    def test_a_read_model_that_shows_what_is_true_is_taken(self) -> None:
        self.assertEqual(self.found(), [])

    def test_each_figure_of_each_level_is_compared(self) -> None:
        check = checked(evening(40))
        figures = (
            "present",
            "overdue",
            "presumed_left",
            "citizens",
            "foreigners",
            "minors",
            "rooms",
            "beds",
            "guests",
            "arrivals",
            "departures",
        )
        for unit in check.expected(check.position).units:
            for figure in figures:
                self.assertTrue(self.found(wrong=unit, figure=figure), f"{figure} of {unit}")

    def test_a_unit_or_part_that_is_not_shown(self) -> None:
        self.assertTrue(self.found(unknown="01"))
        self.assertTrue(self.found(childless="VN"))

    def test_a_read_model_that_is_behind_or_stands_where_nothing_counts(self) -> None:
        check = checked(evening(40))
        behind = {number: offset - 1 for number, offset in check.position.items()}
        self.assertIn("is behind", " ".join(self.found(version=behind)))
        beyond = {number: offset + 1000 for number, offset in check.position.items()}
        self.assertIn("where no entry counts", " ".join(self.found(version=beyond)))

    def test_a_moment_that_is_not_the_least_ledger_time(self) -> None:
        self.assertTrue(self.found(as_of="2026-01-01T00:00:00Z"))

    def test_a_receipt_that_is_missing_or_says_something_else(self) -> None:
        self.assertTrue(self.found(receipts=None))
        for key in ("receipt", "establishment", "event", "kind", "outcome", "ledger"):
            self.assertTrue(self.found(receipts={key: "other"}), key)
        for key in ("received", "decided"):
            self.assertTrue(self.found(receipts={key: "2026-01-01T00:00:00Z"}), key)

    def test_units_are_asked_from_the_nation_down(self) -> None:
        self.assertEqual(by_level(["e:A", "00004", "VN", "01"]), ["VN", "01", "00004", "e:A"])

    def test_times_are_read_with_their_zone(self) -> None:
        self.assertEqual(milliseconds("1970-01-01T07:00:01.500+07:00"), 1500)


if __name__ == "__main__":
    unittest.main()
