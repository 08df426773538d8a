"""Our side: the suite as `sampan deploy` deploys it, its participants, and each verb as one call.

Both parties' standing is checked in every act, and the whole undo memory is kept: this is the ledger as it is used.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sampan.bench.acts import BACKGROUND, LINE
from sampan.bench.schedule import Slots, floor
from sampan.bench.stage import Done, Errand, Side, Stage, Trade
from sampan.bills.terms import Terms
from sampan.bills.verbs.circulation import Endorse, Reject, Transfer
from sampan.bills.verbs.issue import Issue
from sampan.bills.verbs.surrender import Accept, Refuse, Surrender
from sampan.chain import abi
from sampan.chain.accounts import ROLES
from sampan.scenarios.parties import PARTIES
from sampan.scenarios.stage import SampanChain
from sampan.suite.ids import BillId
from sampan.suite.words import Endorsement, Kind, Receiving, RecordLaw, Rejection, Role, SurrenderFor

if TYPE_CHECKING:
    from sampan.suite.verb import Verb

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
_TRANSFER = abi.topic("Transfer(address,address,uint256)")


class Ledger(Side):
    """Sampan's contracts, deployed and with their participants, each with one account that has every role."""

    name = "sampan"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        chain = SampanChain(stage.connection, enrol=False)
        for role in ("carrier", *LINE):
            laws = (LAW,) if role == "carrier" else ()
            chain.enrol(replace(PARTIES[role], roles=~Role(0), receiving=Receiving.ANYONE, code=None, laws=laws))
        self.manifest = chain.manifest
        self.address = chain.ledger.ledger_address
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
        root, checksum = trade.digest("root"), trade.digest("checksum")
        terms = Terms(_bill(trade), Kind.ORDER, first, root, checksum, "GB-ENG", LAW)
        return self._errand("carrier", Issue(terms, first, NOTHING))

    def transfer(self, trade: Trade) -> Errand:
        return self._errand(trade.possessor, Transfer(_bill(trade), trade.next, NOTHING))

    def endorse_and_transfer(self, trade: Trade) -> Errand:
        verb = Endorse(_bill(trade), Endorsement.TO_ORDER, trade.next, trade.next, NOTHING)
        return self._errand(trade.possessor, verb)

    def reject(self, trade: Trade) -> Errand:
        return self._errand(trade.possessor, Reject(_bill(trade), Rejection.BOTH, NOTHING))

    def surrender(self, trade: Trade) -> Errand:
        verb = Surrender(_bill(trade), SurrenderFor.DELIVERY, ROLES["carrier"], bytes(32), NOTHING)
        return self._errand(trade.possessor, verb)

    def refuse_surrender(self, trade: Trade) -> Errand:
        return self._errand("carrier", Refuse(_bill(trade), REFUSAL))

    def accept_surrender(self, trade: Trade) -> Errand:
        return self._errand("carrier", Accept(_bill(trade), NOTHING))

    # --------------------------------------------------------------------------------------------------------- private

    def _errand(self, role: str, verb: Verb) -> Errand:
        return Errand(role, self.address, verb.encoded())


def _bill(trade: Trade) -> int:
    return BillId.of(PARTIES["carrier"].lei, trade.reference).pack()
