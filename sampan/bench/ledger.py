"""Our side: the suite as `sampan deploy` deploys it, its participants, and each verb as one call.

Both parties' standing is checked in every act, and the whole undo memory is kept: this is the ledger as it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sampan.bench.acts import BACKGROUND, LINE
from sampan.bench.schedule import Slots, floor
from sampan.bench.stage import Done, Errand, Side, Stage, Trade
from sampan.chain import abi
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.transactions import Call
from sampan.identity.records import ALL_ROLES
from sampan.keccak import keccak
from sampan.suite.ids import BillId, pack_lei
from sampan.suite.words import Endorsement, Kind, Receiving, RecordLaw, Rejection, SurrenderFor

if TYPE_CHECKING:
    from sampan.scenarios.parties import Party
    from sampan.toolchain.artifacts import Artifact

NOTHING = b""
REFUSAL = b"freight unpaid"
"""A refusal says why (DCSA asks for it), so ours alone carries a remark."""

LAW = RecordLaw.ENGLISH_ETDA_2023

#: A bill's word stands beside its owner; possession is counted by account. A new bill is two slots, owner and root, and
#: its issuer counts it.
SLOTS: dict[str, Slots] = {
    "issue": Slots(new=2, changed=2),
    "transfer": Slots(changed=3),
    "endorse_and_transfer": Slots(changed=3),
    "reject": Slots(changed=3),
    "surrender": Slots(changed=3),
    "refuse_surrender": Slots(changed=3),
    "accept_surrender": Slots(changed=1),
}

_ENROLMENT = (
    ("lei", "uint256"),
    ("parent", "uint256"),
    ("country", "bytes2"),
    ("roles", "uint256"),
    ("rulebook", "bytes32"),
    ("account", "address"),
    ("receiving", "uint8"),
    ("deadline", "uint256"),
)
_TRANSFER = abi.topic("Transfer(address,address,uint256)")


class Ledger(Side):
    """Sampan's contracts, deployed and with their participants."""

    name = "sampan"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        from sampan.deployment import deploy, parameters, suite
        from sampan.scenarios.parties import PARTIES
        from sampan.toolchain import artifacts

        deployer = development_signer("deployer")
        plan = suite.plan(parameters.usual(deployer.address, development=True))
        self.manifest = deploy.deploy(stage.connection, deployer, plan).manifest
        self.address = self.manifest.address(suite.LEDGER)
        self._signatures = _signatures(artifacts.load("ILedger"))
        for role in ("carrier", *LINE):
            self._enrol(PARTIES[role])
        stage.send("carrier", Call(self.address, self._data("publishRecordLaws", 1 << LAW)))
        self._carrier_lei = PARTIES["carrier"].lei
        for script in BACKGROUND:
            self.run(script)

    def sizes(self) -> dict[str, int]:
        """Bytes of runtime code, by contract, as deployed."""
        return {item.name: len(self.stage.connection.code(item.address)) for item in self.manifest.contracts}

    def possessed(self, role: str) -> int:
        """How many bills a role possesses."""
        return int(self.stage.ask(self.address, "balanceOf(address)(uint256)", ROLES[role]))

    def floor(self, done: Done) -> int:
        """The least that a verb of ours could have cost: its calldata, the slots of the verb, its own event."""
        event = next(log for log in done.receipt.logs if log.topics[0] != _TRANSFER)
        return floor(done.call.data, SLOTS[done.verb], len(event.topics), len(event.data))

    # ----------------------------------------------------------------------------------------------------------- verbs

    def issue(self, trade: Trade) -> Errand:
        """To order of the first possessor."""
        first = ROLES[trade.possessor]
        terms = (
            self._bill(trade),
            Kind.ORDER,
            first,
            trade.digest("root"),
            trade.digest("checksum"),
            b"GB-ENG",
            LAW,
        )
        return self._errand("carrier", "issue", terms, first, NOTHING)

    def transfer(self, trade: Trade) -> Errand:
        return self._errand(trade.possessor, "transfer", self._bill(trade), trade.next, NOTHING)

    def endorse_and_transfer(self, trade: Trade) -> Errand:
        return self._errand(
            trade.possessor, "endorse", self._bill(trade), Endorsement.TO_ORDER, trade.next, trade.next, NOTHING
        )

    def reject(self, trade: Trade) -> Errand:
        return self._errand(trade.possessor, "reject", self._bill(trade), Rejection.BOTH, NOTHING)

    def surrender(self, trade: Trade) -> Errand:
        carrier = ROLES["carrier"]
        return self._errand(
            trade.possessor, "surrender", self._bill(trade), SurrenderFor.DELIVERY, carrier, bytes(32), NOTHING
        )

    def refuse_surrender(self, trade: Trade) -> Errand:
        return self._errand("carrier", "refuse", self._bill(trade), REFUSAL)

    def accept_surrender(self, trade: Trade) -> Errand:
        return self._errand("carrier", "accept", self._bill(trade), NOTHING)

    # --------------------------------------------------------------------------------------------------------- private

    def _errand(self, role: str, verb: str, *arguments: Any) -> Errand:
        return Errand(role, self.address, self._data(verb, *arguments))

    def _data(self, verb: str, *arguments: Any) -> bytes:
        return abi.encode_call(self._signatures[verb], *arguments)

    def _bill(self, trade: Trade) -> int:
        return BillId.of(self._carrier_lei, trade.reference).pack()

    def _enrol(self, party: Party) -> None:
        """Enrol a party with one account that has every role."""
        signer = development_signer(party.role)
        lei = pack_lei(party.lei)
        rulebook = keccak(b"rulebook")
        deadline = self.stage.connection.time() + 86_400
        values = (lei, lei, party.country.encode(), ALL_ROLES, rulebook, signer.address, Receiving.ANYONE, deadline)
        domain = {
            "name": "Sampan Bills",
            "version": "1",
            "chainId": self.stage.connection.chain_id,
            "verifyingContract": self.address,
        }
        signature = signer.sign_typed(
            {
                "types": {
                    "EIP712Domain": [
                        {"name": "name", "type": "string"},
                        {"name": "version", "type": "string"},
                        {"name": "chainId", "type": "uint256"},
                        {"name": "verifyingContract", "type": "address"},
                    ],
                    "Enrolment": [{"name": name, "type": kind} for name, kind in _ENROLMENT],
                },
                "primaryType": "Enrolment",
                "domain": domain,
                "message": {name: value for (name, _), value in zip(_ENROLMENT, values, strict=True)},
            }
        )
        self.stage.send(
            "enroller", Call(self.address, self._data("enrol", values, signature), label=f"enrol {party.role}")
        )


def _signatures(artifact: Artifact) -> dict[str, str]:
    return {signature.partition("(")[0]: signature for signature in artifact.method_identifiers}
