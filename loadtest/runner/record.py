"""The record of a run: where it was made, and that it is what its schema says before anybody keeps it."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from datetime import UTC, datetime
from pathlib import Path

import jsonschema

from runner.programs import ROOT, LoadError, Programs, free_bytes, output

RESULTS = ROOT / "loadtest" / "results"
SCHEMA = RESULTS / "record.schema.json"
FORMAT = 1
PEERS_SHOWN = ("confluent-kafka", "protobuf", "numpy", "bytewax", "quixstreams")


def machine(work: Path) -> dict:
    """What the figures were measured on."""
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    memory = next(line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    load = [float(part) for part in Path("/proc/loadavg").read_text().split()[:3]]
    return {"processor": model, "cores": len(list(Path("/sys/devices/system/cpu").glob("cpu[0-9]*"))), "memory_kib": int(memory),
            "kernel": platform.release(), "load": load, "disk_free_bytes": free_bytes(work)}


def versions(programs: Programs) -> dict:
    """What everything was built from and runs in."""
    asked = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    return {
        "swift": output("swift", "--version").splitlines()[0].strip(),
        "librdkafka": output("dpkg-query", "--show", "--showformat=${Version}", "librdkafka1").strip(),
        "python": platform.python_version(),
        "hdrhistogram": importlib.metadata.version("hdrhistogram"),
        **json.loads(output(programs.peers, "-c", asked, *PEERS_SHOWN)),
    }


def frame(programs: Programs, began: float, settings: dict) -> dict:
    """The part of a record that says what the figures are of."""
    return {
        "format": FORMAT,
        "began": datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds"),
        "commit": output("git", "-C", ROOT, "rev-parse", "HEAD").strip(),
        "changed": bool(output("git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no").strip()),
        "machine": machine(programs.work),
        "versions": versions(programs),
        "settings": settings,
    }


def check(record: dict) -> None:
    """Throws where a record is not what its schema says, or a count differs."""
    schema = json.loads(SCHEMA.read_text())
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    faults = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in validator.iter_errors(record)]
    faults += [f"{count['run']}: {count['in']} in, {count['out']} out" for count in record.get("counts", []) if count["in"] != count["out"]]
    if faults:
        raise LoadError("the record is not what it should be: " + "; ".join(faults[:5]))


def write(record: dict, folder: Path = RESULTS) -> Path:
    """Keeps a record under the date and time of its beginning, and returns where."""
    check(record)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.fromisoformat(record['began']):%Y-%m-%d-%H%M}.json"
    path.write_text(json.dumps(record, indent=2) + "\n")
    return path
