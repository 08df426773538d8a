"""Random acts of cargo: producers anchor, say, correct and take back; anybody proves, rightly and wrongly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sampan.cargo.beginning import PLACE
from sampan.cargo.records import ALL_KINDS, ALL_UNITS, PLACED, PRODUCE, CargoEvent, Clause, Proof, Statement
from sampan.cargo.rules import blinded, leaf
from sampan.cargo.subject import CARGO
from sampan.cargo.verbs.accreditation import Discredit
from sampan.cargo.verbs.batches import Anchor
from sampan.cargo.verbs.facts import Attest, Record, Strike, Withdraw
from sampan.cargo.verbs.laying import Lay
from sampan.identity.chance import IdentityChance
from sampan.suite.chance import DAY, HOUR
from sampan.suite.codec import keccak
from sampan.suite.verb import Signature, Verb
from sampan.suite.words import FactKind

_NONE: Final = bytes(32)
_KEPT: Final = 64
"""So many of the batches that were made are remembered."""


@dataclass(frozen=True, slots=True)
class Made:
    """An event of a batch, as its producer knows it."""

    bill: int
    salt: bytes
    event: CargoEvent
    path: tuple[bytes, ...]


class CargoChance(IdentityChance):
    """What producers, and whoever proves their word, do. An act is about a producer, by its number."""

    state: Any

    SHARES = {"cargo": 40}
    WEIGHTS = {
        "anchor": 4,
        "record": 10,
        "strike": 3,
        "attest": 4,
        "accredit": 0.7,
        "discredit": 0.3,
        "regroup": 0.5,
        "setAuthority": 0.05,
        "multicall": 0.5,
    }

    def next_cargo(self) -> Any:
        """An act on the cargo log."""
        verb = self.pick(self.verbs["cargo"])
        producer = self._producer()
        if verb.power:
            sender = self.stage.administrator if self.chance(0.96) else self.any(self.stage.keys)
        else:
            fit = [each for each in self.stage.keys if self._reports(each, producer)]
            sender = self.any(fit) if fit and self.chance(0.95) else self.any(self.stage.keys)
        return self.act(verb, sender, producer)

    def _producer(self) -> int:
        return self.any(self.stage.producers) if self.stage.producers and self.chance(0.95) else self.draw_person()

    def _reports(self, address: str, producer: int) -> bool:
        known = self.state.account(address)
        return known.participant == producer and bool(known.roles & PRODUCE)

    @property
    def _batches_made(self) -> dict[bytes, list[Made]]:
        """Root → what is in the batch, of those that were made lately."""
        found: dict[bytes, list[Made]] = self.__dict__.setdefault("_batches", {})
        return found

    # ---------------------------------------------------------------------------------------------------- what is said

    def draw_place(self) -> bytes:
        chance = self.random.random()
        return PLACE if chance < 0.6 else _NONE if chance < 0.9 else b"NLRTM".ljust(32, b"\0")

    def draw_fact_kinds(self) -> int:
        kinds = self.random.getrandbits(20)
        return kinds & self.any((PLACED, ALL_KINDS & ~PLACED)) if self.chance(0.85) else self.any((0, kinds, ALL_KINDS))

    def draw_time(self) -> int:
        return self.now - self.below(30 * DAY)

    def _cargo_bill(self) -> int:
        """One of a few, so that facts meet."""
        known = list(self.state.bills)[:3] if hasattr(self.state, "bills") else []
        return self.any(known) if known and self.chance(0.9) else 1 + self.below(3)

    def _kind(self) -> FactKind:
        if self.chance(0.9):
            return self.any((FactKind.LOADED, FactKind.DEPARTED, FactKind.GATED_IN, FactKind.INSURED, FactKind.WEIGHED))
        return self.any(tuple(FactKind))

    def _happened(self) -> int:
        return self.now - self.below(3 * DAY) if self.chance(0.97) else self.now + self.below(DAY)

    def _valid_until(self) -> int:
        return 0 if self.chance(0.7) else self.now + self.below(60 * DAY)

    def _measured(self) -> tuple[int, str]:
        return (self.below(1000), self.any(("USD", "KGM"))) if self.chance(0.5) else (0, "")

    def _place_of(self, kind: FactKind) -> bytes:
        if self.chance(0.04):
            return self.draw_place()
        return PLACE if PLACED >> kind & 1 else _NONE

    def _corrected(self, producer: int) -> tuple[int, FactKind, int, bytes] | None:
        """A fact of a producer, with its key."""
        mine = [key for key in self.state.facts if key[3] == producer]
        if not mine or self.chance(0.55):
            return None
        bill, kind, unit, _ = key = self.any(mine)
        return bill, kind, unit, self.state.facts[key].key

    def _event(self, producer: int) -> tuple[int, bytes, CargoEvent]:
        corrected = self._corrected(producer)
        bill, kind, unit, corrects = corrected or (self._cargo_bill(), self._kind(), self.below(3), _NONE)
        if corrected is not None and self.chance(0.3):
            kind = FactKind.NONE
        salt = self.hash()
        event = CargoEvent(
            self.hash(),
            corrects,
            kind,
            self._happened(),
            self._valid_until(),
            *self._measured(),
            self._place_of(kind),
            blinded(bill, salt),
            unit,
            self.hash(),
        )
        return bill, salt, event

    # ------------------------------------------------------------------------------------------------------- arguments

    def try_anchor(self, verb: type[Verb]) -> Any:
        """A batch of one event, or of two."""
        said = [self._event(self.about) for _ in range(1 + self.below(2))]
        hashes = [leaf(event) for _, _, event in said]
        root = hashes[0] if len(said) == 1 else keccak(b"".join(sorted(hashes)))
        paths = [tuple(other for other in hashes if other != mine) for mine in hashes]
        self._batches_made[root] = [Made(*each, path) for each, path in zip(said, paths, strict=True)]
        while len(self._batches_made) > _KEPT:
            del self._batches_made[next(iter(self._batches_made))]
        times = [event.happened_at for _, _, event in said]
        following = self.state.batch_count.get(self.about, 0) + 1
        sequence = following if self.chance(0.93) else self.below(following + 3)
        if self.chance(0.04):
            root, times = self.any(((_NONE, times), (root, [max(times) + 1, 0])))
        earliest, latest = (min(times), max(times)) if times[-1] else times
        return Anchor(sequence, root, self.below(2) if self.chance(0.03) else len(said), earliest, latest, _NONE)

    def _proven(self) -> tuple[Made, Proof] | None:
        """An event of a batch that was anchored, with its proof."""
        known = [(batch, header) for batch, header in self.state.batches.items() if header.root in self._batches_made]
        if not known:
            return None
        (producer, sequence), header = self.any(known[-24:])
        made = self.any(self._batches_made[header.root])
        return made, Proof(producer, sequence, header, made.path)

    def _spoilt(self, made: Made, proof: Proof) -> tuple[Made, Proof]:
        """Something of a proof altered, now and then."""
        chance = self.random.random()
        if chance < 0.02:
            return replace(made, event=replace(made.event, amount=made.event.amount + 1)), proof
        if chance < 0.04:
            return made, replace(proof, sequence=proof.sequence + self.any((-1, 1)))
        if chance < 0.06:
            return made, replace(proof, header=replace(proof.header, anchored_at=proof.header.anchored_at + 1))
        if chance < 0.08:
            return made, replace(proof, path=(*made.path, self.hash()))
        if chance < 0.1:
            return replace(made, salt=self.hash()), proof
        return (replace(made, bill=made.bill + 1), proof) if chance < 0.12 else (made, proof)

    def try_record(self, verb: type[Verb]) -> Any:
        found = self._proven()
        if found is None:
            return self.try_anchor(verb)
        made, proof = self._spoilt(*found)
        return self.stage.call(self.any(self.stage.keys), Record(made.bill, made.salt, made.event, proof))

    def try_strike(self, verb: type[Verb]) -> Any:
        found = self._proven()
        if found is None:
            return self.try_anchor(verb)
        made, proof = self._spoilt(*found)
        kind, unit = made.event.kind, made.event.unit
        for (bill, of, which, _), fact in self.state.facts.items():
            if fact.key == made.event.corrects and bill == made.bill:
                kind, unit = of, which
        return self.stage.call(self.any(self.stage.keys), Strike(made.bill, kind, unit, made.event, proof))

    def try_attest(self, verb: type[Verb]) -> Any:
        account = self.sender if self.chance(0.9) else self.any(self.stage.people)
        corrected = self._corrected(self.about)
        kind = self.any((FactKind.INSURED, FactKind.WEIGHED)) if self.chance(0.9) else self._kind()
        bill, kind, unit, corrects = corrected or (self._cargo_bill(), kind, self.below(3), _NONE)
        said_at = self.now - self.below(2 * HOUR) if self.chance(0.9) else self.now + self.any((0, 1))
        statement = Statement(
            account,
            bill,
            kind,
            unit,
            self._happened(),
            self._valid_until(),
            *self._measured(),
            self._place_of(kind),
            self.hash(),
            corrects,
            said_at,
            self.deadline(),
        )
        self.texts.append(statement)
        signature = Signature(account if self.chance(0.95) else self.any(self.stage.people))
        sender = account if account in self.stage.keys and self.chance(0.4) else self.any(self.stage.keys)
        if sender == account and self.chance(0.8):
            signature = Signature(account, empty=True)
        return self.stage.call(sender, Attest(statement, signature))

    def try_withdraw(self, verb: type[Verb]) -> Any:
        mine = [key for key in self.state.facts if key[3] == self.about]
        if mine and self.chance(0.7):
            bill, kind, unit, _ = self.any(mine)
            return Withdraw(bill, kind, unit)
        return Withdraw(self._cargo_bill(), self._kind(), self.below(3))

    def try_discredit(self, verb: type[Verb]) -> Any:
        """Of little, mostly: who is accredited for nothing says nothing more."""
        kinds = 1 << self.below(len(FactKind)) if self.chance(0.9) else self.draw_fact_kinds()
        return Discredit(self.about, self.draw_place(), kinds)

    def try_lay(self, verb: type[Verb]) -> Any:
        known = list(self.state.conditions.values())
        if known and self.chance(0.1):
            return Lay(self.any(known))
        return Lay(tuple(self._clause() for _ in range(self.below(4) if self.chance(0.1) else 1 + self.below(3))))

    def _clause(self) -> Clause:
        least, measure = self._measured()
        if self.chance(0.05):
            return Clause(*self.any(((FactKind.NONE, 1, 0, 0, 0, ""), (FactKind.LOADED, 1, 0, 0, 9, ""))))
        units = self.any((0, 0, 1, 2, ALL_UNITS))
        hours = self.any((0, 0, 1, 24, 72))
        return Clause(self._kind() or FactKind.LOST, self.below(3) or 1, hours, units, least, measure)

    def try_multicall(self, verb: type[Verb]) -> Any:
        many: Any = CARGO.verbs["multicall"]
        calls = [call for _ in range(1 + self.below(2)) if (call := CargoChance.try_record(self, verb))]
        return self.stage.call(self.any(self.stage.keys), many(tuple(getattr(each, "verb", each) for each in calls)))

    def try_accredit(self, verb: type[Verb]) -> Any:
        place = self.draw_place()
        kinds = PLACED if any(place) else ALL_KINDS & ~PLACED
        if self.chance(0.2):
            kinds = self.draw_fact_kinds()
        producer = self.about if self.chance(0.95) else self.draw_person()
        return self.drawn(verb, producer=producer, place=place, kinds=kinds)

    def try_regroup(self, verb: type[Verb]) -> Any:
        return self.drawn(verb, producer=self.about if self.chance(0.8) else self.draw_person())
