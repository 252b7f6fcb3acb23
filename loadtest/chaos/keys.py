"""The chain keys of a key ring's file, and the keyed hash by libsodium, for recomputing what entries carry."""

from __future__ import annotations

import base64
import ctypes
import ctypes.util
import json
from pathlib import Path

from sources import Record


class ChainKeys:
    """Chain keys by id."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        self.keys = keys
        self._hash = _siphashx24()

    @classmethod
    def of_ring(cls, path: Path) -> ChainKeys:
        ring = json.loads(path.read_text())
        return cls({key["id"]: base64.b64decode(key["key"]) for key in ring["chain_keys"]})

    def digest(self, key_id: int, data: bytes) -> bytes:
        """SipHash-2-4 with 128 bits of output; empty for a key that the ring has not."""
        key = self.keys.get(key_id)
        if key is None:
            return b""
        out = ctypes.create_string_buffer(16)
        self._hash(out, data, len(data), key)
        return out.raw

    def chain_holds(self, key_id: int, entry: bytes) -> bool:
        return self.digest(key_id, entry[2:18] + entry[36:]) == entry[20:36]

    def record_digest_holds(self, key_id: int, record: Record, digest: bytes) -> bool:
        parts = (record.key, record.value)
        framed = b"".join(b"\xff" * 4 if part is None else len(part).to_bytes(4, "little") + part for part in parts)
        return self.digest(key_id, framed) == digest


def _siphashx24():
    library = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
    if library.sodium_init() < 0:
        raise OSError("libsodium does not start")
    function = library.crypto_shorthash_siphashx24
    function.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulonglong, ctypes.c_char_p]
    return function
