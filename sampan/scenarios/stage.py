"""Where scenarios play: a ledger with a key for everybody who acts, and the enrolment of its parties."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sampan.chain  # noqa: F401  (chooses the fast Keccak before any eth_* module is imported)
from sampan.chain.accounts import development_signer
from sampan.client.ledger import Ledger
from sampan.keccak import keccak
from sampan.scenarios.parties import PARTIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sampan.chain.connection import Connection
    from sampan.chain.signers import Signer
    from sampan.client.papers import Paper
    from sampan.deployment.manifest import Manifest
    from sampan.scenarios.parties import Party

RULEBOOK = keccak(b"sampan.scenarios: rulebook 1")
"""The rulebook version that the parties sign."""


class Stage:
    """A ledger on which parties act: `ledger` reads, `as_role(name)` gives a `Ledger` that signs with that key.

    `signer` finds a key by its name, by default that of a role of development chains.
    """

    def __init__(
        self, ledger: Ledger, manifest: Manifest, *, signer: Callable[[str], Signer] = development_signer
    ) -> None:
        self.ledger = ledger
        self.manifest = manifest
        self.connection: Connection = ledger.connection
        self.signer = signer

    def as_role(self, role: str) -> Ledger:
        """The ledger for the account of a key."""
        return self.ledger.using(self.signer(role))

    def sign_enrolment(self, party: Party, *, key: str | None = None) -> Paper:
        """What a party signs to be enrolled with its first account."""
        return self.as_role(key or party.role).sign_enrolment(
            party.lei,
            country_code=party.country,
            roles=party.roles,
            rulebook=RULEBOOK,
            receiving=party.receiving,
            parent=party.parent,
        )

    def enrol(self, party: Party) -> int:
        """Enrol a party with the account of its role; assign its code, publish its laws. Returns its number."""
        enroller, own = self.as_role("enroller"), self.as_role(party.role)
        enroller.bills.enrol(self.sign_enrolment(party))
        if party.code is not None:
            enroller.bills.assign_code(*party.code, own)
        if party.laws:
            own.bills.publish_record_laws(party.laws)
        return self.ledger.number_of(own)

    def advance(self, time: timedelta) -> datetime:
        """Let time pass on a development chain. Returns the chain's time afterwards."""
        self.connection.advance_time(int(time.total_seconds()))
        return self.ledger.now

    def snapshot(self) -> str:
        """Remember the chain as it stands, for `restore`."""
        return self.connection.snapshot()

    def restore(self, snapshot: str) -> None:
        """Go back to a snapshot, which is used up by it."""
        self.connection.revert(snapshot)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class SampanChain(Stage):
    """A chain in this process, or another that is new, with the suite deployed (its usual delays and powers) and
    `PARTIES` enrolled; everybody signs with a published development key."""

    def __init__(
        self,
        connection: Connection | None = None,
        *,
        enrol: bool = True,
        companies: Mapping[str, str] | None = None,
    ) -> None:
        from sampan.chain.networks import connect
        from sampan.deployment import deploy, parameters, suite

        connection = connection or connect("tester")
        deployer = development_signer("deployer")
        plan = suite.plan(parameters.usual(deployer.address, development=True))
        manifest: Manifest = deploy.deploy(connection, deployer, plan).manifest
        companies = {party.lei: party.company for party in PARTIES.values()} | dict(companies or {})
        super().__init__(Ledger.at(connection, manifest, companies=companies), manifest)
        if enrol:
            for party in PARTIES.values():
                self.enrol(party)
