"""What is run, and with how many residents."""

from __future__ import annotations

import unittest
from pathlib import Path
from unittest import mock

from runner import measurement
from runner.programs import LoadError


class MeasurementTests(unittest.TestCase):
    def make(self, residents: int | list[int], fitting: set[int]) -> measurement.Measurement:
        sizes = measurement.SCALES["try"] | {"residents": residents}
        made = measurement.Measurement(mock.Mock(work=Path("/nowhere")), sizes)
        made.directories = mock.Mock(figures=[])
        made.directories.has.side_effect = lambda size: size in fitting
        return made

    def test_the_first_directory_that_fits_is_taken(self) -> None:
        made = self.make([100, 20, 5], {20, 5})
        made.choose_residents()
        self.assertEqual(made.sizes["residents"], 20)

    def test_without_room_for_any_there_is_no_run(self) -> None:
        with self.assertRaisesRegex(LoadError, "no room"):
            self.make(100, set()).choose_residents()

    def test_parts_are_run_in_their_order_and_timed(self) -> None:
        made = self.make(5, {5})
        done: list[str] = []
        for part in measurement.PARTS:
            setattr(made, part, lambda part=part: done.append(part))
        with mock.patch("sys.stderr"):
            found = made.run(["state", "flush"])
        self.assertEqual(done, ["flush", "state"])
        self.assertEqual(set(found["part_seconds"]), {"flush", "state"})

    def test_every_scale_has_the_same_sizes(self) -> None:
        names = {scale: set(sizes) for scale, sizes in measurement.SCALES.items()}
        self.assertEqual(names["small"], names["full"])
        self.assertEqual(names["try"], names["full"])


if __name__ == "__main__":
    unittest.main()
