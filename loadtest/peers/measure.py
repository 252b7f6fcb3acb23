"""How a framework is measured whose connectors do not say how much they wrote."""

from __future__ import annotations

import json
import time

from confluent_kafka import Consumer, TopicPartition

from job import Job


class Measure:
    """One run over a target topic: made before it, begun by its first record, told after it."""

    def __init__(self, bootstrap: str, target: str, partitions: int) -> None:
        self._consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "ends"})
        self._places = [TopicPartition(target, partition) for partition in range(partitions)]
        self._before = self._ends()
        self._started: tuple[float, float] | None = None

    def begin(self) -> None:
        """Counts from here; only the first call does."""
        self._started = self._started or (time.process_time(), time.monotonic())

    def tell(self, job: Job) -> None:
        """Prints one JSON object: what was counted, and the processor time since the first record."""
        cpu, wall = time.process_time() - self._started[0], time.monotonic() - self._started[1]
        figures = {"read": sum(job.outcomes.values()), "acknowledged": self._ends() - self._before, "outcomes": job.outcomes}
        print(json.dumps(figures | {"cpu_seconds": cpu, "wall_seconds": wall}))

    def _ends(self) -> int:
        """How many records the target was ever given."""
        return sum(self._consumer.get_watermark_offsets(place, timeout=30)[1] for place in self._places)
