#!/usr/bin/env python3
"""The peer in bytewax: its own Kafka connectors, the job in batches, the guests of an establishment in its keyed state.

`bytewax_flow.py BOOTSTRAP IN OUT PARTITIONS RECORDS RESIDENTS` prints one JSON object, as hand_loop.py does. It runs until the topic's end.
"""

from __future__ import annotations

import sys
from pathlib import Path

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.testing import run_main
from confluent_kafka import OFFSET_BEGINNING

from job import Job, Residents
from measure import Measure
from messages import messages

BATCH = 5000


def count_guests(guests: int | None, change: tuple[int, bytes]) -> tuple[int, bytes]:
    """The step that keeps state: how many guests an establishment has."""
    delta, decision = change
    return (guests or 0) + delta, decision


def flow(bootstrap: str, source: str, target: str, job: Job, measure: Measure) -> Dataflow:
    made = Dataflow("register")
    settings = {"enable.auto.commit": "false", "fetch.wait.max.ms": "5", "queued.max.messages.kbytes": "65536"}
    events = op.input(
        "events", made, KafkaSource([bootstrap], [source], tail=False, starting_offset=OFFSET_BEGINNING, add_config=settings, batch_size=BATCH)
    )

    def decide(batch: list) -> list[tuple[str, tuple[int, bytes]]]:
        measure.begin()
        decided = job.decide_keyed([record.value for record in batch])
        return [((record.key or b"").decode("ascii", "replace"), change) for record, change in zip(batch, decided)]

    decided = op.flat_map_batch("decide", events, decide)
    counted = op.stateful_map("guests", decided, count_guests)
    records = op.map("records", counted, lambda item: KafkaSinkMessage(item[0].encode(), item[1]))
    op.output("ledger", records, KafkaSink([bootstrap], target, add_config={"acks": "all", "enable.idempotence": "true", "linger.ms": "5"}))
    return made


def main() -> int:
    bootstrap, source, target = sys.argv[1:4]
    job, measure = Job(Residents(Path(sys.argv[6])), messages()), Measure(bootstrap, target, int(sys.argv[4]))
    run_main(flow(bootstrap, source, target, job, measure))
    measure.tell(job)
    return 0


if __name__ == "__main__":
    sys.exit(main())
