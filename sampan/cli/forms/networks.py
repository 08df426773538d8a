"""Networks, the node of this machine, keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from sampan.suite.forms import Address, Count, Digits, Form, HashText, Of, Second


class _NetworkRow(Form):
    name: str
    where: Annotated[str, Of(lambda network: network.shown)]
    chain_id: int | None
    confirmations: int
    deployed: bool


class Networks(Form, document="sampan.networks/1"):
    """Networks that have a name."""

    networks: list[_NetworkRow]


class Network(Form, document="sampan.network/1"):
    """A network as it answered."""

    network: str
    where: str
    client: str | None
    chain_id: int
    genesis_hash: HashText
    block: int
    time: Second
    gas_price: Digits
    milliseconds: int
    factory: bool
    runs_the_suite: bool
    deployed: bool | None


class Node(Form, document="sampan.node/2"):
    """The local chain."""

    running: bool
    url: str | None
    pid: int | None
    block: int | None
    time: Second | None
    state_kept: bool
    state_bytes: Count | None
    folder: Path
    manifest: Path | None


class _Key(Form):
    name: str
    address: Address
    where: Literal["keystore", "ape", "development chains"]


class Keys(Form, document="sampan.accounts/1"):
    """Keys that commands can sign with."""

    keystore: Path
    accounts: list[_Key]


class NewKey(Form, document="sampan.account/1"):
    """A key that was made or brought in."""

    name: str
    address: Address
    file: Path
