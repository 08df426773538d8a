"""What rooms that lend, lenders and administration do with positions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from sampan.finance.positions import rules
from sampan.finance.positions.records import MOST_STEPS, Claims, Position
from sampan.finance.positions.subject import POSITIONS
from sampan.identity.records import TERMS
from sampan.identity.rules import acting
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.money import inside as money
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.ids import LOAN_BITS, loan_id, loan_id_of, loan_number_of, position_name, room_number_of
from sampan.suite.tell import Names
from sampan.suite.verb import NOBODY, Refusal, Signature, Verb, arg

# ------------------------------------------------------------------------------------------------------- administration


@POSITIONS.verb("openTo", label="open positions to {countries}", power="room_lister", command="position open-to")
class OpenTo(Verb):
    """Open positions to participants of some countries (ISO 3166-1 alpha-2): lenders there may hold them."""

    countries: tuple[str, ...] = arg(kinds.COUNTRIES, option="CC...")
    consent: bytes = arg(kinds.HASH, help="Hash of the consent, or of the law, by which they are open.")

    def may(self, at: At) -> ev.CountriesOpened:
        if not self.countries:
            raise Refusal("NoCountries")
        if not any(self.consent):
            raise Refusal("NoConsent")
        return ev.CountriesOpened(self.countries, self.consent, at.state.country_events + 1)


@POSITIONS.event(ev.CountriesOpened, "positions are open to {countries}, by {consent}")
def countries_opened(state: Claims, e: ev.CountriesOpened) -> None:
    for country in e.countries:
        state.put(state.open_countries, country, True)
    state.country_events = e.count


@POSITIONS.verb(
    "closeTo", label="close positions to {countries}", power="room_delister", command="position close-to", exits=True
)
class CloseTo(Verb):
    """Close positions to participants of some countries: who has one keeps it and is paid, and nobody there is given
    one any more."""

    countries: tuple[str, ...] = arg(kinds.COUNTRIES, option="CC...")

    def may(self, at: At) -> ev.CountriesClosed:
        if not self.countries:
            raise Refusal("NoCountries")
        return ev.CountriesClosed(self.countries, at.state.country_events + 1)


@POSITIONS.event(ev.CountriesClosed, "positions are closed to {countries}")
def countries_closed(state: Claims, e: ev.CountriesClosed) -> None:
    for country in e.countries:
        state.put(state.open_countries, country, False)
    state.country_events = e.count


@POSITIONS.verb("setAuthority", label="change who administers", method="")
class SetAuthority(Verb):
    """Nobody changes who administers (N23)."""

    new_authority: str = arg(kinds.ACCOUNT)

    def run(self, at: At) -> None:
        raise Refusal("AuthorityIsFixed")


# ------------------------------------------------------------------------------------------------------ rooms that lend


@POSITIONS.verb("mint", logs=ev.PositionTransfer, label="give {shares} shares of loan {loan} to {to}", method="")
class Mint(Verb):
    """Give a lender its shares of a loan of the calling room; a listed room alone."""

    loan: int = arg(kinds.NUMBER)
    to: str = arg(kinds.ACCOUNT)
    shares: int = arg(kinds.SHARES)

    def run(self, at: At) -> None:
        state, room = at.state, at.state.account(at.sender)
        if not room.room or not room.receives(state.now):
            raise Refusal("NotARoom", at.sender)
        if self.loan >> LOAN_BITS:
            raise Refusal("LoanOutOfRange", self.loan)
        if not self.shares:
            raise Refusal("SharesOutOfRange", self.shares)
        position = rules.next_position(state, loan_id(room.number, self.loan))
        rules.may_pass(state, NOBODY, self.to)
        at.log(ev.PositionTransfer(NOBODY, self.to, position))
        at.log(ev.Lent(position, self.to, self.shares))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        for e in log.run_of(ev.Lent, 1)[:1]:
            yield log.state.resolve(room_number_of(e.position)), cls(loan_number_of(e.position), e.to, e.shares)


def _went(e: ev.PositionTransfer, names: Names) -> str:
    what = f"position {position_name(e.id)}"
    if e.from_ == NOBODY:
        return f"{what} is {names.account(e.to)}'s"
    return f"{what} went from {names.account(e.from_)} to {names.account(e.to)}"


@POSITIONS.event(ev.PositionTransfer, _went)
def position_transfer(state: Claims, e: ev.PositionTransfer) -> None:
    if e.id not in state.positions:
        state.put(state.positions, e.id, Position(e.id))
        state.put(state.position_counts, loan_id_of(e.id), state.position_counts.get(loan_id_of(e.id), 0) + 1)
    state.change(state.positions, e.id).owner = e.to
    for account, by in ((e.from_, -1), (e.to, 1)):
        if account != NOBODY:
            state.put(state.position_balances, account, state.position_balances.get(account, 0) + by)
    state.drop(state.position_approvals, e.id)


def _lent(e: ev.Lent, names: Names) -> str:
    shares = names.shares(e.shares, loan_id_of(e.position))
    return f"{names.account(e.to)} lent {shares}: position {position_name(e.position)}"


@POSITIONS.event(ev.Lent, _lent, gives=("to",))
def lent(state: Claims, e: ev.Lent) -> None:
    _cut(state, loan_id_of(e.position), e.position, e.shares)
    state.change(state.positions, e.position).shares = e.shares


def _cut(state: Claims, whole: int, position: int, shares: int) -> None:
    """A position is cut from another, or from the loan."""
    before = state.position_cuts.get(whole, ())
    made = state.change(state.positions, position)
    known = state.positions.get(whole)
    made.origin, made.cut = whole - loan_id_of(whole), len(before)
    made.steps = (0 if known is None else known.steps) + len(before) + 1
    state.put(state.position_cuts, whole, (*before, shares))


@POSITIONS.verb("take", logs=(), label="take what position {position} is owed", method="", exits=True)
class Take(Verb):
    """Note that a position has what it is owed; the room that lent alone, which pays it and logs that: the effect of
    its event is `rules.had`."""

    position: int = arg(kinds.POSITION)
    paid: int = arg(kinds.AMOUNT)
    shares: int = arg(kinds.SHARES)

    def run(self, at: At) -> None:
        state = at.state
        if state.account(at.sender).number != room_number_of(self.position):
            raise Refusal("NotTheRoomOf", self.position, at.sender)
        rules.owner_of(state, self.position)
        due = rules.due(state, self.position, self.paid, self.shares)
        if rules.lender_of(state, self.position) is None:
            rules.had(state, self.position, due)


# -------------------------------------------------------------------------------------------------------------- lenders


@POSITIONS.verb("split", logs=ev.PositionTransfer, label="split {shares} off {position}", command="position split")
class Split(Verb):
    """Make two of a position of yours: so many shares, and as much of what they had, go to a new one, also yours.

    In the loan book a share is one smallest unit of the loan's money as it was committed. So many shares may be named
    as that amount too, with its currency: `"HKD 250,000.00"` are 25000000 shares.
    """

    position: int = arg(kinds.POSITION, option="POSITION")
    shares: int = arg(kinds.SHARES, option="SHARES")

    def run(self, at: At) -> None:
        state = at.state
        if rules.owner_of(state, self.position) != at.sender:
            raise Refusal("NotOwnerNorApproved")
        found: Position = state.positions[self.position]
        if not 0 < self.shares < found.shares:
            raise Refusal("SharesOutOfRange", self.shares)
        if found.steps + len(state.position_cuts.get(self.position, ())) >= MOST_STEPS:
            raise Refusal("TooManySplits", self.position)
        part, had = rules.next_position(state, self.position), found.had * self.shares // found.shares
        rules.may_pass(state, NOBODY, at.sender)
        at.log(ev.PositionTransfer(NOBODY, at.sender, part))
        if at.logged and rules.lender_of(state, self.position) is None:
            had = at.told().had
        at.log(ev.Split(self.position, part, self.shares, had))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        for e in log.run_of(ev.Split, 1)[:1]:
            yield log.first.to, cls(e.position, e.shares)


def _split(e: ev.Split, names: Names) -> str:
    shares = names.shares(e.shares, loan_id_of(e.position))
    return f"{shares} of position {position_name(e.position)} are position {position_name(e.part)}"


@POSITIONS.event(ev.Split, _split)
def split(state: Claims, e: ev.Split) -> None:
    _cut(state, e.position, e.part, e.shares)
    part, whole = (state.change(state.positions, each) for each in (e.part, e.position))
    part.shares, part.had = e.shares, e.had
    # What a room paid that is none of the suite, nobody knows here.
    whole.shares, whole.had = whole.shares - e.shares, max(0, whole.had - e.had)


@POSITIONS.struct
@dataclass(frozen=True, slots=True)
class PositionOffer:
    """A position for a price: the seller signs it, the buyer carries it out. Amounts are in the smallest unit."""

    DOMAIN: ClassVar = "Sampan Positions"
    position: int
    seller: str
    """The account that has it."""
    buyer: int
    """A participant."""
    money: str
    price: int
    shares: int
    had: int
    """What it has had then, at most."""
    salt: bytes
    deadline: int
    """Last second since 1970 at which it counts."""

    @property
    def signer(self) -> str:
        """Whoever is bound by it."""
        return self.seller


money.PAYS[POSITIONS.contract] = (ev.PositionSold,)


@POSITIONS.verb(
    "buy",
    logs=ev.PositionTransfer,
    label="buy position {offer.position} of {offer.seller} for {offer.price}",
)
class Buy(Verb):
    """Pay for a position and take it, in one act, as its owner offered it to your participant."""

    offer: PositionOffer = arg(kinds.STRUCT)
    from_: str = arg(kinds.DEPOSIT, help="Out of which you pay.")
    signature: Signature = arg(kinds.SIGNATURE)

    def run(self, at: At) -> None:
        state, offer, digest = at.state, self.offer, self.signature.digest
        if state.now > offer.deadline:
            raise Refusal("SignatureExpired", offer.deadline)
        participant = acting(state, at.sender, TERMS).participant
        if participant != offer.buyer:
            raise Refusal("NotTheBuyer", participant)
        if not state.account(offer.seller).roles & TERMS:
            raise Refusal("LacksRole", offer.seller, TERMS)
        if digest in state.positions_sold:
            raise Refusal("AlreadyUsed", digest)
        if state.cancelled.get((offer.seller, digest), False):
            raise Refusal("SignatureCancelled", offer.seller, digest)
        if self.signature.empty or self.signature.by != offer.seller:
            raise Refusal("NotSignedBy", offer.seller)
        rules.of_owner(state, offer.position, offer.seller)
        # What was offered, and for what, no log shows.
        if not at.logged:
            self._as_offered(at)
        rules.may_pass(state, offer.seller, at.sender)
        at.log(ev.PositionTransfer(offer.seller, at.sender, offer.position))
        at.log(ev.PositionSold(offer.position, offer.seller, at.sender, self.from_, digest))
        if at.logged:
            return
        own = state.addresses[POSITIONS.contract]
        money.collect(at, own, offer.money, self.from_, at.sender, offer.seller, offer.price)

    def _as_offered(self, at: At) -> None:
        """It has as many shares as was offered, and has had no more."""
        offer, found = self.offer, at.state.positions[self.offer.position]
        if found.shares != offer.shares or found.had > offer.had:
            raise Refusal("NotAsOffered", offer.position, found.shares, found.had)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        """The log shows the digest of the offer."""
        for e in log.run_of(ev.PositionSold, 1)[:1]:
            buyer, now = log.state.account(e.buyer).participant, log.state.now
            offer = PositionOffer(e.position, e.seller, buyer, NOBODY, 0, 0, 0, bytes(32), now)
            yield e.buyer, cls(offer, e.from_, Signature(e.seller, e.offer))


@POSITIONS.event(
    ev.PositionSold, "{buyer} bought position {position} of {seller}, and paid out of {from}", gives=("buyer",)
)
def position_sold(state: Claims, e: ev.PositionSold) -> None:
    """It went to the buyer just before; the offer counts no more."""
    state.put(state.positions_sold, e.offer, True)


@POSITIONS.verb(
    "recover", logs=ev.PositionTransfer, label="move {position} to its owner's successor", command="position recover"
)
class Recover(Verb):
    """Move a position of a lost account to its successor. Anyone."""

    position: int = arg(kinds.POSITION, option="POSITION")

    def run(self, at: At) -> None:
        state = at.state
        lost = rules.owner_of(state, self.position)
        account = state.account(lost)
        successor = lost if account.may_act else state.resolve(account.number)
        if successor in (lost, NOBODY):
            raise Refusal("NoSuccessor", lost)
        # From a lost account it may pass to its successor always.
        at.log(ev.PositionTransfer(lost, successor, self.position))
        at.log(ev.PositionRecovered(self.position, lost, successor))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        for e in log.run_of(ev.PositionRecovered, 1)[:1]:
            yield NOBODY, cls(e.position)


@POSITIONS.event(ev.PositionRecovered, "position {position} of {lost}, which is lost, is {successor}'s")
def position_recovered(state: Claims, e: ev.PositionRecovered) -> None:
    """It went to the successor just before."""


# -------------------------------------------------------------------------------------------------------------- ERC-721


@POSITIONS.verb(
    "transferFrom", logs=ev.PositionTransfer, payable=True, label="transfer {id} from {from_} to {to}", method=""
)
class TransferFrom(Verb):
    """Move a position, as its owner or an approved operator (ERC-721)."""

    from_: str = arg(kinds.ACCOUNT)
    to: str = arg(kinds.RECEIVER)
    id: int = arg(kinds.POSITION)

    def run(self, at: At) -> None:
        if at.value:
            raise Refusal("NoEther")
        rules.may_pass(at.state, self.from_, self.to)
        rules.of_owner(at.state, self.id, self.from_)
        # Who moved it, no log shows.
        if not at.logged:
            rules.may_move(at.state, self.id, at.sender)
        at.log(ev.PositionTransfer(self.from_, self.to, self.id))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.PositionTransfer = log.first
        yield e.from_, cls(e.from_, e.to, e.id)


_SAFELY: Final = "safeTransferFrom(address,address,uint256"


@POSITIONS.verb(
    f"{_SAFELY})", logs=ev.PositionTransfer, payable=True, label="transfer {id} from {from_} to {to}", method=""
)
class SafeTransferFrom(TransferFrom):
    """The same; a contract that receives must say that it can."""

    def run(self, at: At) -> None:
        TransferFrom.run(self, at)
        # No log shows it.
        if not at.logged and at.state.contracts.get(self.to, True) is False:
            raise Refusal("TransferToNonERC721ReceiverImplementer")


@POSITIONS.verb(
    f"{_SAFELY},bytes)", logs=ev.PositionTransfer, payable=True, label="transfer {id} from {from_} to {to}", method=""
)
class SafeTransferFromWithData(SafeTransferFrom):
    """The same, with data for the contract that receives."""

    data: bytes = arg(kinds.ROOM_TERMS, b"")

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        for actor, verb in TransferFrom.read(log):
            yield actor, cls(*verb.values(), b"")  # type: ignore[call-arg]


@POSITIONS.verb("approve", by="owner", payable=True, label="let {account} move {id}", method="")
class Approve(Verb):
    """Let an account move one position until it moves; nobody: take it back."""

    account: str = arg(kinds.ACCOUNT)
    id: int = arg(kinds.POSITION)

    def is_exit(self) -> bool:
        """It is taken back."""
        return self.account == NOBODY

    def may(self, at: At) -> ev.PositionApproval:
        if at.value:
            raise Refusal("NoEther")
        owner = rules.owner_of(at.state, self.id)
        rules.operates(at.state, owner, at.sender)
        return ev.PositionApproval(owner, self.account, self.id)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.PositionApproval = log.first
        yield e.owner, cls(e.account, e.id)


def _approved(e: ev.PositionApproval, names: Names) -> str:
    who = "nobody else" if e.account == NOBODY else names.account(e.account)
    return f"{names.account(e.owner)} lets {who} move position {position_name(e.id)}"


@POSITIONS.event(ev.PositionApproval, _approved)
def position_approval(state: Claims, e: ev.PositionApproval) -> None:
    if e.account == NOBODY:
        state.drop(state.position_approvals, e.id)
    else:
        state.put(state.position_approvals, e.id, e.account)


@POSITIONS.verb("setApprovalForAll", by="owner", label="let {operator} move all positions: {is_approved}", method="")
class SetApprovalForAll(Verb):
    """Let an account move all your positions, or take that back."""

    operator: str = arg(kinds.ACCOUNT)
    is_approved: bool = arg(kinds.FLAG, True)

    def is_exit(self) -> bool:
        """It is taken back."""
        return not self.is_approved

    def may(self, at: At) -> ev.PositionApprovalForAll:
        return ev.PositionApprovalForAll(at.sender, self.operator, self.is_approved)


def _operated(e: ev.PositionApprovalForAll, names: Names) -> str:
    said = f"{names.account(e.owner)} lets {names.account(e.operator)} move all its positions"
    return said + ("" if e.is_approved else " no more")


@POSITIONS.event(ev.PositionApprovalForAll, _operated)
def position_approval_for_all(state: Claims, e: ev.PositionApprovalForAll) -> None:
    state.put(state.position_operators, (e.owner, e.operator), e.is_approved)
