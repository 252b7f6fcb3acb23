"""Alert rules: by promtool, against the list of metrics, and each with its section of the runbook."""

import re
import subprocess
from pathlib import Path

import yaml

import metrics
import promql

FOLDER = "compose/prometheus"
SEVERITIES = {"page", "ticket"}


def run(promtool: str, *arguments: str) -> list[str]:
    """What promtool has against a file; nothing where it is content."""
    try:
        done = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
    except OSError as error:
        return [f"promtool cannot be run: {error}"]
    return [] if done.returncode == 0 else [f"promtool {' '.join(arguments)}: {(done.stdout + done.stderr).strip()}"]


def headings(page: str) -> set[str]:
    """What the sections of a page are called, without the marks of code."""
    return {match.replace("`", "").strip() for match in re.findall(r"^#{2,4} (.*)$", page, re.MULTILINE)}


def link_problems(page: str) -> list[str]:
    """Links within a page that lead to none of its sections, whose names are made as GitHub makes them."""
    anchors = {re.sub(r"[^\w\- ]", "", section.lower()).replace(" ", "-") for section in headings(page)}
    return [f"links to #{anchor}, which is no section" for anchor in re.findall(r"\]\(#([^)]*)\)", page) if anchor not in anchors]


def alerts(document: dict) -> list[dict]:
    return [rule for group in document["groups"] for rule in group["rules"] if "alert" in rule]


def rule_problems(rule: dict, known: dict[str, metrics.Metric], sections: set[str]) -> list[str]:
    """What is wrong with one alert."""
    name = rule["alert"]
    found = metrics.problems(rule["expr"], known)
    if rule.get("labels", {}).get("severity") not in SEVERITIES:
        found.append(f"its severity is none of {', '.join(sorted(SEVERITIES))}")
    notes = rule.get("annotations", {})
    if not notes.get("summary"):
        found.append("has no summary")
    if notes.get("runbook") != f"docs/runbook.md#{name.lower()}":
        found.append("its annotation runbook does not name its section")
    if name not in sections:
        found.append("docs/runbook.md has no section of its name")
    if not found:
        for selector in promql.read(rule["expr"]).selectors:
            kinds = selector.matchers.get("kind", "").split("|")
            found += [f"docs/runbook.md has no section {kind}" for kind in kinds if kind and kind not in sections]
    return [f"{FOLDER}/alerts.yaml: {name}: {problem}" for problem in found]


def problems(root: Path, known: dict[str, metrics.Metric], promtool: str) -> list[str]:
    folder = root / FOLDER
    page = (root / "docs/runbook.md").read_text()
    sections = headings(page)
    all_alerts = alerts(yaml.safe_load((folder / "alerts.yaml").read_text()))
    found = [problem for rule in all_alerts for problem in rule_problems(rule, known, sections)]
    gone = {section for section in sections if re.fullmatch(r"Lodging[A-Z]\w+", section)} - {rule["alert"] for rule in all_alerts}
    found += [f"docs/runbook.md: there is no alert {name}" for name in sorted(gone)]
    found += [f"docs/runbook.md: {problem}" for problem in link_problems(page)]
    tested = (folder / "alerts.test.yaml").read_text()
    found += [f"{FOLDER}/alerts.test.yaml: never shows {rule['alert']} firing" for rule in all_alerts if rule["alert"] not in tested]
    found += run(promtool, "check", "rules", "--lint=all", "--lint-fatal", str(folder / "alerts.yaml"))
    found += run(promtool, "test", "rules", str(folder / "alerts.test.yaml"))
    # The paths in it are those of the container.
    found += run(promtool, "check", "config", "--syntax-only", str(folder / "prometheus.yaml"))
    return found
