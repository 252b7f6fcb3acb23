"""Seals identities as senders do (event.proto): a data key in an envelope (RFC 9180), identities under the data key."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from stays import local_day
from wire import put, put_message

INFO = b"lodging.v1 data key"
PADDED = 64


class Sealer:
    """One sender's data key of the day."""

    def __init__(self, month: int, public_key: bytes) -> None:
        key = AESGCM.generate_key(256)
        suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
        self._head = put(1, month) + put(2, suite.encrypt(key, X25519PublicKey.from_public_bytes(public_key), INFO))
        self._box = AESGCM(key)

    @classmethod
    def of_ring(cls, path: Path, now_ms: int) -> Sealer:
        """A sealer to the public key of the month, from a key ring's file."""
        index, name = month_of(now_ms)
        months = json.loads(path.read_text())["months"]
        key = next((month["public_key"] for month in months if month["month"] == name), None)
        if key is None:
            raise LookupError(f"{path} has no key for {name}")
        return cls(index, base64.b64decode(key))

    def seal(self, identity: bytes, establishment: str, event_id: bytes) -> bytes:
        """The SealedIdentity message of an identity."""
        nonce = os.urandom(12)
        box = self._box.encrypt(nonce, padded(identity), establishment.encode() + b"\0" + event_id)
        return self._head + put(3, nonce) + put(4, box)


def month_of(now_ms: int) -> tuple[int, str]:
    """The local month as the wire counts it, and its name."""
    year, month = _civil(local_day(now_ms))
    return year * 12 + month - 1, f"{year:04}-{month:02}"


def _civil(day: int) -> tuple[int, int]:
    from datetime import date, timedelta

    found = date(1970, 1, 1) + timedelta(days=day)
    return found.year, found.month


def padded(identity: bytes) -> bytes:
    """Rounded up to a multiple of 64 bytes by the padding field."""
    excess = len(identity) % PADDED
    if not excess:
        return identity
    room = PADDED - excess
    return identity + put_message(15, bytes(room - 2 if room >= 2 else room + PADDED - 2))
