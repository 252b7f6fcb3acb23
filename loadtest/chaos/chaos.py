#!/usr/bin/env python3
"""Runs the register's processes on a cluster while things go wrong, then has the checker look at what is left.

Prints one JSON object on stdout; progress and every fault on stderr. Exit code 0 where nothing is lost, doubled or different, 1 where
something is, 2 where the run could not be made.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import published
from checker import UNITS, Check
from faults import Faults, World
from journal import Journal
from keys import ChainKeys
from nodes import MockCluster, Node, ProcessError, SmallDisk, ending
from pauses import Struck, Watch, longest, pauses, summary
from producer import Posting
from readmodels import ServingNode, Units
from seal import Sealer
from sources import EVENTS, LEDGER, KafkaSource, SourceError
from workload import Workload

ROOT = Path(__file__).resolve().parents[2]
BROKERS, VALIDATORS, GATEWAYS, PUBLISHERS = 3, 3, 2, 2
# A read model keeps a write-ahead log of up to 64 MiB before it is folded into its database.
DISK_MEGABYTES = 256
GROUPS = ("validator",)
# The register's other topics with their partitions; a mock cluster cannot be asked to make them.
OTHER_TOPICS = {"occupancy": 8, "alerts": 8} | dict.fromkeys(
    ("alert-actions", "notices", "residents", "access", "keys", "outages", "checkpoints", "disclosures"), 1
)
COMMUNES = 12
# Copies of each partition, where an existing cluster has brokers for them.
REPLICATION = 3
# A mock cluster keeps 5 MiB of a partition: so many seconds of events and decisions go into one.
EVENT_BYTES, MOCK_BYTES = 2000, 2_500_000


@dataclass
class Run:
    options: argparse.Namespace
    work: Path
    endings: list = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    disks: dict[str, SmallDisk] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    mock: MockCluster | None = None
    bootstrap: str = ""
    replication: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def prefix(self) -> str:
        own = f"chaos-{self.options.seed}-{os.getpid()}" if self.options.bootstrap else "lodging"
        return self.options.prefix or own

    @property
    def is_mock(self) -> bool:
        """Whether the cluster is a mock one, which tells no settings and has no log-append time; one of somebody else's must be called so."""
        return self.mock is not None or self.options.allow_create_time

    @property
    def seed_data(self) -> Path:
        return self.work / "seed"

    @property
    def keys(self) -> Path:
        return self.seed_data / "keys.json"

    def tell(self, words: str) -> None:
        print(f"{time.monotonic() - self.began:7.1f}  {words}", file=sys.stderr, flush=True)

    def topic(self, name: str) -> str:
        return f"{self.prefix}.{name}.v1"

    def program(self, name: str) -> Path:
        return Path(self.options.programs) / name

    # Setting up

    def start_cluster(self) -> None:
        session = round(self.options.session * 1000)
        (self.work / "client.properties").write_text(f"session.timeout.ms={session}\nheartbeat.interval.ms={session // 3}\n")
        if self.options.bootstrap:
            self.bootstrap = self.options.bootstrap
            brokers = KafkaSource(self.bootstrap, self.prefix).brokers()
            self.replication = self.options.replication or min(REPLICATION, brokers)
            self.tell(f"brokers: {brokers}; copies of each partition: {self.replication}; topics: {self.prefix}.*")
            self.skipped.append("broker faults: the cluster is not this run's own")
            return
        topics = {EVENTS: self.options.partitions, LEDGER: self.options.partitions} | OTHER_TOPICS
        named = {self.topic(name): partitions for name, partitions in topics.items()}
        self.mock = MockCluster(self.program("kafka-mock"), BROKERS, named, self.work / "kafka-mock.log")
        self.endings.append(self.mock.end)
        self.bootstrap = self.mock.bootstrap
        for number, group in enumerate(self.groups):
            self.mock.tell(f"coordinator {group} {self.mock.brokers[number % BROKERS]}")

    @property
    def groups(self) -> list[str]:
        return [f"{self.prefix}.{group}" for group in GROUPS]

    @property
    def environment(self) -> dict[str, str]:
        """What the programs find in their environment: the topics' prefix, how long the group's session is, and its members of a process."""
        return os.environ | {
            "LODGING_KAFKA_PREFIX": self.prefix,
            "LODGING_KAFKA_SETTINGS": str(self.work / "client.properties"),
            "LODGING_VALIDATOR_THREADS": str(self.options.threads),
        }

    def log_arguments(self) -> list[str]:
        return ["--log", f"kafka://{self.bootstrap}", *(["--allow-create-time"] if self.is_mock else [])]

    def lodging(self, *arguments: object, takes: tuple[int, ...] = (0,)) -> None:
        command = [str(part) for part in (self.program("lodging"), *arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=self.environment)
        if done.returncode not in takes:
            raise ProcessError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-1000:]}{done.stderr[-2000:]}")

    def prepare(self) -> None:
        """The topics with their genesis entries, and keys and residents for all nodes."""
        log = self.log_arguments()
        # On a mock cluster, which tells no settings, there is always something to say.
        takes = (0, 1) if self.is_mock else (0,)
        plan = ["--partitions", self.options.partitions, *(["--replication", self.replication] if self.replication else [])]
        self.lodging("topics", "create", *plan, "--data", self.seed_data, "--json", *log, takes=takes)
        residents = self.work / "residents.csv"
        self.lodging("residents", "generate", "--rows", 2000, "--seed", self.options.seed, "--out", residents)
        self.lodging("residents", "load", residents, "--data", self.seed_data, "--json", *log)

    def add_node(self, name: str, role: str) -> Node:
        data = self.work / name
        if role == "gateway":
            self._small_disk(name, data)
        data.mkdir(exist_ok=True, mode=0o700)
        shutil.copy2(self.keys, data / "keys.json")
        shutil.copytree(self.seed_data / "directory", data / "directory")
        command = [
            str(self.program("lodging")),
            "run",
            "--role",
            role,
            "--data",
            str(data),
            "--listen",
            "127.0.0.1:0",
            *self.log_arguments(),
        ]
        node = Node(name, command, data, self.work / f"{name}.log", self.environment)
        self.endings.append(node.kill)
        self.nodes.append(node)
        return node

    def _small_disk(self, name: str, data: Path) -> None:
        try:
            disk = self.disks[name] = SmallDisk(data, DISK_MEGABYTES)
            self.endings.append(disk.end)
        except (ProcessError, OSError) as error:
            self.skipped.append(f"a full disk under {name}: {error}")

    # The run

    def go(self) -> dict:
        options = self.options
        with ending(self.endings):
            self.start_cluster()
            self.prepare()
            validators = [self.add_node(f"validator-{number}", "validator") for number in range(1, VALIDATORS + 1)]
            gateways = [self.add_node(f"gateway-{number}", "gateway") for number in range(1, GATEWAYS + 1)]
            publishers = [self.add_node(f"projections-{number}", "projections") for number in range(1, PUBLISHERS + 1)]
            first = validators[:1] if options.scale else validators
            others = [*gateways, *publishers]
            for node in (*first, *others):
                node.start()
            for node in (*first, *others):
                node.wait_listening()
            self.tell(f"{len(first) + len(others)} nodes listen")
            self._wait_deciding(first)
            watch = Watch(self.bootstrap, self.prefix, options.partitions)
            watch.start()
            posting = self._posting()
            # To a fault a publisher is a node that folds, as a serving node is.
            faults = Faults(World(validators, others, posting, self.mock, self.groups, self.disks, options.session), options.seed, self.tell)
            posting.start()
            if options.scale:
                self._scale(validators, posting, faults.struck)
            else:
                self._break_things(faults, posting)
                self.tell("everything is mended")
                faults.heal()
            posting.finish(90.0)
            return self._check(faults, posting, gateways, watch)

    def _wait_deciding(self, validators: list[Node], patience: float = 60.0) -> None:
        """Waits until every partition is decided by somebody: what comes before that is a beginning and no pause."""
        deadline = time.monotonic() + patience
        while sum(((node.ready() or {}).get("deciding") or {}).get("deciding", 0) for node in validators) != self.options.partitions:
            if time.monotonic() > deadline:
                raise ProcessError("the validators do not share out the partitions")
            time.sleep(0.1)
        self.tell("every partition is decided")

    def _posting(self) -> Posting:
        units = Units(UNITS)
        communes = random.Random(f"{self.options.seed} communes").sample(sorted(units.province_of), COMMUNES)
        sealer = Sealer.of_ring(self.keys, time.time_ns() // 1_000_000)
        workload = Workload(self.options.seed, self.options.establishments, communes, self.options.partitions, sealer)
        return Posting(self.bootstrap, self.prefix, workload, self.work / "journal.jsonl", self.options.rate, self.options.seed)

    def _break_things(self, faults: Faults, posting: Posting) -> None:
        rng = random.Random(f"{self.options.seed} pace")
        end = time.monotonic() + self.options.minutes * 60
        fault = time.monotonic() + self.options.quiet
        report = time.monotonic() + 10
        while time.monotonic() < end:
            time.sleep(0.05)
            faults.run_due()
            if posting.error:
                raise posting.error
            now = time.monotonic()
            if now >= fault and now < end - self.options.interval:
                faults.deal()
                fault = now + self.options.interval * rng.uniform(0.4, 1.6)
            if now >= report:
                report = now + 10
                self.tell(
                    f"{posting.acknowledged} acknowledged, {posting.under_way} under way, {posting.failures} failures; {self._standing()}"
                )

    def _scale(self, validators: list[Node], posting: Posting, struck: list[Struck]) -> None:
        """One validator, then three, then two, then one: the first goes on, the third ends in order, the second is killed."""
        quarter = self.options.minutes * 15
        _, second, last = validators
        for words, step in (
            ("one validator", lambda: None),
            ("two validators join", lambda: (second.start(), last.start())),
            ("a validator ends in order", last.terminate),
            ("a validator is killed", second.kill),
        ):
            self.tell(words)
            struck.append(Struck(words, time.time(), time.time()))
            step()
            end = time.monotonic() + quarter
            while time.monotonic() < end:
                time.sleep(min(5.0, quarter))
                self.tell(f"{posting.acknowledged} acknowledged; {self._standing()}")
                if posting.error:
                    raise posting.error
        self.nodes = [node for node in self.nodes if node not in (second, last)]

    def _standing(self) -> str:
        return ", ".join(f"{node.name} {standing(node)}" for node in self.nodes)

    # The check

    def _check(self, faults: Faults, posting: Posting, gateways: list[Node], watch: Watch) -> dict:
        for node in self.nodes:
            if not node.is_running:
                node.start()
            node.wait_listening()
        self.tell(f"{posting.acknowledged} acknowledged; the checker reads")
        started = time.monotonic()
        check = Check(KafkaSource(self.bootstrap, self.prefix), Units(UNITS), ChainKeys.of_ring(self.keys))
        check.read(wait=self.options.wait)
        caught_up = time.monotonic() - started
        watch.finish()
        self.tell(f"events decided after {caught_up:.1f} s; read models are compared")
        models = [ServingNode(node.url) for node in gateways]
        compared = [check.compare(model, -1, self.options.receipts) for model in models]
        check.compare_alerts(models)
        found = published.compare(check, OTHER_TOPICS, Units(UNITS), models, self.options.wait)
        journal = Journal.read(self.work / "journal.jsonl")
        sent, decided = check.compare_journal(journal)
        check.finish()
        stood = pauses(journal.waits(check.partitions, watch.seen))
        for words in longest(stood, faults.struck, 10, time.time() - (time.monotonic() - self.began)):
            self.tell(words)
        result = {"seed": self.options.seed, "faults": faults.counts.total(), "sent": sent, "decided": decided, **check.findings.counts}
        return result | {
            "minutes": self.options.minutes,
            "session_seconds": self.options.session,
            "faults_by_kind": dict(sorted(faults.counts.items())),
            "skipped": self.skipped,
            **check.summary(),
            **summary(stood, faults.struck),
            "compared": dict(zip((node.name for node in gateways), compared, strict=True)),
            "published": found,
            "failed_sends": posting.failures,
            "caught_up_seconds": round(caught_up, 1),
            "starts": {node.name: node.starts for node in self.nodes},
            "ended_by_itself": [end for node in self.nodes for end in node.ended_by_itself],
            "slow_ends": faults.slow_ends,
            "logs": str(self.work),
            "findings": check.findings.words,
        }


def standing(node: Node) -> str:
    """How a node stands, in a few characters."""
    if not node.is_running:
        return "down"
    if node.is_paused:
        return "paused"
    ready = node.ready()
    if ready is None:
        return "silent"
    deciding, folding = ready.get("deciding"), ready.get("folding")
    figures = f"{deciding['deciding']}/{deciding['owned']}" if deciding else f"-{folding['of'] - folding['entries']}" if folding else ""
    return f"{'ready' if ready.get('ready') else ','.join(reason['code'] for reason in ready.get('reasons', []))} {figures}".strip()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long things go wrong (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="what everything is drawn from (default: a fresh one)")
    parser.add_argument("--bootstrap", metavar="HOST:PORT,…", help="an existing cluster, with process faults only")
    parser.add_argument("--replication", type=int, help="copies of each partition there (default: 3, or as many as it has brokers)")
    parser.add_argument("--prefix", help="the prefix of topics and groups (default: one of the run's own on an existing cluster)")
    parser.add_argument(
        "--allow-create-time", action="store_true", help="the existing cluster is a kafka-mock, which has no log-append time; never on a broker"
    )
    parser.add_argument("--programs", default=str(ROOT / ".build/debug"), help="the folder of lodging and kafka-mock")
    parser.add_argument("--work", type=Path, help="where data and logs go (default: .build/chaos/SEED)")
    parser.add_argument("--partitions", type=int, help="partitions of the register")
    parser.add_argument("--rate", type=float, default=30.0, help="events a second at most (default: %(default)s)")
    parser.add_argument("--establishments", type=int, default=60)
    parser.add_argument("--interval", type=float, default=6.0, help="seconds between faults on average (default: %(default)s)")
    parser.add_argument("--quiet", type=float, default=5.0, help="seconds before the first fault (default: %(default)s)")
    parser.add_argument("--session", type=float, default=6.0, help="the group's session timeout in seconds (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=0, help="validators of a process; 0 is one for each core (default: %(default)s)")
    parser.add_argument("--wait", type=float, default=180.0, help="seconds for the rest to be decided (default: %(default)s)")
    parser.add_argument("--receipts", type=int, default=300, help="receipts to compare of each node; -1 for all")
    parser.add_argument("--scale", action="store_true", help="no faults: one validator, three, two, one, a quarter of the time each")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1, 1_000_000)
    if options.partitions is None:
        options.partitions = max(12, math.ceil(options.minutes * 60 * options.rate * EVENT_BYTES / MOCK_BYTES))
    return options


def main() -> int:
    options = arguments()
    work = (options.work or ROOT / ".build/chaos" / str(options.seed)).resolve()
    # An interrupted run may have left its small disks behind.
    for folder in work.glob("gateway-*"):
        if folder.is_mount():
            SmallDisk.detach(folder)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    run = Run(options, work)
    run.tell(f"seed {options.seed}, {options.minutes:g} minutes, {options.partitions} partitions, in {work}")
    try:
        result = run.go()
    except (ProcessError, SourceError, LookupError, OSError, subprocess.SubprocessError) as error:
        print(f"chaos: seed {options.seed}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False))
    return 0 if not any(result[kind] for kind in ("lost", "doubled", "differing")) else 1


if __name__ == "__main__":
    sys.exit(main())
