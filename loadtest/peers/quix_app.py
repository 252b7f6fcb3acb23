#!/usr/bin/env python3
"""The peer in quixstreams: its own Kafka consumer and producer, record by record, the guests of an establishment in its keyed state.

`quix_app.py BOOTSTRAP IN OUT PARTITIONS RECORDS RESIDENTS` prints one JSON object, as hand_loop.py does. It ends after so many records.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from quixstreams import Application
from quixstreams.models import TopicAdmin, TopicConfig, TopicManager

from job import Job, Residents
from measure import Measure
from messages import messages


class ToldTopics(TopicAdmin):
    """What topics are like, told instead of asked: a mock cluster answers no administrative request."""

    def __init__(self, bootstrap: str, partitions: int) -> None:
        super().__init__(broker_address=bootstrap)
        self._told = TopicConfig(partitions, 1, {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"})

    def inspect_topics(self, topic_names: list[str], timeout: float = 30) -> dict[str, TopicConfig]:
        return {name: self._told for name in topic_names}


def main() -> int:
    bootstrap, source, target = sys.argv[1:4]
    partitions, records = int(sys.argv[4]), int(sys.argv[5])
    job, measure = Job(Residents(Path(sys.argv[6])), messages()), Measure(bootstrap, target, partitions)

    def decide(value: bytes, state) -> bytes:
        measure.begin()
        change, decision = job.decide_keyed([value])[0]
        if change:
            state.set("guests", state.get("guests", 0) + change)
        return decision

    with tempfile.TemporaryDirectory() as folder:
        topics = TopicManager(ToldTopics(bootstrap, partitions), consumer_group="quix", auto_create_topics=False)
        # A mock cluster makes no topics for state either, so the state is on this disk alone.
        application = Application(
            broker_address=bootstrap,
            consumer_group="quix",
            auto_offset_reset="earliest",
            topic_manager=topics,
            use_changelog_topics=False,
            state_dir=folder,
            loglevel="WARNING",
            producer_extra_config={"acks": "all", "enable.idempotence": True, "linger.ms": 5},
            consumer_extra_config={"fetch.wait.max.ms": 5, "queued.max.messages.kbytes": 65536},
        )
        read = application.topic(source, value_deserializer="bytes", key_deserializer="bytes")
        write = application.topic(target, value_serializer="bytes", key_serializer="bytes")
        application.dataframe(read).apply(decide, stateful=True).to_topic(write)
        application.run(count=records)
    measure.tell(job)
    return 0


if __name__ == "__main__":
    sys.exit(main())
