"""schemas/asyncapi.yaml: by a model of AsyncAPI 3.0, and that what it refers to exists; a test of the code compares its topics."""

import re
import warnings
from pathlib import Path

import pydantic
import yaml

with warnings.catch_warnings():
    # Of names that its models have in common with their base.
    warnings.simplefilter("ignore")
    from asyncapi3 import AsyncAPI3

FILE = "schemas/asyncapi.yaml"


def references(node: object) -> list[str]:
    """Every `$ref` below a node."""
    if isinstance(node, list):
        return [found for inner in node for found in references(inner)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if "$ref" in node else []
    return own + [found for inner in node.values() for found in references(inner)]


def leads_somewhere(document: dict, reference: str, folder: Path) -> bool:
    """Whether a reference within the document, or to a file beside it, has an end."""
    if not reference.startswith("#/"):
        return (folder / reference).is_file()
    node = document
    for part in reference[2:].split("/"):
        if not isinstance(node, dict) or part not in node:
            return False
        node = node[part]
    return True


def model_problems(document: dict) -> list[str]:
    """What is not as AsyncAPI 3.0 says."""
    try:
        AsyncAPI3.model_validate(document)
    except pydantic.ValidationError as error:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    return []


def reference_problems(document: dict, folder: Path) -> list[str]:
    """References without an end, messages that no schema has, channels that nobody uses."""
    found = [f"{reference} leads nowhere" for reference in references(document) if not leads_somewhere(document, reference, folder)]
    for name, message in document["components"]["messages"].items():
        for file in references(message.get("payload", {})):
            schema = folder / file
            if schema.is_file() and not re.search(rf"^message {message['name']} ", schema.read_text(), re.MULTILINE):
                found.append(f"message {name}: {file} has no message {message['name']}")
    used = {operation["channel"]["$ref"] for operation in document["operations"].values()}
    return found + [f"channel {name}: nobody writes or reads it" for name in document["channels"] if f"#/channels/{name}" not in used]


def problems(root: Path) -> list[str]:
    document = yaml.safe_load((root / FILE).read_text())
    return [f"{FILE}: {problem}" for problem in model_problems(document) + reference_problems(document, root / "schemas")]
