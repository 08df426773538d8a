"""Who may say what of cargo, and where (T19)."""

from __future__ import annotations

from typing import Any

from sampan.cargo.records import PLACED, Accreditation, Cargo
from sampan.cargo.rules import group_of, some_kinds
from sampan.cargo.subject import CARGO
from sampan.model.perform import At
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.tell import Names, described
from sampan.suite.verb import Refusal, Verb, arg

_EVERYWHERE = bytes(32)


@CARGO.verb(
    "accredit", label="accredit {producer} for {kinds}[ at {place}]", power="enroller", command="cargo accredit"
)
class Accredit(Verb):
    """Accredit a producer for kinds of facts, at a place where they need one; its group is copied with it (T19)."""

    producer: int = arg(kinds.PERSON, option="LEI")
    place: bytes = arg(kinds.PLACE, _EVERYWHERE, help="Facility (CNSHA/SMDG/YICT), port (CNSHA) or country (CN).")
    kinds: int = arg(kinds.FACT_KINDS, option="KIND...")

    def may(self, at: At) -> ev.Accredited:
        state, producer = at.state, self.producer
        some_kinds(self.kinds)
        if self.kinds & PLACED != (self.kinds if any(self.place) else 0):
            raise Refusal("PlaceUnfit", self.kinds, self.place)
        group = group_of(state, producer)
        known = state.accreditation(producer)
        before = known.kinds
        if any(self.place):
            before = state.accredited_at.get((producer, known.round, self.place), 0)
        return ev.Accredited(producer, self.place, self.kinds, before | self.kinds, group, state.cargo_administered + 1)


def _told(what: str, e: Any, names: Names) -> str:
    said = described(e.arguments(), names)
    where = f" at {said['place']}" if any(e.place) else ""
    group = f", in the group {said['group']}" if "group" in said else ""
    return f"{said['producer']} was {what} for {said['kinds']}{where}{group}"


@CARGO.event(ev.Accredited, lambda e, names: _told("accredited", e, names))
def accredited(state: Cargo, e: ev.Accredited) -> None:
    known = _changing(state, e.producer)
    known.kinds |= e.kinds
    known.group = e.group
    if any(e.place):
        state.put(state.accredited_at, (e.producer, known.round, e.place), e.accredited)
    state.cargo_administered = e.count


@CARGO.verb(
    "discredit",
    label="discredit {producer} for {kinds}[ at {place}]",
    power="suspender",
    command="cargo discredit",
    exits=True,
)
class Discredit(Verb):
    """Discredit a producer for kinds of facts: at a place, nothing new is recorded from there; without a place,
    nothing that it said of them counts any more, and its other places are to be accredited anew."""

    producer: int = arg(kinds.PERSON, option="LEI")
    place: bytes = arg(kinds.PLACE, _EVERYWHERE, help="Where; everywhere when it is left out.")
    kinds: int = arg(kinds.FACT_KINDS, option="KIND...")

    def may(self, at: At) -> ev.Discredited:
        state = at.state
        some_kinds(self.kinds)
        known = state.accreditation(self.producer)
        before = known.kinds
        if any(self.place):
            if self.kinds & ~PLACED:
                raise Refusal("PlaceUnfit", self.kinds, self.place)
            before = state.accredited_at.get((self.producer, known.round, self.place), 0)
        return ev.Discredited(self.producer, self.place, self.kinds, before & ~self.kinds, state.cargo_administered + 1)


@CARGO.event(ev.Discredited, lambda e, names: _told("discredited", e, names))
def discredited(state: Cargo, e: ev.Discredited) -> None:
    known = _changing(state, e.producer)
    if any(e.place):
        state.put(state.accredited_at, (e.producer, known.round, e.place), e.accredited)
    else:
        known.kinds &= ~e.kinds
        known.round += bool(e.kinds & PLACED)
    state.cargo_administered = e.count


@CARGO.verb("regroup", label="copy the group of {producer}", command="cargo regroup")
class Regroup(Verb):
    """Copy the ultimate parent of a producer once more, after it changed; anybody may."""

    producer: int = arg(kinds.PERSON, option="LEI")

    def may(self, at: At) -> ev.Regrouped:
        state = at.state
        group = group_of(state, self.producer)
        if state.accreditation(self.producer).group == group:
            raise Refusal("GroupStands", self.producer, group)
        return ev.Regrouped(self.producer, group, state.cargo_administered + 1)


@CARGO.event(ev.Regrouped, "{producer} is of the group {group} now")
def regrouped(state: Cargo, e: ev.Regrouped) -> None:
    _changing(state, e.producer).group = e.group
    state.cargo_administered = e.count


@CARGO.verb("setAuthority", label="change who administers", method="")
class SetAuthority(Verb):
    """Nobody changes who administers (N23)."""

    new_authority: str = arg(kinds.ACCOUNT)

    def run(self, at: At) -> None:
        raise Refusal("AuthorityIsFixed")


def _changing(state: Cargo, producer: int) -> Accreditation:
    if producer not in state.accreditations:
        state.put(state.accreditations, producer, Accreditation())
    found: Accreditation = state.change(state.accreditations, producer)
    return found
