"""The Python classes of schemas/lodging/v1, generated when they are first asked for."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / ".build" / "peers-messages"


def messages() -> SimpleNamespace:
    from google.protobuf.internal import api_implementation

    if api_implementation.Type() != "upb":
        raise SystemExit("the protobuf package has no C parser: the comparison would be unfair")
    if not (GENERATED / "lodging/v1/ledger_pb2.py").exists():
        from grpc_tools import protoc

        GENERATED.mkdir(parents=True, exist_ok=True)
        schemas = ROOT / "schemas"
        files = [str(schemas / f"lodging/v1/{name}.proto") for name in ("event", "ledger")]
        if protoc.main(["protoc", f"--proto_path={schemas}", f"--python_out={GENERATED}", *files]):
            raise SystemExit("the schemas could not be compiled")
    sys.path.insert(0, str(GENERATED))
    event = importlib.import_module("lodging.v1.event_pb2")
    ledger = importlib.import_module("lodging.v1.ledger_pb2")
    return SimpleNamespace(StayEvent=event.StayEvent, LedgerEntry=ledger.LedgerEntry)
