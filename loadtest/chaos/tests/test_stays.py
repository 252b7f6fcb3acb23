"""The checker's own account of stays, at its edges."""

from __future__ import annotations

import unittest

import stays
from stays import CLOSED, DAY, HOUR, OVERDUE, PRESENT, PRESUMED, Establishment, Stay
from tests.building import START
from wire import Details, House


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
        made.presume_left(START)
        self.assertEqual(made.phase(START + 2 * HOUR), OVERDUE)
        made.presume_left(START + 2 * HOUR)
        self.assertEqual(self.phases(made, START + 2 * HOUR, START + 2 * HOUR + 7 * DAY), [PRESUMED, CLOSED])

    def test_telling_again_takes_a_daily_close_back(self) -> None:
        made = stay(START + HOUR, START)
        made.presume_left(START + 2 * HOUR)
        made.tell(START + 3 * HOUR)
        self.assertEqual(made.phase(START + 3 * HOUR), OVERDUE)


class DailyCloseTests(unittest.TestCase):
    def left(self, day: int, guests: int) -> set[bytes]:
        """Who is taken to have left of three guests: two who were to leave today, an hour apart, and one who leaves tomorrow."""
        noon = (stays.local_day(START) * DAY - stays.ZONE) + 12 * HOUR
        house = Establishment(House())
        for name, departure in ((b"b", noon), (b"a", noon + HOUR), (b"c", noon + DAY)):
            house.stays[name] = stay(departure, noon - DAY)
            house.stays[name].arrival = noon - DAY
        house.close_day(day, guests, noon + 2 * HOUR)
        return {name for name, made in house.stays.items() if made.phase(noon + 2 * HOUR) == PRESUMED}

    def test_as_many_leave_as_are_counted_too_many_the_first_to_leave_first(self) -> None:
        today = stays.local_day(START)
        self.assertEqual([self.left(today, guests) for guests in (4, 3, 2, 1, 0)], [set(), set(), {b"b"}, {b"a", b"b"}, {b"a", b"b"}])

    def test_only_those_leave_who_were_to_leave_by_the_end_of_that_day(self) -> None:
        self.assertEqual(self.left(stays.local_day(START) - 1, 0), set())


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
