"""What a record must be before it is kept."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import jsonschema
from runner import record
from runner.programs import Counts, LoadError, summary
from runner.tests import building


class RecordTests(unittest.TestCase):
    def test_the_schema_is_one(self) -> None:
        jsonschema.Draft202012Validator.check_schema(json.loads(record.SCHEMA.read_text()))

    def test_a_record_with_all_parts_and_one_with_none_are_kept_under_their_date(self) -> None:
        whole = building.record()
        bare = {name: whole[name] for name in json.loads(record.SCHEMA.read_text())["required"]}
        for made in (whole, bare):
            with tempfile.TemporaryDirectory() as folder:
                path = record.write(made, Path(folder))
                self.assertEqual(path.name, "2026-11-22-1400.json")
                self.assertEqual(json.loads(path.read_text()), made)

    def test_what_the_schema_does_not_know_or_misses_is_refused(self) -> None:
        whole = building.record()
        faults = {
            "an unknown part": whole | {"guesses": []},
            "another format": whole | {"format": 2},
            "no commit": {name: value for name, value in whole.items() if name != "commit"},
            "a short commit": whole | {"commit": "abc"},
            "a word for a figure": whole | {"seconds": "60"},
            "no counts": whole | {"counts": []},
            "no spread": whole | {"flush": {"events_per_cpu_second": {"ceiling_plain": {"median": 1}}, "validator_plain_to": {}}},
        }
        for name, fault in faults.items():
            with self.subTest(name), self.assertRaises(LoadError):
                record.check(fault)

    def test_a_record_whose_counts_differ_is_refused(self) -> None:
        with self.assertRaisesRegex(LoadError, "5 in, 4 out"):
            record.check(building.record() | {"counts": [{"run": "a run", "in": 5, "out": 4}]})

    def test_a_run_whose_counts_differ_ends_the_test(self) -> None:
        counts = Counts()
        counts.same("a run", 7, 7)
        with self.assertRaisesRegex(LoadError, "another run: 7 in, 6 out"):
            counts.same("another run", 7, 6)
        self.assertEqual(counts.all[0], {"run": "a run", "in": 7, "out": 7})

    def test_a_summary_has_the_median_and_the_spread(self) -> None:
        self.assertEqual(summary([3, 1, 9]), {"median": 3, "least": 1, "most": 9, "runs": 3})

    def test_records_that_are_kept_are_what_the_schema_says(self) -> None:
        for path in record.RESULTS.glob("????-??-??-????.json"):
            with self.subTest(path.name):
                record.check(json.loads(path.read_text()))


if __name__ == "__main__":
    unittest.main()
