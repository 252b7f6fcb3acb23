#!/usr/bin/env python3
"""The peer without a framework: one loop over confluent-kafka in batches.

`hand_loop.py BOOTSTRAP IN OUT PARTITIONS RECORDS RESIDENTS` prints one JSON object: what was counted, and the processor time of the process
from the first record to the last acknowledged decision.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition

from job import Job, Residents
from messages import messages

BATCH = 5000


def main() -> int:
    bootstrap, source, target = sys.argv[1:4]
    partitions, records = int(sys.argv[4]), int(sys.argv[5])
    job = Job(Residents(Path(sys.argv[6])), messages())
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "hand-loop",
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "fetch.wait.max.ms": 5,
            "queued.max.messages.kbytes": 65536,
        }
    )
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "acks": "all",
            "enable.idempotence": True,
            "linger.ms": 5,
            "queue.buffering.max.messages": 1_000_000,
            # Counting deliveries in Python would cost more than the job: what was not delivered is still in the queue at the end.
            "delivery.report.only.error": True,
        }
    )
    consumer.assign([TopicPartition(source, partition, 0) for partition in range(partitions)])
    failed, read, started = [], 0, None
    while read < records:
        batch = consumer.consume(BATCH, timeout=0.05)
        if batch and started is None:
            started = time.process_time(), time.monotonic()
        batch = [message for message in batch if message.error() is None]
        for message, decision in zip(batch, job.decide([message.value() for message in batch])):
            while True:
                try:
                    producer.produce(
                        target, decision, message.key(), message.partition(), on_delivery=lambda error, _: failed.append(error)
                    )
                    break
                except BufferError:
                    producer.poll(0.01)
        producer.poll(0)
        read += len(batch)
    left = producer.flush(60)
    print(
        json.dumps(
            {
                "read": read,
                "acknowledged": read - left - len(failed),
                "failed": len(failed),
                "outcomes": job.outcomes,
                "cpu_seconds": time.process_time() - started[0],
                "wall_seconds": time.monotonic() - started[1],
            }
        )
    )
    return 0 if not left and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
