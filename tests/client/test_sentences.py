"""How every event, call and refusal is told, held against files that people read: of an event all parties and numbers
are distinct, so that a swapped one shows.

`python tests/client/test_sentences.py` writes the files anew.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta, timezone
from enum import IntEnum
from pathlib import Path
from typing import Any

from sampan.bills.verbs.amendments import Recover
from sampan.cargo.records import ALL_UNITS, Clause, Header, Statement
from sampan.finance.loans.terms import Facility, Filing, Share
from sampan.money.exchange.verbs import Quote
from sampan.subjects import DRIVEN as SUITE
from sampan.suite import generate, tell, words
from sampan.suite.event import Event, Item, items, named_events
from sampan.suite.events import EVENTS
from sampan.suite.ids import BillId, pack_lei
from sampan.suite.refusal import OTHERS
from sampan.suite.verb import NOBODY
from sampan.suite.words import DayCount, Endorsement, FactKind
from sampan.trade.terms import Terms

GOLDEN = Path(__file__).parent / "golden" / "sentences.txt"
LABELS = GOLDEN.with_name("labels.txt")
REFUSALS = GOLDEN.with_name("refusals.txt")
NAMES = {**vars(words), "Any": Any}
TIME = 1_767_225_600
SHANGHAI = timezone(timedelta(hours=8))
LENT = {"0x" + "f" * 40: ("HKD", 2)}
"""What every facility lends, of which the smallest unit is a cent."""
TEXTS = {"country": "SG", "countries": ("SG", "CN"), "list": "SMDG", "code": "XLL", "carriageLaw": "GB-ENG"}
OTHERWISE: dict[str, tuple[dict[str, Any], ...]] = {
    "AccountAdded": ({"sponsor": NOBODY},),
    "Approval": ({"approved": NOBODY},),
    "CodeAssigned": ({"participant": 0},),
    "ConditionLaid": (
        {"clauses": (Clause(FactKind.LOADED, 1, 0, 0, 0, ""),)},
        {"clauses": (Clause(FactKind.LOADED, 1, 0, 0, 0, ""), Clause(FactKind.INSURED, 1, 0, 0, 0, ""))},
        {"clauses": (Clause(FactKind.LOADED, 2, 0, 0, 0, ""), Clause(FactKind.INSURED, 2, 0, 0, 0, ""))},
    ),
    "CoinCollected": ({"spender": "payer"},),
    "DepositTransfer": ({"from_": NOBODY}, {"to": NOBODY}),
    "Exchanged": ({"from_": NOBODY, "to": NOBODY, "payee": "customer"},),
    "Endorsed": ({"to": "from_"}, {"to": "from_", "endorsement": Endorsement.TO_ORDER}),
    "RecordLawsPublished": ({"record_laws": 0},),
    "BillOperatorSet": ({"operator": NOBODY},),
    "RoomDelisted": ({"countries": ()},),
    "RoomListed": ({"countries": ()},),
    "Surrendered": ({"agreed": bytes(32)},),
}
"""Events that are told otherwise when a field is nothing, or the same as another."""
SILENT: dict[str, set[str]] = {
    "AccountRemoved": {"participant"},
    "AccountRolesSet": {"participant", "by"},
    "ReceivingSet": {"participant", "by"},
    "GiverListed": {"by"},
    "RulebookSigned": {"by"},
    "RecordLawsPublished": {"by"},
    "AnswerTimePublished": {"by"},
    "RecoveryProposed": {"participant"},
    "RecoveryVetoed": {"participant"},
    "AccountRecovered": {"participant"},
    "Agreed": {"possessor", "titleholder"},
    "AgreementRecorded": {"possessor", "titleholder"},
    # A producer says it, whoever shows it.
    **{name: {"by"} for name in ("Anchored", "FactRecorded", "FactAttested", "FactStruck", "FactWithdrawn")},
    # Lodging and giving back leave title, or do what they say.
    "Lodged": {"titleholder"},
    "GivenBack": {"titleholder"},
}
"""Whom a sentence does not name: a participant that acts through the account that is named, or the other way round."""


STRUCTS: dict[str, Any] = {
    "changed": Terms((1,), 2, 3, NOBODY, NOBODY, 5, Endorsement.TO_ORDER, TIME),
    "quote": Quote("0x" + "9" * 40, NOBODY, 100, NOBODY, 50, TIME, bytes(32)),
    "header": Header(bytes(32), 1_000, TIME, TIME, TIME, bytes(32)),
    "statement": Statement(
        NOBODY, 1, FactKind.INSURED, 0, TIME, TIME, 150_000, "USD", bytes(32), bytes(32), bytes(32), TIME, TIME
    ),
    "clauses": (
        Clause(FactKind.LOADED, 2, 24, ALL_UNITS, 0, ""),
        Clause(FactKind.INSURED, 1, 0, 0, 150_000, "USD"),
    ),
    "facilityTerms": Facility(
        2,
        3,
        NOBODY,
        NOBODY,
        NOBODY,
        500_000,
        DayCount.ACT_360,
        32,
        TIME,
        TIME,
        3,
        8_000,
        5_000,
        7_000,
        bytes(32),
        "HK",
        "CN",
        bytes(32),
        (NOBODY,),
        (100,),
        bytes(32),
        TIME,
    ),
    "shares": (Share(1, 50, (1, 2)),),
    "filing": Filing("HK", bytes(32), bytes(32), bytes(32), TIME, TIME),
    "place": b"CNSHA/SMDG/YICT".ljust(32, b"\0"),
    "measure": "KGM",
}
"""Structs that an event has, and what is no number of its own."""


class Cast:
    """Values of an event's fields, each with a name of its own: accounts and participants are called by the field."""

    def __init__(self) -> None:
        self.accounts: dict[str, str] = {}
        self.participants: dict[int, str] = {}
        self.money: dict[str, tuple[str, int]] = {}
        self.loans: dict[int, str] = {}
        self.clocks: dict[int, timezone] = {}
        self.names = tell.Names(
            self.accounts,
            self.participants,
            whole=True,
            function=lambda _: "endorse",
            money=self.money,
            loans=self.loans,
            clocks=self.clocks,
        )
        self._numbers = 0

    def value(self, name: str, hint: Any) -> Any:
        """The value of a field, by the contract's name and Python's type."""
        if name in TEXTS:
            return TEXTS[name]
        if name in STRUCTS and hint is not int:
            return STRUCTS[name]
        if hint == tuple[Any, ...]:
            return ()
        if hint is str:
            address = "0x" + f"{len(self.accounts) + 1:040x}"
            self.accounts[address] = f"<{name}>"
            if name in tell.MONEYS and name != "from":
                self.money[address] = ("USD", 2)
            return address
        if name in tell.PARTICIPANTS:
            number = 100 + len(self.participants)
            self.participants[number] = f"<{name}>"
            return number
        if name in tell.BILLS:
            several = (self._bill(name, 1), self._bill(name, 2))
            return several if hint is not int else several[0]
        if name in tell.TIMES:
            return TIME
        if name in tell.LEIS:
            return pack_lei(f"SAMPAN00{name.upper():0<10.10}")
        if name in tell.ROLES or name == "recordLaws":
            return 0b110
        if hint is int:
            # One number has another's place nowhere.
            self._numbers += 1_001
            if name == "facility":
                self.loans[self._numbers], self.clocks[self._numbers] = next(iter(LENT)), SHANGHAI
                self.money |= LENT
            return self._numbers
        kinds = {bool: True, bytes: name.encode(), tuple[int, ...]: (1, 2), tuple[str, ...]: (NOBODY,)}
        return hint(0) if isinstance(hint, type) and issubclass(hint, IntEnum) else kinds[hint]

    @staticmethod
    def _bill(name: str, number: int) -> int:
        return BillId.of("SAMPAN00CARRIER000", f"{name.upper()[:10]}{number}").pack()


def _type(entry: Item) -> Any:
    """Python's type of an ABI entry."""
    return eval(generate.python_type(entry), NAMES)


TYPES: dict[str, dict[str, Any]] = {
    name: dict.fromkeys([which] * bool(which), str) | {entry["name"]: _type(entry) for entry in item["inputs"]}
    for name, item, which in named_events()
}
"""Event → the contract's name of each field → Python's type, as the stubs have it."""


def events(kind: type[Event]) -> Iterator[tuple[Event, tell.Names]]:
    """An event of a kind, and again for each other word and truth value of its fields."""
    cast = Cast()
    fields = [field.name for field in dataclasses.fields(kind) if field.name != "at"]
    values = {
        field: cast.value(name, TYPES[kind.__name__][name]) for field, name in zip(fields, kind.FIELDS, strict=True)
    }
    yield kind(**values), cast.names
    for field, value in values.items():
        others = [False] if value is True else type(value) if isinstance(value, IntEnum) else []
        for other in others:
            if other != value:
                yield kind(**{**values, field: other}), cast.names
    for change in OTHERWISE.get(kind.__name__, ()):
        yield kind(**{**values, **{field: values.get(str(to), to) for field, to in change.items()}}), cast.names


def told() -> str:
    """The text of the file."""
    lines = []
    for name, kind in sorted(EVENTS.items()):
        said = dict.fromkeys(tell.sentence(SUITE.facts.get(kind), event, names) for event, names in events(kind))
        lines += [name, *(f"    {sentence}" for sentence in said), ""]
    return "\n".join(lines)


def test_every_event_is_told_as_people_have_read_it() -> None:
    assert told() == GOLDEN.read_text(encoding="utf-8"), "python tests/client/test_sentences.py writes it anew"


def test_every_account_and_participant_that_an_event_names_is_told() -> None:
    """Whom a sentence leaves out nobody will look for."""
    for kind in SUITE.facts:
        told_of = list(events(kind))
        _, names = told_of[0]
        sentences = " ".join(tell.sentence(SUITE.facts[kind], event, names) for event, names in told_of)
        parties = {name.strip("<>") for name in (*names.accounts.values(), *names.participants.values())}
        assert {party for party in parties if f"<{party}>" not in sentences} == SILENT.get(kind.__name__, set()), kind


def labels() -> str:
    """The text of the file of what calls do, as it was declared."""
    declared = ((verb.subject.contract, function, verb.label) for (_, function), verb in SUITE.verbs.items())
    return "".join(f"{contract}.{function}: {label}\n" for contract, function, label in sorted(declared))


def refusals() -> str:
    """The text of the file of what refusals say, and of what they say would be right."""
    lines = []
    for item in items("error"):
        cast, name = Cast(), item["name"]
        said = {each["name"]: cast.value(each["name"], _type(each)) for each in item["inputs"]}
        told = tell.described(said, cast.names)
        words, right = SUITE.refusals.get(name) or OTHERS.get(name) or ("", None)
        both = (each.format(**told) for each in (words, right) if each)
        lines += [name, *(f"    {sentence}" for sentence in both), ""]
    return "\n".join(lines)


def test_every_refusal_is_told_as_people_have_read_it() -> None:
    assert refusals() == REFUSALS.read_text(encoding="utf-8"), "python tests/client/test_sentences.py writes it anew"


def test_every_call_is_told_as_people_have_read_it() -> None:
    assert labels() == LABELS.read_text(encoding="utf-8"), "python tests/client/test_sentences.py writes it anew"
    # And a label is what is told of a call.
    assert tell.label(Recover(Cast()._bill("lost", 1))) == "recover SAMPAN00CARRIER00006/LOST1/v1"


if __name__ == "__main__":
    GOLDEN.write_text(told(), encoding="utf-8")
    LABELS.write_text(labels(), encoding="utf-8")
    REFUSALS.write_text(refusals(), encoding="utf-8")
