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
        self.assertEqual(found["cost of an event, residents"], "met")
        self.assertEqual(found["cost of an event, threads"], "not met")
        self.assertEqual(found["acknowledged to readable, p99, embedded log, 2,000 events a second"], "met")

    def test_what_was_measured_at_another_size_does_not_count_as_measured(self) -> None:
        found = self.standing(building.record())
        self.assertEqual(found["restart to first decision, 10,000,000 entries, with snapshots"], "not measured")
        self.assertEqual(found["look-ups a second, 100,000,000 residents, in batches, one core"], "not measured")

    def test_the_best_framework_is_the_one_that_is_hardest_to_beat(self) -> None:
        record = building.record()
        record["flush"]["validator_plain_to"]["quix_app"] = building.summary(4)
        self.assertEqual(self.standing(record)["validator to the best framework"], "not met")

    def test_nothing_is_measured_where_there_are_no_figures(self) -> None:
        bare = {name: value for name, value in building.record().items() if name in ("settings", "machine")}
        self.assertEqual(set(self.standing(bare).values()), {"not measured"})


class ReportTests(unittest.TestCase):
    PARTS = ("flush", "records", "paced", "growth", "restarts", "directory", "left_out")

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
        self.assertGreaterEqual(page.count("<svg"), 4)
        self.assertNotIn("not measured in this run", page)

    def test_parts_without_figures_say_so(self) -> None:
        bare = {name: value for name, value in building.record().items() if name not in self.PARTS}
        page = report.page(bare)
        self.assertEqual(page.count("<svg"), 0)
        self.assertEqual(page.count("not measured in this run"), 5)

    def test_the_same_record_gives_the_same_page(self) -> None:
        self.assertEqual(report.page(building.record()), self.page)

    def test_what_a_machine_says_of_itself_is_text(self) -> None:
        record = building.record()
        record["machine"]["processor"] = "<script>alert(1)</script>"
        record = {name: value for name, value in record.items() if name not in self.PARTS}
        self.assertNotIn("<script", report.page(record))


if __name__ == "__main__":
    unittest.main()
