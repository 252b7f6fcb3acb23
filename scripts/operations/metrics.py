"""The list of metrics in docs/metrics.md, which tests hold against the code, and what of it an expression may ask for."""

import re
from dataclasses import dataclass

import promql

ROW = re.compile(r"^\| `(?P<name>[a-z_]+)` \| (?P<kind>[a-z]+) \|(?P<labels>[^|]*)\|", re.MULTILINE)
# Labels that Prometheus adds when it fetches.
TARGET = {"job", "instance"}
RATES = {"rate", "irate", "increase", "resets"}


@dataclass(frozen=True)
class Metric:
    """A metric as it can be asked for: a histogram is three of them."""

    counts: bool
    labels: frozenset[str]


def table(page: str) -> dict[str, Metric]:
    """Reads the page; `up` is Prometheus's own."""
    metrics = {"up": Metric(False, frozenset())}
    for row in ROW.finditer(page):
        labels = frozenset(re.findall(r"`([a-z]+)`", row["labels"]))
        if row["kind"] == "histogram":
            metrics[row["name"] + "_bucket"] = Metric(True, labels | {"le"})
            metrics[row["name"] + "_sum"] = metrics[row["name"] + "_count"] = Metric(True, labels)
        else:
            metrics[row["name"]] = Metric(row["kind"] == "counter", labels)
    return metrics


def problems(text: str, metrics: dict[str, Metric]) -> list[str]:
    """What is wrong with an expression over these metrics."""
    try:
        expression = promql.read(text)
    except ValueError as error:
        return [str(error)]
    found, known = [], set(TARGET)
    for selector in expression.selectors:
        metric = metrics.get(selector.name)
        if metric is None:
            found.append(f"there is no metric {selector.name}")
            continue
        known |= metric.labels
        found += [f"{selector.name} has no label {label}" for label in sorted(set(selector.matchers) - metric.labels - TARGET)]
        if metric.counts and not selector.has_range:
            found.append(f"{selector.name} counts since its process began: ask for rate() or increase()")
        if not metric.counts and selector.function in RATES:
            found.append(f"{selector.name} is a gauge: {selector.function}() takes its falls for restarts")
    return found + [f"nothing asked for has the label {label}" for label in sorted(expression.labels - known)]
