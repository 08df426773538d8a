"""The documents that `--json` prints, by their forms, and the JSON Schemas made from these.

A schema is kept as `schemas/NAME-VERSION.json` for `sampan.NAME/VERSION`, written by `python -m sampan.cli.schema` and
held to the forms in CI: a change of a document's shape shows there, and is a new version.
"""

from __future__ import annotations

import json
import pkgutil
import sys
from importlib import import_module, resources
from typing import Any, Final

from sampan.cli import forms as printed
from sampan.errors import UsageError

HOMES: Final = (
    *(f"{printed.__name__}.{module.name}" for module in pkgutil.iter_modules(printed.__path__)),
    "sampan.audit.forms",
    "sampan.client.papers",
    "sampan.client.proposal",
    "sampan.client.statements",
    "sampan.documents.disclosure",
    "sampan.documents.salts",
    "sampan.documents.handover",
    "sampan.tracking.proofs",
    "sampan.screening.record",
)
"""The modules with forms of documents."""
MANIFEST: Final = "sampan.deployment/2"
"""The manifest is read with pydantic; its schema follows from there."""


def document(name: str, body: object) -> dict[str, Any]:
    """A document as JSON, from the fields of its form or from a record that has them. Raises as `forms.written`."""
    from sampan.suite import forms

    for home in HOMES:
        if name not in forms.DOCUMENTS:
            import_module(home)
    answer: dict[str, Any] = forms.written(forms.DOCUMENTS[name], body)
    return answer


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
    text = resources.files("sampan.cli").joinpath("schemas", _file(full)).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def made() -> dict[str, str]:
    """The file of each schema, below the package, and its text as it follows from the forms."""
    from sampan.deployment import manifest
    from sampan.scenarios import schema as scenario
    from sampan.suite import forms
    from sampan.written import facility

    for home in HOMES:
        import_module(home)
    found = {name: forms.schema(name) for name in forms.DOCUMENTS}
    found |= {MANIFEST: manifest.schema(), scenario.DOCUMENT: scenario.schema(), facility.DOCUMENT: facility.schema()}
    return {f"cli/schemas/{_file(name)}": json.dumps(found[name], indent=2) + "\n" for name in sorted(found)}


def _file(name: str) -> str:
    return name.removeprefix("sampan.").replace("/", "-") + ".json"


if __name__ == "__main__":
    from sampan.suite.generate import main

    sys.exit(main(sys.argv[1:], {name: lambda text=text: text for name, text in made().items()}))  # type: ignore[misc]
