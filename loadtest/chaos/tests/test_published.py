"""What is published must be seen as it is: agreement is taken, and each kind of disagreement is found."""

from __future__ import annotations

import unittest

import published
from checker import Check
from published import ALERTS, FIELDS, OCCUPANCY
from sources import Record
from tests.building import HandMade, evening
from tests.test_checker import UNITS
from wire import put, put_message, zigzag

TOPICS = {OCCUPANCY: 2, ALERTS: 1}


def figures(unit: str, partition: int, offset: int, values: dict[str, int]) -> bytes:
    position = put(1, partition) + put(2, zigzag(offset)) + put(3, bytes(16))
    return put(1, unit) + put_message(2, position) + b"".join(put(number, values[name]) for number, name in enumerate(FIELDS, 3))


class PublishedTests(unittest.TestCase):
    def setUp(self) -> None:
        self.log: HandMade = evening(3)
        for topic, count in TOPICS.items():
            for partition in range(count):
                self.log.topics[topic, partition] = []
        self.check = Check(self.log, UNITS)
        self.check.read()

    def publish(self, key: str, value: bytes | None, topic: str = OCCUPANCY) -> None:
        records = self.log.topics[topic, 0]
        records.append(Record(len(records), 0, key.encode(), value))

    def publish_all(self) -> None:
        for ledger in self.check.partitions:
            for unit, values in published.expected(self.check, ledger.partition, ledger.head, UNITS).items():
                self.publish(f"{unit}/{ledger.partition}", figures(unit, ledger.partition, ledger.head, values))

    def differences(self) -> list[str]:
        return list(published.differences(self.check, published.read(self.log, TOPICS), UNITS))

    def test_what_the_ledger_comes_to_is_taken_in_any_order_of_keys(self) -> None:
        self.publish("VN/0", figures("VN", 0, 1, dict.fromkeys(FIELDS, 7)))
        self.publish_all()
        self.assertEqual(self.differences(), [])
        self.assertTrue(any(unit == "VN" for unit, _ in published.read(self.log, TOPICS).figures))

    def test_units_that_are_missing_late_or_wrong_are_found(self) -> None:
        self.publish_all()
        head = self.check.partitions[0].head
        for value in (None, figures("VN", 0, head, dict.fromkeys(FIELDS, 7)), figures("01", 0, head, dict.fromkeys(FIELDS, 0))):
            self.publish("VN/0", value)
            self.assertTrue(any(word.startswith("VN/0") for word in self.differences()), value)

    def test_a_position_where_no_entry_counts_is_found(self) -> None:
        self.publish_all()
        values = published.expected(self.check, 0, self.check.partitions[0].head, UNITS)["VN"]
        self.publish("VN/0", figures("VN", 0, 100_000, values))
        self.assertEqual(len(self.differences()), 1)

    def test_alerts_that_stand_are_told_from_those_that_do_not(self) -> None:
        standing = put(1, "a" * 32) + put(2, 1) + put(4, "stay.overlap") + put(5, 3) + put(6, 58) + put(7, "01") + put(7, "e:H1")
        self.publish("a" * 32, standing, ALERTS)
        self.publish("b" * 32, put(1, "b" * 32) + put(2, 2), ALERTS)
        self.publish("c" * 32, b"\xff", ALERTS)
        view = published.read(self.log, TOPICS)
        self.assertEqual(view.alerts, {"a" * 32: ("stay.overlap", "high", 58, "H1")})
        self.assertEqual(len(view.strange), 1)


if __name__ == "__main__":
    unittest.main()
