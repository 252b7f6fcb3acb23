"""The embedded log's file as a source."""

from __future__ import annotations

import sqlite3
import tempfile
import unittest
from pathlib import Path

from sources import EVENTS, LEDGER, EmbeddedSource, Record, SourceError


class EmbeddedTests(unittest.TestCase):
    def test_records_come_in_order_and_within_their_bounds(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "log.sqlite"
            with sqlite3.connect(path) as database:
                for table in ("events", "ledger"):
                    database.execute(
                        f'CREATE TABLE {table} (partition INTEGER, "offset" INTEGER, appended_ms INTEGER, "key" BLOB, "value" BLOB)'
                    )
                database.executemany(
                    "INSERT INTO events VALUES (1, ?, ?, ?, ?)", [(4, 14, b"k", b"v"), (3, 13, None, None), (7, 17, b"", b"")]
                )
                database.execute("INSERT INTO ledger VALUES (1, 0, 9, NULL, x'00')")
            source = EmbeddedSource(path)
            self.assertEqual(source.partitions(), 2)
            self.assertEqual(source.bounds(EVENTS, 1), (3, 8))
            self.assertEqual(source.bounds(EVENTS, 0), (0, 0))
            self.assertEqual(list(source.read(EVENTS, 1, 3, 7)), [Record(3, 13, None, None), Record(4, 14, b"k", b"v")])
            self.assertEqual([record.value for record in source.read(LEDGER, 1, 0, 9)], [b"\0"])

    def test_a_file_that_is_no_log_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder, self.assertRaises(SourceError):
            EmbeddedSource(Path(folder) / "none.sqlite")


if __name__ == "__main__":
    unittest.main()
