"""How long partitions stood still, and what it is laid to."""

from __future__ import annotations

import unittest

from pauses import Pause, Struck, pauses, summary


class PauseTests(unittest.TestCase):
    def test_a_pause_begins_with_the_first_event_that_waits_and_ends_when_a_decision_is_seen(self) -> None:
        self.assertEqual(pauses([(0, 10.0, 15.0), (0, 11.0, 15.0), (0, 20.0, 20.5)]), [Pause(0, 10.0, 15.0), Pause(0, 20.0, 20.5)])

    def test_while_decisions_come_nothing_stands_still_however_long_the_queue_is(self) -> None:
        found = pauses([(0, 10.0, 15.0), (0, 10.0, 16.0), (0, 10.0, 17.0)])
        self.assertEqual([pause.seconds for pause in found], [5.0, 1.0, 1.0])

    def test_partitions_stand_still_each_by_itself(self) -> None:
        self.assertEqual({pause.partition for pause in pauses([(0, 1.0, 2.0), (3, 1.0, 9.0)])}, {0, 3})

    def test_what_the_fault_took_itself_is_not_counted_beyond_it(self) -> None:
        told = summary([Pause(0, 10.0, 19.0)], [Struck("a broker down", 9.0, 17.0)])
        self.assertEqual(told["longest_pause_seconds"], 9.0)
        self.assertEqual(told["pauses"], {"a broker down": {"pauses": 1, "longest": 9.0, "beyond": 2.0, "alone": 2.0}})

    def test_a_pause_is_laid_to_what_went_wrong_before_it_and_ends_no_earlier_than_what_came_on_top(self) -> None:
        faults = [Struck("kill", 9.0, 9.0), Struck("slow", 15.0, 18.0)]
        told = summary([Pause(0, 10.0, 20.0)], faults)
        self.assertEqual(told["pauses"], {"kill": {"pauses": 1, "longest": 10.0, "beyond": 2.0, "alone": 0.0}})

    def test_what_stops_no_validator_excuses_nothing(self) -> None:
        faults = [Struck("kill", 9.0, 9.0), Struck("an oversized record", 19.0, 19.0)]
        self.assertEqual(summary([Pause(0, 10.0, 20.0)], faults)["pauses"]["kill"]["beyond"], 10.0)

    def test_short_pauses_and_far_faults_are_not_told(self) -> None:
        told = summary([Pause(0, 10.0, 10.5), Pause(0, 50.0, 52.0)], [Struck("kill", 9.0, 9.0)])
        self.assertEqual(list(told["pauses"]), ["nothing"])
