#!/usr/bin/env python3
"""Compares the validator with what librdkafka itself can do and with peers, on a mock cluster, and writes a dated record.

Everybody reads the same records from the same topic and writes one record for each; every count is compared, and a run in which one differs
has no figures. Rates are events per second of processor time of the whole process, medians of several runs that take turns, so that what
else the machine does falls on all alike. Prints the record and keeps it under loadtest/results/.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "loadtest" / "results"
PEERS = ROOT / "loadtest" / "peers"
EVENTS_TOPIC, LEDGER_TOPIC = "lodging.stay-events.v1", "lodging.stay-ledger.v1"
# Each with the topic that it writes; the frameworks take minutes where the others take seconds, so they run less often.
HAND_LOOP, FRAMEWORKS = "hand_loop", ("bytewax_flow", "quix_app")
OUTPUTS = {name: f"{name.replace('_', '-')}-out" for name in ("ceiling", HAND_LOOP, *FRAMEWORKS)}
# What a mock cluster keeps of a partition; more would be dropped in silence.
MOCK_BYTES = 5 * 1024 * 1024
# The evening that the generator makes, moved to the last one that is over.
DEMO_EVENING_END = datetime(2026, 11, 20, 19, tzinfo=UTC)
SCALES = {
    "small": {"residents": 1_000_000, "establishments": 20_000, "events": 300_000, "runs": 5, "framework_runs": 2},
    "full": {"residents": 20_000_000, "establishments": 82_000, "events": 500_000, "runs": 5, "framework_runs": 5},
}


class LoadError(Exception):
    """A measurement without a figure."""


def output(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def result(*command: object) -> dict:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise LoadError(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return json.loads(done.stdout.splitlines()[-1])


class Bench:
    """The programs and the data of one comparison."""

    def __init__(self, programs: Path, peers: Path, work: Path, scale: dict, partitions: int) -> None:
        self.load, self.mock, self.lodging = programs / "lodging-load", programs / "kafka-mock", programs / "lodging"
        self.peers, self.work, self.scale, self.partitions = peers, work, scale, partitions
        self.ceiling = work / "ceiling"
        self.records: dict[str, int] = {}

    def prepare(self) -> None:
        output("cc", "-O2", "-D_GNU_SOURCE", ROOT / "loadtest" / "ceiling" / "ceiling.c", "-lrdkafka", "-o", self.ceiling)
        self.days = max(0, (datetime.now(UTC) - DEMO_EVENING_END).days)
        for kind in ("plain", "sealed"):
            flags = ["--plain"] if kind == "plain" else []
            sizes = [f"--{name}={self.scale[name]}" for name in ("residents", "establishments", "events")]
            made = result(self.load, "prepare", f"--data={self.work / kind}", f"--partitions={self.partitions}", f"--days={self.days}", *sizes, *flags)
            self.records[kind] = sum(made.values())
        csv = self.work / "residents.csv"
        output(self.lodging, "residents", "generate", "--data", self.work / "none", "--rows", self.scale["residents"], "--seed", 1, "--out", csv)
        output(self.peers, PEERS / "residents.py", csv, self.work / "peer-residents")
        csv.unlink()

    @contextlib.contextmanager
    def cluster(self) -> Iterator[str]:
        topics = [f"--topic={name}:{self.partitions}" for name in (EVENTS_TOPIC, LEDGER_TOPIC, *OUTPUTS.values())]
        process = subprocess.Popen([self.mock, *topics], stdout=subprocess.PIPE, text=True)
        try:
            yield process.stdout.readline().strip().removeprefix("bootstrap=")
        finally:
            process.kill()
            process.wait()

    def run(self, kind: str, threads: int, peers: tuple[str, ...]) -> dict[str, dict]:
        """One cluster: the validator as events come, then the ceiling and these peers, if any, over what is there."""
        data, records = self.work / kind, self.records[kind]
        events = self.scale["events"]
        with self.cluster() as brokers:
            place = [f"--data={data}", f"--brokers={brokers}"]
            result(self.load, "pour", *place, "--part=establishments")
            command = [self.load, "decide-on-kafka", *place, f"--establishments={records - events}", f"--events={events}", f"--threads={threads}"]
            validator = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
            if not json.loads(validator.stdout.readline() or "{}").get("ready"):
                raise LoadError("the validator did not decide the establishments")
            poured = result(self.load, "pour", *place, "--part=evening")
            decided = json.loads(validator.stdout.readline() or "{}")
            if validator.wait() or decided.get("events") != events or poured["events"] != events:
                raise LoadError(f"{events} events, {poured['events']} poured, {decided.get('events')} decided")
            figures = {"pour": poured, "validator": decided}
            if peers:
                arguments = [brokers, EVENTS_TOPIC, OUTPUTS["ceiling"], self.partitions, records, self.entry_extra(kind)]
                figures["ceiling"] = self.counted(records, self.ceiling, *arguments)
            for peer in peers:
                arguments = [brokers, EVENTS_TOPIC, OUTPUTS[peer], self.partitions, records, self.work / "peer-residents"]
                figures[peer] = self.counted(records, self.peers, PEERS / f"{peer}.py", *arguments)
            return figures

    def counted(self, records: int, *command: object) -> dict:
        figures = result(*command)
        if figures["read"] != records or figures["acknowledged"] != records:
            raise LoadError(f"{command[0]}: {figures}, of {records} records")
        return figures | {"events_per_cpu_second": round(records / figures["cpu_seconds"])}

    def entry_extra(self, kind: str) -> int:
        """What a ledger entry has more than its event, in bytes."""
        memory = result(self.load, "decide", f"--data={self.work / kind}", f"--partitions={self.partitions}", f"--days={self.days}")
        return max(0, round((memory["ledger_bytes"] - self.size(kind)) / memory["entries"]))

    def size(self, kind: str) -> int:
        """Bytes of all events of a kind."""
        return sum((self.work / kind / f"load-{part}").stat().st_size for part in ("establishments", "evening"))


def summary(values: list[float]) -> dict:
    return {"median": statistics.median(values), "least": min(values), "most": max(values), "runs": len(values)}


def machine() -> dict:
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    memory = next(line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return {"processor": model, "cores": len(list(Path("/sys/devices/system/cpu").glob("cpu[0-9]*"))), "memory_kib": int(memory),
            "kernel": platform.release(), "load": [float(part) for part in Path("/proc/loadavg").read_text().split()[:3]]}


def compare(bench: Bench, threads: int) -> dict:
    rates: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {}
    for number in range(bench.scale["runs"]):
        peers = (HAND_LOOP, *(FRAMEWORKS if number < bench.scale["framework_runs"] else ()))
        for kind in ("plain", "sealed"):
            figures = bench.run(kind, threads, peers if kind == "plain" else ())
            for name, found in figures.items():
                rates.setdefault(f"{name}_{kind}", []).append(found["events_per_cpu_second"])
                if name in OUTPUTS:
                    ratio = figures["validator"]["events_per_cpu_second"] / found["events_per_cpu_second"]
                    ratios.setdefault(name, []).append(ratio)
        print(f"run {number + 1} of {bench.scale['runs']}", file=sys.stderr, flush=True)
    return {
        "events_per_cpu_second": {name: summary(values) for name, values in sorted(rates.items())},
        "validator_plain_to": {name: summary(values) for name, values in ratios.items()},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--peers", type=Path, required=True, help="the interpreter that has the peers' packages")
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--partitions", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="lodging-load-"))
    began = time.time()
    try:
        bench = Bench(options.programs, options.peers, work, SCALES[options.scale], options.partitions)
        bench.prepare()
        if max(bench.size("plain"), bench.size("sealed")) * 2 > MOCK_BYTES * options.partitions:
            raise LoadError("a mock cluster would drop records: give more --partitions")
        record = {
            "began": datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds"),
            "commit": output("git", "-C", ROOT, "rev-parse", "HEAD").strip(),
            "machine": machine(),
            "scale": {"name": options.scale, "partitions": options.partitions, "threads": options.threads, **bench.scale},
            **compare(bench, options.threads),
            "seconds": round(time.time() - began),
        }
    except (LoadError, subprocess.CalledProcessError) as error:
        print(f"loadtest: {error}", file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(work, ignore_errors=True)
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(record, indent=2) + "\n"
    (RESULTS / f"{datetime.fromtimestamp(began, UTC):%Y-%m-%d-%H%M}.json").write_text(text)
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
