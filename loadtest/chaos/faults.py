"""What goes wrong in a run: a deck of faults, dealt one after the other, each with its end."""

from __future__ import annotations

import heapq
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from nodes import MockCluster, Node, SmallDisk
from pauses import Struck
from producer import Posting

# Kafka's codes, of the kinds that a client must live through.
PRODUCE_ERRORS = (6, 7, 10, 19, 20, 45, 47, 59, 87)
FETCH_ERRORS = (1, 3, 5, 6, 9, 13)
LIST_OFFSETS_ERRORS = (3, 5, 6, 7)
METADATA_ERRORS = (5, 7, 13)
COMMIT_ERRORS = (14, 15, 16, 22, 25, 27)
COORDINATOR_ERRORS = (14, 15)
JOIN_ERRORS = (14, 15, 16, 25, 79)
HEARTBEAT_ERRORS = (15, 16, 22, 25, 27)
REQUEST_ERRORS = {
    0: PRODUCE_ERRORS, 1: FETCH_ERRORS, 2: LIST_OFFSETS_ERRORS, 3: METADATA_ERRORS, 8: COMMIT_ERRORS, 10: COORDINATOR_ERRORS,
    11: JOIN_ERRORS, 12: HEARTBEAT_ERRORS,
}  # fmt: skip


@dataclass
class World:
    """What faults can be done to."""

    validators: list[Node]
    gateways: list[Node]
    posting: Posting
    mock: MockCluster | None
    groups: list[str]
    disks: dict[str, SmallDisk] = field(default_factory=dict)
    session_seconds: float = 6.0


@dataclass(order=True)
class Due:
    at: float
    order: int
    what: Callable[[], None] = field(compare=False)


class Faults:
    """Deals faults; everything that it broke, `heal` mends."""

    def __init__(self, world: World, seed: int, tell: Callable[[str], None]) -> None:
        self.world, self.tell = world, tell
        self.counts: Counter[str] = Counter()
        self.struck: list[Struck] = []
        self.slow_ends = 0
        self._rng = random.Random(f"{seed} faults")
        self._deck: list[str] = []
        self._due: list[Due] = []
        self._order = 0
        self._disturbed: set[str] = set()
        self._down: set[int] = set()
        self._slow: set[int] = set()
        self._struck = Struck("", 0.0, 0.0)
        self._kinds = self._process_kinds() | (self._broker_kinds() if world.mock else {})

    def _process_kinds(self) -> dict[str, tuple[int, Callable[[], bool]]]:
        kinds = {
            "kill a validator": (5, lambda: self._kill(self.world.validators)),
            "pause a validator": (4, lambda: self._pause(self.world.validators)),
            "end a validator": (1, lambda: self._terminate(self.world.validators)),
            "kill a serving node": (2, lambda: self._kill(self.world.gateways)),
            "pause a serving node": (1, lambda: self._pause(self.world.gateways)),
            "end a serving node": (1, lambda: self._terminate(self.world.gateways)),
            "an oversized record": (1, self._oversized),
        }
        if self.world.disks:
            kinds["a full disk under a projection"] = (2, self._fill_disk)
        return kinds

    def _broker_kinds(self) -> dict[str, tuple[int, Callable[[], bool]]]:
        return {
            "a broker down": (4, self._broker_down),
            "leaders move": (3, self._move_leaders),
            "coordinators move": (1, self._move_coordinators),
            "request errors": (5, self._request_errors),
            "a slow broker": (2, self._slow_broker),
        }

    # Dealing

    def deal(self) -> str | None:
        """One fault; None where none of the next few can happen now."""
        for _ in range(6):
            if not self._deck:
                self._deck = [kind for kind, (copies, _) in self._kinds.items() for _ in range(copies)]
                self._rng.shuffle(self._deck)
            kind = self._deck.pop()
            now = time.time()
            self._struck = Struck(kind, now, now)
            if self._kinds[kind][1]():
                self.counts[kind] += 1
                self.struck.append(self._struck)
                return kind
            self._deck.insert(0, kind)
        return None

    def run_due(self) -> None:
        """Ends the faults whose time has come, and starts again what ended by itself."""
        while self._due and self._due[0].at <= time.monotonic():
            heapq.heappop(self._due).what()
        for node in self.world.validators + self.world.gateways:
            if node.notice_end():
                self.tell(f"{node.name} ended by itself with {node.ended_by_itself[-1]['code']}")
                self._disturbed.add(node.name)
                self._later(1.0, lambda node=node: self._start(node))

    def heal(self) -> None:
        """Ends every fault now."""
        for due in sorted(self._due):
            due.what()
        self._due = []

    def _lasts(self, seconds: float) -> None:
        """Until then nobody can do anything about the fault that is being dealt."""
        self._struck.until = self._struck.at + seconds

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._due, Due(time.monotonic() + seconds, self._order, what))

    # Processes

    def _victim(self, nodes: list[Node]) -> Node | None:
        """A node that nothing is done to, unless it is the last such one."""
        free = [node for node in nodes if node.name not in self._disturbed and node.is_running]
        return self._rng.choice(free) if len(free) > 1 else None

    def _kill(self, nodes: list[Node]) -> bool:
        node = self._victim(nodes)
        if node is None:
            return False
        down = self._rng.uniform(0.1, 9.0)
        self.tell(f"kill -9 {node.name} for {down:.1f} s")
        self._disturbed.add(node.name)
        node.kill()
        self._later(down, lambda: self._start(node))
        return True

    def _terminate(self, nodes: list[Node]) -> bool:
        node = self._victim(nodes)
        if node is None:
            return False
        self.tell(f"SIGTERM {node.name}")
        self._disturbed.add(node.name)
        if not node.terminate():
            self.slow_ends += 1
            self.tell(f"{node.name} did not end within 12 s of SIGTERM")
        self._later(self._rng.uniform(0.1, 5.0), lambda: self._start(node))
        return True

    def _start(self, node: Node) -> None:
        node.start()
        self._disturbed.discard(node.name)

    def _pause(self, nodes: list[Node]) -> bool:
        node = self._victim(nodes)
        if node is None:
            return False
        pause = self.world.session_seconds + self._rng.uniform(1.0, 8.0)
        self.tell(f"SIGSTOP {node.name} for {pause:.1f} s")
        self._disturbed.add(node.name)
        node.pause()

        def resume() -> None:
            node.resume()
            self._disturbed.discard(node.name)

        self._later(pause, resume)
        return True

    def _oversized(self) -> bool:
        send = self.world.posting.workload.oversized(self._rng)
        if send is None:
            return False
        self.tell(f"a record of {len(send.value)} bytes")
        self.world.posting.add(send)
        return True

    def _fill_disk(self) -> bool:
        free = [node for node in self.world.gateways if node.name in self.world.disks and node.name not in self._disturbed]
        if not free:
            return False
        node, full = self._rng.choice(free), self._rng.uniform(3.0, 8.0)
        disk = self.world.disks[node.name]
        self.tell(f"the disk of {node.name} is full for {full:.1f} s")
        disk.fill()
        self._later(full, disk.clear)
        return True

    # Brokers

    def _broker_down(self) -> bool:
        mock = self.world.mock
        if self._down:
            return False
        broker, down = self._rng.choice(mock.brokers), self._rng.uniform(1.0, 8.0)
        self.tell(f"broker {broker} down for {down:.1f} s")
        self._down.add(broker)
        mock.tell(f"broker {broker} down")
        elected = self._rng.uniform(0.1, 1.0) if self._rng.random() < 0.7 else None
        if elected is not None:  # the others take over; else nobody leads until it is back
            self._later(elected, self._leave_broker)
        self._lasts(down if elected is None else elected)

        def up() -> None:
            mock.tell(f"broker {broker} up")
            self._down.discard(broker)

        self._later(down, up)
        return True

    def _leave_broker(self) -> None:
        """Elections after a broker went down: nothing is led or coordinated by it."""
        if self._down:
            self._elect(share=1.0)
            self._coordinate()

    def _move_leaders(self) -> bool:
        self.tell(f"{self._elect(self._rng.uniform(0.1, 1.0))} leaders move")
        return True

    def _elect(self, share: float) -> int:
        mock, moved = self.world.mock, 0
        up = [broker for broker in mock.brokers if broker not in self._down]
        for topic, partitions in mock.topics.items():
            for partition in range(partitions):
                if self._rng.random() < share:
                    mock.tell(f"leader {topic} {partition} {self._rng.choice(up)}")
                    moved += 1
        return moved

    def _move_coordinators(self) -> bool:
        self.tell("coordinators move")
        self._coordinate()
        return True

    def _coordinate(self) -> None:
        up = [broker for broker in self.world.mock.brokers if broker not in self._down]
        for group in self.world.groups:
            self.world.mock.tell(f"coordinator {group} {self._rng.choice(up)}")

    def _request_errors(self) -> bool:
        api = self._rng.choice(list(REQUEST_ERRORS))
        code, count = self._rng.choice(REQUEST_ERRORS[api]), self._rng.randint(1, 8)
        self.tell(f"{count} requests of API {api} end with error {code}")
        self.world.mock.tell(f"errors {api} {code} {count}")
        return True

    def _slow_broker(self) -> bool:
        free = [broker for broker in self.world.mock.brokers if broker not in self._slow]
        if not free:
            return False
        broker, rtt, slow = self._rng.choice(free), self._rng.choice((50, 300, 1500)), self._rng.uniform(2.0, 8.0)
        self.tell(f"broker {broker} answers {rtt} ms later for {slow:.1f} s")
        self._slow.add(broker)
        self._lasts(slow)
        self.world.mock.tell(f"rtt {broker} {rtt}")

        def quick() -> None:
            self.world.mock.tell(f"rtt {broker} 0")
            self._slow.discard(broker)

        self._later(slow, quick)
        return True
