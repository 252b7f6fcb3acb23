"""Where records come from: a Kafka cluster, or the file of an embedded log. Both give the same records."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

EVENTS, LEDGER = "stay-events", "stay-ledger"


@dataclass(slots=True)
class Record:
    offset: int
    appended: int
    key: bytes | None
    value: bytes | None


class SourceError(Exception):
    """The log cannot be read."""


class Source(Protocol):
    def partitions(self) -> int:
        """How many partitions the ledger has."""

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """The first offset that is held and the one after the last."""

    def read(self, topic: str, partition: int, start: int, end: int) -> Iterator[Record]:
        """The records from `start` to before `end`, in order."""


class EmbeddedSource:
    """The log of one machine, `log.sqlite`; a running process may go on writing."""

    TABLES = {EVENTS: "events", LEDGER: "ledger"}

    def __init__(self, path: Path) -> None:
        try:
            self._database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            self._partitions = self._ask("SELECT max(partition) + 1 FROM ledger")[0][0] or 0
        except sqlite3.Error as error:
            raise SourceError(f"{path}: {error}") from error

    def _ask(self, question: str, values: tuple = ()) -> list[tuple]:
        return self._database.execute(question, values).fetchall()

    def partitions(self) -> int:
        return self._partitions

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        table = self.TABLES[topic]
        first, last = self._ask(f'SELECT min("offset"), max("offset") FROM {table} WHERE partition = ?', (partition,))[0]
        return (first, last + 1) if last is not None else (0, 0)

    def read(self, topic: str, partition: int, start: int, end: int) -> Iterator[Record]:
        table = self.TABLES[topic]
        question = (
            f'SELECT "offset", appended_ms, "key", "value" FROM {table} WHERE partition = ? AND "offset" >= ? AND "offset" < ?'
            ' ORDER BY "offset"'
        )
        for row in self._database.execute(question, (partition, start, end)):
            yield Record(*row)


class KafkaSource:
    """The topics of a cluster, read without a group."""

    PATIENCE = 60.0

    def __init__(self, bootstrap: str, prefix: str = "lodging") -> None:
        from confluent_kafka import Consumer  # only here, so that the embedded log needs nothing installed

        self._prefix = prefix
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "chaos-checker",
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 20,
                "fetch.message.max.bytes": 4 * 1024 * 1024,
                "isolation.level": "read_uncommitted",
                "allow.auto.create.topics": False,
                "logger": quiet("chaos-checker"),
            }
        )

    def _name(self, topic: str) -> str:
        return f"{self._prefix}.{topic}.v1"

    def partitions(self) -> int:
        def ask() -> int:
            topic = self._consumer.list_topics(self._name(LEDGER), timeout=10).topics[self._name(LEDGER)]
            if topic.error:
                raise SourceError(f"{self._name(LEDGER)}: {topic.error}")
            return len(topic.partitions)

        return self._patiently(ask)

    def brokers(self) -> int:
        """How many brokers the cluster has now."""
        return self._patiently(lambda: len(self._consumer.list_topics(timeout=10).brokers) or None)

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        from confluent_kafka import TopicPartition

        place = TopicPartition(self._name(topic), partition)
        return self._patiently(lambda: self._consumer.get_watermark_offsets(place, timeout=10, cached=False))

    def _patiently(self, ask):
        """A broker may just be back: asks again for a while."""
        from confluent_kafka import KafkaException

        deadline = time.monotonic() + self.PATIENCE
        while True:
            try:
                answer = ask()
                if answer is not None:
                    return answer
            except (KafkaException, SourceError) as error:
                if time.monotonic() > deadline:
                    raise SourceError(str(error)) from error
            if time.monotonic() > deadline:
                raise SourceError("the cluster does not answer")
            time.sleep(0.2)

    def read(self, topic: str, partition: int, start: int, end: int) -> Iterator[Record]:
        from confluent_kafka import KafkaError, TopicPartition

        if start >= end:
            return
        place, next_offset = TopicPartition(self._name(topic), partition, start), start
        self._consumer.assign([place])
        deadline = time.monotonic() + self.PATIENCE
        try:
            while next_offset < end:
                for message in self._consumer.consume(500, timeout=0.2):
                    error = message.error()
                    if error and error.code() == KafkaError._PARTITION_EOF and message.offset() >= end:
                        next_offset = end
                    elif error and not error.retriable() and error.code() != KafkaError._PARTITION_EOF:
                        raise SourceError(f"{place.topic}:{partition}: {error}")
                    elif not error and next_offset <= message.offset() < end:
                        next_offset, deadline = message.offset() + 1, time.monotonic() + self.PATIENCE
                        yield Record(message.offset(), message.timestamp()[1], message.key(), message.value())
                if time.monotonic() > deadline:
                    raise SourceError(f"{place.topic}:{partition}: nothing comes from offset {next_offset} on")
        finally:
            self._consumer.unassign()

    def close(self) -> None:
        self._consumer.close()


def quiet(name: str):
    """A logger for a client of the cluster; its complaints about brokers that are away are what a run is made of."""
    import logging

    logger = logging.getLogger(name)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
