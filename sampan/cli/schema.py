"""The JSON Schemas of what `--json` prints: one file each, `schemas/NAME-VERSION.json` for `sampan.NAME/VERSION`.

Whoever owns a document keeps its schema here; a change of a document's shape is a new file with the next version.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from sampan.errors import UsageError


def names() -> list[str]:
    """Every document that has a schema, as `sampan.NAME/VERSION`, sorted."""
    folder = resources.files("sampan.cli").joinpath("schemas")
    found = []
    for file in folder.iterdir():
        if file.name.endswith(".json"):
            name, _, version = file.name.removesuffix(".json").rpartition("-")
            found.append(f"sampan.{name}/{version}")
    return sorted(found)


def load(name: str) -> dict[str, Any]:
    """The schema of a document: `sampan.audit/1`, or for short `audit` (its newest version).

    Raises `UsageError` for a name that no document has.
    """
    known = names()
    full = name if name.startswith("sampan.") else f"sampan.{name}"
    if "/" not in full:
        versions = [item for item in known if item.rpartition("/")[0] == full]
        full = max(versions, key=lambda item: int(item.rpartition("/")[2]), default=full)
    if full not in known:
        raise UsageError("no such document", subject=name, hint="`sampan schema` lists them")
    file = full.removeprefix("sampan.").replace("/", "-") + ".json"
    text = resources.files("sampan.cli").joinpath("schemas", file).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
