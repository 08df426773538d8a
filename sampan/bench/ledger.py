"""Our side: the suite as `sampan deploy` deploys it, its participants, and each verb as one call.

Both parties' standing is checked in every act, and the whole undo memory is kept: this is the ledger as it is used.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sampan.bench.acts import BACKGROUND, BATCH, LIFECYCLE, LINE, Own, Script
from sampan.bench.schedule import Slots, floor
from sampan.bench.stage import MOVES, Done, Errand, Side, Stage, Trade
from sampan.bills.terms import Terms
from sampan.bills.verbs.circulation import Endorse, GiveBack, Hold, Lodge, Reject, Transfer
from sampan.bills.verbs.issue import Issue
from sampan.bills.verbs.signed import Agree, Agreement, Multicall, Record
from sampan.bills.verbs.surrender import Accept, Refuse, Surrender
from sampan.chain import abi
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.transactions import GAS_CAP, Call, Receipt
from sampan.client.papers import Paper
from sampan.deployment.parameters import ROLE_DELAYS
from sampan.identity.verbs.standing import ListRoom
from sampan.scenarios.parties import PARTIES, full_lei
from sampan.scenarios.stage import SampanChain
from sampan.suite import codec
from sampan.suite.ids import BillId
from sampan.suite.verb import Signature
from sampan.suite.words import Endorsement, Kind, Receiving, RecordLaw, Rejection, Role, SurrenderFor
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from pathlib import Path

    from sampan.suite.verb import Verb

NOTHING = b""
REFUSAL = b"freight unpaid"
"""A refusal says why (DCSA asks for it), so ours alone carries a remark."""

BANK = "issuing_bank"
"""It takes bills by signature only."""
FOREVER = 2**40
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

    def __init__(self, stage: Stage, root: Path) -> None:
        super().__init__(stage)
        self._chain = SampanChain(stage.connection, enrol=False)
        for role in ("carrier", *LINE):
            laws = (LAW,) if role == "carrier" else ()
            self._chain.enrol(replace(PARTIES[role], roles=~Role(0), receiving=Receiving.ANYONE, code=None, laws=laws))
        self.manifest = self._chain.manifest
        self.address = self._chain.ledger.ledger_address
        self.bank = self.enrol_bank(BANK, "SAMPAN0ISSUINGBANK")
        self.participants = {role: self._chain.ledger.number_of(ROLES[role]) for role in LINE}
        self.room, self.asker = (self._create(root, name) for name in ("HonestRoom", "Asker"))
        self.list_room(self.room)
        for script in BACKGROUND:
            self.run(script)
        self.run(Script(("issue", "lodge")))

    def _create(self, root: Path, name: str) -> str:
        """A contract of the tests, which this benchmark needs a working copy for."""
        code = artifacts.load(name, root / "tests" / "artifacts").bytecode
        arguments = codec.address(self.address) if name == "HonestRoom" else b""
        return self.stage.create("deployer", code + arguments, name)

    def enrol_bank(self, role: str, stem: str) -> int:
        """One more bank in Hong Kong, which takes bills by signature only; its number. `stem`: its LEI's first 18."""
        return self._chain.enrol(replace(PARTIES["bank"], role=role, lei=full_lei(stem)))

    def enrol_producer(self, role: str, stem: str) -> int:
        """A producer of cargo data in Hong Kong; its number. `stem`: its LEI's first 18."""
        roles = Role.PRODUCE | Role.TERMS
        return self._chain.enrol(replace(PARTIES["trader"], role=role, lei=full_lei(stem), roles=roles))

    def list_room(self, room: str) -> None:
        """For the countries of the line."""
        self.open(self.address, ListRoom(room, self.countries))

    @property
    def countries(self) -> tuple[str, ...]:
        """Those of the line."""
        return tuple(sorted({PARTIES[role].country for role in LINE}))

    def open(self, contract: str, verb: Verb) -> None:
        """What opens is slow: announced to the manager, done when the delay is over."""
        errand = Errand("room_lister", contract, verb.encoded())
        announcement = abi.encode_call("schedule(address,bytes,uint48)", errand.to, errand.data, 0)
        manager = self.manifest.address(self.manifest.powers.manager)
        self.stage.send("room_lister", Call(manager, announcement, label="announce the room"))
        self.stage.connection.advance_time(ROLE_DELAYS["ROOM_LISTER"])
        self._send(errand)

    def alone(self, row: Own) -> int:
        """Gas of what the peer has no counterpart of."""
        if row.script is not None:
            return sum(item.receipt.gas_used for item in self.run(row.script))
        if row.name == "lifecycle_batch":
            return self._batches()
        asked = [ROLES[role] for role in LINE[:2]]
        first, further = self.stage.ask(self.asker, "cost(address,address[])(uint256[])", self.address, asked)
        return int(first if row.name == "standing" else further)

    def _batches(self) -> int:
        """Gas of one bill's lifecycle when a hundred go through it together."""
        trades = [Trade(self._trades + number) for number in range(1, BATCH + 1)]
        self._trades += BATCH
        used = 0
        for verb in LIFECYCLE:
            errands = [getattr(self, verb)(trade) for trade in trades]
            data = abi.encode_call("multicall(bytes[])", [errand.data for errand in errands])
            used += self._send(replace(errands[0], data=data)).gas_used
            for trade in trades:
                trade.place += MOVES.get(verb, 0)
        return used // BATCH

    def issued(self) -> int:
        """A new bill, to the order of the first of the line, who possesses it."""
        self._trades += 1
        trade = Trade(self._trades)
        self._do(trade, "issue")
        return _bill(trade)

    def acts(self, bill: int) -> int:
        """How many acts there were on a bill."""
        return int(self._chain.ledger.ask("bill", bill).act_count)

    def account_number(self, account: str) -> int:
        """The number of an account."""
        return int(self._chain.ledger.ask("account", account).number)

    def _send(self, errand: Errand) -> Receipt:
        return self.stage.send(errand.role, Call(errand.to, errand.data, gas=GAS_CAP, label=self.name))

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

    # ----------------------------------------------------------------------------------- what the peer has not

    def lodge(self, trade: Trade) -> Errand:
        """In blank, held for whoever lodges."""
        terms = self.participants[trade.possessor].to_bytes(32, "big")
        return self._errand(trade.possessor, Lodge(_bill(trade), Endorsement.BLANK, self.room, terms))

    def hold(self, trade: Trade) -> Errand:
        return self._by_room(Hold(_bill(trade), self.participants[LINE[trade.place + 1]], 1))

    def change_deal(self, trade: Trade) -> Errand:
        return self._by_room(Hold(_bill(trade), self.participants[trade.possessor], 1))

    def give_back(self, trade: Trade) -> Errand:
        return self._by_room(GiveBack(_bill(trade), NOTHING))

    def let_out(self, trade: Trade) -> Errand:
        return self._by_room(Endorse(_bill(trade), Endorsement.TO_ORDER, trade.next, trade.next, NOTHING))

    def pledge(self, trade: Trade) -> Errand:
        """To the order of a bank that takes by signature only, with that signature."""
        verb = Endorse(_bill(trade), Endorsement.TO_ORDER, ROLES[BANK], ROLES[BANK], NOTHING)
        return self._errand(trade.possessor, Multicall((Agree(*self._agreed(trade, Endorse)), verb)))

    def record(self, trade: Trade) -> Errand:
        return self._errand("relayer", Record(*self._agreed(trade, Endorse)))

    def _agreed(self, trade: Trade, verb: type[Verb]) -> tuple[Agreement, Signature]:
        """The bank's agreement to the act that is next on a new bill."""
        selector, bank = verb.selector(), ROLES[BANK]
        text = Agreement(bank, _bill(trade), 1, selector, bank, self.bank, Kind.ORDER, bytes(32), FOREVER)
        paper = Paper(text, self.stage.connection.chain_id, self.address, bank).by(development_signer(BANK))
        return text, Signature(bank, paper.digest, raw=paper.signature)

    # --------------------------------------------------------------------------------------------------------- private

    def _by_room(self, verb: Verb) -> Errand:
        return Errand("relayer", self.room, abi.encode_call("run(bytes)", verb.encoded()))

    def _errand(self, role: str, verb: Verb) -> Errand:
        return Errand(role, self.address, verb.encoded())


def _bill(trade: Trade) -> int:
    return BillId.of(PARTIES["carrier"].lei, trade.reference).pack()
