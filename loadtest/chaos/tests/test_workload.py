"""The workload's own promises; skipped where the libraries of the run are not installed."""

from __future__ import annotations

import unittest
from collections import Counter

import wire

try:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    from seal import INFO, Sealer, month_of, padded
    from workload import Workload
except ModuleNotFoundError as error:
    raise unittest.SkipTest(str(error)) from error

NOW = 1_790_000_000_000


class Key:
    def __init__(self) -> None:
        self.private = X25519PrivateKey.generate()
        self.sealer = Sealer(*self.month)

    @property
    def month(self) -> tuple[int, bytes]:
        return month_of(NOW)[0], self.private.public_key().public_bytes_raw()

    def open(self, sealed: bytes, establishment: str, event_id: bytes) -> bytes:
        parts = wire.message(sealed)
        key = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM).decrypt(parts[2], self.private, INFO)
        return AESGCM(key).decrypt(parts[3], parts[4], establishment.encode() + b"\0" + event_id)


class SealTests(unittest.TestCase):
    def test_an_identity_opens_with_the_months_key_for_its_event_alone(self) -> None:
        key = Key()
        sealed = key.sealer.seal(b"\x0a\x01x", "H", bytes(16))
        parts = wire.message(sealed)
        self.assertEqual((parts[1], len(parts[2]), len(parts[3])), (key.month[0], 80, 12))
        self.assertEqual(key.open(sealed, "H", bytes(16))[:3], b"\x0a\x01x")
        with self.assertRaises(Exception):
            key.open(sealed, "I", bytes(16))

    def test_identities_are_padded_to_whole_blocks(self) -> None:
        for length in range(1, 200):
            identity = wire.put(1, "x" * length)
            self.assertEqual(len(padded(identity)) % 64, 0, length)
            self.assertEqual(wire.message(padded(identity))[1], b"x" * length)

    def test_the_month_is_the_local_one(self) -> None:
        self.assertEqual(month_of(1_790_787_599_999), (2026 * 12 + 8, "2026-09"))
        self.assertEqual(month_of(1_790_787_600_000), (2026 * 12 + 9, "2026-10"))


class WorkloadTests(unittest.TestCase):
    def sends(self, seed: int, count: int = 600) -> list:
        workload = Workload(seed, 3, [4, 8], 4, Key().sealer)
        sends = []
        for number in range(count):
            send = workload.next(workload.houses[number % 3], NOW + number * 1000)
            sends.append(send)
            send.then()
        return sends

    def test_every_record_differs_from_every_other_but_for_the_empty_ones(self) -> None:
        values = [(send.key, send.value) for send in self.sends(1) if send.value]
        self.assertEqual(len(set(values)), len(values))

    def test_events_can_be_read_and_stand_under_their_key(self) -> None:
        kinds: Counter[str] = Counter()
        for send in self.sends(2):
            if send.expect == "undecodable":
                continue
            event = wire.read_event(send.value)
            kinds[event.kind] += 1
            self.assertEqual(send.key, event.establishment.encode())
            self.assertEqual(send.event, event.id)
        self.assertGreater(kinds["check-in"], 100)
        for kind in wire.BODIES.values():
            self.assertTrue(kind == "tick" or kinds[kind], kind)

    def test_repetitions_carry_the_same_content(self) -> None:
        first: dict[bytes, wire.Event] = {}
        again = 0
        for send in self.sends(3):
            if send.expect == "registered":
                first[send.event] = wire.read_event(send.value)
            elif send.expect == "duplicate":
                event, must = wire.read_event(send.value), first[send.event]
                self.assertEqual((event.kind, event.stay, event.happened, event.after), (must.kind, must.stay, must.happened, must.after))
                again += 1
        self.assertGreater(again, 10)

    def test_the_same_seed_sends_the_same_things(self) -> None:
        left, right = self.sends(4), self.sends(4)
        self.assertEqual([(send.expect, send.event) for send in left], [(send.expect, send.event) for send in right])

    def test_large_records_are_bounded(self) -> None:
        import random

        workload, rng, total = Workload(5, 2, [4], 1, Key().sealer), random.Random(5), 0
        for _ in range(50):
            send = workload.oversized(rng)
            total += len(send.value) if send else 0
        self.assertLessEqual(total, 1_500_000)


if __name__ == "__main__":
    unittest.main()
