"""SAM-P12: who was suspended, removed or winding down started nothing and was given nothing new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.audit.checks.base import Check, Indication, Level
from sampan.audit.names import bill_name, shown
from sampan.audit.standing import Standing

if TYPE_CHECKING:
    from sampan.audit.decoding import Entry
    from sampan.audit.evidence import Evidence

_ACTORS: dict[str, tuple[str, ...]] = {
    "Issued": ("actor",),
    "IssuedFromPaper": ("actor",),
    "ReplacementIssued": ("actor",),
    "Transferred": ("from",),
    "Endorsed": ("from",),
    "Lodged": ("from",),
    "Signed": ("actor",),
    "Rejected": ("actor",),
    # A carrier that may not answer cannot be handed a surrender either.
    "Surrendered": ("from", "to"),
    "SurrenderAccepted": ("actor",),
    "SurrenderRefused": ("actor",),
    "SurrenderRecalled": ("actor",),
    "Replaced": ("actor",),
    "SwitchedToPaper": ("actor",),
    "Delivered": ("actor",),
    "Agreed": ("signer",),
    "MovedByOperator": ("operator", "possessor"),
    "AccountAdded": ("sponsor",),
    "AccountRemoved": ("by",),
    "AccountRolesSet": ("by",),
    "ReceivingSet": ("by",),
    "GiverListed": ("by",),
    "RulebookSigned": ("by",),
    "RecordLawsPublished": ("by",),
    "AnswerTimePublished": ("by",),
}
"""Event to the arguments that name who acted. A veto of a recovery is nobody's act in this sense (P12)."""

_RECEIVERS: dict[str, tuple[str, ...]] = {
    "Issued": ("actor", "possessor"),
    "IssuedFromPaper": ("actor", "possessor"),
    "Transferred": ("to",),
    "Endorsed": ("to",),
    "Lodged": ("room",),
}
"""Event to the arguments that name who was given something new. Refusals, recalls, rejections and reissues restore."""

_TITLES = frozenset({"Issued", "IssuedFromPaper", "Endorsed", "Lodged"})
_NOBODY = "0x" + "0" * 40


def _look(evidence: Evidence) -> Iterator[Indication]:
    standing = Standing()
    titles: dict[int, int] = {}
    for entry in evidence.ledger:
        for subject, why in _wrong(standing, entry, titles):
            bill = entry.args.get("bill")
            about = "" if bill is None else f" on {bill_name(bill)}"
            yield Indication(subject, f"{entry.name}{about} in block {entry.block}, though it {why}", entry.block)
        standing.hear(entry)
        if "bill" in entry.args and "titleholder" in entry.args and entry.name != "Agreed":
            titles[entry.args["bill"]] = entry.args["titleholder"]


def _wrong(standing: Standing, entry: Entry, titles: dict[int, int]) -> Iterator[tuple[str, str]]:
    for name in _ACTORS.get(entry.name, ()):
        address = entry.args[name]
        if address != _NOBODY:
            why = standing.may_not_act(address, entry.time)
            if why is not None:
                yield shown(address), why
    # What a room lets out goes to the person for whom it held, or was agreed in its terms.
    given = entry.name in _RECEIVERS and not standing.is_room(entry.args.get("from", _NOBODY))
    stayed = entry.name == "Endorsed" and entry.args["from"] == entry.args["to"]
    if given and not stayed:
        for name in _RECEIVERS[entry.name]:
            why = standing.may_not_receive(entry.args[name], entry.time)
            if why is not None:
                yield shown(entry.args[name]), f"{why}, and was given something new"
    titleholder = entry.args.get("titleholder", 0)
    if entry.name in _TITLES and titleholder and titleholder != titles.get(entry.args["bill"], 0):
        why = standing.person_may_not_receive(titleholder, entry.time)
        if why is not None:
            yield f"participant {titleholder}", f"{why}, and was given title"


CHECK = Check(
    id="SAM-P12",
    title="An act of somebody who might not act",
    level=Level.HIGH,
    confidence="high",
    looks_for="Acts of accounts that were suspended, removed, recovered or unknown at that time, and bills or title "
    "given to somebody who might be given nothing new.",
    goes_wrong="A suspended trader endorses its bills away before the liquidator arrives.",
    do_next="Compare the time of the suspension with the time of the act, and stop the bill at the carrier.",
    rules=("P12", "L8"),
    look=_look,
)
