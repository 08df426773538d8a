"""Standing: participants suspended and winding down, rooms listed and delisted; who administers, which stays."""

from __future__ import annotations

from sampan.identity import rules
from sampan.identity.records import HOUR, MOVE, SUSPENSION, Account, Identity
from sampan.identity.subject import IDENTITY
from sampan.identity.telling import room_countries, room_delisted_for
from sampan.model.perform import At
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import Refusal, Verb, arg


@IDENTITY.verb("suspend", label="suspend {participant}", power="suspender", command="participant suspend", exits=True)
class Suspend(Verb):
    """Suspend a participant at once, for 90 days; again: renew."""

    participant: int = arg(kinds.PERSON, option="WHO")
    ground: bytes = arg(
        kinds.REMARK, needed=True, help="Why, in words or as a reference; logged for everybody to read."
    )

    def may(self, at: At) -> ev.ParticipantSuspended:
        if not self.ground:
            raise Refusal("GroundRequired")
        rules.known(at.state, self.participant)
        until = -(-(at.state.now + SUSPENSION) // HOUR) * HOUR
        return ev.ParticipantSuspended(self.participant, until, self.ground, rules.note(at.state))


@IDENTITY.event(ev.ParticipantSuspended, "{participant} is suspended until {until}: {ground}")
def participant_suspended(state: Identity, e: ev.ParticipantSuspended) -> None:
    _suspend_until(state, e.participant, e.until)


def _suspend_until(state: Identity, number: int, until: int) -> None:
    participant, accounts = state.change_all(number)
    participant.suspended_until = until
    for account in accounts:
        account.suspended_until = until


@IDENTITY.verb(
    "liftSuspension", label="lift the suspension of {participant}", power="lifter", command="participant lift"
)
class LiftSuspension(Verb):
    """End a suspension early; the first call announces, a second one carries out."""

    participant: int = arg(kinds.PERSON, option="WHO")

    def may(self, at: At) -> ev.SuspensionLifted:
        if at.state.now >= rules.known(at.state, self.participant).suspended_until:
            raise Refusal("NotSuspended", self.participant)
        return ev.SuspensionLifted(self.participant, rules.note(at.state))


@IDENTITY.event(ev.SuspensionLifted, "the suspension of {participant} was lifted")
def suspension_lifted(state: Identity, e: ev.SuspensionLifted) -> None:
    _suspend_until(state, e.participant, 0)


@IDENTITY.verb("setWindingDown", label="let {participant} wind down: {winding_down}", power="lifter")
class SetWindingDown(Verb):
    """Wind a participant down: it acts, receives nothing new, issues nothing."""

    participant: int = arg(kinds.PERSON, option="WHO")
    winding_down: bool = arg(kinds.FLAG, True)

    def may(self, at: At) -> ev.WindingDownSet:
        rules.known(at.state, self.participant)
        return ev.WindingDownSet(self.participant, self.winding_down, rules.note(at.state))


@IDENTITY.event(
    ev.WindingDownSet,
    lambda e, names: f"{names.participant(e.participant)} winds down" + ("" if e.winding_down else " no more"),
)
def winding_down_set(state: Identity, e: ev.WindingDownSet) -> None:
    participant, accounts = state.change_all(e.participant)
    participant.winding_down = e.winding_down
    for account in accounts:
        account.may_receive = not e.winding_down


@IDENTITY.verb("listRoom", label="list the room {room} for {countries}", power="room_lister", command="room list")
class ListRoom(Verb):
    """List a room, by address or name (Sale), for participants of some countries (ISO 3166-1 alpha-2); again: add
    countries, end a delisting."""

    room: str = arg(kinds.ROOM, option="ROOM")
    countries: tuple[str, ...] = arg(kinds.COUNTRIES, option="CC...")

    def may(self, at: At) -> ev.RoomListed:
        state = at.state
        account = state.account(self.room)
        if not rules.has_code(at, self.room) or self.room in {state.addresses.get(IDENTITY.contract), state.authority}:
            raise Refusal("NotARoom", self.room)
        if account.number and not account.room:
            raise Refusal("AlreadyAnAccount", self.room)
        for country in self.countries:
            rules.country(country)
        number = account.number or state.account_count + 1
        return ev.RoomListed(self.room, number, self.countries, rules.note(state))


@IDENTITY.event(ev.RoomListed, room_countries)
def room_listed(state: Identity, e: ev.RoomListed) -> None:
    if e.room in state.accounts:
        state.change(state.accounts, e.room).may_receive = True
    else:
        room = Account(e.room, number=e.number, roles=MOVE, may_act=True, may_receive=True, room=True)
        state.account_count = e.number
        state.put(state.accounts, e.room, room)
        state.put(state.account_at, e.number, e.room)
    for country in e.countries:
        state.put(state.listed, (e.room, country), True)


@IDENTITY.verb(
    "delistRoom",
    label="delist the room {room}[ for {countries}]",
    power="room_delister",
    command="room delist",
    exits=True,
)
class DelistRoom(Verb):
    """Delist a room: it gives back and lets out what it holds, and takes nothing new; or nothing of some countries."""

    room: str = arg(kinds.ROOM, option="ROOM")
    countries: tuple[str, ...] = arg(kinds.COUNTRIES, (), option="[CC...]")

    def may(self, at: At) -> ev.RoomDelisted:
        if not at.state.account(self.room).room:
            raise Refusal("NotARoom", self.room)
        return ev.RoomDelisted(self.room, self.countries, rules.note(at.state))


@IDENTITY.event(ev.RoomDelisted, room_delisted_for)
def room_delisted(state: Identity, e: ev.RoomDelisted) -> None:
    if not e.countries:
        state.change(state.accounts, e.room).may_receive = False
    for country in e.countries:
        state.put(state.listed, (e.room, country), False)


@IDENTITY.verb("setAuthority", label="change who administers", method="")
class SetAuthority(Verb):
    """Nobody changes who administers (N23)."""

    new_authority: str = arg(kinds.ACCOUNT)

    def run(self, at: At) -> None:
        raise Refusal("AuthorityIsFixed")


IDENTITY.stands_beside(
    ev.AuthorityUpdated,
    "the ledger is administered by {authority}",
    # Said once, at deployment (N23).
    alone=lambda state, e: e.authority == state.authority and state.now == 0,
)


IDENTITY.stands_beside(ev.EIP712DomainChanged, "the domain of signed texts changed")
