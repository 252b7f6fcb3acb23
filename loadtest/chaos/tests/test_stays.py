"""The checker's own account of stays, at its edges."""

from __future__ import annotations

import unittest

import stays
from stays import CLOSED, DAY, HOUR, OVERDUE, PRESENT, PRESUMED, Stay
from tests.building import START
from wire import Details


def stay(departure: int, told: int) -> Stay:
    made = Stay(True, False, "1", departure)
    made.tell(told)
    return made


class TimelineTests(unittest.TestCase):
    def phases(self, made: Stay, *moments: int) -> list[str]:
        return [made.phase(moment) for moment in moments]

    def test_a_stay_goes_through_its_phases_at_the_exact_moments(self) -> None:
        leaves = START + HOUR
        made = stay(leaves, START)
        presumed = leaves + DAY
        closed = presumed + 7 * DAY
        self.assertEqual(self.phases(made, START, leaves - 1, leaves), [PRESENT, PRESENT, OVERDUE])
        self.assertEqual(self.phases(made, presumed - 1, presumed, closed - 1, closed), [OVERDUE, PRESUMED, PRESUMED, CLOSED])

    def test_a_stay_that_is_told_late_begins_where_it_stands(self) -> None:
        self.assertEqual(stay(START - 1, START).phase(START), OVERDUE)
        self.assertEqual(stay(START, START).phase(START), OVERDUE)
        late = stay(START - DAY, START)
        self.assertEqual(self.phases(late, START, START + 7 * DAY - 1, START + 7 * DAY), [PRESUMED, PRESUMED, CLOSED])

    def test_a_daily_close_ends_overdue_stays_only(self) -> None:
        made = stay(START + HOUR, START)
        made.close_day(START)
        self.assertEqual(made.phase(START + 2 * HOUR), OVERDUE)
        made.close_day(START + 2 * HOUR)
        self.assertEqual(self.phases(made, START + 2 * HOUR, START + 2 * HOUR + 7 * DAY), [PRESUMED, CLOSED])

    def test_telling_again_takes_a_daily_close_back(self) -> None:
        made = stay(START + HOUR, START)
        made.close_day(START + 2 * HOUR)
        made.tell(START + 3 * HOUR)
        self.assertEqual(made.phase(START + 3 * HOUR), OVERDUE)


class ArrivalTests(unittest.TestCase):
    def test_an_arrival_told_as_a_day_is_its_end_or_the_receipt_but_never_before_the_day(self) -> None:
        end = (stays.local_day(START) + 1) * DAY - stays.ZONE - 1000
        told = Details(arrival=end, arrival_is_day=True)
        self.assertEqual(stays.arrival(told, end + HOUR), end)
        self.assertEqual(stays.arrival(told, end - HOUR), end - HOUR)
        self.assertEqual(stays.arrival(told, end - 2 * DAY), end + 1000 - DAY)
        self.assertEqual(stays.arrival(Details(arrival=end), end - HOUR), end)

    def test_the_local_day_begins_at_five_in_the_afternoon_utc(self) -> None:
        midnight = 1_790_000_000_000 // DAY * DAY
        self.assertEqual(stays.local_day(midnight + 17 * HOUR), stays.local_day(midnight + 17 * HOUR - 1) + 1)


if __name__ == "__main__":
    unittest.main()
