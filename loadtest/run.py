#!/usr/bin/env python3
"""Measures what the validator costs beside what the machine can do, and keeps a dated record with a report under loadtest/results/.

Parts: `flush` takes a backlog as fast as it goes, beside librdkafka alone and peers; `paced` sends in an open loop, evenly and as an evening
comes, and tells latencies; `growth` looks whether an event costs more where there is more of everything. A run in which a count differs has
no figures. Needs the packages of loadtest/runner/requirements.txt; `make loadtest` brings them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from runner import paced, record, report
from runner.flush import Flush, compare
from runner.growth import Growth
from runner.programs import LoadError, Prepared, Programs

PARTS = ("flush", "paced", "growth")
SCALES = {
    # Seconds, to see that everything works.
    "try": {
        "residents": 20_000, "establishments": 500, "events": 20_000, "runs": 2, "framework_runs": 0,
        "steady_rate": 2_000, "steady_seconds": 5, "evening_seconds": 8, "mock_partitions": 4,
        "growth_residents": [20_000, 40_000], "growth_establishments": [100, 500], "growth_events": 10_000, "growth_evenings": [5_000, 20_000],
        "growth_runs": 2, "ledgers": [{"events": 10_000, "evenings": 2, "snapshot_entries": 50}], "look_ups": 100_000,
    },
    "small": {
        "residents": 1_000_000, "establishments": 20_000, "events": 300_000, "runs": 5, "framework_runs": 2,
        "steady_rate": 2_000, "steady_seconds": 20, "evening_seconds": 45, "mock_partitions": 16,
        "growth_residents": [1_000_000, 10_000_000], "growth_establishments": [1_000, 20_000, 82_000], "growth_events": 100_000,
        "growth_evenings": [50_000, 200_000, 400_000], "growth_runs": 3,
        "ledgers": [{"events": 100_000, "evenings": 4, "snapshot_entries": 2_000}], "look_ups": 2_000_000,
    },
    "full": {
        "residents": 20_000_000, "establishments": 82_000, "events": 500_000, "runs": 5, "framework_runs": 5,
        "steady_rate": 2_000, "steady_seconds": 120, "evening_seconds": 120, "mock_partitions": 64,
        "growth_residents": [1_000_000, 10_000_000, 100_000_000], "growth_establishments": [1_000, 20_000, 82_000], "growth_events": 500_000,
        "growth_evenings": [100_000, 1_000_000, 8_000_000], "growth_runs": 5,
        "ledgers": [{"events": 1_000_000, "evenings": 10, "snapshot_entries": 20_000}], "look_ups": 10_000_000,
    },
}


def measure(programs: Programs, sizes: dict, parts: list[str]) -> dict:
    """The figures of all parts that were asked for."""
    found: dict = {}
    flush = None
    if "flush" in parts or "paced" in parts:
        kinds = {kind: Prepared(programs, kind, sizes["residents"]) for kind in ("plain", "sealed")}
        for kind, data in kinds.items():
            data.make(sizes["establishments"], sizes["events"], plain=kind == "plain")
    if "flush" in parts:
        flush = Flush(programs, kinds)
        flush.prepare()
        found["flush"] = compare(flush, sizes["runs"], sizes["framework_runs"])
        found["records"] = flush.shapes
    if "paced" in parts:
        data, rate, seconds = kinds["sealed"], sizes["steady_rate"], sizes["steady_seconds"]
        found["paced"] = [paced.run(programs, data, "sealed", "embedded", rate=rate, seconds=seconds)]
        # A mock answers a fetch with one batch of each partition: with few events in a batch, many partitions would measure the mock alone.
        data.partitions = sizes["mock_partitions"]
        data.make(sizes["establishments"], rate * seconds, plain=False)
        found["paced"].append(paced.run(programs, data, "sealed", "kafka", rate=rate, seconds=seconds))
        found["paced"].append(paced.run(programs, data, "sealed", "kafka", rate=None, seconds=sizes["evening_seconds"]))
    if "growth" in parts:
        growth = Growth(programs, Prepared(programs, "growth", sizes["growth_residents"][0]), sizes)
        found |= growth.run(flush)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=Path, required=True, help="the folder of lodging, kafka-mock and lodging-load")
    parser.add_argument("--peers", type=Path, required=True, help="the interpreter that has the peers' packages")
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be given several times")
    parser.add_argument("--partitions", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1, help="validators in the comparison")
    parser.add_argument("--out", type=Path, default=record.RESULTS, help="where record and report are kept")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="lodging-load-"))
    began, parts, sizes = time.time(), options.part or list(PARTS), SCALES[options.scale]
    try:
        programs = Programs(options.programs, options.peers, work, options.partitions, options.threads)
        settings = {"scale": options.scale, "parts": parts, "partitions": options.partitions, "threads": options.threads, **sizes}
        made = record.frame(programs, began, settings) | measure(programs, sizes, parts)
        made |= {"counts": programs.counts.all, "seconds": round(time.time() - began)}
        path = record.write(made, options.out)
        print(json.dumps({"record": str(path), "report": str(report.write(made, path))}))
    except (LoadError, subprocess.CalledProcessError) as error:
        print(f"loadtest: {error}", file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
