"""How fast the senders are with nobody who decides what they send: they must not be what holds a measurement back."""

from __future__ import annotations

import sys

from runner.programs import Prepared, Programs, result


def pour(programs: Programs, data: Prepared, kind: str) -> dict:
    """The sender of a backlog, onto an empty cluster."""
    data.must_fit_a_mock()
    with programs.cluster(partitions=data.partitions) as brokers:
        place = [f"--data={data.folder}", f"--brokers={brokers}"]
        result(programs.load, "pour", *place, "--part=establishments")
        told = result(programs.load, "pour", *place, "--part=evening")
    programs.counts.same(f"generator alone, backlog {kind}", data.events, told["events"])
    return figure("flush", "kafka", kind, told)


def send(programs: Programs, data: Prepared, kind: str, log: str) -> dict:
    """The sender of the open loop, with everything due at once."""
    command = [programs.load, "send", f"--data={data.folder}", f"--partitions={data.partitions}"]
    if log == "embedded":
        told = result(*command)
    else:
        data.must_fit_a_mock()
        with programs.cluster(partitions=data.partitions) as brokers:
            told = result(*command, f"--brokers={brokers}")
    programs.counts.same(f"generator alone, open loop {log}", data.events, told["events"])
    return figure("paced", log, kind, told)


def figure(profile: str, log: str, kind: str, told: dict) -> dict:
    """One of them in the record."""
    made = {"profile": profile, "log": log, "kind": kind, "events": told["events"],
            "events_per_second": round(told["events"] / max(1e-9, told["wall_seconds"])), "events_per_cpu_second": told["events_per_cpu_second"]}
    print(f"generator alone, {profile}, {log} log: {made['events_per_second']:,} events a second", file=sys.stderr, flush=True)
    return made
