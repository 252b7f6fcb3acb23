"""What the report tells and what it must not do."""

from __future__ import annotations

import re
import unittest

from runner import report
from runner.targets import targets
from runner.tests import building


class TargetTests(unittest.TestCase):
    def standing(self, record: dict) -> dict[str, str]:
        return {target.what: target.standing for target in targets(record)}

    def test_each_is_met_or_not_by_its_median(self) -> None:
        found = self.standing(building.record())
        self.assertEqual(found["validator to librdkafka alone"], "not met")
        self.assertEqual(found["validator to the best framework"], "met")
        self.assertEqual(found["cost of an event, threads 1 to 2"], "not met")
        self.assertEqual(found["acknowledged to readable, p99, embedded log, 2,000 events a second"], "met")

    def test_what_is_met_at_a_smaller_size_does_not_count_as_measured(self) -> None:
        found = self.standing(building.record())
        for what in (
            "restart to first decision, 10,000,000 entries, with snapshots", "look-ups a second, 100,000,000 residents, in batches, one core",
            "rows a second, directory of 100,000,000 residents built from CSV", "mapped for the exact-match table, 100,000,000 residents",
            "memory of that build beside the mapped file", "memory of a validator with 5,000,000 open stays and 21,000,000 ids",
            "cost of an event, residents 1,000,000 to 100,000,000", "cost of an event, ledger entries 1,000,000 to 50,000,000",
        ):
            self.assertEqual(found[what], "not measured", what)

    def test_what_is_missed_at_a_smaller_size_is_missed(self) -> None:
        record = building.record()
        record["restarts"], record["directory"] = [building.restart(400_000, 3)], [building.directory(1_000_000, look_ups=4_000_000)]
        found = self.standing(record)
        self.assertEqual(found["restart to first decision, 10,000,000 entries, with snapshots"], "not met")
        self.assertEqual(found["look-ups a second, 100,000,000 residents, in batches, one core"], "not met")
        self.assertEqual(found["events a CPU second, 100,000,000 residents, identity readable"], "not met")
        self.assertEqual(found["events a second through everything, embedded log, 1,000,000 stays in the register"], "not met")

    def test_what_was_measured_at_its_size_is_judged(self) -> None:
        record = building.record()
        record["restarts"], record["directory"] = [building.restart(10_000_000, 1)], [building.directory(100_000_000)]
        record["growth"] = [{"against": "open stays", "log": "memory", "points": [building.point(11_000, 20), building.point(4_900_000, 21)]}]
        record["state"] = [record["state"][0] | {"ids": 21_000_000, "held_bytes": 2_600_000_000}, record["state"][1]]
        found = self.standing(record)
        self.assertEqual(found["restart to first decision, 10,000,000 entries, with snapshots"], "met")
        self.assertEqual(found["look-ups a second, 100,000,000 residents, in batches, one core"], "met")
        self.assertEqual(found["mapped for the exact-match table, 100,000,000 residents"], "met")
        self.assertEqual(found["cost of an event, open stays 10,000 to 5,000,000"], "met")
        self.assertEqual(found["memory of a validator with 5,000,000 open stays and 21,000,000 ids"], "not met")

    def test_a_note_says_at_which_size_a_figure_was_found(self) -> None:
        notes = {target.what: target.note for target in targets(building.record())}
        self.assertIn("1,000,000 residents", notes["look-ups a second, 100,000,000 residents, in batches, one core"])
        self.assertIn("from 1,000,000 to 10,000,000", notes["cost of an event, residents 1,000,000 to 100,000,000"])

    def test_the_best_framework_is_the_one_that_is_hardest_to_beat(self) -> None:
        record = building.record()
        record["flush"]["validator_plain_to"]["quix_app"] = building.summary(4)
        self.assertEqual(self.standing(record)["validator to the best framework"], "not met")

    def test_nothing_is_measured_where_there_are_no_figures(self) -> None:
        bare = {name: value for name, value in building.record().items() if name in ("settings", "machine")}
        self.assertEqual(set(self.standing(bare).values()), {"not measured"})


class ReportTests(unittest.TestCase):
    PARTS = ("flush", "records", "generator", "paced", "growth", "restarts", "directory", "flow", "state", "part_seconds", "left_out")

    @classmethod
    def setUpClass(cls) -> None:
        cls.page = report.page(building.record())

    def test_it_loads_nothing_from_anywhere(self) -> None:
        page = self.page
        self.assertNotRegex(page, r"<(script|link|img|iframe|object|embed)\b")
        self.assertNotRegex(page, r"\b(src|href)=\"(?!#)")
        self.assertNotRegex(page, r"@import|url\((?!#)")

    def test_it_has_a_plot_for_every_part(self) -> None:
        page = self.page
        self.assertEqual(page.count("<svg"), len(re.findall("<figure", page)))
        self.assertEqual(page.count("<svg"), 5)
        self.assertNotIn("not measured in this run", page)

    def test_parts_without_figures_say_so(self) -> None:
        bare = {name: value for name, value in building.record().items() if name not in self.PARTS}
        page = report.page(bare)
        self.assertEqual(page.count("<svg"), 0)
        self.assertEqual(page.count("not measured in this run"), 8)

    def test_the_same_record_gives_the_same_page(self) -> None:
        self.assertEqual(report.page(building.record()), self.page)

    def test_what_a_machine_says_of_itself_is_text(self) -> None:
        record = building.record()
        record["machine"]["processor"] = "<script>alert(1)</script>"
        record = {name: value for name, value in record.items() if name not in self.PARTS}
        self.assertNotIn("<script", report.page(record))


if __name__ == "__main__":
    unittest.main()
