#!/usr/bin/env python3
"""Holds what an operator uses against itself and against the code: alert rules, dashboards, the Compose file, the image, AsyncAPI.

Prints what is wrong, one line each, and exits 1 where anything is. Run it by `make operations`, which brings what it needs.
"""

import argparse
import sys
from pathlib import Path

import asyncapi
import compose
import dashboards
import metrics
import rules


def problems(root: Path, promtool: str) -> list[str]:
    known = metrics.table((root / "docs/metrics.md").read_text())
    found = rules.problems(root, known, promtool)
    found += dashboards.problems(root, known, promtool)
    found += compose.problems(root)
    found += asyncapi.problems(root)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[2])
    parser.add_argument("--promtool", default="promtool")
    arguments = parser.parse_args()
    found = problems(arguments.root, arguments.promtool)
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print("alert rules, dashboards, the Compose file, the image and AsyncAPI agree with each other and with the list of metrics")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
