"""Source verification: what explorers are handed to verify the contracts of a manifest, and the talk with each of them.

- *Etherscan*: its API version 2, one address for all chains; wants a key (`SAMPAN_EXPLORER_KEY`).
- *Blockscout*: version 2 of the API of one chain's explorer.
- *Sourcify*: version 2 of its API; many explorers read what was verified there.

All three take solc's standard JSON, which is the one that the artifacts were compiled from.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from sampan.chain import abi, http
from sampan.config import shorten_url
from sampan.deployment import manifest as manifests
from sampan.errors import BadInput, ChainError, Missing
from sampan.files import parse_json
from sampan.toolchain import artifacts, build
from sampan.toolchain.sources import Declared, Sources

if TYPE_CHECKING:
    from pathlib import Path

    import requests

    from sampan.deployment.manifest import ContractRecord, Manifest

Status = Literal["verified", "verified before", "refused"]

USUAL: Final[Mapping[str, str | None]] = {
    "etherscan": "https://api.etherscan.io/v2/api",
    "blockscout": None,
    "sourcify": "https://sourcify.dev/server",
}
"""Explorer to the address of its API; None: each chain has one of its own."""

TIMEOUT = 60.0
PAUSE = 3.0
"""Seconds between looks whether it is done."""
LOOKS = 100
TRIES = 10
"""How often what could not be done yet is tried again."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What is handed in for one contract: solc's standard JSON, and what else an explorer asks for."""

    name: str
    address: str
    chain_id: int
    identifier: str
    """The source and the contract's name in it, as in `contracts/bills/Bills.sol:Bills`."""
    compiler: str
    """As in `0.8.37+commit.f401782d`."""
    input: Mapping[str, Any]
    arguments: bytes
    """Of the constructor, encoded."""
    transaction: str | None
    """That created it, where the manifest knows."""

    @property
    def input_json(self) -> str:
        """The standard JSON as text."""
        return json.dumps(self.input, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an explorer said of one contract, in its own words."""

    explorer: str
    contract: str
    address: str
    status: Status
    said: str


# ------------------------------------------------------------------------------------------------------------ preparing


def submissions(manifest: Manifest, root: Path) -> list[Submission]:
    """What is handed in for each contract of a manifest, from the sources of the working copy at `root`.

    Raises `BadInput` when the manifest is of another release, or a source is not as it was compiled; `Missing` for a
    source that is not there.
    """
    record = artifacts.build_record()
    if record is None or record.release_hash != manifest.release:
        raise BadInput(
            f"was deployed from the release {manifest.release[:18]}, and this is "
            f"{'none' if record is None else record.release_hash[:18]}",
            subject=manifest.network,
            hint="verify with the release that it was deployed from",
        )
    sources = Sources(root)
    return [_submission(manifest, item, sources, record) for item in manifest.contracts]


def _submission(
    manifest: Manifest, item: ContractRecord, sources: Sources, record: artifacts.BuildRecord
) -> Submission:
    request = build.request_for(sources, [Declared(item.source, item.artifact, "contract")])
    for source in request["sources"]:
        if sources.sha256(source) != record.sources.get(source):
            raise BadInput(
                "is not as it was compiled",
                subject=source,
                hint="`sampan compile --check` tells; take the release's own",
            )
    values = [manifests.unplain(argument.type, argument.value) for argument in item.arguments]
    return Submission(
        name=item.name,
        address=item.address,
        chain_id=manifest.chain_id,
        identifier=f"{item.source}:{item.artifact}",
        compiler=record.compiler,
        input=request,
        arguments=abi.encode([argument.type for argument in item.arguments], values, subject=item.name),
        transaction=item.transaction,
    )


# -------------------------------------------------------------------------------------------------------------- talking


def verify(
    explorer: str,
    handed_in: Submission,
    *,
    url: str | None = None,
    key: str | None = None,
    watch: Callable[[str], None] = lambda said: None,
) -> Answer:
    """Hand one contract in to an explorer, and wait for its answer. `watch` is told what it says meanwhile.

    Raises `Missing` without the URL or key that it needs, `ChainError` when it does not answer, or not in time.
    """
    url = url or USUAL[explorer]
    if url is None:
        raise Missing("each chain has its own", subject=explorer, hint="give its address: --url https://...")
    if explorer == "etherscan" and not key:
        raise Missing(
            "Etherscan wants a key",
            subject="SAMPAN_EXPLORER_KEY",
            hint="etherscan.io gives one; it is never an argument",
        )
    talk = _Talk(explorer, url.rstrip("/"), key or "")
    said, status = _APIS[explorer](talk, handed_in, watch)
    return Answer(explorer, handed_in.name, handed_in.address, status, said[:300])


@dataclass(slots=True)
class _Talk:
    """A conversation with one explorer."""

    explorer: str
    url: str
    key: str
    session: requests.Session | None = None

    def ask(self, method: str, path: str = "", **how: Any) -> tuple[int, Any]:
        """A request: its status, and its JSON. Asks again for a while where there are too many at once."""
        self.session = self.session or http.session_for(self.url)
        for number in range(TRIES):
            try:
                answer, body = http.exchange(self.session, method, self.url + path, TIMEOUT, **how)
            except http.TooSlow:
                raise self._lost("did not answer in time") from None
            except (OSError, http.TooLarge) as error:
                raise self._lost(f"could not be asked: {_plain(error)}") from None
            if answer.status_code not in (429, 502, 503, 504) or number == TRIES - 1:
                break
            time.sleep(PAUSE)
        try:
            return answer.status_code, parse_json(body)
        except ValueError:
            raise self._lost(f"answered HTTP {answer.status_code} and no JSON") from None

    def _lost(self, message: str) -> ChainError:
        return ChainError(
            message,
            subject=f"{self.explorer} ({shorten_url(self.url)})",
            code="explorer",
            hint="call again: what was verified is not handed in twice",
        )

    def looks(self) -> Iterator[int]:
        """One after the other, with pauses. Raises `ChainError` when it takes too long."""
        for number in range(LOOKS):
            if number:
                time.sleep(PAUSE)
            yield number
        raise self._lost(f"said nothing final in {LOOKS * PAUSE:.0f} seconds")


def _plain(error: Exception) -> str:
    """An error without the URL, which may hold a key."""
    return type(error).__name__


_Api = Callable[[_Talk, Submission, Callable[[str], None]], tuple[str, Status]]


def _etherscan(talk: _Talk, handed_in: Submission, watch: Callable[[str], None]) -> tuple[str, Status]:
    about = {"chainid": str(handed_in.chain_id), "module": "contract", "apikey": talk.key}
    arguments = handed_in.arguments.hex()
    form = {
        "codeformat": "solidity-standard-json-input",
        "sourceCode": handed_in.input_json,
        "contractaddress": handed_in.address,
        "contractname": handed_in.identifier,
        "compilerversion": f"v{handed_in.compiler}",
        "constructorArguments": arguments,
        # Explorers that follow the first version of the API read it spelt so.
        "constructorArguements": arguments,
    }
    for _ in talk.looks():
        _, answer = talk.ask("POST", params={**about, "action": "verifysourcecode"}, data=form)
        said = _said(answer, "result")
        if _is(answer, "status", "1"):
            break
        if "already verified" in said.lower():
            return said, "verified before"
        # It has not seen the contract yet, or was asked too often.
        if not any(words in said.lower() for words in ("unable to locate contractcode", "rate limit")):
            return said, "refused"
        watch(said)
    ticket = said
    for _ in talk.looks():
        status = {**about, "action": "checkverifystatus", "guid": ticket}
        _, answer = talk.ask("GET", params=status)
        said = _said(answer, "result")
        if "pass" in said.lower():
            return said, "verified"
        if "already verified" in said.lower():
            return said, "verified before"
        if not any(words in said.lower() for words in ("pending", "in progress", "rate limit")):
            return said, "refused"
        watch(said)
    raise AssertionError("looks end with an error")


def _blockscout(talk: _Talk, handed_in: Submission, watch: Callable[[str], None]) -> tuple[str, Status]:
    place = f"/api/v2/smart-contracts/{handed_in.address}"
    _, answer = talk.ask("GET", place)
    if isinstance(answer, dict) and answer.get("is_verified") is True:
        return "is_verified", "verified before"
    form = {
        "compiler_version": f"v{handed_in.compiler}",
        "contract_name": handed_in.identifier,
        "autodetect_constructor_args": "false",
        "constructor_args": handed_in.arguments.hex(),
        "license_type": "apache_2_0",
    }
    file = {"files[0]": ("input.json", handed_in.input_json, "application/json")}
    status, answer = talk.ask("POST", f"{place}/verification/via/standard-input", data=form, files=file)
    said = _said(answer, "message")
    if "already verified" in said.lower():
        return said, "verified before"
    if status >= 300:
        return said, "refused"
    for _ in talk.looks():
        watch(said)
        _, answer = talk.ask("GET", place)
        if isinstance(answer, dict) and answer.get("is_verified") is True:
            return "is_verified", "verified"
    raise AssertionError("looks end with an error")


def _sourcify(talk: _Talk, handed_in: Submission, watch: Callable[[str], None]) -> tuple[str, Status]:
    body = {
        "stdJsonInput": handed_in.input,
        "compilerVersion": handed_in.compiler,
        "contractIdentifier": handed_in.identifier,
    }
    if handed_in.transaction is not None:
        body["creationTransactionHash"] = handed_in.transaction
    status, answer = talk.ask("POST", f"/v2/verify/{handed_in.chain_id}/{handed_in.address}", json=body)
    if status == 409:
        return _said(answer, "message"), "verified before"
    ticket = answer.get("verificationId") if isinstance(answer, dict) else None
    if status >= 300 or not isinstance(ticket, str):
        return _said(answer, "message"), "refused"
    for _ in talk.looks():
        _, answer = talk.ask("GET", f"/v2/verify/{ticket}")
        if not isinstance(answer, dict) or answer.get("isJobCompleted") is not True:
            watch("in its queue")
            continue
        contract, error = answer.get("contract"), answer.get("error")
        match = contract.get("match") if isinstance(contract, dict) else None
        if isinstance(match, str):
            return match, "verified"
        if isinstance(error, dict) and error.get("customCode") == "already_verified":
            return _said(error, "message"), "verified before"
        return _said(error, "message"), "refused"
    raise AssertionError("looks end with an error")


_APIS: Final[Mapping[str, _Api]] = {"etherscan": _etherscan, "blockscout": _blockscout, "sourcify": _sourcify}


def _said(answer: Any, name: str) -> str:
    """What an answer says, in its own words."""
    said = answer.get(name) if isinstance(answer, dict) else None
    return str(said) if said else json.dumps(answer)[:300]


def _is(answer: Any, name: str, value: str) -> bool:
    return isinstance(answer, dict) and str(answer.get(name)) == value


def require_url(url: str) -> str:
    """The address of an explorer's API. Raises `BadInput` for what is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput("is no address of an explorer", subject=shorten_url(url), hint="give https://host/...")
    return url
