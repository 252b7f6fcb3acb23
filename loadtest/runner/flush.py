"""The profile `flush`: a backlog as fast as it goes, the validator beside what librdkafka can do at all and beside peers.

Everybody reads the same records from the same topic and writes one record for each. Rates are events per second of processor time of the
whole process, medians of several runs that take turns, so that what else the machine does falls on all alike.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys

from runner import generator
from runner.programs import EVENTS_TOPIC, LEDGER_TOPIC, PEERS, ROOT, LoadError, Prepared, Programs, output, result, summary

# Each with the topic that it writes; the frameworks take minutes where the others take seconds, so they run less often.
HAND_LOOP, FRAMEWORKS = "hand_loop", ("bytewax_flow", "quix_app")
OUTPUTS = {name: f"{name.replace('_', '-')}-out" for name in ("ceiling", HAND_LOOP, *FRAMEWORKS)}


class Flush:
    """The programs and the data of one comparison."""

    def __init__(self, programs: Programs, kinds: dict[str, Prepared]) -> None:
        self.programs, self.kinds = programs, kinds
        self.partitions = kinds["plain"].partitions
        self.ceiling, self.residents = programs.work / "ceiling", programs.work / "peer-residents"
        self.shapes: dict[str, dict] = {}
        self.extra: dict[str, int] = {}

    def prepare(self) -> None:
        """Compiles the ceiling, gives the peers their index of residents, and learns how large entries are."""
        output("cc", "-O2", "-D_GNU_SOURCE", ROOT / "loadtest" / "ceiling" / "ceiling.c", "-lrdkafka", "-o", self.ceiling)
        csv = self.programs.work / "residents.csv"
        self.programs.csv(self.kinds["plain"].residents, csv)
        output(self.programs.peers, PEERS / "residents.py", csv, self.residents)
        csv.unlink()
        for kind, data in self.kinds.items():
            data.must_fit_a_mock()
            place = [f"--data={data.folder}", f"--partitions={self.partitions}", f"--days={self.programs.days}"]
            memory = result(self.programs.load, "decide", *place)
            self.extra[kind] = max(0, round((memory["ledger_bytes"] - data.bytes) / memory["entries"]))

    def run(self, kind: str, peers: tuple[str, ...], *, threads: int, ceiling: bool) -> dict[str, dict]:
        """One cluster with a backlog: the validator, then the ceiling and these peers over the same records."""
        data, counts = self.kinds[kind], self.programs.counts
        with self.programs.cluster(*OUTPUTS.values(), partitions=self.partitions) as brokers:
            figures = self._validator(kind, brokers, threads)
            if kind not in self.shapes:
                self.shapes[kind] = result(self.programs.peers, PEERS / "shape.py", brokers, EVENTS_TOPIC, LEDGER_TOPIC)
            arguments = [self.partitions, data.records]
            commands = {
                name: (self.programs.peers, PEERS / f"{name}.py", brokers, EVENTS_TOPIC, OUTPUTS[name], *arguments, self.residents)
                for name in peers
            }
            if ceiling:
                commands["ceiling"] = (self.ceiling, brokers, EVENTS_TOPIC, OUTPUTS["ceiling"], *arguments, self.extra[kind])
            for name, command in commands.items():
                found = result(*command)
                counts.same(f"{name} {kind} read", data.records, found["read"])
                counts.same(f"{name} {kind} acknowledged", data.records, found["acknowledged"])
                figures[name] = found | {"events_per_cpu_second": round(data.records / found["cpu_seconds"])}
        return figures

    def _validator(self, kind: str, brokers: str, threads: int) -> dict[str, dict]:
        """The validator over a backlog that comes while its process stands still: like the others it finds all records there, and it has begun."""
        data, counts, load = self.kinds[kind], self.programs.counts, self.programs.load
        place = [f"--data={data.folder}", f"--brokers={brokers}"]
        result(load, "pour", *place, "--part=establishments")
        command = [load, "decide-on-kafka", *place, f"--establishments={data.establishments}", f"--events={data.events}", f"--threads={threads}"]
        validator = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
        try:
            if not json.loads(validator.stdout.readline() or "{}").get("ready"):
                raise LoadError("the validator did not decide the establishments")
            validator.send_signal(signal.SIGSTOP)
            poured = result(load, "pour", *place, "--part=evening")
            validator.send_signal(signal.SIGCONT)
            decided = json.loads(validator.stdout.readline() or "{}")
            if validator.wait():
                raise LoadError(f"the validator ended with {validator.returncode}")
        finally:
            validator.kill()
            validator.wait()
        counts.same(f"generator {kind}", data.events, poured["events"])
        counts.same(f"validator {kind}, {threads} threads", data.events, decided.get("events", 0))
        return {"pour": poured, "validator": decided}

    def alone(self) -> list[dict]:
        """The sender without anybody who decides."""
        return [generator.pour(self.programs, data, kind) for kind, data in self.kinds.items()]


def compare(flush: Flush, runs: int, framework_runs: int) -> dict:
    """All of them in turn, so many times."""
    rates: dict[str, list[float]] = {}
    speeds: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {}
    for number in range(runs):
        peers = (HAND_LOOP, *(FRAMEWORKS if number < framework_runs else ()))
        for kind in ("plain", "sealed"):
            figures = flush.run(kind, peers if kind == "plain" else (), threads=flush.programs.threads, ceiling=kind == "plain")
            for name, found in figures.items():
                rates.setdefault(f"{name}_{kind}", []).append(found["events_per_cpu_second"])
                if name == "validator":
                    speeds.setdefault(f"{name}_{kind}", []).append(round(found["events"] / found["wall_seconds"]))
                if name in OUTPUTS:
                    ratio = figures["validator"]["events_per_cpu_second"] / found["events_per_cpu_second"]
                    ratios.setdefault(name, []).append(ratio)
        print(f"flush: run {number + 1} of {runs}", file=sys.stderr, flush=True)
    return {
        "events": flush.kinds["plain"].events, "partitions": flush.partitions,
        "events_per_cpu_second": {name: summary(values) for name, values in sorted(rates.items())},
        "events_per_second": {name: summary(values) for name, values in sorted(speeds.items())},
        "validator_plain_to": {name: summary(values) for name, values in ratios.items()},
    }
