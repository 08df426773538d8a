"""Participants, accounts and rooms of a ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from sampan.cli.forms.common import OnLedger
from sampan.suite.forms import Address, Form, Hash, Lei, Of
from sampan.suite.words import Receiving, RecordLaw, Role


class _Account(Form):
    address: Address
    number: int
    participant: int
    lei: Lei | None
    roles: Role
    receiving: Receiving
    acts: bool
    receives: bool
    room: bool
    issued: int


class _CarrierCode(Form):
    list: Annotated[str, Of(lambda code: code[0])]
    code: Annotated[str, Of(lambda code: code[1])]


class _Participant(Form):
    number: int
    lei: Lei
    name: str | None
    parent: Lei
    country: str
    roles: Role
    record_laws: list[RecordLaw]
    rulebook: Hash
    answer_hours: int
    suspended_until: datetime | None
    winding_down: bool
    codes: list[_CarrierCode]
    accounts: list[_Account]


class ParticipantDocument(OnLedger, document="sampan.participant/1"):
    """A participant with its accounts."""

    participant: _Participant


class Participants(OnLedger, document="sampan.participants/1"):
    """Everybody who is enrolled."""

    participants: list[_Participant]


class _Recovery(Form):
    successor: Address
    roles: Role
    executable_from: datetime
    lapses: datetime


class AccountDocument(OnLedger, document="sampan.ledger-account/1"):
    """An account on the ledger."""

    account: _Account
    recovery: _Recovery | None


class _Room(Form):
    address: Address
    number: int
    countries: list[str]
    delisted: bool


class Rooms(OnLedger, document="sampan.rooms/1"):
    """Rooms of a ledger."""

    rooms: list[_Room]
