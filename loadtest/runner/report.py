"""A record as one HTML page that needs nothing else: no network, no script, its plots inside."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runner import plots
from runner.targets import growth_ratio, number, spread, targets


def page(record: dict) -> str:
    """The page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"spread": spread, "number": number, "milliseconds": milliseconds, "size": size}
    judged = targets(record)
    tally = {standing: sum(target.standing == standing for target in judged) for standing in ("met", "not met", "not measured")}
    return environment.get_template("report.html.j2").render(
        record=record, targets=judged, tally=tally, names=plots.NAMES, kinds=plots.KINDS, label=plots.label, growth_ratio=growth_ratio,
        plots={plot.__name__: plot(record) for plot in (plots.throughput, plots.latency, plots.lag, plots.growth, plots.restarts)})


def write(record: dict, beside: Path) -> Path:
    """Keeps the page beside its record, and returns where."""
    path = beside.with_suffix(".html")
    path.write_text(page(record))
    return path


def milliseconds(microseconds: float) -> str:
    """Microseconds as milliseconds, with as many digits as say something."""
    return number(microseconds / 1000)


def size(count: float) -> str:
    """Bytes in words."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{number(count)} {unit}" if unit != "B" else f"{count:.0f} B"
        count /= 1024
    return f"{number(count)} GiB"
