"""What an agreement to another's act names: the bill, and how possession and title stand after the act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sampan.bills.records import NO_HASH
from sampan.bills.rules import KIND_AFTER, MAY_ENDORSE, MAY_SURRENDER, By
from sampan.bills.terms import Terms, replacements_hash, surrender_hash, terms_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Endorse, Lodge, Reject, Transfer
from sampan.bills.verbs.issue import Issue, IssueFromPaper
from sampan.bills.verbs.surrender import Surrender
from sampan.bills.verbs.tokens import TransferFrom
from sampan.errors import UsageError
from sampan.suite.ids import lei_of
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement, Kind, Rejection

if TYPE_CHECKING:
    from sampan.client.core import VerbCall
    from sampan.client.reading import Reading


class Outcome(NamedTuple):
    """How a bill stands after an act: `possessor` is an account, `titleholder` a participant, 0 in blank."""

    bill: int
    possessor: str
    titleholder: int
    kind: Kind
    detail: bytes = NO_HASH


def outcomes(ledger: Reading, call: VerbCall, signer: str) -> list[Outcome]:
    """What an account agrees to when it agrees to a call: one, of a replacement one for each bill that it surrendered,
    is entitled under, or becomes entitled under. Raises `UsageError` where its agreement is not asked for."""
    verb: Any = call.verb
    match verb:
        case Issue() | IssueFromPaper():
            return [_issued(ledger, verb.terms, verb.possessor)]
        case Replace():
            return _replaced(ledger, verb, signer)
        case Transfer():
            return [_standing(ledger, verb.bill)._replace(possessor=verb.to)]
        case TransferFrom():
            return [_standing(ledger, verb.token_id)._replace(possessor=verb.to)]
        case Surrender():
            detail = surrender_hash(verb.purpose, verb.agreed, verb.remark)
            return [_standing(ledger, verb.bill)._replace(possessor=verb.to, detail=detail)]
        case Endorse():
            return [_endorsed(ledger, verb, verb.to)]
        case Reject():
            giver = ledger.ask("accountAt", ledger.ask("bill", verb.bill).previous_account)
            return [_standing(ledger, verb.bill)._replace(possessor=giver)]
        case _:
            raise UsageError("nobody's agreement is asked for this", subject=call.label)


def left_open(call: VerbCall) -> str | None:
    """What an agreement to a call does not bind whoever sends it to, where its signer could think that it does."""
    if isinstance(call.verb, IssueFromPaper):
        return "what is signed does not fix the number of originals and the statement: look at both when it is issued"
    return None


def asked(ledger: Reading, call: VerbCall) -> set[int]:
    """The participants whose agreement an act may ask for: whoever is given something, and a titleholder that is
    another than whoever surrenders, endorses or rejects the issue."""
    verb: Any = call.verb
    match verb:
        case Issue() | IssueFromPaper():
            found = {_participant(ledger, verb.terms.titleholder), _participant(ledger, verb.possessor)}
        case Transfer() | TransferFrom():
            found = {_participant(ledger, verb.to)}
        case Surrender():
            word = ledger.ask("bill", verb.bill)
            found = {word.titleholder} if By.AGREED in MAY_SURRENDER[word.kind] else set()
        case Endorse():
            word = ledger.ask("bill", verb.bill)
            by_room = By.ROOM_AGREED in MAY_ENDORSE[word.kind] and verb.endorsement is not Endorsement.NONE
            by_room_of = word.titleholder if by_room else 0
            found = {_participant(ledger, verb.endorsee), _participant(ledger, verb.to), by_room_of}
        case Reject():
            word = ledger.ask("bill", verb.bill)
            found = {word.titleholder} if verb.rejection is Rejection.ISSUE and word.kind is Kind.ORDER else set()
        case Replace():
            words = [ledger.ask("bill", bill) for bill in verb.bills]
            found = {_participant(ledger, ledger.ask("accountAt", words[0].previous_account))}
            found |= {word.titleholder for word in words}
            found |= {_participant(ledger, terms.titleholder) for terms in verb.replacements}
        case _:
            found = set()
    return found - {0}


def sender(ledger: Reading, call: VerbCall) -> int:
    """The participant that will send an act: its carrier or its possessor; 0 for a room, and where several may."""
    verb: Any = call.verb
    match verb:
        case Issue() | IssueFromPaper():
            return int(ledger.ask("participantOf", lei_of(verb.terms.bill)))
        case Replace():
            return int(ledger.ask("participantOf", lei_of(verb.bills[0])))
        case Transfer() | Surrender() | Endorse() | Lodge() | Reject():
            return _participant(ledger, ledger.ask("ownerOf", verb.bill))
        case _:
            return 0


def _standing(ledger: Reading, bill: int) -> Outcome:
    """As it stands; the possessor is left to whoever asks."""
    word = ledger.ask("bill", bill)
    return Outcome(bill, NOBODY, word.titleholder, word.kind)


def _issued(ledger: Reading, terms: Terms, possessor: str) -> Outcome:
    titleholder = _participant(ledger, terms.titleholder)
    return Outcome(terms.bill, possessor, titleholder, terms.kind, terms_hash(terms))


def _endorsed(ledger: Reading, verb: Any, to: str) -> Outcome:
    found = _standing(ledger, verb.bill)
    found = found._replace(possessor=ledger.ask("ownerOf", verb.bill) if to == NOBODY else to)
    if verb.endorsement is Endorsement.NONE:
        return found
    titleholder = _participant(ledger, verb.endorsee)
    return found._replace(kind=KIND_AFTER[verb.endorsement], titleholder=titleholder)


def _replaced(ledger: Reading, verb: Replace, signer: str) -> list[Outcome]:
    """Of whoever surrendered, of the titleholder, of who is newly entitled, or gets another straight document."""
    words = [ledger.ask("bill", bill) for bill in verb.bills]
    surrenderer = ledger.ask("accountAt", words[0].previous_account)
    ours = _participant(ledger, signer)
    whole = replacements_hash(verb.bills, verb.replacements)
    surrendered = _participant(ledger, surrenderer) == ours
    found = [
        Outcome(bill, surrenderer, word.titleholder, word.kind, whole)
        for bill, word in zip(verb.bills, words, strict=True)
        if surrendered or (word.titleholder == ours and word.kind in (Kind.ORDER, Kind.NAMED))
    ]
    straight = words[0].kind is Kind.STRAIGHT
    if not surrendered and (straight or ours not in {word.titleholder for word in words}):
        issued = [_issued(ledger, terms, surrenderer) for terms in verb.replacements]
        found += [outcome for outcome in issued if outcome.titleholder == ours]
    if not found:
        raise UsageError("this account's agreement is not asked for", subject=signer)
    return found


def _participant(ledger: Reading, address: str) -> int:
    return 0 if address == NOBODY else int(ledger.ask("account", address).participant)
