"""Whatever parties do, right or wrong, in any order: a ledger on which contracts alone decide gives no findings."""

from __future__ import annotations

import random
from typing import Any

import pytest
from support.audited_trade import (
    ANSWER,
    BLANK,
    ISSUE,
    MOVE,
    NOBODY,
    NOTHING,
    ORDER,
    ROLES,
    STRAIGHT,
    TERMS,
    Refused,
    Trade,
    room_on,
)

from sampan.audit import audit
from sampan.chain.abi import encode_call
from sampan.keccak import keccak

PARTIES = ("carrier", "carrier_answering", "shipper", "shipper_second", "bank", "trader", "consignee")
HOUR = 3_600


class Chance:
    """Draws acts. Most are refused; what the contracts allow happens."""

    def __init__(self, trade: Trade, room: str, seed: int) -> None:
        self.trade = trade
        self.room = room
        self.dice = random.Random(seed)
        self.bills: list[int] = []
        self.done: dict[str, int] = {}

    def play(self, acts: int) -> None:
        verbs = [
            *[self.issue] * 3,
            *[self.transfer] * 4,
            *[self.endorse] * 5,
            *[self.reject] * 4,
            *[self.surrender] * 4,
            *[self.answer] * 6,
            self.sign,
            self.lodge,
            self.out_of_the_room,
            self.replace,
            self.recall,
            self.approve,
            self.by_operator,
            self.by_signature,
            self.reissue_voided,
            self.stop_somebody,
            self.lose_a_key,
            self.pass_time,
        ]
        for _ in range(acts):
            verb = self.dice.choice(verbs)
            try:
                verb()
            except Refused:
                continue
            self.done[verb.__name__] = self.done.get(verb.__name__, 0) + 1

    def who(self) -> str:
        return self.dice.choice(PARTIES)

    def bill(self) -> int:
        return self.dice.choice(self.bills[-6:])

    def holder(self, bill: int) -> str:
        """Mostly the possessor, sometimes somebody else."""
        owner = self.trade.ask("ownerOf", bill)
        named = [role for role in PARTIES if ROLES[role] == owner]
        return named[0] if named and self.dice.random() < 0.85 else self.who()

    def remark(self) -> bytes:
        return self.dice.choice([b"", b"noted", "看过".encode(), b"\xff\x00"])

    def act(self, role: str, function: str, *arguments: Any) -> None:
        self.trade.act(role, function, *arguments)

    def issue(self) -> None:
        kind = self.dice.choice([STRAIGHT, ORDER, BLANK])
        titleholder = None if kind == BLANK else self.who()
        self.bills.append(self.trade.issue(kind, titleholder, self.who()))

    def transfer(self) -> None:
        bill = self.bill()
        self.act(self.holder(bill), "transfer", bill, ROLES[self.who()], self.remark())

    def endorse(self) -> None:
        bill, how = self.bill(), self.dice.choice([1, 2, 2, 3, 3])
        endorsee = NOBODY if how == 3 else ROLES[self.who()]
        to = self.dice.choice([NOBODY, ROLES[self.who()]])
        self.act(self.holder(bill), "endorse", bill, how, endorsee, to, self.remark())

    def reject(self) -> None:
        bill = self.bill()
        self.act(self.holder(bill), "reject", bill, self.dice.randrange(4), self.remark())

    def surrender(self) -> None:
        bill = self.bill()
        self.act(self.holder(bill), "surrender", bill, self.dice.randrange(5), ROLES["carrier"], NOTHING, self.remark())

    def answer(self) -> None:
        bill, carrier = self.bill(), self.dice.choice(["carrier", "carrier_answering"])
        verb = self.dice.choice(["accept", "refuse", "refuse", "deliver", "toPaper"])
        extra = (2, keccak(b"statement")) if verb == "toPaper" else ()
        self.act(carrier, verb, bill, *extra, b"no" if verb == "refuse" else self.remark())

    def sign(self) -> None:
        bill = self.bill()
        self.act(self.holder(bill), "sign", bill, self.dice.randrange(4), self.remark())

    def lodge(self) -> None:
        bill = self.bill()
        self.act(self.holder(bill), "lodge", bill, 0, self.room, b"terms")

    def out_of_the_room(self) -> None:
        bill = self.bill()
        call = self.dice.choice(
            [
                self.trade.data("transfer", bill, ROLES["bank"], b""),
                self.trade.data("reject", bill, 0, b""),
                self.trade.data("endorse", bill, 3, NOBODY, ROLES["bank"], b""),
            ]
        )
        run = encode_call("run((address,bytes,bool)[])", [(self.trade.address, call, False)])
        self.trade.send("stranger", self.room, run)

    def replace(self) -> None:
        bill = self.bill()
        into = [self.trade.terms(self.trade.new_bill()) for _ in range(self.dice.choice([1, 2]))]
        self.trade.replace(self.holder(bill), [bill], into)
        self.bills += [terms[0] for terms in into]

    def recall(self) -> None:
        self.act(self.who(), "recall", self.bill(), self.remark())

    def approve(self) -> None:
        bill = self.bill()
        self.act(self.holder(bill), "approve", ROLES[self.who()], bill)

    def by_operator(self) -> None:
        bill = self.bill()
        self.act(self.who(), "transferFrom", self.trade.ask("ownerOf", bill), ROLES[self.who()], bill)

    def by_signature(self) -> None:
        bill = self.bill()
        call = self.trade.data("transfer", bill, ROLES[self.who()], b"")
        self.trade.act_signed("relayer", self.holder(bill), bill, call)

    def reissue_voided(self) -> None:
        self.bills.append(self.trade.issue(bill=self.bill() + (1 << 140)))

    def stop_somebody(self) -> None:
        if self.dice.random() < 0.3:
            self.act("suspender", "suspend", self.trade.participants[self.who()], b"order 7")
        else:
            self.trade.connection.advance_time(91 * 24 * HOUR)

    def lose_a_key(self) -> None:
        self.act("recoverer", "proposeRecovery", ROLES["shipper"], ROLES["shipper_second"], 0, 0, b"lost", b"")
        self.trade.connection.advance_time(8 * 24 * HOUR)
        self.act("stranger", "executeRecovery", ROLES["shipper"])
        for bill in self.bills:
            if self.trade.ask("ownerOf", bill) == ROLES["shipper"]:
                self.act("stranger", "recover", bill)

    def pass_time(self) -> None:
        self.trade.connection.advance_time(self.dice.choice([1, 50, 100]) * HOUR)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_ledger_of_random_acts_gives_no_findings(trade: Trade, seed: int) -> None:
    trade.add_account("shipper", "shipper_second", MOVE | TERMS)
    trade.act("carrier", "setAccountRoles", ROLES["carrier_answering"], ISSUE | ANSWER | MOVE)
    chance = Chance(trade, room_on(trade, "bank"), seed)
    for _ in range(4):
        chance.issue()

    chance.play(450)
    report = audit(trade.connection, trade.manifest)

    # What waits too long for its carrier is the one thing that chance brings about.
    assert [finding for finding in report.findings if finding.id != "SAM-T7"] == []
    assert report.reconciled
    assert sum(chance.done.values()) > 100, chance.done
    assert len({*chance.done}) > 12, chance.done
