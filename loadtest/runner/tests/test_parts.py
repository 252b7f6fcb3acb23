"""What is looked at before a part, and beside it."""

from __future__ import annotations

import sqlite3
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from runner import flow, growth, room
from runner.directory import Directories
from runner.programs import Counts, LoadError


class RoomTests(unittest.TestCase):
    def setUp(self) -> None:
        for name, free in (("free_bytes", 10 << 30), ("free_memory", 3 << 30)):
            patch = mock.patch.object(room, name, return_value=free)
            patch.start()
            self.addCleanup(patch.stop)
        patch = mock.patch("sys.stderr")
        self.told = patch.start()
        self.addCleanup(patch.stop)

    def test_what_fits_beside_what_is_left_for_others_is_measured(self) -> None:
        found = room.Room(Path())
        self.assertTrue(found.has("a part", disk=6 << 30, memory=2 << 30))
        self.assertEqual(found.left_out, [])

    def test_what_does_not_fit_is_left_out_and_told(self) -> None:
        found = room.Room(Path())
        self.assertFalse(found.has("a large part", disk=7 << 30, memory=3 << 30))
        why = "it takes about 7.0 GiB of disk, 6.0 GiB are free and it takes about 3.0 GiB of memory, 2.0 GiB are free"
        self.assertEqual(found.left_out, [{"what": "a large part", "why": why}])
        self.assertIn("a large part", str(self.told.write.call_args_list))


class DirectoryTests(unittest.TestCase):
    def test_what_is_lent_is_the_same_file_under_another_name_and_lent_once(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder, made = Path(name), Path(name) / "made"
            (made / "directory").mkdir(parents=True)
            (made / "directory" / "CURRENT").write_text("a list")
            (made / "keys.json").write_text("keys")
            directories = Directories(mock.Mock(), mock.Mock(), look_ups=1, runs=1)
            directories._folders[5] = made
            directories.lend(5, folder / "lent")
            (folder / "lent" / "keys.json").write_text("keys and a month")
            directories.lend(5, folder / "lent")
            self.assertEqual((folder / "lent" / "keys.json").read_text(), "keys and a month")
            self.assertEqual((made / "keys.json").read_text(), "keys")
            self.assertTrue((folder / "lent" / "directory" / "CURRENT").samefile(made / "directory" / "CURRENT"))
            directories.drop(5)
            self.assertFalse(made.exists())
            self.assertEqual((folder / "lent" / "directory" / "CURRENT").read_text(), "a list")

    def test_one_without_room_is_not_built(self) -> None:
        programs, empty = mock.Mock(), mock.Mock()
        empty.has.return_value = False
        self.assertFalse(Directories(programs, empty, look_ups=1, runs=1).has(5))
        programs.csv.assert_not_called()


class GrowthTests(unittest.TestCase):
    def test_sizes_take_turns(self) -> None:
        sizes = {"growth_residents": [5], "growth_runs": 2}
        programs = mock.Mock(counts=Counts(), work=Path("/nowhere"), load="load", days=0, partitions=4)
        found = growth.Growth(programs, mock.Mock(), mock.Mock(), sizes)
        points = [growth.Point(1, mock.Mock(folder="a", events=10)), growth.Point(2, mock.Mock(folder="b", events=30), measured=10)]
        told = {"a": {"before": 0, "evening": {"events": 10, "cpu_seconds": 0.001}, "peak_memory_mib": 7},
                "b": {"before": 18, "evening": {"events": 12, "cpu_seconds": 0.0024}, "peak_memory_mib": 8}}
        asked: list[str] = []

        def result(*command: str) -> dict:
            asked.append(next(part.removeprefix("--data=") for part in command if part.startswith("--data=")))
            return told[asked[-1]]

        with mock.patch.object(growth, "result", side_effect=result), mock.patch("sys.stderr"):
            made = found.decided("stays", points)
        self.assertEqual(asked, ["a", "b", "a", "b"])
        self.assertEqual([(point["size"], point["events"], round(point["cpu_microseconds"]["median"])) for point in made], [(1, 10, 100), (2, 12, 200)])


class FlowTests(unittest.TestCase):
    """Two events an evening, three establishments before the first."""

    def run_with(self, receipts: int, **told: int) -> list[dict]:
        counts = Counts()
        said = {"sent": 2, "decided": 2, "folded": 2, "flow": {"wall_seconds": 0.5, "cpu_seconds": 0.001}, "sending_seconds": 0.1,
                "validator": {"read": 5}, "projections": 7, "peak_memory_mib": 9} | told
        programs, data = mock.Mock(counts=counts, days=0, partitions=4, work=Path("/nowhere")), mock.Mock(events=2, establishments=3)
        rows = dict.fromkeys(flow.TABLES, 0) | {"receipts": receipts, "quarantine": 1, "stays": 2}
        with mock.patch.object(flow, "result", return_value=said), mock.patch.object(flow, "rows", return_value=rows), mock.patch("sys.stderr"):
            return flow.run(programs, mock.Mock(), data, {"events": 2, "establishments": 3, "evenings": 1})

    def test_every_event_has_its_receipt_or_its_place_in_quarantine(self) -> None:
        found = self.run_with(receipts=4)
        self.assertEqual((found[0]["events_per_second"], found[0]["stays_before"], found[0]["cpu_microseconds"]), (4, 0, 500))
        with self.assertRaisesRegex(LoadError, "receipts and quarantine: 5 in, 4 out"):
            self.run_with(receipts=3)

    def test_an_event_that_is_not_folded_ends_the_test(self) -> None:
        with self.assertRaisesRegex(LoadError, "folded: 2 in, 1 out"):
            self.run_with(receipts=4, folded=1)

    def test_rows_are_counted_past_the_program_that_wrote_them(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "register.sqlite"
            with sqlite3.connect(path) as database:
                for table in flow.TABLES:
                    database.execute(f"CREATE TABLE {table} (one INTEGER)")
                database.execute("INSERT INTO stays VALUES (1), (2)")
            self.assertEqual(flow.rows(path), dict.fromkeys(flow.TABLES, 0) | {"stays": 2})


if __name__ == "__main__":
    unittest.main()
