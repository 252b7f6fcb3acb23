"""Shows each check red once, and the repository green."""

import shutil
import tempfile
import unittest
from pathlib import Path

import yaml

import asyncapi
import compose
import dashboards
import metrics
import promql
import rules

ROOT = Path(__file__).parents[2]
PAGE = """
| name | kind | labels | what |
|---|---|---|---|
| `lodging_a_total` | counter | `kind` | a |
| `lodging_b` | gauge | | b |
| `lodging_c_seconds` | histogram | `route` | c |
"""
KNOWN = metrics.table(PAGE)


class Expressions(unittest.TestCase):
    def test_what_is_asked_for_is_found_with_its_labels_and_functions(self):
        text = 'sum by (le, x) (rate(a_bucket{k="v", r=~"/v1/.*"}[5m])) / on (i) group_left (b) max(c) without (d) > bool 1.5'
        text += " or time() - e offset 5m"
        found = promql.read(text)
        self.assertEqual([one.name for one in found.selectors], ["a_bucket", "c", "e"])
        self.assertEqual(found.selectors[0].matchers, {"k": "v", "r": "/v1/.*"})
        self.assertEqual([one.function for one in found.selectors], ["rate", "max", None])
        self.assertEqual([one.has_range for one in found.selectors], [True, False, False])
        self.assertEqual(found.labels, {"le", "x", "i", "b", "d"})

    def test_words_in_texts_are_no_metrics(self):
        self.assertEqual([one.name for one in promql.read('label_replace(a, "b", "$1", "c", "d\\"(.*)")').selectors], ["a"])

    def test_the_list_has_a_histogram_as_three_metrics(self):
        names = ["lodging_a_total", "lodging_b", "lodging_c_seconds_bucket", "lodging_c_seconds_count", "lodging_c_seconds_sum", "up"]
        self.assertEqual(sorted(KNOWN), names)

    def test_what_is_right_is_left_alone(self):
        for text in (
            "sum by (kind) (rate(lodging_a_total[5m]))", 'lodging_b{instance="i"} > 0', 'up{job="j"} == 0', "deriv(lodging_b[5m])",
            'histogram_quantile(0.9, sum by (le, route) (rate(lodging_c_seconds_bucket{le="1"}[1m])))',
        ):
            self.assertEqual(metrics.problems(text, KNOWN), [], text)

    def test_what_is_wrong_is_told(self):
        for text, word in (
            ("lodging_d", "no metric"), ("rate(lodging_c_seconds[1m])", "no metric"), ('lodging_b{kind="x"}', "no label"),
            ("lodging_a_total > 0", "counts since"), ("rate(lodging_b[5m])", "is a gauge"), ("sum by (kind) (lodging_b)", "has the label"),
            ("lodging_b # 1", "cannot be read"),
        ):
            self.assertIn(word, " ".join(metrics.problems(text, KNOWN)), text)


class Rules(unittest.TestCase):
    def rule(self, **changes):
        notes = {"summary": "s", "runbook": "docs/runbook.md#lodginga"}
        return {"alert": "LodgingA", "expr": "lodging_b > 0", "labels": {"severity": "page"}, "annotations": notes} | changes

    def test_a_rule_with_all_that_it_needs(self):
        self.assertEqual(rules.rule_problems(self.rule(), KNOWN, {"LodgingA"}), [])

    def test_what_a_rule_lacks_is_told(self):
        for changes, word in (
            ({"expr": "lodging_x"}, "no metric"), ({"labels": {"severity": "loud"}}, "severity"),
            ({"annotations": {"runbook": "docs/runbook.md#lodginga"}}, "summary"),
            ({"annotations": {"summary": "s"}}, "annotation runbook"),
            ({"expr": 'rate(lodging_a_total{kind=~"known|other"}[5m]) > 0'}, "no section other"),
        ):
            self.assertIn(word, " ".join(rules.rule_problems(self.rule(**changes), KNOWN, {"LodgingA", "known"})), changes)
        self.assertIn("no section", " ".join(rules.rule_problems(self.rule(), KNOWN, set())))

    def test_sections_are_read_without_marks(self):
        self.assertEqual(rules.headings("# A\n\n### `b-c`\ntext\n## LodgingD\n"), {"b-c", "LodgingD"})

    def test_links_within_a_page_must_lead_to_a_section(self):
        self.assertEqual(rules.link_problems("## What else, `then`\n[a](#what-else-then) [b](other.md#c)\n"), [])
        self.assertEqual(rules.link_problems("## A\n[a](#b)\n"), ["links to #b, which is no section"])

    def test_a_checker_that_is_not_there_or_not_content_is_told(self):
        self.assertIn("cannot be run", rules.run("/nowhere/promtool")[0])
        self.assertEqual(rules.run("false", "x"), ["promtool x: "])
        self.assertEqual(rules.run("true", "x"), [])


class Dashboards(unittest.TestCase):
    def dashboard(self, **changes):
        source = {"uid": "s"}
        panel = {"id": 1, "type": "stat", "title": "T", "description": "d", "datasource": source}
        return {"panels": [panel | {"targets": [{"datasource": source, "expr": "rate(lodging_a_total[$__rate_interval])"}]} | changes]}

    def test_a_dashboard_over_what_there_is(self):
        self.assertEqual(dashboards.dashboard_problems(self.dashboard(), KNOWN, "s"), [])

    def test_what_is_wrong_is_told(self):
        self.assertIn("not provisioned", dashboards.dashboard_problems(self.dashboard(), KNOWN, "other")[0])
        self.assertIn("says not", dashboards.dashboard_problems(self.dashboard(description=""), KNOWN, "s")[0])
        target = {"datasource": {"uid": "s"}, "expr": "lodging_x"}
        self.assertIn("no metric", dashboards.dashboard_problems(self.dashboard(targets=[target]), KNOWN, "s")[0])
        twice = self.dashboard()
        twice["panels"] *= 2
        self.assertIn("same id", dashboards.dashboard_problems(twice, KNOWN, "s")[0])


class Compose(unittest.TestCase):
    def service(self, **changes):
        service = {
            "image": "lodging:local", "read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"],
            "user": "10001", "volumes": ["data:/data"], "ports": ["127.0.0.1:80:80"], "environment": {"LODGING_ROLE": "gateway"},
        } | changes
        document = {"services": {"a": service}, "volumes": {"data": {}}}
        return compose.service_problems("a", service, document, {"LODGING_ROLE"}, ROOT / "compose")

    def test_a_service_as_it_should_be(self):
        self.assertEqual(self.service(), [])

    def test_what_is_wrong_with_a_service_is_told(self):
        for changes, word in (
            ({"depends_on": ["b"]}, "no service"), ({"volumes": ["other:/x"]}, "no volume"),
            ({"volumes": ["./nothing:/x"]}, "does not exist"), ({"volumes": ["data:/data/keys.json"]}, "keys.json alone"),
            ({"ports": ["80:80"]}, "beyond loopback"), ({"environment": {"LODGING_ROLL": "x"}}, "no setting"),
            ({"read_only": False}, "written"),
            ({"cap_drop": []}, "rights"), ({"security_opt": []}, "rights"), ({"user": "0:0"}, "root"),
        ):
            self.assertIn(word, " ".join(self.service(**changes)), changes)
        document = {"services": {}, "volumes": {}}
        for image in ("a", "a:latest", "a:main"):
            self.assertIn("not pinned", compose.service_problems("a", {"image": image}, document, set(), ROOT)[0])
        for image in ("a:1.2", "a:v3.5.0", "a@sha256:" + "0" * 64):
            self.assertEqual(compose.service_problems("a", {"image": image}, document, set(), ROOT), [])

    def test_the_schema_notices_what_compose_does_not_know(self):
        self.assertEqual(compose.schema_problems({"services": {"a": {"image": "b:1.0"}}}), [])
        self.assertNotEqual(compose.schema_problems({"services": {"a": {"imagine": "b:1.0"}}}), [])

    def test_prometheus_fetches_from_every_node_under_its_role(self):
        nodes = {"services": {"a": {"environment": {"LODGING_ROLE": "gateway", "LODGING_LISTEN": "0.0.0.0:80"}}}}
        for job, target, words in (
            ("gateway", "a:80", []), ("validator", "a:80", ["is a gateway and no validator"]),
            ("gateway", "b:80", ["fetches from b:80", "does not fetch from a:80"]),
        ):
            found = compose.target_problems(nodes, {"scrape_configs": [{"job_name": job, "static_configs": [{"targets": [target]}]}]})
            self.assertEqual(len(found), len(words))
            for problem, word in zip(found, words):
                self.assertIn(word, problem)

    def test_what_an_image_lacks_is_told(self):
        good = "FROM swift:6.3 AS build\nFROM debian:12\nRUN apt-get install libcsv3 zlib1g\nUSER 1:1\nVOLUME /d\n"
        good += "HEALTHCHECK CMD x\nENTRYPOINT y\n"
        setup = "libcsv-dev zlib1g-dev"
        self.assertEqual(compose.image_problems(good, setup), [])
        for old, new, word in (
            ("libcsv3", "", "libcsv-dev"), ("USER 1:1", "USER root", "by number"), ("HEALTHCHECK", "#", "HEALTHCHECK"),
            ("debian:12", "debian", "pinned"),
        ):
            self.assertIn(word, " ".join(compose.image_problems(good.replace(old, new), setup)), word)


class AsyncAPI(unittest.TestCase):
    def setUp(self):
        self.document = yaml.safe_load((ROOT / asyncapi.FILE).read_text())

    def test_what_no_version_of_asyncapi_knows_is_told(self):
        self.assertEqual(asyncapi.model_problems(self.document), [])
        for change in (
            lambda d: d.pop("info"), lambda d: d["operations"]["validatorReadsEvents"].update(action="read"),
            lambda d: d["channels"]["stayEvents"]["bindings"]["kafka"].update(partitions="many"),
            lambda d: d["servers"]["cluster"].pop("protocol"),
        ):
            document = yaml.safe_load((ROOT / asyncapi.FILE).read_text())
            change(document)
            self.assertNotEqual(asyncapi.model_problems(document), [])

    def test_references_that_lead_nowhere_are_told(self):
        self.assertEqual(asyncapi.reference_problems(self.document, ROOT / "schemas"), [])
        self.document["operations"]["validatorReadsEvents"]["channel"]["$ref"] = "#/channels/other"
        self.document["components"]["messages"]["stayEvent"]["payload"]["schema"]["$ref"] = "./other.proto"
        self.document["components"]["messages"]["ledgerEntry"]["name"] = "Other"
        self.document["channels"]["unused"] = {}
        found = " ".join(asyncapi.reference_problems(self.document, ROOT / "schemas"))
        for words in ("#/channels/other leads nowhere", "./other.proto leads nowhere", "no message Other", "channel unused"):
            self.assertIn(words, found)


class WholeRepository(unittest.TestCase):
    def test_a_metric_that_goes_away_is_missed_by_rules_and_dashboards(self):
        page = (ROOT / "docs/metrics.md").read_text().replace("`lodging_undecided_age_seconds`", "`lodging_undecided_years`")
        known = metrics.table(page)
        for check in (rules, dashboards):
            self.assertTrue(any("lodging_undecided_age_seconds" in line for line in check.problems(ROOT, known, "true")), check)

    def test_an_alert_without_a_section_and_a_section_without_an_alert_are_told(self):
        known = metrics.table((ROOT / "docs/metrics.md").read_text())
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            shutil.copytree(ROOT / "compose", root / "compose")
            (root / "docs").mkdir()
            text = (ROOT / "docs/runbook.md").read_text().replace("### LodgingNodeDown\n", "### LodgingNodeUp\n")
            (root / "docs/runbook.md").write_text(text)
            found = " ".join(rules.problems(root, known, "true"))
        self.assertIn("no section of its name", found)
        self.assertIn("there is no alert LodgingNodeUp", found)


if __name__ == "__main__":
    unittest.main()
