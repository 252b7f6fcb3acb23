"""Read models as their users see them: a serving node over HTTP, or the command line beside a data folder."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from stays import FIGURES

Version = dict[int, int]


class ReadModelError(Exception):
    """The read model does not answer, or answers something else."""


@dataclass(slots=True)
class Answer:
    version: Version
    body: dict


class ReadModel(Protocol):
    name: str

    def occupancy(self, unit: str, position: Version) -> Answer | None:
        """How full a unit is, at `position` or later; None for a unit that it does not know."""

    def receipt(self, name: str, position: Version) -> Answer | None:
        """A receipt; None where there is none."""


def version_of(text: str) -> Version:
    return {int(partition): int(offset) for partition, offset in (part.split(":") for part in text.split(",") if part)}


def version_text(version: Version) -> str:
    return ",".join(f"{partition}:{offset}" for partition, offset in sorted(version.items()))


class ServingNode:
    """A node that answers over HTTP."""

    PATIENCE = 90.0

    def __init__(self, url: str) -> None:
        self.name = self.url = url.rstrip("/")

    def occupancy(self, unit: str, position: Version) -> Answer | None:
        return self._get(f"/v1/units/{unit}/occupancy", position)

    def receipt(self, name: str, position: Version) -> Answer | None:
        return self._get(f"/v1/receipts/{name}", position)

    def alerts(self, position: Version, after: str = "") -> Answer | None:
        """A page of the alerts, the first one or the one behind the page that said so."""
        return self._get(f"/v1/alerts?limit=1000{f'&after={after}' if after else ''}", position)

    def _get(self, path: str, position: Version) -> Answer | None:
        """Asks until the node stands at the position; a node that is starting or behind is asked again for a while."""
        wanted = f"{'&' if '?' in path else '?'}position={version_text(position)}" if position else ""
        request = urllib.request.Request(self.url + path + wanted, headers={"Prefer": "wait=5"})
        deadline = time.monotonic() + self.PATIENCE
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as reply:
                    return Answer(version_of(reply.headers.get("Lodging-Version", "")), json.load(reply))
            except urllib.error.HTTPError as error:
                words = error.read().decode(errors="replace")
                if error.code == 404:
                    return None
                if error.code not in (429, 503, 504) or time.monotonic() > deadline:
                    raise ReadModelError(f"{self.url}{path}: {error.code} {words[:300]}") from error
            except (OSError, ValueError) as error:
                if time.monotonic() > deadline:
                    raise ReadModelError(f"{self.url}{path}: {error}") from error
            time.sleep(0.3)


class CommandLine:
    """`lodging` beside a data folder."""

    def __init__(self, program: Path, data: Path) -> None:
        self.name = str(data)
        self._program, self._data = program, data

    def occupancy(self, unit: str, position: Version) -> Answer | None:
        return self._ask("occupancy", unit)

    def receipt(self, name: str, position: Version) -> Answer | None:
        return self._ask("receipt", name)

    def _ask(self, *arguments: str) -> Answer | None:
        command = [self._program, *arguments, "--json", "--data", self._data]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode == 1:
            return None
        if done.returncode != 0:
            raise ReadModelError(f"{' '.join(arguments)}: exit {done.returncode} {done.stderr[:300]}")
        body = json.loads(done.stdout)
        return Answer(version_of(body.get("version") or ""), body)


class Units:
    """The units of the country, from the catalogue's file."""

    def __init__(self, path: Path) -> None:
        self.province_of: dict[int, str] = {}
        self.communes_of: dict[str, list[int]] = defaultdict(list)
        for line in path.read_text(encoding="utf-8").splitlines():
            parts = line.split(",")
            if parts[0] == "commune":
                self.province_of[int(parts[1])] = parts[2]
                self.communes_of[parts[2]].append(int(parts[1]))
            elif parts[0] == "province":
                self.communes_of[parts[1]] = self.communes_of[parts[1]]


@dataclass
class Expected:
    """What every unit must show at one version."""

    as_of: int
    units: dict[str, dict[str, int]] = field(default_factory=dict)
    children: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, establishment: str, commune: int, figures: dict[str, int], units: Units) -> None:
        province = units.province_of.get(commune)
        chain = [f"e:{establishment}", f"{commune:05}", *([province] if province else []), "VN"]
        for unit in chain:
            total = self.units.setdefault(unit, dict.fromkeys(FIGURES, 0))
            for figure, value in figures.items():
                total[figure] += value
        for child, parent in zip(chain, chain[1:], strict=False):
            self.children[parent].add(child)


def figures_of(body: dict) -> dict[str, int]:
    """The figures of an answer under the names that the checker has for them."""
    capacity = body.get("capacity") or {}
    figures = {name: body.get(name) for name in FIGURES if not name.startswith("capacity_")}
    return figures | {f"capacity_{name}": capacity.get(name) for name in ("rooms", "beds", "establishments")}


def contradictions(body: dict, expected: dict[str, int]) -> list[str]:
    """What in an answer about a unit is not as it must be."""
    figures = figures_of(body)
    words = [f"{name} is {figures[name]}, must be {value}" for name, value in expected.items() if figures[name] != value]
    guests = expected["present"] + expected["overdue"]
    words += [f"{name} is {body.get(name)}, must be {guests}" for name in ("guests", "beds") if body.get(name) != guests]
    return words
