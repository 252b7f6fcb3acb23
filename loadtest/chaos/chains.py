#!/usr/bin/env python3
"""A chain's own producer, confluent-kafka for Python, against a real ingress and a real validator on a mock cluster.

Good events must be decided; forged ones, those in a wrong place, and what is no event must be refused with the record that docs/kafka.md
describes. Prints one JSON object; exit code 0 where all came out as it must, 1 where something did not, 2 where nothing could be shown.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import time
import urllib.request
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from confluent_kafka import Producer

from nodes import MockCluster, Node, ProcessError, ending
from seal import Sealer
from sources import EVENTS, LEDGER, KafkaSource, SourceError
from wire import partition_of
from workload import House, Send, Workload

ROOT = Path(__file__).resolve().parents[2]
CHAIN, INGRESS, REFUSALS = "acme", "stay-ingress.acme", "stay-refusals.acme"
OTHER_TOPICS = (
    "occupancy", "alerts", "alert-actions", "notices", "residents", "access", "keys", "outages", "checkpoints", "disclosures",
)  # fmt: skip
SEED, COMMUNE = 1, 4
PATIENCE = 90.0
MOVED = "moved"


@dataclass(slots=True)
class Case:
    """One record of the chain, and what must become of it: `moved`, or the code of its refusal."""

    words: str
    send: Send
    expect: str
    partition: int | None = None
    has_own_partitioner: bool = False
    place: tuple[int, int] | None = None


@dataclass
class Show:
    programs: Path
    work: Path
    endings: list = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def topic(self, name: str) -> str:
        return f"lodging.{name}.v1"

    def lodging(self, *arguments: object, takes: tuple[int, ...] = (0,)) -> str:
        command = [str(self.programs / "lodging"), *(str(part) for part in arguments), "--data", str(self.work / "seed"), *self.log]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode not in takes:
            raise ProcessError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
        return done.stdout

    def node(self, role: str, *arguments: str) -> Node:
        data = self.work / role
        data.mkdir(mode=0o700)
        shutil.copy2(self.work / "seed/keys.json", data / "keys.json")
        command = [str(self.programs / "lodging"), "run", "--role", role, "--data", str(data), *arguments, *self.log]
        node = Node(role, command, data, self.work / f"{role}.log", dict(os.environ))
        self.endings.append(node.kill)
        node.start()
        node.wait_listening()
        return node

    def go(self) -> dict:
        with ending(self.endings):
            # So many partitions that the partitioner which confluent-kafka takes by itself leads astray.
            name = House(f"CHAOS-{SEED}-000", COMMUNE, 0, 0).name.encode()
            self.partitions = next(count for count in range(4, 40) if zlib.crc32(name) % count != partition_of(name, count))
            topics = dict.fromkeys((EVENTS, LEDGER, INGRESS), self.partitions) | dict.fromkeys((*OTHER_TOPICS, REFUSALS), 1)
            named = {self.topic(name): partitions for name, partitions in topics.items()}
            mock = MockCluster(self.programs / "kafka-mock", 1, named, self.work / "kafka-mock.log")
            self.endings.append(mock.end)
            self.bootstrap, self.log = mock.bootstrap, ["--log", f"kafka://{mock.bootstrap}", "--allow-create-time"]
            # A mock cluster tells no settings, so there is always something to say.
            self.lodging("topics", "create", "--partitions", self.partitions, "--replication", 1, "--chain", CHAIN, takes=(0, 1))
            workload = Workload(SEED, 2, [COMMUNE], self.partitions, Sealer.of_ring(self.work / "seed/keys.json", time.time_ns() // 1_000_000))
            validator = self.node("validator")
            self._open(workload.houses)
            chains = self.work / "chains.json"
            chains.write_text(json.dumps({CHAIN: [workload.houses[0].name]}))
            ingress = self.node("ingress", "--ingress-chains", str(chains))
            cases = self._cases(workload)
            for case in cases:
                self._send(case)
            source = KafkaSource(self.bootstrap)
            self.endings.append(source.close)
            self._compare_refusals(cases, source)
            self._compare_moved(cases, ingress)
            self._compare_register(cases, workload.houses[0])
            for node in (validator, ingress):
                if not node.terminate():
                    self.wrong.append(f"{node.name} does not end in time")
        outcomes: dict[str, int] = {}
        for case in cases:
            outcomes[case.expect] = outcomes.get(case.expect, 0) + 1
        return {"sent": len(cases), "outcomes": dict(sorted(outcomes.items())), "wrong": self.wrong}

    def _open(self, houses: list[House]) -> None:
        """Establishments are opened by the authority."""
        file = self.work / "establishments.csv"
        with file.open("w", newline="") as text:
            rows = csv.writer(text)
            rows.writerow(["id", "name", "kind", "commune", "remote", "rooms", "beds", "status"])
            for house in houses:
                rows.writerow([house.name, "Nhà nghỉ Mẫu", "guest-house", f"{COMMUNE:05}", "false", house.rooms, house.beds, "open"])
        self.lodging("establishments", "load", file)

    def _cases(self, workload: Workload) -> list[Case]:
        own, other = workload.houses
        now, rng = time.time_ns() // 1_000_000, random.Random(SEED)
        # What an establishment that is not open sends first is its opening.
        openings = [workload.next(house, now) for house in (own, other)]
        good, foreign = workload.check_in(own, now), workload.check_in(other, now)
        home, key = partition_of(own.name.encode(), self.partitions), own.name.encode()

        def raw(value: bytes | None, key: bytes | None = key) -> Send:
            return Send(own.name, key, value, "")

        return [
            Case("a check-in", good, MOVED),
            Case("a check-in of another's establishment", foreign, "access.forbidden"),
            Case("an opening of the chain's own establishment", openings[0], "access.forbidden"),
            Case("an opening of another's", openings[1], "access.forbidden"),
            Case("the partitioner that confluent-kafka takes by itself", workload.check_in(own, now), "event.wrong-partition", None, True),
            Case("another's key", raw(good.value, other.name.encode()), "event.wrong-key"),
            Case("no key", raw(good.value, None), "event.undecodable", home),
            Case("64 KiB and a byte", raw(rng.randbytes(64 * 1024 + 1)), "event.too-large"),
            Case("1 MB", raw(rng.randbytes(1_000_000)), "event.too-large"),
            Case("random bytes", raw(b"\xff" + rng.randbytes(99)), "event.undecodable"),
            Case("an empty record", raw(b""), "event.undecodable"),
            Case("a tombstone", raw(None), "event.undecodable"),
            Case("a check-in behind all of them", workload.check_in(own, now), MOVED),
        ]

    def _send(self, case: Case) -> None:
        settings = {"bootstrap.servers": self.bootstrap, "message.max.bytes": 2 * 1024 * 1024, "message.timeout.ms": 30_000}
        if not case.has_own_partitioner:
            settings["partitioner"] = "murmur2_random"
        producer = Producer(settings)
        errors: list[str] = []

        def report(error: object, message: object) -> None:
            if error is not None:
                errors.append(str(error))
            else:
                case.place = (message.partition(), message.offset())

        place = {} if case.partition is None else {"partition": case.partition}
        producer.produce(self.topic(INGRESS), value=case.send.value, key=case.send.key, on_delivery=report, **place)
        producer.flush(PATIENCE)
        if case.place is None:
            raise ProcessError(f"{case.words}: not delivered: {errors}")

    def _compare_refusals(self, cases: list[Case], source: KafkaSource) -> None:
        due = {case.place: case for case in cases if case.expect != MOVED}
        deadline = time.monotonic() + PATIENCE
        while (end := source.bounds(REFUSALS, 0)[1]) < len(due) and time.monotonic() < deadline:
            time.sleep(0.1)
        for record in source.read(REFUSALS, 0, 0, end):
            refusal = json.loads(record.value)
            if set(refusal) != {"partition", "offset", "at", "code", "reason"}:
                self.wrong.append(f"a refusal with the members {sorted(refusal)}")
                continue
            case = due.pop((refusal["partition"], refusal["offset"]), None)
            if case is None:
                self.wrong.append(f"a refusal of what is to be moved, or a second one: {refusal}")
            elif refusal["code"] != case.expect or not refusal["reason"]:
                self.wrong.append(f"{case.words}: must be {case.expect}, is {refusal['code']} ({refusal['reason']})")
            datetime.fromisoformat(refusal["at"])
        self.wrong += [f"{case.words}: not refused" for case in due.values()]

    def _compare_moved(self, cases: list[Case], ingress: Node) -> None:
        due = sum(case.expect == MOVED for case in cases)
        line = f'lodging_ingress_records_total{{chain="{CHAIN}",outcome="{MOVED}"}} '
        deadline = time.monotonic() + PATIENCE
        while (moved := self._metric(ingress, line)) < due and time.monotonic() < deadline:
            time.sleep(0.1)
        if moved != due:
            self.wrong.append(f"{moved:g} records moved, must be {due}")

    @staticmethod
    def _metric(node: Node, start: str) -> float:
        with urllib.request.urlopen(f"{node.url}/metrics", timeout=10) as reply:
            lines = reply.read().decode().splitlines()
        return sum(float(line.removeprefix(start)) for line in lines if line.startswith(start))

    def _compare_register(self, cases: list[Case], house: House) -> None:
        """What was moved is decided, and nothing else is in the register."""
        due = sum(case.expect == MOVED for case in cases)
        deadline = time.monotonic() + PATIENCE
        while True:
            self.lodging("rebuild")
            audit = json.loads(self.lodging("audit", "--json", takes=(0, 1)))
            if (audit["ok"] and audit["decided"] >= due) or time.monotonic() > deadline:
                break
        if not audit["ok"] or (audit["events"], audit["decided"]) != (due, due):
            self.wrong.append(f"the audit says {audit}")
        guests = json.loads(self.lodging("occupancy", f"e:{house.name}", "--json"))["guests"]
        if guests != due:
            self.wrong.append(f"{guests} guests in {house.name}, must be {due}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, default=ROOT / ".build/debug", help="the folder of lodging and kafka-mock")
    parser.add_argument("--work", type=Path, default=ROOT / ".build/chains", help="where data and logs go (default: %(default)s)")
    options = parser.parse_args()
    work = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        result = Show(options.programs, work).go()
    except (ProcessError, SourceError, LookupError, OSError, subprocess.SubprocessError) as error:
        print(f"chains: {error}", file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
