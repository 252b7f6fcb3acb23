"""Plots of a record as inline SVG, each None where there is nothing to plot."""

from __future__ import annotations

import io
import re

import matplotlib
import numpy
from hdrh.histogram import HdrHistogram
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter, LogLocator, NullFormatter

INK, MUTED, GRID = "#1f2933", "#6b7785", "#e3e8ee"
OWN, OTHER, WARM, COOL = "#0b6e4f", "#9fb3c8", "#c8553d", "#3e6990"
LINES = (OWN, COOL, WARM, "#8a6d3b")
STYLE = {
    "font.family": ["sans-serif"], "font.size": 10, "svg.fonttype": "none", "svg.hashsalt": "lodging", "text.color": INK, "axes.labelcolor": MUTED,
    "axes.edgecolor": GRID, "axes.titlesize": 10.5, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.grid": True,
    "axes.axisbelow": True, "grid.color": GRID, "xtick.color": MUTED, "ytick.color": MUTED, "axes.spines.top": False, "axes.spines.right": False,
    "legend.frameon": False, "figure.constrained_layout.use": True, "savefig.transparent": True,
}
NAMES = {
    "ceiling": "librdkafka alone, in C", "hand_loop": "loop in Python", "bytewax_flow": "bytewax", "quix_app": "quixstreams", "pour": "the generator",
    "validator": "the validator",
}
KINDS = {"plain": "identities readable", "sealed": "identities sealed"}
# Percentiles up to the one that so many events still show.
TICKS = (50, 90, 99, 99.9, 99.99)
# How soon a validator is to decide again.
RESTART_SECONDS = 2
counted = EngFormatter(sep="")


def svg(figure: Figure, name: str) -> str:
    """The drawing, with ids that no other drawing of the page has."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    text = text[text.index("<svg"):]
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'href="#', f'href="#{name}-', text).replace("url(#", f"url(#{name}-")
    # The page says how wide it is.
    head, rest = text.split(">", 1)
    return re.sub(r' (?:width|height)="[^"]*pt"', "", head) + ">" + rest


def blank(rows: int, columns: int, width: float, height: float, **shared: object) -> tuple[Figure, numpy.ndarray]:
    """A figure without a window behind it."""
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, squeeze=False, **shared)


def throughput(record: dict) -> str | None:
    """Everybody's events a second of processor time, with the spread."""
    rates = record.get("flush", {}).get("events_per_cpu_second")
    if not rates:
        return None
    with matplotlib.rc_context(STYLE):
        shown = sorted(rates.items(), key=lambda item: item[1]["median"])
        figure, axes = blank(1, 1, 9, 0.42 * len(shown) + 0.9)
        plot = axes[0, 0]
        for place, (name, found) in enumerate(shown):
            subject, kind = name.rsplit("_", 1)
            color = OWN if subject == "validator" else OTHER
            plot.barh(place, found["median"], color=color, height=0.62)
            plot.hlines(place, found["least"], found["most"], color=INK, linewidth=1.2)
            text = f"{found['median']:,.0f}"
            plot.annotate(text, (found["most"], place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9, color=INK)
        plot.set_yticks(range(len(shown)), [f"{NAMES.get(name.rsplit('_', 1)[0], name)}, {KINDS[name.rsplit('_', 1)[1]]}" for name, _ in shown])
        plot.tick_params(axis="y", length=0, colors=INK)
        plot.grid(axis="y", visible=False)
        plot.set_xlim(0, max(found["most"] for _, found in shown) * 1.12)
        plot.xaxis.set_major_formatter(counted)
        plot.set_xlabel("events per second of processor time: median, least and most")
        return svg(figure, "throughput")


def label(run: dict) -> str:
    """A run of a profile in words."""
    rate = f", {run['rate']:,}/s" if run["rate"] else ""
    return f"{run['profile']}{rate}, {run['log']} log"


def latency(record: dict) -> str | None:
    """Latencies by percentile, the tail drawn out."""
    runs = record.get("paced")
    if not runs:
        return None
    with matplotlib.rc_context(STYLE):
        figure, axes = blank(1, 2, 9, 3.6, sharey=True)
        parts = (("from_due", "from when it was due to readable"), ("from_acknowledged", "from acknowledged to readable"))
        for plot, (part, title) in zip(axes[0], parts, strict=True):
            for run, color in zip(runs, LINES):
                percentiles(plot, run[part], color, label(run))
            disk = next((run["fdatasync"] for run in runs if "fdatasync" in run), None)
            if part == "from_acknowledged" and disk:
                percentiles(plot, disk, MUTED, "the disk's own fdatasync", ":")
            plot.set_title(title)
            plot.set_xscale("log")
            plot.set_yscale("log")
            plot.set_xticks([100 / (100 - tick) for tick in TICKS], [f"{tick:g} %" for tick in TICKS])
            plot.xaxis.set_minor_formatter(NullFormatter())
            plot.yaxis.set_major_locator(LogLocator(base=10))
            plot.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} ms"))
            plot.yaxis.set_minor_formatter(NullFormatter())
            plot.set_xlabel("percentile")
        axes[0, 1].axhline(20, color=WARM, linewidth=0.8, linestyle="--")
        lines, names = axes[0, 1].get_legend_handles_labels()
        figure.legend(lines, names, fontsize=8.5, loc="outside lower center", ncols=min(4, len(names)))
        return svg(figure, "latency")


def percentiles(plot: Axes, found: dict, color: str, name: str, style: str = "-") -> None:
    """One histogram up to the last percentile of which it has at least ten values."""
    histogram = HdrHistogram.decode(found["hdr"])
    last = max(2.0, found["count"] / 10)
    places = numpy.geomspace(1.02, last, 80)
    plot.plot(places, [histogram.get_value_at_percentile(100 - 100 / place) / 1000 for place in places], style, color=color, linewidth=1.6, label=name)


def lag(record: dict) -> str | None:
    """What came, and how much of it waited for its decision, over time."""
    runs = record.get("paced")
    if not runs:
        return None
    with matplotlib.rc_context(STYLE):
        figure, axes = blank(2, len(runs), 9, 5, sharex="col")
        for column, (run, color) in enumerate(zip(runs, LINES)):
            line, step = run["timeline"], run["timeline"]["step_seconds"]
            due, readable = numpy.array(line["due"]), numpy.array(line["readable"])
            seconds = (numpy.arange(len(due)) + 1) * step
            above, below = axes[0, column], axes[1, column]
            above.fill_between(seconds, numpy.diff(due, prepend=0) / step, color=OTHER, alpha=0.5, linewidth=0, step="pre")
            above.plot(seconds, numpy.diff(readable, prepend=0) / step, color=color, linewidth=1.1, drawstyle="steps-pre")
            above.set_title(label(run).replace(f", {run['log']}", f",\n{run['log']}"), fontsize=9)
            below.plot(seconds, due - readable, color=color, linewidth=1.2)
            below.set_xlabel("seconds")
            for plot in (above, below):
                plot.set_ylim(bottom=0)
                plot.yaxis.set_major_formatter(counted)
        axes[0, 0].set_ylabel("events a second:\ndue (area), decided (line)")
        axes[1, 0].set_ylabel("due and not yet decided")
        return svg(figure, "lag")


def growth(record: dict) -> str | None:
    """The cost of an event against the size of everything, each from zero on."""
    curves = record.get("growth")
    if not curves:
        return None
    with matplotlib.rc_context(STYLE):
        columns = min(3, len(curves))
        rows = -(-len(curves) // columns)
        figure, axes = blank(rows, columns, 9, 2.6 * rows)
        for plot in axes.flat[len(curves):]:
            plot.set_visible(False)
        for plot, curve in zip(axes.flat, curves):
            points = sorted(curve["points"], key=lambda point: point["size"])
            sizes, costs = [point["size"] for point in points], [point["cpu_microseconds"] for point in points]
            middle = numpy.array([cost["median"] for cost in costs])
            spread = [middle - [cost["least"] for cost in costs], numpy.array([cost["most"] for cost in costs]) - middle]
            plot.errorbar(sizes, middle, yerr=spread, color=OWN, marker="o", markersize=4.5, linewidth=1.6, capsize=3, ecolor=MUTED)
            plot.set_ylim(0, max(cost["most"] for cost in costs) * 1.25)
            plot.set_title(f"{curve['against']} ({curve['log']} log)" if curve["log"] != "memory" else curve["against"])
            if curve["against"] == "threads":
                plot.set_xticks(sizes, [str(size) for size in sizes])
                plot.set_xlim(min(sizes) - 0.5, max(sizes) + 0.5)
            else:
                plot.set_xscale("log")
                shown = sizes if len(sizes) < 4 else [sizes[0], sizes[-1]]
                plot.set_xticks(shown, [counted(float(f"{size:.3g}")) for size in shown])
                plot.xaxis.set_minor_formatter(NullFormatter())
            plot.tick_params(axis="x", which="minor", bottom=False)
        for row in axes:
            row[0].set_ylabel("µs of processor\ntime an event")
        return svg(figure, "growth")


def restarts(record: dict) -> str | None:
    """The time to the first decision against the length of the ledger, and how many entries were folded for all of them."""
    runs = record.get("restarts", [])
    if len({run["entries"] for run in runs}) < 2:
        return None
    with matplotlib.rc_context(STYLE):
        figure, axes = blank(1, 2, 9, 2.8)
        for with_snapshots, color in ((True, OWN), (False, WARM)):
            found = sorted((run for run in runs if run["with_snapshots"] == with_snapshots), key=lambda run: run["entries"])
            sizes, name = [run["entries"] for run in found], "with snapshots" if with_snapshots else "without snapshots"
            axes[0, 0].plot(sizes, [run["first_decision_seconds"]["median"] for run in found], color=color, marker="o", markersize=4.5, label=name)
            axes[0, 1].plot(sizes, [run["all_decide_seconds"]["median"] for run in found], color=color, marker="o", markersize=4.5)
        for plot, title, part in zip(axes[0], ("first decision", "all partitions decide"), ("first_decision_seconds", "all_decide_seconds"), strict=True):
            plot.set_title(title)
            # The target, which is drawn for the first decision, is always in sight.
            plot.set_ylim(0, 1.15 * max(RESTART_SECONDS, *(run[part]["most"] for run in runs)))
            plot.set_xlim(left=0)
            plot.xaxis.set_major_formatter(counted)
            plot.set_xlabel("entries of the ledger")
        axes[0, 0].axhline(RESTART_SECONDS, color=WARM, linewidth=0.8, linestyle="--")
        axes[0, 0].set_ylabel("seconds")
        lines, names = axes[0, 0].get_legend_handles_labels()
        figure.legend(lines, names, fontsize=8.5, loc="outside lower center", ncols=2)
        return svg(figure, "restarts")
