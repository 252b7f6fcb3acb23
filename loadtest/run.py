#!/usr/bin/env python3
"""Measures what the validator costs beside what the machine can do, and keeps a dated record with a report under loadtest/results/.

Parts: `flush` takes a backlog as fast as it goes, beside librdkafka alone and peers; `paced` sends in an open loop, evenly and as an evening
comes, and tells latencies; `growth` looks whether an event costs more where there is more of everything; `flow` takes evenings through
everything on the embedded log; `state` holds a whole country's state. A run in which a count differs has no figures. Needs the packages of
loadtest/runner/requirements.txt; `make loadtest` brings them.
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

from runner import record, report
from runner.measurement import PARTS, SCALES, Measurement
from runner.programs import LoadError, Programs


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
        settings = {"scale": options.scale, "parts": parts, "partitions": options.partitions, "threads": options.threads}
        frame = record.frame(programs, began, settings)
        made = frame | Measurement(programs, sizes).run(parts)
        # The residents that there was room for are among them.
        settings |= sizes
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
