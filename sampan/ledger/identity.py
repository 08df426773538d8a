"""The verbs of participants, accounts, standing, recovery and rooms, as calls.

Each method of `IdentityCalls` prepares one call; `Ledger` has a verb of the same name that sends it. Those marked
*restricted* need a power of the AccessManager; where that has a delay, the first call announces and a second one, once
the delay has passed, carries out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sampan.documents import identifiers
from sampan.errors import BadInput
from sampan.ledger.bills import hash32, text
from sampan.ledger.core import VerbCall
from sampan.ledger.ids import lei_text
from sampan.ledger.words import Receiving, RecordLaw, Role, plain

if TYPE_CHECKING:
    from sampan.ledger.reading import Reading, Who
    from sampan.ledger.signing import Signed


class IdentityCalls:
    """Prepares calls about who is who."""

    def __init__(self, ledger: Reading) -> None:
        self._ledger = ledger

    # ------------------------------------------------------------------------------------------------------- enrolment

    def enrol(self, enrolment: Signed) -> VerbCall:
        """Enrol a legal person by what its first account signed (`Ledger.sign_enrolment`). Restricted: ENROLLER."""
        self._require(enrolment, "Enrolment")
        lei = lei_text(enrolment.message["lei"])
        arguments = (enrolment.as_tuple(), enrolment.signature)
        return VerbCall("enrol", arguments, f"enrol {lei}", restricted=True)

    def assign_code(self, code_list: str, code: str, owner: Who | None) -> VerbCall:
        """Record who owns a carrier code (`SMDG`, `NMFTA`); None frees it. Restricted: ENROLLER."""
        known, of = identifiers.carrier_code(code.strip().upper(), code_list.strip().upper())
        number = 0 if owner is None else self._ledger.number_of(owner)
        arguments = (of.encode().ljust(8, b"\0"), known.encode().ljust(8, b"\0"), number)
        return VerbCall("assignCode", arguments, f"assign {of} {known}", restricted=True)

    def set_profile(self, participant: Who, *, parent: str, roles: Role) -> VerbCall:
        """Change ultimate parent (LEI) and roles of a participant. Restricted: ENROLLER."""
        number = self._ledger.number_of(participant)
        arguments = (number, identifiers.pack_lei(parent.upper()), int(roles))
        return VerbCall("setProfile", arguments, "set a profile", restricted=True)

    # -------------------------------------------------------------------------------------------------------- accounts

    def add_account(self, sponsor: Signed | None, account: Signed) -> VerbCall:
        """Add an account to a participant by the signatures of one of its accounts and of the new one.

        Both sign the same text (`Ledger.sign_new_account`); `sponsor` is None when the sponsor sends this itself.
        """
        self._require(account, "NewAccount")
        if sponsor is not None:
            self._require(sponsor, "NewAccount")
            if sponsor.message != account.message:
                raise BadInput("the two signed different texts", subject=account.about, hint="let both sign one text")
        message = account.message
        arguments = (
            self._ledger.address if sponsor is None else sponsor.signer,
            message["account"],
            message["roles"],
            message["receiving"],
            message["deadline"],
            b"" if sponsor is None else sponsor.signature,
            account.signature,
        )
        return VerbCall("addAccount", arguments, f"add the account {message['account']}")

    def remove_account(self, account: Who, *, successor: Who) -> VerbCall:
        """Remove an account; its number points to `successor` from then on."""
        arguments = (self._ledger.address_of(account), self._ledger.address_of(successor))
        return VerbCall("removeAccount", arguments, f"remove the account {arguments[0]}")

    def set_account_roles(self, account: Who, roles: Role) -> VerbCall:
        """Set what an account may do."""
        address = self._ledger.address_of(account)
        return VerbCall("setAccountRoles", (address, int(roles)), f"set the roles of {address} to {plain(roles)}")

    def set_receiving(self, account: Who, receiving: Receiving) -> VerbCall:
        """Set from whom an account takes bills and title (T8)."""
        address = self._ledger.address_of(account)
        return VerbCall("setReceiving", (address, int(receiving)), f"let {address} receive from {plain(receiving)}")

    def set_giver(self, giver: Who, listed: bool = True) -> VerbCall:
        """List a participant as a giver for all accounts of ours that receive from listed ones, or strike it out."""
        number = self._ledger.number_of(giver)
        return VerbCall("setGiver", (number, listed), f"{'list' if listed else 'strike out'} participant {number}")

    def sign_rulebook(self, rulebook: bytes) -> VerbCall:
        """Sign a rulebook version (its hash, 32 bytes) for our participant (T5)."""
        return VerbCall("signRulebook", (hash32(rulebook, "rulebook"),), "sign a rulebook")

    def publish_record_laws(self, laws: Iterable[RecordLaw]) -> VerbCall:
        """Publish under which laws of the electronic record our cover stands (carriers, T5)."""
        bits = 0
        for law in laws:
            bits |= 1 << law
        return VerbCall("publishRecordLaws", (bits,), "publish the record laws")

    def publish_answer_time(self, hours: int) -> VerbCall:
        """Publish within how many hours (1-336) we answer surrenders; counts from 14 days on (T7)."""
        return VerbCall("publishAnswerTime", (hours,), f"publish an answer time of {hours} hours")

    # -------------------------------------------------------------------------------------------------------- standing

    def suspend(self, participant: Who, *, ground: str | bytes) -> VerbCall:
        """Suspend a participant at once, for 90 days; again: renews. Restricted: SUSPENDER."""
        number = self._ledger.number_of(participant)
        return VerbCall("suspend", (number, text(ground)), f"suspend participant {number}", restricted=True)

    def lift_suspension(self, participant: Who) -> VerbCall:
        """End a suspension early. Restricted: LIFTER."""
        number = self._ledger.number_of(participant)
        return VerbCall("liftSuspension", (number,), f"lift the suspension of participant {number}", restricted=True)

    def set_winding_down(self, participant: Who, winding_down: bool = True) -> VerbCall:
        """Wind a participant down: it acts, receives nothing new, issues nothing. Restricted: LIFTER."""
        number = self._ledger.number_of(participant)
        words = f"{'wind down' if winding_down else 'end the winding down of'} participant {number}"
        return VerbCall("setWindingDown", (number, winding_down), words, restricted=True)

    # -------------------------------------------------------------------------------------------------------- recovery

    def propose_recovery(self, lost: Who, successor: Who | Signed, *, ground: str | bytes) -> VerbCall:
        """Start the recovery of a lost account. Restricted: RECOVERER.

        `successor` is another account of the participant, or what a new one signed (`Ledger.sign_new_account`).
        """
        from sampan.ledger.signing import Signed as SignedText

        address = self._ledger.address_of(lost)
        if isinstance(successor, SignedText):
            self._require(successor, "NewAccount")
            message = successor.message
            arguments = (
                address,
                message["account"],
                message["roles"],
                message["deadline"],
                text(ground),
                successor.signature,
            )
        else:
            arguments = (address, self._ledger.address_of(successor), 0, 0, text(ground), b"")
        return VerbCall("proposeRecovery", arguments, f"propose the recovery of {address}", restricted=True)

    def veto_recovery(self, lost: Who) -> VerbCall:
        """Stop a recovery: any account of the participant but the lost one, suspended or not (P12)."""
        address = self._ledger.address_of(lost)
        return VerbCall("vetoRecovery", (address,), f"veto the recovery of {address}")

    def execute_recovery(self, lost: Who) -> VerbCall:
        """End the lost account and point its number to the successor. Anybody, once the delay has passed."""
        address = self._ledger.address_of(lost)
        return VerbCall("executeRecovery", (address,), f"carry out the recovery of {address}")

    def shorten(self, number: int, hops: int) -> VerbCall:
        """Make the way from an old account number to its living successor shorter. Anybody."""
        return VerbCall("shorten", (number, hops), f"shorten account number {number}")

    # ----------------------------------------------------------------------------------------------------------- rooms

    def list_room(self, room: Who, countries: Sequence[str]) -> VerbCall:
        """List a room for participants of some countries (ISO 3166-1 alpha-2). Restricted: ROOM_LISTER."""
        address = self._ledger.address_of(room)
        return VerbCall(
            "listRoom", (address, [country(one) for one in countries]), f"list the room {address}", restricted=True
        )

    def delist_room(self, room: Who) -> VerbCall:
        """Delist a room: it lets out what it holds, and receives nothing new. Restricted: ROOM_LISTER."""
        address = self._ledger.address_of(room)
        return VerbCall("delistRoom", (address,), f"delist the room {address}", restricted=True)

    # --------------------------------------------------------------------------------------------------------- private

    def _require(self, signed: Signed, kind: str) -> None:
        signed.require_for(self._ledger.connection.chain_id, self._ledger.ledger_address, kind)


def country(code: str) -> bytes:
    """A country as the ledger has it. Raises `BadInput` for a code that ISO 3166-1 does not assign."""
    text_ = code.strip().upper()
    if not identifiers.is_country(text_):
        raise BadInput("no country of ISO 3166-1", subject=code, hint="give two letters, as in HK, CN, SG, NL")
    return text_.encode("ascii")
