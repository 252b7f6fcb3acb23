"""Dashboards of Grafana: what they ask for exists, can be parsed, and goes to the data source that is provisioned."""

import json
import tempfile
from pathlib import Path

import yaml

import metrics
import rules

FOLDER = "compose/grafana"
# What Grafana puts in for its variables when it asks.
VARIABLES = {"$__rate_interval": "1m", "$__range": "1h", "$__interval": "15s"}


def expressions(dashboard: dict) -> list[tuple[str, str]]:
    """Each expression with the title of its panel."""
    panels = [inner for panel in dashboard["panels"] for inner in [panel, *panel.get("panels", [])]]
    return [(panel["title"], target["expr"]) for panel in panels for target in panel.get("targets", [])]


def filled(expression: str) -> str:
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def dashboard_problems(dashboard: dict, known: dict[str, metrics.Metric], source: str) -> list[str]:
    """What is wrong with one dashboard."""
    found, ids = [], [panel["id"] for panel in dashboard["panels"]]
    if len(ids) != len(set(ids)):
        found.append("two panels have the same id")
    for title, expression in expressions(dashboard):
        found += [f"{title}: {problem}" for problem in metrics.problems(filled(expression), known)]
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            continue
        if not panel.get("description"):
            found.append(f"{panel['title']}: says not what it shows")
        used = {target["datasource"]["uid"] for target in panel["targets"]} | {panel["datasource"]["uid"]}
        found += [f"{panel['title']}: data source {uid} is not provisioned" for uid in sorted(used - {source})]
    return found


def problems(root: Path, known: dict[str, metrics.Metric], promtool: str) -> list[str]:
    folder = root / FOLDER
    sources = yaml.safe_load((folder / "provisioning/datasources/prometheus.yaml").read_text())["datasources"]
    found, uids, recorded = [], [], []
    for path in sorted((folder / "dashboards").glob("*.json")):
        dashboard = json.loads(path.read_text())
        uids.append(dashboard["uid"])
        name = f"{FOLDER}/dashboards/{path.name}"
        found += [f"{name}: {problem}" for problem in dashboard_problems(dashboard, known, sources[0]["uid"])]
        recorded += [{"record": "dashboard:panel", "expr": filled(expression)} for _, expression in expressions(dashboard)]
    if len(uids) != len(set(uids)):
        found.append(f"{FOLDER}/dashboards: two dashboards have the same uid")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        # As rules, so that promtool parses them.
        groups = [{"name": f"panel {number}", "rules": [rule]} for number, rule in enumerate(recorded)]
        file.write(yaml.safe_dump({"groups": groups}))
        file.flush()
        found += rules.run(promtool, "check", "rules", "--lint=none", file.name)
    return found
