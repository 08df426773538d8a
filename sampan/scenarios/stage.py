"""A chain in this process with the suite deployed and the parties of the trade enrolled: where scenarios play."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sampan.chain  # noqa: F401  (chooses the fast Keccak before any eth_* module is imported)
from sampan.chain.accounts import development_signer
from sampan.client.ledger import Ledger
from sampan.keccak import keccak
from sampan.scenarios.parties import PARTIES

if TYPE_CHECKING:
    from sampan.chain.connection import Connection
    from sampan.deployment.manifest import Manifest
    from sampan.scenarios.parties import Party

RULEBOOK = keccak(b"sampan.scenarios: rulebook 1")
"""The rulebook version that the parties sign."""


class SampanChain:
    """A chain in this process with the suite deployed (its usual delays and powers) and `PARTIES` enrolled.

    `ledger` reads; `as_role("carrier")` gives a `Ledger` that signs as a role, with its published development key. Time
    moves by `advance`.
    """

    def __init__(self, connection: Connection | None = None, *, enrol: bool = True) -> None:
        from sampan.chain.networks import connect
        from sampan.deployment import deploy, parameters, suite

        self.connection: Connection = connection or connect("tester")
        deployer = development_signer("deployer")
        plan = suite.plan(parameters.usual(deployer.address, development=True))
        self.manifest: Manifest = deploy.deploy(self.connection, deployer, plan).manifest
        self.ledger = Ledger.at(self.connection, self.manifest)
        if enrol:
            for party in PARTIES.values():
                self.enrol(party)

    def as_role(self, role: str) -> Ledger:
        """The ledger for a role's account."""
        return self.ledger.using(role)

    def enrol(self, party: Party) -> int:
        """Enrol a party with the account of its role; assign its code, publish its laws. Returns its number."""
        enroller, own = self.as_role("enroller"), self.as_role(party.role)
        signed = own.sign_enrolment(
            party.lei,
            country_code=party.country,
            roles=party.roles,
            rulebook=RULEBOOK,
            receiving=party.receiving,
        )
        enroller.bills.enrol(signed)
        if party.code is not None:
            enroller.bills.assign_code(*party.code, party.role)
        if party.laws:
            own.bills.publish_record_laws(party.laws)
        return self.ledger.number_of(party.role)

    def advance(self, time: timedelta) -> datetime:
        """Let time pass. Returns the chain's time afterwards."""
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
