"""Where the properties of DCSA's transport document belong, as the models have them; advice for one that stands astray.

A place is a tuple of names from the document down, with `*` for the items of a list.
"""

from __future__ import annotations

import difflib
import typing
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sampan.documents.pointer import build

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sampan.documents.model import Model

    Place = tuple[str, ...]

ITEM: Final = "*"
_MOST = 3

# Properties of DCSA's other messages, which a carrier's software easily carries over: where they belong.
_ELSEWHERE: Final = {
    **dict.fromkeys(("issueTo", "sendToPlatform"), "in the issuance request around the document"),
    "document": "around the document, in the issuance request",
    **dict.fromkeys(
        (
            "shippingInstructionsStatus",
            "advanceManifestFilings",
            "houseBillOfLadings",
            "isHouseBillOfLadingsIssued",
            "requestedCarrierCertificates",
            "requestedCarrierClauses",
            "isCarriersAgentAtDestinationRequired",
            "seller",
            "buyer",
        ),
        "in the shipping instructions",
    ),
    "endorsementChain": "in the endorsement chain beside the document",
    "feedbacks": "in the notification around the document",
    "amendedTransportDocumentStatus": "around the document, in the message of its amendment",
}


def advice(place: tuple[str | int, ...]) -> str:
    """What would be right for a property that DCSA does not have at a place: where it belongs, or its right name."""
    name = str(place[-1])
    named = _where().get(name)
    if named:
        return f"it belongs at {_listed(_nearest(place, named))}"
    if name in _ELSEWHERE:
        return f"leave it out: it belongs {_ELSEWHERE[name]}"
    beside = {known[-1] for known in _all() if len(known) == len(place) and _fits(known[:-1], place[:-1])}
    for names in (beside, _where().keys()):
        meant = _closest(name, names)
        if meant in beside:
            return f"did you mean {meant}?"
        if meant:
            return f"did you mean {meant}? it belongs at {_listed(_nearest(place, _where()[meant]))}"
    return "leave it out, or carry it in references or carrierClauses"


def _closest(name: str, names: Iterable[str]) -> str:
    """The name that was likely meant, whatever is a capital in it; empty where none is near."""
    folded = {known.casefold(): known for known in sorted(names)}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.8)
    return folded[close[0]] if close else ""


def _listed(pointers: list[str]) -> str:
    shown = pointers[:_MOST]
    others = len(pointers) - _MOST
    more = f", or at {others} other place{'s' if others > 1 else ''}" if others > 0 else ""
    return ", ".join(shown) + more


def _nearest(place: tuple[str | int, ...], known: list[Place]) -> list[str]:
    """Known places as pointers, those nearest to a place first; the items on the way to it keep their numbers."""
    found = []
    for number, one in enumerate(known):
        shared = 0
        while shared < min(len(one), len(place)) - 1 and _fits(one[shared : shared + 1], place[shared : shared + 1]):
            shared += 1
        # A number on the way to the place is the number of the item there; elsewhere any item may be meant.
        parts = (*place[:shared], *one[shared:])
        found.append((len(place) + len(one) - 2 * shared, number, build(parts)))
    return [pointer for _distance, _number, pointer in sorted(found)]


def _fits(known: Place, place: tuple[str | int, ...]) -> bool:
    """Whether a place is a known one."""
    return len(known) == len(place) and all(
        isinstance(part, int) if wanted == ITEM else part == wanted for wanted, part in zip(known, place, strict=True)
    )


@cache
def _where() -> dict[str, list[Place]]:
    """Every property's places by its name."""
    found: dict[str, list[Place]] = {}
    for place in _all():
        found.setdefault(place[-1], []).append(place)
    return found


@cache
def _all() -> tuple[Place, ...]:
    from sampan.documents.model import TransportDocument

    return tuple(_below(TransportDocument, (), ()))


def _below(of: type[Model], place: Place, around: tuple[type[Model], ...]) -> Iterator[Place]:
    """The places of a model's properties, and those below; what holds itself is followed once."""
    for name, field in of.model_fields.items():
        here = (*place, field.alias or name)
        yield here
        for inner, steps in _models(field.annotation, ()):
            if inner not in around and inner is not of:
                yield from _below(inner, (*here, *steps), (*around, of))


def _models(annotation: Any, steps: Place) -> Iterator[tuple[type[Model], Place]]:
    """The models in a type, each with the items that lead to it."""
    from sampan.documents.model import Model

    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation, steps
        return
    into = (*steps, ITEM) if typing.get_origin(annotation) is list else steps
    for argument in typing.get_args(annotation):
        yield from _models(argument, into)
