#!/usr/bin/env python3
"""The peer in bytewax: its own Kafka connectors, the job in batches, the guests of an establishment in its keyed state.

`bytewax_flow.py BOOTSTRAP IN OUT PARTITIONS RECORDS RESIDENTS` prints one JSON object, as hand_loop.py does. It runs until the topic's end;
what was written is counted at the target's ends, since the connector does not say.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.testing import run_main
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from job import Job, Residents
from messages import messages

BATCH = 5000


def ends(bootstrap: str, topic: str, partitions: int) -> int:
    """How many records a topic was ever given."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "ends"})
    total = sum(consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)[1] for partition in range(partitions))
    consumer.close()
    return total


class Guests:
    """The step that keeps state: how many guests an establishment has."""

    def __init__(self) -> None:
        self.started: tuple[float, float] | None = None

    def begin(self) -> None:
        self.started = self.started or (time.process_time(), time.monotonic())

    @staticmethod
    def count(guests: int | None, change: tuple[int, bytes]) -> tuple[int, bytes]:
        delta, decision = change
        return (guests or 0) + delta, decision


def flow(bootstrap: str, source: str, target: str, job: Job, guests: Guests) -> Dataflow:
    made = Dataflow("register")
    settings = {"enable.auto.commit": "false", "fetch.wait.max.ms": "5", "queued.max.messages.kbytes": "65536"}
    events = op.input(
        "events", made, KafkaSource([bootstrap], [source], tail=False, starting_offset=OFFSET_BEGINNING, add_config=settings, batch_size=BATCH)
    )

    def decide(batch: list) -> list[tuple[str, tuple[int, bytes]]]:
        guests.begin()
        decided = job.decide_keyed([record.value for record in batch])
        return [((record.key or b"").decode("ascii", "replace"), change) for record, change in zip(batch, decided)]

    decided = op.flat_map_batch("decide", events, decide)
    counted = op.stateful_map("guests", decided, guests.count)
    records = op.map("records", counted, lambda item: KafkaSinkMessage(item[0].encode(), item[1]))
    op.output("ledger", records, KafkaSink([bootstrap], target, add_config={"acks": "all", "enable.idempotence": "true", "linger.ms": "5"}))
    return made


def main() -> int:
    bootstrap, source, target = sys.argv[1:4]
    partitions = int(sys.argv[4])
    job, guests = Job(Residents(Path(sys.argv[6])), messages()), Guests()
    before = ends(bootstrap, target, partitions)
    run_main(flow(bootstrap, source, target, job, guests))
    cpu, wall = time.process_time() - guests.started[0], time.monotonic() - guests.started[1]
    acknowledged = ends(bootstrap, target, partitions) - before
    figures = {"read": sum(job.outcomes.values()), "acknowledged": acknowledged, "outcomes": job.outcomes}
    print(json.dumps(figures | {"cpu_seconds": cpu, "wall_seconds": wall}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
