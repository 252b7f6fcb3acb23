"""What samples come to."""

from __future__ import annotations

import unittest

import numpy
from hdrh.histogram import HdrHistogram
from runner import paced
from runner.tests import building


class PacedTests(unittest.TestCase):
    def test_latencies_count_from_when_an_event_was_due(self) -> None:
        found = paced.figures(building.samples(late=2 * building.MILLISECOND, lag=8 * building.MILLISECOND), building.told())
        # To three digits, as the histogram has it.
        self.assertAlmostEqual(found["from_due"]["p99"], 8000, delta=8)
        self.assertAlmostEqual(found["from_acknowledged"]["p50"], 4000, delta=4)
        self.assertAlmostEqual(found["late"]["most"], 2000, delta=2)
        self.assertEqual(found["from_due"]["count"], 400)

    def test_the_generator_says_how_fast_it_was_to_be_and_was(self) -> None:
        found = paced.figures(building.samples(), building.told())["generator"]
        self.assertAlmostEqual(found["due_per_second"], 2000, delta=10)
        self.assertEqual(found["due_per_second"], found["sent_per_second"])
        self.assertEqual(found["cpu_share"], 0.04)

    def test_a_decision_that_is_read_before_its_acknowledgement_took_no_time(self) -> None:
        early = building.samples()
        early[:, 2] = early[:, 3] + building.MILLISECOND
        self.assertLessEqual(paced.figures(early, building.told())["from_acknowledged"]["most"], 1)

    def test_the_timeline_ends_with_everything_decided(self) -> None:
        found = paced.figures(building.samples(lag=600 * building.MILLISECOND), building.told())["timeline"]
        self.assertEqual([found[name][-1] for name in ("due", "sent", "readable")], [400, 400, 400])
        self.assertEqual(found["readable"][0], 0)

    def test_others_read_the_histogram(self) -> None:
        made = paced.histogram(numpy.array([100.0, 200.0, 300.0]))
        read = HdrHistogram.decode(made["hdr"])
        self.assertEqual((read.get_total_count(), read.get_value_at_percentile(50)), (3, 200))


if __name__ == "__main__":
    unittest.main()
