"""The JSON Schema of scenario files, for editors; made of the same tables, verbs and records as the reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sampan.scenarios import reports
from sampan.scenarios import script as said
from sampan.scenarios import vocabulary as words
from sampan.scenarios.parties import CAST
from sampan.scenarios.samples import SAMPLES
from sampan.scenarios.vocabulary import TEXT, Doing, one_or_more
from sampan.suite.check import Level
from sampan.suite.forms import DRAFT
from sampan.suite.tell import option
from sampan.suite.words import Answer, Receiving, RecordLaw
from sampan.written import conditions

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENT: Final = "sampan.scenario/1"
"""The name of the schema of scenario files."""
_FUNCTIONS: Final = sorted({name for each in words.deployable().values() for name in each.functions})
_DEPLOYED: Final = {"type": "string", "pattern": rf"^[a-z][a-z0-9_-]*\.({'|'.join(_FUNCTIONS)})$"}
_BALANCES: Final = {
    "type": "object",
    "required": [said.BALANCES],
    "minProperties": 2,
    "additionalProperties": {"type": ["string", "number"]},
    "properties": {said.BALANCES: TEXT},
}
_BY_CLIENT: Final = {
    "type": "object",
    "required": ["client"],
    "additionalProperties": False,
    "properties": {"client": {"type": "string", "pattern": r"\S" + r"\s+\S+" * (said.FEWEST - 1)}},
}
_NUMBERS: Final[dict[str, Any]] = {"box": {"type": "integer"}, "ship": {"type": ["string", "integer"]}}
_CHOICES: Final[dict[str, Any]] = {"event": {"enum": [*reports.EVENTS]}, "classifier": {"enum": [*reports.CLASSIFIERS]}}
_EVENT: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        key: {"description": told, **(_NUMBERS | _CHOICES).get(key, TEXT)} for key, told in said.EVENT.items()
    },
}


def schema() -> dict[str, Any]:
    """The JSON Schema of scenario files, for editors; made of the same tables, verbs and records as the reading."""
    known, texts = words.vocabulary(), words.signable()
    party = {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {key: {"description": said} for key, said in said.PARTY.items()},
    }
    party["properties"] |= {  # type: ignore[operator]
        "roles": {**one_or_more(TEXT), "description": said.PARTY["roles"]},
        "receiving": {"enum": [option(word) for word in Receiving], "description": said.PARTY["receiving"]},
        "laws": {**one_or_more({"enum": [option(word) for word in RecordLaw]}), "description": said.PARTY["laws"]},
        "enrolled": {"type": "boolean", "description": said.PARTY["enrolled"]},
    }
    return {
        "$schema": DRAFT,
        "$id": DOCUMENT,
        "title": "A scenario: parties, documents, and what happens",
        "type": "object",
        "required": ["scenario", "parties", "steps"],
        "additionalProperties": False,
        "properties": {
            "scenario": {"type": "string", "description": said.TOP["scenario"]},
            "about": {"type": "string", "description": said.TOP["about"]},
            "registrar": {"type": "string", "description": said.TOP["registrar"]},
            "parties": {
                "description": said.TOP["parties"],
                "anyOf": [
                    {"type": "array", "minItems": 1, "items": {"enum": [*CAST]}},
                    {"type": "object", "minProperties": 1, "additionalProperties": party},
                ],
            },
            "documents": {
                "description": said.TOP["documents"],
                "type": "object",
                "additionalProperties": {
                    "anyOf": [
                        {"enum": [*SAMPLES]},
                        {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                "sample": {"enum": [*SAMPLES], "description": said.DOCUMENT["sample"]},
                                "file": {"type": "string", "description": said.DOCUMENT["file"]},
                                "like": {"type": "string", "description": said.DOCUMENT["like"]},
                                "set": {"type": "object", "description": said.DOCUMENT["set"]},
                            },
                        },
                    ]
                },
            },
            "steps": {
                "description": said.TOP["steps"],
                "type": "array",
                "minItems": 1,
                "items": {"anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in said.STEPS]},
            },
        },
        "$defs": {kind: _step_schema(kind, known, texts) for kind in said.STEPS},
    }


def _step_schema(kind: str, known: Mapping[str, Doing], texts: Mapping[str, Doing]) -> dict[str, Any]:
    told, more = said.STEPS[kind]
    properties: dict[str, Any] = {key: {"description": each} for key, each in more.items()}
    properties[kind] = {"description": told, "type": "string"}
    found: dict[str, Any] = {
        "type": "object",
        "required": [kind, *said.NEEDED.get(kind, ())],
        "additionalProperties": False,
        "properties": properties,
    }
    for key in ("by", "through", "as", "why", "text", "counts", "of", "agreement_of", "forged_by"):
        if key in properties:
            properties[key]["type"] = "string"
    if "refused" in properties:
        properties["refused"]["anyOf"] = [TEXT, _BY_CLIENT]
    if kind == "do":
        properties["rehearse"]["type"] = "boolean"
        properties["agreed"] |= one_or_more(TEXT)
    if kind == "report":
        properties["report"] = {"description": told, **one_or_more(_EVENT)}
    if kind == "facility":
        properties["with"] |= _arguments_schema(said.facility_terms())
    if kind == "sell":
        properties["with"] |= _arguments_schema(said.sale_terms())
        properties["least"]["type"] = ["string", "number"]
    if kind == "appoint":
        properties["agent"]["type"] = "string"
        properties["votes"] |= one_or_more(TEXT)
    if kind == "condition":
        properties["clauses"] |= one_or_more(conditions.CLAUSE)
    if kind == "ask":
        properties["boxes"]["type"], properties["holds"]["type"] = "integer", "boolean"
        properties["leave_out"] |= one_or_more(TEXT)
    if kind == "free":
        properties["free"] = {"description": told, "anyOf": [TEXT, words.CARGO_OF]}
        # Elsewhere YAML reads yes and no as truth values.
        properties["answers"]["enum"] = [*(option(answer) for answer in Answer), True, False]
    if kind == "propose":
        properties["propose"] = {"description": told, **one_or_more(TEXT)}
    if kind == "deploy":
        shipped = words.deployable()
        properties["deploy"] = {"description": told, "enum": [*shipped]}
        made = {name: Doing("", name, "", each.constructor) for name, each in shipped.items()}
        found["allOf"] = [
            {
                "if": {"properties": {"deploy": {"const": name}}},
                "then": {"properties": {"with": _arguments_schema(doing)}},
            }
            for name, doing in made.items()
        ]
    if kind in ("do", "sign"):
        doings = known if kind == "do" else {**known, **texts}
        properties[kind] = {"description": told, "enum": [*doings]}
        if kind == "do":
            # What a deployed contract does has the name that the file gave it.
            properties[kind] = {"description": told, "anyOf": [{"enum": [*doings]}, _DEPLOYED]}
        found["allOf"] = [
            {
                "if": {"properties": {kind: {"const": name}}},
                "then": {
                    "description": doing.said,
                    "properties": {"with": _arguments_schema(doing)},
                    **({"required": ["with"]} if any(each.required for each in doing.arguments.values()) else {}),
                },
            }
            for name, doing in doings.items()
        ]
    if kind == "expect":
        properties["expect"] = {"description": told, "anyOf": [*map(_record_schema, said.RECORDS), _BALANCES]}
    if kind == "audit":
        finding = {
            "type": "object",
            "required": ["check"],
            "additionalProperties": False,
            "properties": {
                "check": {"enum": words.checks()},
                "about": TEXT,
                "level": {"enum": [option(level) for level in Level]},
            },
        }
        properties["shown"] |= one_or_more(TEXT)
        properties["audit"] = {"description": told, "anyOf": [{"const": "nothing"}, one_or_more(finding)]}
    return found


def _arguments_schema(doing: Doing) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [each.name for each in doing.arguments.values() if each.required],
        "properties": {each.name: words.reader_of(each).schema for each in doing.arguments.values()},
    }


def _record_schema(about: str) -> dict[str, Any]:
    plain = {"type": ["string", "integer", "boolean"]}
    return {
        "type": "object",
        "required": [about],
        "minProperties": 2,
        "additionalProperties": False,
        "properties": {
            about: TEXT,
            **{
                name: {"enum": [option(word) for word in said.WORDS[name]]} if name in said.WORDS else plain
                for name in said.fields_of(about)
            },
        },
    }
