"""Who can do what, and what was announced."""

from __future__ import annotations

from typing import Annotated, Literal

from sampan.cli.forms.common import OnLedger
from sampan.suite.forms import Address, Digits, Form, Hash, Of, Second, Selector


class _Delay(Form):
    seconds: Annotated[int, Of(lambda delay: delay.now)]
    announced: int | None
    from_: Annotated[Second | None, Of(lambda delay: delay.since)]


class _Member(Form):
    account: Address
    since: Second
    active: bool
    delay: _Delay


class _Function(Form):
    contract: str
    address: Address
    selector: Selector
    signature: str


class _Power(Form):
    number: Digits
    name: str
    granted_by: Annotated[Digits, Of(lambda role: role.admin)]
    guardian: Digits
    grant_delay: _Delay
    members: list[_Member]
    functions: list[_Function]


class _Target(Form):
    contract: str
    address: Address
    closed: bool
    admin_delay: _Delay


class _Scheduled(Form):
    operation: Annotated[Hash, Of(lambda operation: operation.number)]
    caller: Address
    what: Annotated[str, Of(lambda operation: f"{operation.target}.{operation.what}")]
    ready: Second
    expired: bool


class _Announced(Form):
    operation: Annotated[Hash, Of(lambda waits: waits.number)]
    caller: Address
    target: Address
    data: bytes
    what: Annotated[str, "In words"]
    ready: Second
    until: Second
    expired: bool


class Scheduled(OnLedger, document="sampan.scheduled/1"):
    """What was announced to the AccessManager and not carried out."""

    scheduled: list[_Announced]


class _Difference(Form):
    id: str
    level: Literal["error", "warning"]
    subject: str
    message: str


class Powers(Form, document="sampan.powers/1"):
    """Who can do what, with which delay, as the chain says."""

    network: str
    chain_id: int
    manager: Address
    block: int
    time: Second
    roles: list[_Power]
    targets: list[_Target]
    scheduled: list[_Scheduled]
    differences: list[_Difference]
