"""What was sent against what became of it."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import wire
from journal import Journal, Sent, digest
from sources import EVENTS
from tests.building import HandMade, about_stay, check_in, opened
from tests.test_checker import DAY, checked

REGISTERED = "registered"


class JournalTests(unittest.TestCase):
    def setUp(self) -> None:
        self.log = HandMade()
        self.name = self.log.name(0)
        self.sent: list[Sent] = []

    def send(self, value: bytes | None, expect: str = REGISTERED, outcome: int = wire.ACCEPTED, codes: int = 0, **more: object) -> Sent:
        record = self.log.append(0, self.name, value)
        self.log.decide(0, record, outcome, codes, **more)
        sent = Sent(len(self.sent), self.name, "00", (0, record.offset), digest(record.key, value), expect)
        self.sent.append(sent)
        return sent

    def compared(self) -> dict[str, int]:
        check = checked(self.log)
        Journal(self.sent).compare(check.partitions, check.findings)
        self.words = check.findings.words
        self.numbers = Journal(self.sent).counts(check.partitions)
        return check.findings.counts

    def house_and_guest(self) -> None:
        self.send(opened(1, self.name))
        self.send(check_in(2, self.name, self.log.now + DAY))

    def test_what_became_what_it_must_is_taken(self) -> None:
        self.house_and_guest()
        self.send(about_stay(3, self.name, 24, 99), "rejected", wire.REJECTED, 1 << 22)
        self.assertEqual(
            self.compared(),
            {"lost": 0, "doubled": 0, "differing": 0},
        )
        self.assertEqual(self.numbers, (3, 3))

    def test_an_acknowledged_record_that_is_gone_or_is_another_is_lost(self) -> None:
        self.house_and_guest()
        self.send(about_stay(3, self.name, 24, 2))
        self.log.rewrite(EVENTS, 0, 1, value=b"other")
        del self.log.topics[EVENTS, 0][2]
        self.assertEqual(self.compared()["lost"], 2)

    def test_an_outcome_that_is_not_the_expected_one_differs(self) -> None:
        self.house_and_guest()
        self.send(about_stay(3, self.name, 24, 2), "rejected")
        self.assertEqual(self.compared()["differing"], 1)

    def test_the_first_copy_counts_and_the_others_are_duplicates(self) -> None:
        self.house_and_guest()
        value = check_in(3, self.name, self.log.now + DAY)
        source = self.send(value).place[1]
        record = self.log.append(0, self.name, value)
        self.log.decide(0, record, wire.DUPLICATE, first=source)
        self.assertEqual(self.compared(), {"lost": 0, "doubled": 0, "differing": 0})
        again = self.log.append(0, self.name, value)
        self.log.decide(0, again, wire.REJECTED, 1 << 15)
        self.assertEqual(self.compared()["differing"], 1)

    def test_events_of_an_establishment_that_stand_in_another_order_differ(self) -> None:
        self.house_and_guest()
        self.send(about_stay(3, self.name, 22, 2, wire.put(2, "5")))
        self.sent[1].place, self.sent[2].place = self.sent[2].place, self.sent[1].place
        self.sent[1].digest, self.sent[2].digest = self.sent[2].digest, self.sent[1].digest
        self.assertEqual(self.compared()["differing"], 1)

    def test_a_guest_whose_age_is_another_differs(self) -> None:
        self.house_and_guest()
        self.sent[1].minor = True
        self.assertEqual(self.compared()["differing"], 1)

    def test_what_was_never_acknowledged_may_be_there_or_not(self) -> None:
        self.house_and_guest()
        self.sent[1].place = None
        self.assertEqual(self.compared(), {"lost": 0, "doubled": 0, "differing": 0})
        self.assertEqual(self.numbers, (1, 1))

    def test_a_file_is_read_but_for_a_last_line_that_was_cut_off(self) -> None:
        line = {"n": 1, "establishment": "H", "event": "00", "place": [0, 5], "digest": "d", "expect": REGISTERED}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "journal"
            path.write_text(json.dumps(line) + "\n" + json.dumps(line | {"place": None}) + "\n" + '{"n": 3, "est')
            sent = Journal.read(path).sent
        self.assertEqual([one.place for one in sent], [(0, 5), None])

    def test_records_without_key_or_value_are_told_apart(self) -> None:
        self.assertEqual(len({digest(None, None), digest(b"", None), digest(None, b""), digest(b"", b"")}), 4)


if __name__ == "__main__":
    unittest.main()
