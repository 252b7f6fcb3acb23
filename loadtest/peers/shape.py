#!/usr/bin/env python3
"""How large the records of some topics are, and how many headers they have: the last of each partition, up to a thousand.

Usage: shape.py BOOTSTRAP TOPIC…; prints one JSON object.
"""

from __future__ import annotations

import json
import sys

from confluent_kafka import Consumer, TopicPartition

RECORDS_OF_PARTITION = 1000


def shape(consumer: Consumer, topic: str) -> dict:
    """Means over the records."""
    left: dict[int, int] = {}
    places = []
    for partition in consumer.list_topics(topic, timeout=30).topics[topic].partitions:
        start, end = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)
        if end > start:
            left[partition] = min(end - start, RECORDS_OF_PARTITION)
            places.append(TopicPartition(topic, partition, end - left[partition]))
    consumer.assign(places)
    count = keys = values = headers = 0
    while any(left.values()):
        for record in consumer.consume(4096, timeout=1):
            if record.error() or left[record.partition()] == 0:
                continue
            left[record.partition()] -= 1
            count += 1
            keys += len(record.key() or b"")
            values += len(record.value() or b"")
            headers += len(record.headers() or [])
    consumer.unassign()
    each = max(1, count)
    return {"sampled": count, "key_bytes": round(keys / each), "value_bytes": round(values / each), "headers": round(headers / each, 2)}


def main() -> None:
    """Looks at one topic after the other."""
    settings = {"bootstrap.servers": sys.argv[1], "group.id": "shape", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    consumer = Consumer(settings)
    print(json.dumps({topic: shape(consumer, topic) for topic in sys.argv[2:]}))
    consumer.close()


if __name__ == "__main__":
    main()
