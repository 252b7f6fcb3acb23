"""Keeps posting to stay-events, whatever happens to the cluster, and writes down what was acknowledged.

Of each establishment one record is under way at a time. What fails is sent again with the same bytes until it is acknowledged, so that
what came after it in time also stands after it in the log; a failure that was none leaves a second copy, which is a duplicate.
"""

from __future__ import annotations

import json
import random
import threading
import time
from pathlib import Path

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from journal import digest
from sources import EVENTS, quiet
from workload import House, Send, Workload


class Posting:
    """The producer's thread."""

    def __init__(self, bootstrap: str, prefix: str, workload: Workload, journal: Path, rate: float, seed: int) -> None:
        self.topic = f"{prefix}.{EVENTS}.v1"
        self.workload, self.rate = workload, rate
        self.acknowledged = self.failures = 0
        self.error: Exception | None = None
        self._rng = random.Random(f"{seed} producer")
        self._idle = list(workload.houses)
        self._again: list[tuple[int, Send, House | None, float]] = []
        self._extra: list[Send] = []
        self._under_way: dict[int, Send] = {}
        self._n = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._journal = journal.open("w")
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "acks": "all",
                "max.in.flight.requests.per.connection": 1,
                "message.timeout.ms": 8000,
                "request.timeout.ms": 3000,
                "socket.timeout.ms": 4000,
                "message.max.bytes": 2 * 1024 * 1024,
                "partitioner": "murmur2_random",
                "linger.ms": 2,
                "reconnect.backoff.max.ms": 1000,
                "topic.metadata.refresh.interval.ms": 5000,
                "allow.auto.create.topics": False,
                "logger": quiet("chaos-producer"),
            }
        )
        self._thread = threading.Thread(target=self._run, name="producer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def add(self, send: Send) -> None:
        """Sends a record beside what establishments send."""
        with self._lock:
            self._extra.append(send)

    def finish(self, patience: float) -> None:
        """Begins nothing new, and waits until everything is acknowledged or the patience is at its end."""
        self._patience = patience
        self._stop.set()
        self._thread.join()
        self._journal.close()
        if self.error:
            raise self.error

    @property
    def under_way(self) -> int:
        return len(self._under_way)

    # The thread

    def _run(self) -> None:
        try:
            due = time.monotonic()
            while not self._stop.is_set():
                self._producer.poll(0.005)
                self._send_again()
                now = time.monotonic()
                due = max(due, now - 1.0)  # what could not be sent for long is not caught up with in one go
                while due <= now and self._idle:
                    self._send_next()
                    due += 1 / self.rate
            self._drain()
        except Exception as error:  # told by finish()
            self.error = error

    def _drain(self) -> None:
        deadline = time.monotonic() + self._patience
        while (self._under_way or self._extra) and time.monotonic() < deadline:
            self._producer.poll(0.05)
            self._send_again()
        for n, send in sorted(self._under_way.items()):
            self._write(n, send, None)

    def _send_next(self) -> None:
        house = self._idle.pop(self._rng.randrange(len(self._idle)))
        self._begin(self.workload.next(house, time.time_ns() // 1_000_000), house)

    def _begin(self, send: Send, house: House | None) -> None:
        self._n += 1
        self._under_way[self._n] = send
        self._produce(self._n, send, house)

    def _send_again(self) -> None:
        with self._lock:
            extra, self._extra = self._extra, []
        for send in extra:
            self._begin(send, None)
        now = time.monotonic()
        ready = [one for one in self._again if one[3] <= now]
        self._again = [one for one in self._again if one[3] > now]
        for n, send, house, _ in ready:
            self._produce(n, send, house)

    def _produce(self, n: int, send: Send, house: House | None) -> None:
        place = {} if send.partition is None else {"partition": send.partition}

        def report(error: KafkaError | None, message: Message) -> None:
            self._report(n, send, house, error, message)

        try:
            self._producer.produce(self.topic, value=send.value, key=send.key, on_delivery=report, **place)
        except (BufferError, KafkaException):
            self._again.append((n, send, house, time.monotonic() + 0.2))

    def _report(self, n: int, send: Send, house: House | None, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self.failures += 1
            is_refused = error.code() == KafkaError.MSG_SIZE_TOO_LARGE and house is None
            if not is_refused:
                self._again.append((n, send, house, time.monotonic() + 0.2))
                return
        del self._under_way[n]
        self._write(n, send, None if error is not None else (message.partition(), message.offset()), time.time())
        if error is None:
            self.acknowledged += 1
            send.then()
        if house is not None:
            self._idle.append(house)

    def _write(self, n: int, send: Send, place: tuple[int, int] | None, at: float | None = None) -> None:
        line = {
            "n": n,
            "establishment": send.establishment,
            "event": send.event.hex() if send.event else None,
            "place": place,
            "digest": digest(send.key, send.value),
            "expect": send.expect,
            "minor": send.minor,
            "at": at if place else None,
        }
        self._journal.write(json.dumps(line) + "\n")
        self._journal.flush()
