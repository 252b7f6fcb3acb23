"""The checker's reader against the schemas' examples, which every released version keeps; the partitioner against Kafka's vectors."""

from __future__ import annotations

import base64
import json
import unittest
from pathlib import Path

import wire
from keys import ChainKeys
from sources import Record
from wire import WireError

EXAMPLES = Path(__file__).resolve().parents[3] / "schemas/examples/v1"


def example(name: str) -> tuple[bytes, dict]:
    data = bytes.fromhex("".join((EXAMPLES / f"{name}.hex").read_text().split()))
    return data, json.loads((EXAMPLES / f"{name}.json").read_text())["message"]


def names(kind: str) -> list[str]:
    return sorted(path.stem for path in EXAMPLES.glob(f"{kind}-*.hex"))


class ExampleTests(unittest.TestCase):
    def test_every_event_is_read(self) -> None:
        for name in names("event"):
            data, must = example(name)
            event = wire.read_event(data)
            self.assertEqual(event.id, base64.b64decode(must.get("event_id", "")), name)
            self.assertEqual(event.establishment, must.get("establishment", ""), name)
            self.assertIn(event.kind.replace("-", "_"), must, name)
            self.assertEqual(event.happened, int(must.get("happened_ms", 0)), name)
            self.assertEqual(event.received, int(must.get("received_ms", 0)), name)
            body = must[event.kind.replace("-", "_")]
            if "stay_id" in body:
                self.assertEqual(event.stay, base64.b64decode(body["stay_id"]), name)
            if event.details:
                stay = body["stay"]
                self.assertEqual(event.details.citizen, stay["guest_kind"] == "GUEST_KIND_CITIZEN", name)
                self.assertEqual(event.details.departure, int(stay["departure"].get("ms", 0)), name)
                self.assertEqual(event.details.arrival_is_day, stay["arrival"].get("date_only", False), name)
                self.assertEqual(event.details.room, stay.get("room", ""), name)
            if event.house:
                self.assertEqual(
                    (event.house.commune, event.house.beds), (body["details"]["commune"], body["details"].get("beds", 0)), name
                )

    def test_every_entry_is_read_and_its_chain_value_holds(self) -> None:
        keys = ChainKeys({1: bytes.fromhex(json.loads((EXAMPLES / "keys.json").read_text())["chain_key"])})
        for name in names("entry"):
            data, must = example(name)
            previous, chain = wire.chain_fields(data)
            self.assertEqual((previous, chain), (base64.b64decode(must["previous"]), base64.b64decode(must["chain"])), name)
            entry = wire.read_entry(data)
            self.assertIn(entry.kind.replace("-", "_"), must, name)
            self.assertEqual((entry.source, entry.now), (int(must.get("source", 0)), int(must.get("now_ms", 0))), name)
            self.assertTrue(keys.chain_holds(1, data), name)
            self.assertFalse(keys.chain_holds(1, data[:-1] + bytes([data[-1] ^ 1])), name)
            if entry.kind == "decided":
                self.assertEqual(entry.event, base64.b64decode(must["decided"]["event"]), name)
                self.assertEqual(entry.codes, int(must["decided"].get("codes", 0)), name)

    def test_a_record_that_is_no_entry_has_no_chain_fields(self) -> None:
        data, _ = example("entry-ticked")
        for wrong in (None, b"", data[:35], b"\x0a\x0f" + data[2:], data[:18] + b"\x1a\x10" + data[20:]):
            self.assertIsNone(wire.chain_fields(wrong))

    def test_bytes_that_end_early_are_refused(self) -> None:
        data, _ = example("event-check-in-sealed")
        refused = 0
        for end in range(1, len(data)):
            try:
                wire.read_event(data[:end])
            except WireError:
                refused += 1
        self.assertGreater(refused, len(data) // 2)


class NumberTests(unittest.TestCase):
    def test_numbers_are_read_as_they_are_written(self) -> None:
        for number in (0, 1, 127, 128, 300, 2**31, 2**63 - 1):
            data = wire.put_varint(number)
            self.assertEqual(wire.varint(data, 0), (number, len(data)))
            for value in (number, -number):
                self.assertEqual(wire.signed(wire.zigzag(value) & 0xFFFF_FFFF_FFFF_FFFF), value)

    def test_a_number_that_does_not_end_is_refused(self) -> None:
        for data in (b"", b"\x80", b"\xff" * 11):
            with self.assertRaises(WireError):
                wire.varint(data, 0)


class PartitionerTests(unittest.TestCase):
    def test_the_hash_is_that_of_java_clients(self) -> None:
        vectors = {
            b"21": -973932308,
            b"foobar": -790332482,
            b"a-little-bit-long-string": -985981536,
            b"a-little-bit-longer-string": -1486304829,
            b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
            b"abc": 479470107,
        }
        for key, must in vectors.items():
            self.assertEqual(wire.murmur2(key), must & 0xFFFF_FFFF, key)


class RecordDigestTests(unittest.TestCase):
    def test_key_and_value_stand_behind_their_lengths(self) -> None:
        keys = ChainKeys({1: bytes(range(16))})
        digest = keys.digest(1, b"\x01\0\0\0k" + b"\xff\xff\xff\xff")
        self.assertTrue(keys.record_digest_holds(1, Record(0, 0, b"k", None), digest))
        self.assertFalse(keys.record_digest_holds(1, Record(0, 0, b"k", b""), digest))
        self.assertFalse(keys.record_digest_holds(2, Record(0, 0, b"k", None), digest))


if __name__ == "__main__":
    unittest.main()
