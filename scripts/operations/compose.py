"""The Compose file and the image: by the published schema, and what the schema cannot say."""

import json
import re
from importlib import metadata
from pathlib import Path

import jsonschema
import yaml

FILE = "compose/compose.yaml"
SETTING = re.compile(r"^\| `([a-z.-]+)` \|", re.MULTILINE)
# Environment variables that commands read and nodes do not.
OF_COMMANDS = {"LODGING_PROGRESS_SECONDS"}


def schema_problems(document: dict) -> list[str]:
    """What the Compose specification's own schema has against the file."""
    file = metadata.distribution("check-jsonschema").locate_file("check_jsonschema/builtin_schemas/vendor/compose-spec.json")
    schema = json.loads(Path(file).read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(document)]


def mounted(service: dict) -> list[tuple[str, str]]:
    """Source and place of each volume."""
    return [tuple(volume.split(":")[:2]) for volume in service.get("volumes", [])]


def service_problems(name: str, service: dict, document: dict, settings: set[str], folder: Path) -> list[str]:
    """What is wrong with one service."""
    found = []
    image = service.get("image", "")
    is_own = image.startswith("lodging:")
    if not is_own and not re.search(r":v?\d+\.\d+|@sha256:[0-9a-f]{64}$", image):
        found.append(f"image {image} is not pinned")
    found += [f"waits for {other}, which is no service" for other in service.get("depends_on", {}) if other not in document["services"]]
    for source, place in mounted(service):
        if source.startswith("."):
            if not (folder / source).exists():
                found.append(f"mounts {source}, which does not exist")
        elif source not in document.get("volumes", {}):
            found.append(f"mounts {source}, which is no volume")
        if place.endswith("keys.json"):
            found.append("mounts keys.json alone, which would keep keys that were replaced: mount its folder")
    found += [f"publishes {port} beyond loopback" for port in service.get("ports", []) if not port.startswith("127.0.0.1:")]
    for variable in service.get("environment", {}):
        if variable.startswith("LODGING_") and variable not in settings:
            found.append(f"{variable} is no setting: a node refuses it")
    if is_own:
        if not service.get("read_only"):
            found.append("its root file system can be written")
        if service.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in service.get("security_opt", []):
            found.append("keeps rights that it does not need")
        if service.get("user", "0").split(":")[0] in {"0", "root"}:
            found.append("runs as root")
    return [f"{name}: {problem}" for problem in found]


def target_problems(document: dict, prometheus: dict) -> list[str]:
    """What Prometheus would fetch and nobody serves, and nodes that nobody fetches from."""
    fetched = {
        target: job["job_name"] for job in prometheus["scrape_configs"] for group in job["static_configs"] for target in group["targets"]
    }
    serving = {}
    for name, service in document["services"].items():
        environment = service.get("environment", {})
        if "LODGING_ROLE" in environment:
            serving[f"{name}:{environment['LODGING_LISTEN'].rpartition(':')[2]}"] = environment["LODGING_ROLE"]
    found = [f"fetches from {target}, which is no node" for target in sorted(fetched.keys() - serving.keys())]
    found += [f"does not fetch from {target}" for target in sorted(serving.keys() - fetched.keys())]
    found += [f"{target} is a {serving[target]} and no {job}" for target, job in fetched.items() if serving.get(target, job) != job]
    return found


def image_problems(dockerfile: str, setup: str) -> list[str]:
    """What the image lacks of that which the program links to, and rules that it breaks."""
    build, _, runtime = dockerfile.rpartition("\nFROM ")
    packages = set(re.findall(r"[a-z0-9][a-z0-9.+-]+", runtime))
    found = []
    for package in re.findall(r"\b[a-z0-9.+-]+-dev\b", setup):
        # librdkafka-dev is built with, librdkafka1 is run with.
        stem = re.escape(package.removesuffix("-dev"))
        if not any(re.fullmatch(stem + r"[0-9-]*", installed) for installed in packages):
            found.append(f"installs no runtime package of {package}, which scripts/setup builds with")
    if not re.search(r"^USER [1-9]", runtime, re.MULTILINE):
        found.append("does not run as a user by number")
    found += [f"lacks {word}" for word in ("HEALTHCHECK", "VOLUME", "ENTRYPOINT") if f"\n{word} " not in runtime]
    images = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    found += [f"image {image} is not pinned" for image in images if not re.search(r":v?\d+", image)]
    return found


def problems(root: Path) -> list[str]:
    document = yaml.safe_load((root / FILE).read_text())
    keys = SETTING.findall((root / "docs/running.md").read_text())
    settings = OF_COMMANDS | {"LODGING_" + re.sub(r"[.-]", "_", key).upper() for key in keys}
    found = [f"{FILE}: {problem}" for problem in schema_problems(document)]
    for name, service in document["services"].items():
        found += [f"{FILE}: {problem}" for problem in service_problems(name, service, document, settings, root / "compose")]
    prometheus = yaml.safe_load((root / "compose/prometheus/prometheus.yaml").read_text())
    found += [f"compose/prometheus/prometheus.yaml: {problem}" for problem in target_problems(document, prometheus)]
    image = image_problems((root / "Dockerfile").read_text(), (root / "scripts/setup").read_text())
    return found + [f"Dockerfile: {problem}" for problem in image]
