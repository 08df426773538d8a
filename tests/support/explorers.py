"""Explorers that stand on the loopback: the APIs of Etherscan, Blockscout and Sourcify, version 2 each, as their pages
have them. Each checks every field that it is handed, and answers as slowly and as oddly as the real one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "an-explorers-key-0123456789"


@dataclass
class Known:
    """What an explorer has been handed of a contract, and how far it is with it."""

    contract: str = ""
    compiler: str = ""
    arguments: str = ""
    input: Any = None
    looks: int = 0


@dataclass
class Explorer:
    """One explorer: the contracts that it knows to stand on its chain, and those that it has verified.

    `refuses` names contracts whose sources it cannot verify; `late` is how often it says that it is not done yet, and
    `unseen` how often that it has not seen the contract; `busy` how many requests it turns away first.
    """

    chain_id: int
    stands: Mapping[str, str]
    """Address to the contract that stands there, as in `contracts/bills/Bills.sol:Bills`."""
    refuses: frozenset[str] = frozenset()
    late: int = 2
    unseen: int = 0
    busy: int = 0
    verified: dict[str, Known] = field(default_factory=dict)
    tickets: dict[str, tuple[str, Known]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    # ---------------------------------------------------------------------------------------------------- what is right

    def right(self, address: str, known: Known) -> bool:
        """Whether what was handed in could be what stands at an address."""
        settings = known.input["settings"]
        source, _, name = known.contract.partition(":")
        return (
            self.stands[address] == known.contract
            and name not in self.refuses
            and known.input["language"] == "Solidity"
            and source in known.input["sources"]
            and all(set(each) == {"content"} for each in known.input["sources"].values())
            and settings["viaIR"] is True
            and settings["evmVersion"] == "cancun"
            and known.compiler.removeprefix("v").startswith("0.8.37+commit.")
        )

    def done(self, address: str, known: Known) -> bool | None:
        """Whether it is verified; None while it is not done."""
        known.looks += 1
        if known.looks <= self.late:
            return None
        if self.right(address, known):
            self.verified[address] = known
            return True
        return False

    def ticket(self, address: str, known: Known) -> str:
        name = f"ticket-{len(self.tickets)}"
        self.tickets[name] = (address, known)
        return name

    # -------------------------------------------------------------------------------------------------------- Etherscan

    def etherscan(self, method: str, path: str, query: Mapping[str, str], form: Mapping[str, str]) -> tuple[int, Any]:
        def say(status: str, result: str) -> tuple[int, Any]:
            return 200, {"status": status, "message": "OK" if status == "1" else "NOTOK", "result": result}

        if path != "/v2/api":
            return 404, {}
        if query.get("apikey") != KEY:
            return say("0", "Invalid API Key (#err2)|")
        if query.get("chainid") != str(self.chain_id) or query.get("module") != "contract":
            return say("0", "Missing or unsupported chainid parameter (required for v2 api)")
        if (method, query.get("action")) == ("GET", "checkverifystatus"):
            address, known = self.tickets[query["guid"]]
            done = self.done(address, known)
            said = {None: "Pending in queue", True: "Pass - Verified", False: "Fail - Unable to verify"}[done]
            return say("1" if done else "0", said)
        if (method, query.get("action")) != ("POST", "verifysourcecode"):
            return say("0", "Error! Missing Or invalid Action name")
        address = form["contractaddress"]
        if self.unseen:
            self.unseen -= 1
            return say("0", f"Unable to locate ContractCode at {address}")
        if address in self.verified:
            return say("0", "Contract source code already verified")
        if form["codeformat"] != "solidity-standard-json-input" or not form["compilerversion"].startswith("v"):
            return say("0", "Error! Invalid code format or compiler version")
        known = Known(
            form["contractname"], form["compilerversion"], form["constructorArguments"], json.loads(form["sourceCode"])
        )
        return say("1", self.ticket(address, known))

    # ------------------------------------------------------------------------------------------------------- Blockscout

    def blockscout(self, method: str, path: str, query: Mapping[str, str], form: Mapping[str, str]) -> tuple[int, Any]:
        parts = path.strip("/").split("/")
        if parts[:3] != ["api", "v2", "smart-contracts"] or len(parts) < 4:
            return 404, {"message": "Not found"}
        address = parts[3]
        if method == "GET":
            known = self.tickets.get(address)
            if known is not None:
                self.done(*known)
            return 200, {"is_verified": True, "name": "x"} if address in self.verified else {"deployed_bytecode": "0x"}
        if parts[4:] != ["verification", "via", "standard-input"]:
            return 404, {"message": "Not found"}
        if address in self.verified:
            return 422, {"message": "Already verified"}
        if form["autodetect_constructor_args"] != "false" or not form["compiler_version"].startswith("v"):
            return 422, {"message": "Invalid parameter(s)"}
        known_now = Known(
            form["contract_name"], form["compiler_version"], form["constructor_args"], json.loads(form["files[0]"])
        )
        if not self.right(address, known_now):
            return 422, {"message": "No contract could be verified with provided data"}
        self.tickets[address] = (address, known_now)
        return 200, {"message": "Smart-contract verification started"}

    # --------------------------------------------------------------------------------------------------------- Sourcify

    def sourcify(self, method: str, path: str, query: Mapping[str, str], form: Mapping[str, Any]) -> tuple[int, Any]:
        parts = path.strip("/").split("/")
        if method == "POST" and parts[:3] == ["v2", "verify", str(self.chain_id)]:
            address = parts[3]
            if address in self.verified:
                return 409, {"customCode": "already_verified", "message": "already verified with an exact match"}
            if set(form) - {"stdJsonInput", "compilerVersion", "contractIdentifier", "creationTransactionHash"}:
                return 400, {"customCode": "invalid_json", "message": "unknown field"}
            if form["compilerVersion"].startswith("v"):
                return 400, {"customCode": "unsupported_compiler_version", "message": "unsupported compiler version"}
            known = Known(form["contractIdentifier"], form["compilerVersion"], "", form["stdJsonInput"])
            return 202, {"verificationId": self.ticket(address, known)}
        if method == "GET" and parts[:2] == ["v2", "verify"] and len(parts) == 3:
            address, known = self.tickets[parts[2]]
            done = self.done(address, known)
            if done is None:
                return 200, {"isJobCompleted": False, "verificationId": parts[2]}
            if done:
                return 200, {"isJobCompleted": True, "contract": {"match": "exact_match", "address": address}}
            error = {"customCode": "no_match", "message": "The onchain and recompiled bytecodes don't match."}
            return 200, {"isJobCompleted": True, "contract": {"match": None, "address": address}, "error": error}
        return 404, {"customCode": "route_not_found", "message": "The requested resource was not found."}


@contextmanager
def listening(explorer: Explorer, kind: str) -> Iterator[str]:
    """The URL of an explorer of a kind (`etherscan`, `blockscout`, `sourcify`) on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            explorer.asked.append(f"{self.command} {self.path}")
            status, document = self._said(body)
            answer = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _said(self, body: bytes) -> tuple[int, Any]:
            if explorer.busy:
                explorer.busy -= 1
                return 429, {"message": "Too Many Requests"}
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            form = _form(self.headers.get("Content-Type", ""), body)
            found: tuple[int, Any] = getattr(explorer, kind)(self.command, parts.path, query, form)
            return found

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        path = "/v2/api" if kind == "etherscan" else ""
        yield f"http://127.0.0.1:{server.server_address[1]}{path}"
    finally:
        server.shutdown()
        server.server_close()


def _form(kind: str, body: bytes) -> Mapping[str, Any]:
    """The fields of a request's body, whatever its form."""
    if kind.startswith("application/json"):
        document: dict[str, Any] = json.loads(body)
        return document
    if kind.startswith("application/x-www-form-urlencoded"):
        return {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    if kind.startswith("multipart/form-data"):
        parsed = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        return {
            str(part.get_param("name", header="Content-Disposition")): bytes(part.get_payload(decode=True)).decode()  # type: ignore[union-attr,arg-type]
            for part in parsed.get_payload()
        }
    return {}
