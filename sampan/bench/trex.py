"""A peer of deposits: T-REX 4.1.6 (ERC-3643), whose money only known holders have, as its npm package ships it.

Each holder has an *identity*, a contract that carries claims about it; a *registry* knows the identity of each account,
of which *topics* a holder must have a claim, and which *issuers* are trusted with them. A transfer asks for the claims
of whoever gets the money. Every contract of the token is behind a proxy that asks an *authority* for its code, as its
authors' factory deploys it; identities are without one, which is cheaper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sampan.bench.peer import creation_code
from sampan.bench.stage import Stage
from sampan.chain import abi
from sampan.chain.accounts import ROLES
from sampan.chain.transactions import GAS_CAP, Call, Receipt
from sampan.keccak import keccak

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "node_modules/@tokenysolutions/t-rex"
FOLDERS = {
    "Identity": "@onchain-id/solidity/contracts",
    "ClaimIssuer": "@onchain-id/solidity/contracts",
    "Token": "contracts/token",
    "ClaimTopicsRegistry": "contracts/registry/implementation",
    "IdentityRegistry": "contracts/registry/implementation",
    "IdentityRegistryStorage": "contracts/registry/implementation",
    "TrustedIssuersRegistry": "contracts/registry/implementation",
    "ModularCompliance": "contracts/compliance/modular",
    "TREXImplementationAuthority": "contracts/proxy/authority",
    "ClaimTopicsRegistryProxy": "contracts/proxy",
    "IdentityRegistryProxy": "contracts/proxy",
    "IdentityRegistryStorageProxy": "contracts/proxy",
    "TrustedIssuersRegistryProxy": "contracts/proxy",
    "ModularComplianceProxy": "contracts/proxy",
    "TokenProxy": "contracts/proxy",
}
"""Where the artifact of a contract lies in the package."""
VERSION = (4, 1, 6)
KNOWN = 1
"""The topic of the claim that somebody is known."""
ECDSA = 1
COUNTRY = 344
NOBODY = "0x" + "00" * 20
OWNER, ISSUER = "deployer", "enroller"
"""Roles: who owns the token, and who says that holders are known."""


def code(root: Path, name: str) -> bytes:
    """Creation code of a contract, as it is in the npm package. Raises `Missing` when that is not installed."""
    return creation_code(root, PACKAGE, f"artifacts/{FOLDERS[name]}/{name}.sol/{name}.json", "T-REX")


class TRex:
    """A token, and holders of whom one trusted issuer says that they are known. No further rule of compliance."""

    def __init__(self, stage: Stage, root: Path, holders: tuple[str, ...], amount: int) -> None:
        self.stage = stage
        self._root = root
        authority = self._authority()
        self._issuer = self._create("ClaimIssuer", ("address", ROLES[ISSUER]), role=ISSUER)
        names = ("ClaimTopicsRegistry", "TrustedIssuersRegistry", "IdentityRegistryStorage", "ModularCompliance")
        topics, issuers, kept, compliance = (self._create(f"{name}Proxy", ("address", authority)) for name in names)
        addresses = [("address", address) for address in (authority, issuers, topics, kept)]
        self._registry = self._create("IdentityRegistryProxy", *addresses)
        self.token = self._create(
            "TokenProxy",
            *(("address", address) for address in (authority, self._registry, compliance)),
            ("string", "Hong Kong dollars"),
            ("string", "HKD"),
            ("uint8", 2),
            ("address", NOBODY),
        )
        self._tell(topics, "addClaimTopic(uint256)", KNOWN)
        self._tell(issuers, "addTrustedIssuer(address,uint256[])", self._issuer, [KNOWN])
        self._tell(kept, "bindIdentityRegistry(address)", self._registry)
        for place in (self._registry, self.token):
            self._tell(place, "addAgent(address)", ROLES[OWNER])
        self._tell(self.token, "unpause()")
        for role in holders:
            self._register(role)
            self._tell(self.token, "mint(address,uint256)", ROLES[role], amount)

    def transfer(self, role: str, to: str, amount: int) -> Receipt:
        """One holder pays another."""
        return self._send(role, self.token, abi.encode_call("transfer(address,uint256)", to, amount))

    def _authority(self) -> str:
        """Who says which code stands behind the proxies."""
        names = ("Token", "ClaimTopicsRegistry", "IdentityRegistry", "IdentityRegistryStorage")
        codes = tuple(self._create(name) for name in (*names, "TrustedIssuersRegistry", "ModularCompliance"))
        kinds = (("bool", True), ("address", NOBODY), ("address", NOBODY))
        authority = self._create("TREXImplementationAuthority", *kinds)
        use = "addAndUseTREXVersion((uint8,uint8,uint8),(address,address,address,address,address,address))"
        self._tell(authority, use, VERSION, codes)
        return authority

    def _register(self, role: str) -> None:
        """An identity of its own, which carries the issuer's claim."""
        identity = self._create("Identity", ("address", ROLES[role]), ("bool", False), role=role)
        data = keccak(f"{role} is known".encode())
        said = keccak(abi.encode(("address", "uint256", "bytes"), (identity, KNOWN, data)))
        # The chain of a benchmark has the issuer's key, and signs as wallets sign a message.
        signature = bytes.fromhex(self.stage.connection.rpc("eth_sign", ROLES[ISSUER], f"0x{said.hex()}")[2:])
        add = "addClaim(uint256,uint256,address,bytes,bytes,string)"
        self._send(role, identity, abi.encode_call(add, KNOWN, ECDSA, self._issuer, signature, data, ""))
        self._tell(self._registry, "registerIdentity(address,address,uint16)", ROLES[role], identity, COUNTRY)

    # --------------------------------------------------------------------------------------------------------- private

    def _create(self, name: str, *arguments: tuple[str, Any], role: str = OWNER) -> str:
        made = code(self._root, name)
        return self.stage.create(role, made + abi.encode(*zip(*arguments, strict=True)) if arguments else made, name)

    def _tell(self, to: str, signature: str, *arguments: Any) -> None:
        self._send(OWNER, to, abi.encode_call(signature, *arguments))

    def _send(self, role: str, to: str, data: bytes) -> Receipt:
        return self.stage.send(role, Call(to, data, gas=GAS_CAP, label="T-REX"))
