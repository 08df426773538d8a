"""Reading the ledger: who is who, how a bill stands, what happened to it. Everything is read at one block."""

from __future__ import annotations

import dataclasses
import itertools
import re
import shlex
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeAlias

from sampan.bills.records import ISSUED_MODULO, LODGING_WORD
from sampan.chain.accounts import ROLES
from sampan.chain.logs import LogReader
from sampan.client import naming, wire
from sampan.client.core import Core
from sampan.client.errors import NotOnLedger
from sampan.client.records import (
    Account,
    Announced,
    Bill,
    BillNumber,
    Entry,
    History,
    Lodging,
    Participant,
    Recovery,
    Room,
    ShownPowers,
)
from sampan.errors import BadInput, ChainError, SampanError, UsageError
from sampan.finance.loans.records import Deal
from sampan.identity.records import RECOVERY_STANDS
from sampan.subjects import DRIVEN as SUITE
from sampan.suite import events, tell
from sampan.suite.ids import BillId, lei_of
from sampan.suite.powers import Power
from sampan.suite.tell import NO_END, bill_name, checksum, lei_text
from sampan.suite.verb import NOBODY
from sampan.suite.words import RecordLaw, Role, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sampan.chain.connection import BlockTag
    from sampan.chain.signers import Signer
    from sampan.deployment.powers import Operation
    from sampan.suite.event import Event

Who: TypeAlias = "str | int | Account | Participant | Core | Signer"
"""Somebody: an address, an LEI, a participant's number, a carrier code, a key's name, a name in the settings, a role of
a development chain, or an object that has one of these."""

BillRef: TypeAlias = "int | str | Bill | BillId"
"""A bill: its id, its name `[LEI/]REFERENCE[/VERSION]`, or a record of it."""

DEADLINE = timedelta(days=1)
"""How long a signature counts when nobody says."""
MANY = 64
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_LEI = re.compile(r"[0-9A-Za-z]{20}")
_STEP, _LONGEST_STEP = 50_000, 5_000_000
"""Blocks to ask for at once: few events are of the topics that are asked for."""
_ISSUES = (events.Issued, events.IssuedFromPaper, events.ReplacementIssued)


class Reading(Core):
    """What a ledger answers."""

    # --------------------------------------------------------------------------------------------------- who is who

    def account(self, who: Who, *, block: BlockTag = "latest") -> Account:
        """An account or room by its address, or the account that somebody means. `number` is 0 when it is none."""
        address = self.address_of(who)
        return self._account(address, self.ask("account", address, block=block))

    @staticmethod
    def _account(address: str, word: Any) -> Account:
        meant = {
            "lei": lei_text(word.lei) if word.lei else None,
            "roles": Role(word.roles),
            "suspended_until": _instant(word.suspended_until),
        }
        return Account(address, **(word._asdict() | meant))

    def participant(self, who: Who, *, block: BlockTag = "latest", codes: bool = False) -> Participant:
        """A legal person by number, LEI, or one of its accounts; with `codes` the carrier codes that it owns, too.

        Raises `NotOnLedger` when nobody of that name is enrolled.
        """
        number = self.number_of(who, block=block)
        found = self._participant(number, self.ask("participant", number, block=block), block)
        if not codes:
            return found
        from dataclasses import replace

        return replace(found, codes=self._codes(number))

    def _participant(self, number: int, known: Any, block: BlockTag) -> Participant:
        addresses = known.accounts
        words = self.ask_many([("account", address) for address in addresses], block=block) if addresses else []
        now = self.time(block)
        lei = lei_text(known.lei)
        meant = {
            "lei": lei,
            "parent": lei_text(known.parent),
            "roles": Role(known.roles),
            "record_laws": tuple(law for law in RecordLaw if known.record_laws >> law & 1),
            "suspended_until": _instant(known.suspended_until) if known.suspended_until > now else None,
            "accounts": tuple(self._account(address, word) for address, word in zip(addresses, words, strict=True)),
        }
        given = self.book.company(lei) is not None
        name = self.book.leis[lei] if given else self.companies.get(lei)
        return Participant(number, name=name, given=given, **(known._asdict() | meant))

    def participants(self, *, block: BlockTag = "latest") -> list[Participant]:
        """Everybody who is enrolled, by number."""
        found: list[Participant] = []
        while True:
            first = len(found) + 1
            rows = self.ask_many([("participant", number) for number in range(first, first + MANY)], block=block)
            for number, known in enumerate(rows, start=first):
                if known.lei == 0:
                    return found
                found.append(self._participant(number, known, block))

    def number_of(self, who: Who, *, block: BlockTag = "latest") -> int:
        """The number of the participant that somebody means. Raises `NotOnLedger` when there is none."""
        if isinstance(who, bool):
            raise UsageError("not a participant", subject=str(who))
        if isinstance(who, Participant):
            return who.number
        if isinstance(who, Account):
            number = who.participant
        elif isinstance(who, int):
            number = who
        elif isinstance(who, str) and _is_number(who):
            number = int(who)
        elif isinstance(who, str) and not who.lower().startswith("0x"):
            named = self._named(who, block)
            number = named if isinstance(named, int) else self.ask("account", named).participant
        else:
            number = self.ask("account", self.address_of(who), block=block).participant
        if number == 0 or self._lei(number) is None:
            raise NotOnLedger("nobody of that name is enrolled", subject=_shown(who), hint="`sampan participant list`")
        return number

    def _named(self, text: str, block: BlockTag = "latest") -> str | int:
        """What a name stands for: an address, or a participant's number, 0 for an LEI that is not enrolled.

        It may be an LEI, a carrier code, a role of a development chain, a key at hand, or a name in the settings.
        Raises `UsageError` for one that stands for several persons, `NotOnLedger` for one that stands for nobody.
        """
        from sampan.documents import identifiers

        given = self.book.meant(text)
        if _LEI.fullmatch(text) and not given:
            try:
                return self._enrolled(identifiers.lei(text.upper()), block)
            except BadInput as error:
                near = self._near_lei(text.upper())
                error.hint = f"did you mean {near}?" if near else error.hint
                raise
        found: list[tuple[str, str | int]] = []
        if text in ROLES and self.connection.is_development:
            found.append(("a role", ROLES[text]))
        key = self.book.key(text)
        if key is not None:
            found.append(("a key", key))
        for whose in given:
            found.append(("a name in the settings", whose if whose[:2] == "0x" else self._enrolled(whose, block)))
        code_list, colon, code = text.upper().rpartition(":")
        for one in (code_list,) if colon else naming.CODE_LISTS:
            owner = self.code_owner(one, code, block=block) if identifiers.is_carrier_code(code, one) else 0
            if owner:
                found.append((f"a carrier code of {one}", owner))
                break
        if not found:
            raise self._nobody(text)
        accounts = {value for _, value in found if isinstance(value, str)}
        persons = {
            value if isinstance(value, int) else self.ask("account", value, block=block).participant
            for _, value in found
        }
        if len(accounts) > 1 or len(persons) > 1:
            said = ", ".join(
                f"{what} ({value if isinstance(value, str) else self._lei(value)})" for what, value in found
            )
            raise UsageError(
                f"may mean several: {said}", subject=text, hint="give the address or the LEI that is meant"
            )
        return accounts.pop() if accounts else persons.pop()

    def _near_lei(self, typed: str) -> str | None:
        """The participant whose LEI differs from what was typed by a character or two; None without a single one."""
        found = [each for each in self.participants() if 0 < _edits(typed, each.lei, 2) <= 2]
        return self.names.participant(found[0].number) if len(found) == 1 else None

    def _enrolled(self, lei: str, block: BlockTag) -> int:
        from sampan.documents import identifiers

        return int(self.ask("participantOf", identifiers.pack_lei(lei), block=block))

    def _nobody(self, text: str) -> SampanError:
        """The error of a name that stands for nobody."""
        known = "an LEI, a participant's number, an address, a carrier code, a key's name or a name in [names]"
        if text in ROLES:
            hint = f"give {known} of the settings"
            return UsageError("roles are accounts of development chains only", subject=text, hint=hint)
        import difflib

        near = difflib.get_close_matches(text, self.book.names, n=1, cutoff=0.8)
        return NotOnLedger(
            "no participant, LEI, carrier code, address, key or role of that name",
            subject=text,
            hint=f"did you mean {near[0]}?" if near else f"give {known} of the settings",
        )

    def code_owner(self, code_list: str, code: str, *, block: BlockTag = "latest") -> int:
        """The number of the participant that owns a carrier code (`SMDG` or `NMFTA`); 0 when nobody does."""
        return int(self.ask("codeOwner", _code(code_list), _code(code), block=block))

    def code_owner_at_issue(self, code_list: str, code: str, bill: BillRef) -> int:
        """The number of the participant that owned a carrier code when a bill was issued; 0 when nobody did.

        Codes move, as when lines merge: whose bill it is was decided on the day of its issue (T9). Raises `ChainError`
        when the logs lack the issue, or disagree with the ledger on who owns the code now.
        """
        number = self.bill_id(bill)
        last = self.connection.block_number()
        about = "0x" + number.to_bytes(32, "big").hex()
        issue = next(iter(self._logged([[wire.topic(kind) for kind in _ISSUES], about], last)), None)
        if issue is None or issue.at is None:
            raise _left_out(bill_name(number), "its logs hold no issue of it")
        wanted = (_code(code_list), _code(code))
        owner = owner_now = 0
        for event in self.events((events.CodeAssigned,), to_block=last):
            assert isinstance(event, events.CodeAssigned)
            assert event.at is not None
            if (event.list, event.code) == wanted:
                owner_now = event.participant
                if (event.at.block, event.at.log_index) < (issue.at.block, issue.at.log_index):
                    owner = event.participant
        if owner_now != self.code_owner(*wanted, block=last):
            raise _left_out(" ".join(wanted), "the logs and the ledger disagree on who owns this carrier code")
        return owner

    def _codes(self, number: int) -> tuple[tuple[str, str], ...]:
        assigned = [event for event in self.events((events.CodeAssigned,)) if isinstance(event, events.CodeAssigned)]
        owners = {(event.list, event.code): event.participant for event in assigned}
        return tuple(sorted(code for code, owner in owners.items() if owner == number))

    def is_giver(self, receiver: Who, giver: Who) -> bool:
        """Whether one participant has listed another as a giver."""
        return bool(self.ask("isGiver", self.number_of(receiver), self.number_of(giver)))

    def recovery(self, lost: Who) -> Recovery | None:
        """The recovery of an account that waits; None when none does."""
        address = self.address_of(lost)
        waits = self.ask("recovery", address)
        when = _instant(waits.executable_from)
        if when is None:
            return None
        lapses = when + timedelta(seconds=RECOVERY_STANDS)
        return Recovery(address, waits.successor, Role(waits.roles), when, lapses) if self.now <= lapses else None

    def address_of(self, who: Who) -> str:
        """The address that somebody means: itself, a role's on a development chain, a signer's, a participant's only
        account. Raises `UsageError` where several could be meant, `BadInput` for a mistyped address."""
        if isinstance(who, Account | Core):
            return who.address
        if isinstance(who, str) and _ADDRESS.fullmatch(who):
            address = checksum(who)
            if who[2:] not in (who[2:].lower(), who[2:].upper()) and who != address:
                raise self._mistyped(who, "is mistyped: its capitals do not fit its digits")
            return address
        if isinstance(who, str) and who.lower().startswith("0x"):
            raise self._mistyped(who, _malformed(who))
        if isinstance(who, str) and not _is_number(who):
            named = self._named(who)
            if isinstance(named, str):
                return named
        if isinstance(who, (str, int, Participant)):
            return self._one_of(self.participant(who), lambda account: True, "has several accounts")
        signs = getattr(who, "address", None)
        if isinstance(signs, str):
            return checksum(signs)
        raise UsageError("not an account", subject=_shown(who), hint="give an address, a role or an LEI")

    def _mistyped(self, text: str, what: str) -> BadInput:
        """The error of an address that cannot be: proposed is another of this ledger, never the same digits."""
        near = None
        with suppress(ChainError):
            near = self.near(text)
        hint = f"did you mean {self._told(near)}?" if near else "copy it from where it stands, digit by digit"
        return BadInput(what, subject=text, hint=hint, code="address")

    def _told(self, address: str) -> str:
        """An address in full, with who has it."""
        label = self.names.accounts.get(address)
        return f"{address} ({label})" if label else address

    def near(self, address: str) -> str | None:
        """The account or room of this ledger whose address differs from what was typed by one digit or two: changed,
        left out, too many, or two that changed places. None where there is none, and where there are several."""
        typed = address.lower()
        found = {known for known in self._accounts("latest") if 0 < _edits(typed, known.lower(), 2) <= 2}
        return found.pop() if len(found) == 1 else None

    def receiver(self, who: Who) -> str:
        """The account that a bill is given to: the one meant, or the participant's one account that receives and moves
        bills. Raises `UsageError` where several could be meant."""
        return self._account_for(who, _may_receive, "has several accounts that could receive it")

    def answering(self, who: Who) -> str:
        """The account that a bill is surrendered to: the one meant, or the first of the carrier's that may answer."""
        return self._account_for(who, lambda account: account.acts and Role.ANSWER in account.roles)

    def entitled(self, who: Who) -> str:
        """An account of a titleholder: the one meant, or the participant's first that receives. Title is the
        participant's, so any of its accounts means the same."""
        return self._account_for(who, _may_receive)

    def _account_for(self, who: Who, fit: Callable[[Account], bool], several: str | None = None) -> str:
        if not isinstance(who, (str, int, Participant)) or (isinstance(who, str) and who.lower().startswith("0x")):
            return self.address_of(who)
        if isinstance(who, str) and not _is_number(who):
            named = self._named(who)
            if isinstance(named, str):
                return named
            who = named or who
        return self._one_of(self.participant(who), fit, several)

    @staticmethod
    def _one_of(participant: Participant, fit: Callable[[Account], bool], several: str | None) -> str:
        fitting = [account for account in participant.accounts if fit(account)]
        # Without a fitting one the contract will say what is wrong with the first.
        found = fitting or list(participant.accounts)
        if not found:
            raise NotOnLedger("has no account left", subject=participant.lei)
        if several is not None and len(found) > 1:
            hint = "name one: " + ", ".join(account.address for account in found)
            raise UsageError(several, subject=participant.lei, hint=hint)
        return found[0].address

    # ------------------------------------------------------------------------------------------------------- rooms

    def rooms(self) -> list[Room]:
        """Every room that was ever listed, in that order. Raises `ChainError` when the logs lack one."""
        numbers: dict[str, int] = {}
        countries: dict[str, dict[str, None]] = {}
        delisted: set[str] = set()
        last = self.connection.block_number()
        topics = [[wire.topic(kind) for kind in (events.RoomListed, events.RoomDelisted)]]
        for event in self._logged(topics, last, lambda told: self._lacks_rooms(told, last), "the ledger's rooms"):
            if isinstance(event, events.RoomListed):
                numbers[event.room] = event.number
                countries.setdefault(event.room, {}).update(dict.fromkeys(event.countries))
                delisted.discard(event.room)
            elif isinstance(event, events.RoomDelisted) and not event.countries:
                delisted.add(event.room)
            elif isinstance(event, events.RoomDelisted):
                for country in event.countries:
                    countries[event.room].pop(country, None)
        return [
            Room(address, number, tuple(countries[address]), address in delisted) for address, number in numbers.items()
        ]

    def room(self, who: Who) -> Room:
        """A room by its address, or by its name as a contract of the ledger (`Sale`). Raises `NotOnLedger` when it was
        never listed."""
        address = self.account_or_contract(who)
        for room in self.rooms():
            if room.address == address:
                return room
        raise NotOnLedger("no room of this ledger", subject=address, hint="`sampan room show` shows those there are")

    # ------------------------------------------------------------------------------------------------------- bills

    def bill_id(self, bill: BillRef, *, carrier: Who | None = None) -> int:
        """The id of a bill that is meant; without a version the newest that was issued, else the first.

        `carrier` says whose reference it is where the name leaves it out: an LEI, a number, a carrier code. Of a name
        that ends in a number, as in `ABC/2`, the ledger is asked whether that is a version or a part of the reference.
        Raises `UsageError` when both were issued, `NotOnLedger` when neither was.
        """
        if isinstance(bill, bool):
            raise UsageError("not a bill", subject=str(bill))
        if isinstance(bill, Bill):
            return bill.id
        if isinstance(bill, BillId):
            return bill.pack()
        if isinstance(bill, int):
            return naming.unpack(bill).pack()
        named = naming.parse(bill)
        if isinstance(named, int):
            return named
        lei = named.lei
        if lei is None and carrier is not None:
            lei = self.lei_of(carrier)
        if lei is None and self._signer is not None:
            account = self.account(self.address)
            lei = account.lei if Role.ISSUE in account.roles else None
        if lei is None:
            raise UsageError("whose bill is it?", subject=bill, hint="name it LEI/REFERENCE, or say --carrier WHO")
        if named.or_reference is not None:
            return self._version_or_reference(bill, named, lei)
        if named.version is not None:
            return naming.pack(lei, named.reference, named.version)
        return naming.pack(lei, named.reference, max(1, self.newest_version(lei, named.reference)))

    def _version_or_reference(self, text: str, named: naming.Named, lei: str) -> int:
        """The id of a bill whose name ends in a number: a version of one reference, or another reference."""
        assert named.version is not None
        assert named.or_reference is not None
        as_version = naming.pack(lei, named.reference, named.version)
        is_version = self.exists(as_version)
        newest = self.newest_version(lei, named.or_reference)
        if is_version and newest:
            raise naming.two_meanings(text, named, lei, newest)
        if is_version:
            return as_version
        if newest:
            return naming.pack(lei, named.or_reference, newest)
        raise NotOnLedger(
            f"neither version {named.version} of {named.reference} was ever issued, nor {named.or_reference}",
            subject=text,
            hint="check reference and version",
        )

    def lei_of(self, who: Who) -> str:
        """The LEI of somebody; one that is given as such need not be enrolled."""
        from sampan.documents import identifiers

        if isinstance(who, str) and len(who) == 20 and not _ADDRESS.fullmatch(who):
            return identifiers.lei(who.upper())
        return self.participant(who).lei

    def participant_lei(self, number: int) -> str:
        """The LEI of a participant. Raises `NotOnLedger` for a number that nobody has."""
        found = self._lei(number)
        if found is None:
            raise NotOnLedger("nobody has this number", subject=str(number), hint="`sampan participant list`")
        return found

    def newest_version(self, lei: str, reference: str) -> int:
        """The newest version of a reference that was issued; 0 when none was."""
        versions = range(1, naming.LAST_VERSION + 1)
        return len([*takewhile(lambda version: self.exists(naming.pack(lei, reference, version)), versions)])

    def newest(self, references: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """The id of the newest version that was issued of each (LEI, reference); those never issued are left out.

        Thousands cost a few requests.
        """
        found: dict[tuple[str, str], int] = {}
        left = list(dict.fromkeys(references))
        for version in range(1, naming.LAST_VERSION + 1):
            ids = [naming.pack(lei, reference, version) for lei, reference in left]
            words = self.ask_bundled([("bill", number) for number in ids])
            issued = [
                (reference, number)
                for reference, number, word in zip(left, ids, words, strict=True)
                if word.status is not Status.NONE
            ]
            if not issued:
                break
            found.update(issued)
            left = [reference for reference, _ in issued]
        return found

    def exists(self, bill: BillRef) -> bool:
        """Whether a bill was ever issued."""
        try:
            number = self.bill_id(bill)
        except NotOnLedger:
            return False
        return self.ask("bill", number).status is not Status.NONE

    def bill(self, bill: BillRef, *, carrier: Who | None = None, block: BlockTag = "latest") -> Bill:
        """A bill as it stands at a block. Raises `NotOnLedger` when it was never issued."""
        number = self.bill_id(bill, carrier=carrier)
        if block == "latest":
            block = self.connection.block_number()
        word = self.ask("bill", number, block=block)
        if word.status is Status.NONE:
            raise NotOnLedger("was never issued", subject=bill_name(number), hint="check reference and version")
        possessor, root, until, recallable, agreed, carrier_number, came_from, lodged, holder = self.ask_many(
            [
                ("ownerOf", number),
                ("rootOf", number),
                ("rejectableUntil", number),
                ("recallableFrom", number),
                ("agreedReplacements", number),
                ("participantOf", lei_of(number)),
                ("accountAt", word.previous_account),
                ("lodging", number),
                ("holderFor", number),
            ],
            block=block,
        )
        account = self._account(possessor, self.ask("account", possessor, block=block))
        header = self.connection.block(block)
        now = int(header["timestamp"], 16)
        lodging = self._lodging(*lodged, block=block)
        # The hour is kept modulo 2^16.
        elapsed = (now // 3600 - word.since) & 0xFFFF
        return Bill(
            id=BillNumber(number),
            status=word.status,
            kind=word.kind,
            possessor=account,
            holder=holder,
            lodging=lodging,
            titleholder=word.titleholder or None,
            previous=came_from if came_from != NOBODY else None,
            previous_titleholder=word.previous_titleholder or None,
            may_reject_possession=word.may_reject_possession,
            may_reject_title=word.may_reject_title,
            act_count=word.act_count,
            since=datetime.fromtimestamp((now // 3600 - elapsed) * 3600, UTC),
            rejectable_until=_instant(until),
            recallable_from=_instant(recallable),
            agreed=agreed if any(agreed) else None,
            root=root,
            carrier=carrier_number,
            block=int(header["number"], 16),
            time=datetime.fromtimestamp(now, UTC),
            names=self.names,
            shown_by=None if lodging is None else self.shows(number, lodging.room, lodging.deal),
        )

    def shows(self, bill: int, room: str, deal: int) -> str | None:
        """The command that tells what may be done with a bill where it lies; None of a room that is not the suite's."""
        if room == self.addresses.get("Sale"):
            return f"sampan sale show {shlex.quote(bill_name(bill))}"
        if room == self.addresses.get("LoanBook"):
            return f"sampan finance show {Deal.of(deal).facility}"
        return None

    def _lodging(self, room: str, word: int, *, block: BlockTag) -> Lodging | None:
        if room == NOBODY:
            return None
        kept = LODGING_WORD.unpack(word)
        lodged_by = self.ask("accountAt", kept["lodgedBy"], block=block)
        return Lodging(room, kept["holder"], kept["deal"], lodged_by, bool(kept["endorsed"]))

    def history(self, bill: BillRef, *, carrier: Who | None = None, to_block: int | None = None) -> History:
        """A bill with everything that happened to it up to a block, from the logs since the deployment.

        Raises `NotOnLedger` when it was never issued, `ChainError` when the logs lack one of its acts, which the ledger
        counts (N13).
        """
        last = self.connection.block_number() if to_block is None else to_block
        found = self.bill(bill, carrier=carrier, block=last)
        about = "0x" + found.id.to_bytes(32, "big").hex()
        topics = [wire.about_first(wire.LEDGER, "bill"), about]
        happened = self._logged(topics, last, lambda told: _lacks_acts(told, found.act_count), found.name)
        times = self._times(event.at.block for event in happened if event.at is not None)
        entries = []
        for event in happened:
            assert event.at is not None
            sentence = tell.sentence(SUITE.facts.get(type(event)), event, found.names)
            entries.append(Entry(event, times[event.at.block], sentence, tell.remark(event)))
        issues = [event for event in happened if isinstance(event, _ISSUES)]
        if len(issues) != 1:
            raise _left_out(found.name, f"its logs hold {len(issues)} issues of it, not one")
        issue = issues[0]
        replaced = next((event for event in happened if isinstance(event, events.Replaced)), None)
        links = {
            event.at.transaction: self.connection.network.link(event.at.transaction) for event in happened if event.at
        }
        return History(
            bill=found,
            entries=tuple(entries),
            checksum=issue.checksum,
            carriage_law=issue.carriage_law,
            record_law=issue.record_law,
            replaces=tuple(map(BillNumber, issue.replaces if isinstance(issue, events.ReplacementIssued) else ())),
            replaced_by=tuple(map(BillNumber, replaced.replacements if replaced is not None else ())),
            links={transaction: link for transaction, link in links.items() if link is not None},
        )

    def issued(self, *, to_block: int | None = None) -> list[int]:
        """The id of every bill that was issued, in the order of issue.

        Raises `ChainError` when the logs lack one: the ledger counts how many each account issued (N13).
        """
        last = self.connection.block_number() if to_block is None else to_block
        topics = [[wire.topic(kind) for kind in _ISSUES]]
        told = self._logged(topics, last, lambda found: self._lacks_issues(found, last), "the ledger's bills")
        return [BillNumber(event.bill) for event in told if isinstance(event, _ISSUES)]

    def _lacks_issues(self, told: Sequence[Event], block: int) -> str | None:
        """What is missing from the issues that logs tell, by the counts that accounts keep; None where all is there."""
        issued: dict[str, list[int]] = {address: [] for address in self._accounts(block)}
        for event in told:
            if isinstance(event, _ISSUES):
                issued.setdefault(event.actor, []).append(event.issued)
        words = self.ask_many([("account", address) for address in issued], block=block) if issued else []
        for (address, counts), word in zip(issued.items(), words, strict=True):
            if (word.issued - len(counts)) % ISSUED_MODULO:
                return f"the ledger counts {word.issued} bills that {address} issued, the logs tell {len(counts)}"
        return None

    def _lacks_rooms(self, told: Sequence[Event], block: int) -> str | None:
        """What is missing from the rooms that logs tell, by the ledger's numbers; None where all is there."""
        known = {event.room for event in told if isinstance(event, events.RoomListed)}
        others = [address for address in self._accounts(block) if address not in known]
        words = self.ask_many([("account", address) for address in others], block=block) if others else []
        missing = [address for address, word in zip(others, words, strict=True) if word.room]
        return f"the listing of {', '.join(missing)} is not in the logs" if missing else None

    def _accounts(self, block: BlockTag) -> list[str]:
        """The address of every number that the ledger gave out; an account that ended may have no successor."""
        found: list[str] = []
        for first in itertools.count(1, MANY):
            part = self.ask_many([("accountAt", n) for n in range(first, first + MANY)], block=block)
            named = [address for address in part if address != NOBODY]
            found += named
            if not named:
                break
        return list(dict.fromkeys(found))

    # ------------------------------------------------------------------------------------------------------- events

    def events(self, kinds: Sequence[type[Event]], *, to_block: int | None = None) -> list[Event]:
        """Every event of some types since the deployment, in order."""
        last = self.connection.block_number() if to_block is None else to_block
        return self._logged([[wire.topic(kind) for kind in kinds]], last)

    def _logged(
        self,
        topics: Sequence[str | Sequence[str] | None],
        last: int,
        lacks: Callable[[Sequence[Event]], str | None] = lambda told: None,
        subject: str | None = None,
        *,
        contract: str = wire.LEDGER,
        addresses: Sequence[str] = (),
    ) -> list[Event]:
        """The events of some topics, in order, of a contract: of the one there is, or of those at `addresses`. `lacks`
        says what is missing from them by what the ledger counts.

        Raises `ChainError` when something is, and the node does not give it in smaller parts either.
        """
        where = addresses or [self.address_in(contract)]
        reader = LogReader(self.connection, where, topics=topics, step=_STEP, longest=_LONGEST_STEP)
        for patience in itertools.count():
            pieces = reader.read(self.from_block, last)
            decoded = (wire.event_of(contract, log) for piece in pieces for log in piece.logs)
            told = [event for event in decoded if event is not None]
            missing = lacks(told)
            if missing is None:
                return told
            if reader.is_cut(piece.answer for piece in pieces):
                continue
            if patience or self.connection.in_process:
                raise ChainError(
                    missing,
                    subject=subject,
                    code="chain.answer",
                    hint="does the RPC leave out events? ask another one (--network URL)",
                )
            # A node behind others may not have the newest yet.
            time.sleep(0.5)
        raise AssertionError("unreachable")

    def _times(self, blocks: Iterable[int]) -> dict[int, datetime]:
        wanted = sorted(set(blocks))
        headers = self.connection.blocks(wanted)
        return {
            block: datetime.fromtimestamp(int(header["timestamp"], 16), UTC)
            for block, header in zip(wanted, headers, strict=True)
        }

    def deadline(self, deadline: datetime | timedelta | None) -> int:
        """A time in seconds since 1970; a length of time begins now. Raises `BadInput` for a time without a zone."""
        if isinstance(deadline, datetime):
            if deadline.tzinfo is None:
                raise BadInput("a time without a zone", subject=str(deadline), hint="give it in UTC")
            return int(deadline.timestamp())
        # A chain on which nothing happens has an old head; a development chain has a clock of its own.
        start = self.now if self.connection.is_development else max(self.now, datetime.now(UTC))
        return int((start + (DEADLINE if deadline is None else deadline)).timestamp())

    # ------------------------------------------------------------------------------------------------------- powers

    def powers(self, *, probe: bool = True) -> ShownPowers:
        """Who may administer what, with which delay, as the AccessManager says. With `probe` every function is tried,
        so that those are found too that no role was ever given."""
        from sampan.deployment import powers

        contracts = []
        for name in SUITE.single:
            if name != wire.MANAGER:
                answered = [item for abi in SUITE.subject_of(name)[0].abis() for item in abi]
                contracts.append(powers.Contract(name, self.address_in(name), answered))
        manager = self.address_in(wire.MANAGER)
        found = powers.read(self.connection, manager, contracts, from_block=self.from_block, probe=probe)
        fields = {each.name: getattr(found, each.name) for each in dataclasses.fields(found)}
        return ShownPowers(**fields, names=self.names)

    def power(self, role: int | str) -> int:
        """The number of a role of the manager: by number, by name, or by the name that the manager gave it.

        Raises `UsageError` where there is none."""
        if isinstance(role, int):
            return int(role)
        name = role.strip().upper().replace("-", "_")
        if name in Power.__members__:
            return int(Power[name])
        if name.isascii() and name.isdigit() and int(name) < 2**64:
            return int(name)
        roles = self.powers(probe=False).roles
        found = [each.number for each in roles if each.name.upper() == name]
        if len(found) != 1:
            names = dict.fromkeys([*(power.name for power in Power), *(each.name for each in roles)])
            raise UsageError("no power of that name", subject=role, hint=f"there are {', '.join(names)}, and numbers")
        return found[0]

    def announced(self) -> list[Announced]:
        """What was announced and not carried out, soonest first."""
        lasts = self.ask("expiration", contract=wire.MANAGER)
        found = []
        for each in sorted(self.powers(probe=False).operations, key=lambda operation: operation.ready):
            try:
                what = tell.label(wire.verb_of(self.contract_at(each.address), each.data), self.names)
            except BadInput:
                what = f"{each.target}.{each.what}"
            until = each.ready + lasts
            found.append(
                Announced(each.number, each.caller, each.address, each.data, what, each.ready, until, each.expired)
            )
        return found

    def operation(self, number: bytes) -> Operation:
        """What was announced under a number and waits. Raises `NotOnLedger`."""
        for found in self.powers(probe=False).operations:
            if found.number == number:
                return found
        raise NotOnLedger(
            "nothing waits that was announced as this",
            subject="0x" + number.hex(),
            hint="`sampan powers scheduled` lists what does",
        )

    def contract_address(self, contract: str) -> str:
        """The address of a contract of the ledger: by its name, or itself. Raises `Missing` for a name of none."""
        return self.address_of(contract) if _ADDRESS.fullmatch(contract) else self.address_in(contract)

    def account_or_contract(self, who: Who) -> str:
        """The address of an account, or of a contract of the ledger by its name (`Sale`)."""
        named = {name.lower(): address for name, address in self.addresses.items()}
        return named.get(who.lower()) or self.address_of(who) if isinstance(who, str) else self.address_of(who)

    def contract_at(self, address: str) -> str:
        """The name of a contract of the ledger. Raises `NotOnLedger` for an address of none."""
        for name, known in self.addresses.items():
            if known == address:
                return name
        raise NotOnLedger("no contract of this ledger", subject=address)

    def selector(self, address: str, function: str) -> bytes:
        """The selector of a contract's function: by its name, its signature, or itself as 0x and 8 hex digits."""
        if re.fullmatch(r"0x[0-9a-fA-F]{8}", function):
            return bytes.fromhex(function[2:])
        return wire.function(self.contract_at(address), function).selector


def _lacks_acts(told: Sequence[Event], count: int) -> str | None:
    """Which of a bill's acts are missing from its events; None where all are there. The ledger counts to `MAX_ACTS`."""
    counts = {event.act_count for event in told if type(event) in SUITE.acts}  # type: ignore[attr-defined]
    missing = [number for number in range(1, count + 1) if number not in counts]
    if not missing:
        return None
    return f"the logs lack {len(missing)} of its {count} acts: {', '.join(map(str, missing[:20]))}"


def _left_out(subject: str, message: str) -> ChainError:
    """The error of logs that lack what must be there."""
    return ChainError(
        message,
        subject=subject,
        code="chain.answer",
        hint="does the RPC leave out events, or does the manifest name too late a block?",
    )


def _is_number(text: str) -> bool:
    """Whether a text is a participant's number."""
    return text.isascii() and text.isdigit() and len(text) < 8


def _malformed(text: str) -> str:
    """What keeps a text from being an address."""
    digits = text[2:]
    wrong = [letter for letter in digits if letter not in "0123456789abcdefABCDEF"]
    if wrong:
        return f"is no address: {wrong[0]!r} is no hex digit"
    return f"is no address: 40 hex digits follow 0x, here {len(digits)}"


def _edits(one: str, other: str, most: int) -> int:
    """How many digits must be changed, put in, taken out, or swapped with the next to make one text the other; more
    than `most` is told as `most + 1`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [most + 1] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _may_receive(account: Account) -> bool:
    return account.receives and Role.MOVE in account.roles


def _instant(seconds: int) -> datetime | None:
    """A time of the ledger; None for 0. What has no end is the last moment that Python knows."""
    if seconds == 0:
        return None
    return datetime.max.replace(tzinfo=UTC) if seconds >= NO_END else datetime.fromtimestamp(seconds, UTC)


def _code(text: str) -> str:
    code = text.strip().upper()
    if not (code.isascii() and 0 < len(code) <= 8):
        raise BadInput("not a carrier code or its list", subject=text, hint="SMDG or NMFTA, and the code")
    return code


def _shown(who: object) -> str:
    return who if isinstance(who, str) else repr(who)
