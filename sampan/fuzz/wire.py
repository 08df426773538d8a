"""Calldata and signatures by hand: a model's `Call` to bytes, with the digests that depend on the chain.

Written out instead of asked of a library because a fuzz run encodes millions of calls; the tests hold it against
eth_abi and eth_account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

from sampan.fuzz.acts import DigestOf, NewAccount
from sampan.keccak import keccak
from sampan.model.calls import Agreement, Call, Enrolment, Signature, SignedAct, Terms
from sampan.model.state import Receiving, State


def word(value: int) -> bytes:
    """An unsigned number in 32 bytes."""
    return value.to_bytes(32, "big")


def address(value: str) -> bytes:
    """An address in 32 bytes."""
    return bytes.fromhex(value[2:]).rjust(32, b"\0")


def left(value: str) -> bytes:
    """Text in bytesN, left-aligned, in 32 bytes."""
    return value.encode("latin-1").ljust(32, b"\0")


class Tail:
    """A value of dynamic size: its encoding, to which the head points."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


def text(value: bytes) -> Tail:
    """`bytes`."""
    return Tail(word(len(value)) + value + bytes(-len(value) % 32))


def array(items: list[bytes]) -> Tail:
    """An array of a static type."""
    return Tail(word(len(items)) + b"".join(items))


def arguments(*items: bytes | Tail) -> bytes:
    """Head and tail of a call's arguments or of a dynamic tuple; static tuples come as several words in one."""
    at = sum(len(item) if isinstance(item, bytes) else 32 for item in items)
    head, tail = [], []
    for item in items:
        if isinstance(item, bytes):
            head.append(item)
        else:
            head.append(word(at))
            tail.append(item.data)
            at += len(item.data)
    return b"".join(head + tail)


def terms(value: Terms) -> bytes:
    """A bill's terms: a static tuple of seven words."""
    return b"".join(
        (
            word(value.bill),
            word(value.kind),
            address(value.titleholder),
            value.root,
            value.checksum,
            left(value.carriage_law),
            word(value.record_law),
        )
    )


def terms_hash(value: Terms) -> bytes:
    """What whoever is given a new bill agrees to: keccak256(abi.encode(terms))."""
    return keccak(terms(value))


def replacements_hash(bills: tuple[int, ...], replacements: tuple[Terms, ...]) -> bytes:
    """What a surrender for amendment agrees to: keccak256(abi.encode(bills, replacements))."""
    return keccak(arguments(array([word(bill) for bill in bills]), array([terms(each) for each in replacements])))


def surrender_hash(purpose: int, agreed: bytes) -> bytes:
    """What a titleholder agrees to when another surrenders: keccak256(abi.encode(purpose, agreed))."""
    return keccak(word(purpose) + agreed)


@cache
def _type_hash(text_: str) -> bytes:
    return keccak(text_.encode())


_DOMAIN: Final = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_SIGNED_ACT: Final = "SignedAct(address signer,uint256 bill,uint256 actCount,bytes call,uint256 deadline)"
_AGREEMENT: Final = (
    "Agreement(address signer,uint256 bill,uint256 actCount,bytes4 verb,address possessor,uint256 titleholder,"
    "uint8 kind,bytes32 detail,uint256 deadline)"
)
_ENROLMENT: Final = (
    "Enrolment(uint256 lei,uint256 parent,bytes2 country,uint256 roles,bytes32 rulebook,address account,"
    "uint8 receiving,uint256 deadline)"
)
_NEW_ACCOUNT: Final = "NewAccount(uint256 participant,address account,uint256 roles,uint8 receiving,uint256 deadline)"


class Wire:
    """Encodes calls for one ledger on one chain, and signs with the cast's keys."""

    def __init__(self, chain_id: int, ledger: str, selectors: Mapping[str, bytes], keys: Mapping[str, bytes]) -> None:
        """`keys`: account → the private key whose signatures are that account's (a wallet's owner's)."""
        from coincurve import PrivateKey

        self.ledger = ledger
        self.state = State()
        """The model's state at the call, for what the ledger adds to a text from its own storage."""
        self.selectors = selectors
        self._keys = {account: PrivateKey(secret) for account, secret in keys.items()}
        self._stranger = PrivateKey(keccak(b"nobody's key"))
        self._domain = keccak(
            _type_hash(_DOMAIN) + keccak(b"Sampan Bills") + keccak(b"1") + word(chain_id) + address(ledger)
        )

    # ---------------------------------------------------------------------------------------------------- signatures

    def digest(self, value: SignedAct | Agreement | NewAccount | Enrolment) -> bytes:
        """The EIP-712 digest of a text to be signed."""
        match value:
            case SignedAct():
                _, call = self.prepare(value.call)
                struct = (
                    _type_hash(_SIGNED_ACT)
                    + address(value.signer)
                    + word(value.bill)
                    + word(value.act_count)
                    + keccak(call)
                    + word(value.deadline)
                )
            case Agreement():
                struct = _type_hash(_AGREEMENT) + _agreement(value)
            case Enrolment():
                struct = _type_hash(_ENROLMENT) + _enrolment(value)
            case NewAccount():
                struct = (
                    _type_hash(_NEW_ACCOUNT)
                    + word(value.participant)
                    + address(value.account)
                    + word(value.roles)
                    + word(value.receiving)
                    + word(value.deadline)
                )
        return keccak(b"\x19\x01" + self._domain + keccak(struct))

    def _sign(self, signature: Signature, digest: bytes) -> tuple[Signature, bytes]:
        if signature.empty:
            return Signature(signature.by, digest, empty=True), b""
        # Rooms cannot sign; whatever comes in their name is signed by nobody who counts.
        key = self._keys.get(signature.by) if signature.by else None
        raw = (key or self._stranger).sign_recoverable(digest, hasher=None)
        return Signature(signature.by if key else None, digest), raw[:64] + bytes([27 + raw[64]])

    # --------------------------------------------------------------------------------------------------------- calls

    def prepare(self, call: Call) -> tuple[Call, bytes]:
        """The call with its digests filled in, and its calldata."""
        selector = self.selectors[call.verb]
        if call.verb in _MAKING:
            call = Call(call.sender, call.verb, _hashed(call.args), call.value, call.hash)
        encode = _ENCODERS.get(call.verb)
        if encode is not None:
            return call, selector + encode(*call.args)
        args, data = getattr(self, "_" + call.verb)(*call.args)
        return Call(call.sender, call.verb, args, call.value, call.hash), selector + data

    def _multicall(self, calls: tuple[Call, ...]) -> tuple[tuple[Any, ...], bytes]:
        prepared = [self.prepare(call) for call in calls]
        items = arguments(*[text(data) for _, data in prepared])
        return (tuple(call for call, _ in prepared),), arguments(Tail(word(len(prepared)) + items))

    def _act(self, signed: SignedAct, signature: Signature) -> tuple[tuple[Any, ...], bytes]:
        inner, call = self.prepare(signed.call)
        signed = SignedAct(signed.signer, signed.bill, signed.act_count, inner, signed.deadline)
        signature, raw = self._sign(signature, self.digest(signed))
        struct = arguments(
            address(signed.signer), word(signed.bill), word(signed.act_count), text(call), word(signed.deadline)
        )
        return (signed, signature), arguments(Tail(struct), text(raw))

    def _agree(self, agreement: Agreement, signature: Signature) -> tuple[tuple[Any, ...], bytes]:
        signature, raw = self._sign(signature, self.digest(agreement))
        return (agreement, signature), arguments(_agreement(agreement), text(raw))

    def _cancel(self, digest: bytes | DigestOf) -> tuple[tuple[Any, ...], bytes]:
        value = self.digest(digest.text) if isinstance(digest, DigestOf) else digest
        return (value,), value

    def _enrol(self, enrolment: Enrolment, signature: Signature) -> tuple[tuple[Any, ...], bytes]:
        signature, raw = self._sign(signature, self.digest(enrolment))
        return (enrolment, signature), arguments(_enrolment(enrolment), text(raw))

    def _addAccount(  # noqa: N802 (Solidity's name)
        self,
        sponsor: str,
        account: str,
        roles: int,
        receiving: Receiving,
        deadline: int,
        by_sponsor: Signature,
        by_account: Signature,
    ) -> tuple[tuple[Any, ...], bytes]:
        participant = self.state.account(sponsor).participant
        digest = self.digest(NewAccount(participant, account, roles, receiving, deadline))
        by_sponsor, first = self._sign(by_sponsor, digest)
        by_account, second = self._sign(by_account, digest)
        data = arguments(
            address(sponsor), address(account), word(roles), word(receiving), word(deadline), text(first), text(second)
        )
        return (sponsor, account, roles, receiving, deadline, by_sponsor, by_account), data

    def _proposeRecovery(  # noqa: N802 (Solidity's name)
        self,
        lost: str,
        successor: str,
        roles: int,
        deadline: int,
        ground: bytes,
        signature: Signature,
    ) -> tuple[tuple[Any, ...], bytes]:
        account = self.state.account(lost)
        digest = self.digest(NewAccount(account.participant, successor, roles, account.receiving, deadline))
        signature, raw = self._sign(signature, digest)
        data = arguments(address(lost), address(successor), word(roles), word(deadline), text(ground), text(raw))
        return (lost, successor, roles, deadline, ground, signature), data


_MAKING: Final = frozenset({"issue", "issueFromPaper", "replace"})
"""Verbs whose terms somebody may have to agree to."""


def _hashed(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same arguments, terms with their hash."""
    return tuple(
        replace(arg, hash=terms_hash(arg))
        if isinstance(arg, Terms)
        else _hashed(arg)
        if isinstance(arg, tuple)
        else arg
        for arg in args
    )


def _agreement(value: Agreement) -> bytes:
    return b"".join(
        (
            address(value.signer),
            word(value.bill),
            word(value.act_count),
            value.verb.ljust(32, b"\0"),
            address(value.possessor),
            word(value.titleholder),
            word(value.kind),
            value.detail,
            word(value.deadline),
        )
    )


def _enrolment(value: Enrolment) -> bytes:
    return b"".join(
        (
            word(value.lei),
            word(value.parent),
            left(value.country),
            word(value.roles),
            value.rulebook,
            address(value.account),
            word(value.receiving),
            word(value.deadline),
        )
    )


def _replace(bills: tuple[int, ...], replacements: tuple[Terms, ...], remark: bytes) -> bytes:
    return arguments(array([word(bill) for bill in bills]), array([terms(each) for each in replacements]), text(remark))


_ENCODERS: Final[dict[str, Any]] = {
    "issue": lambda value, possessor, remark: arguments(terms(value), address(possessor), text(remark)),
    "issueFromPaper": lambda value, possessor, originals, statement, remark: arguments(
        terms(value), address(possessor), word(originals), statement, text(remark)
    ),
    "transfer": lambda bill, to, remark: arguments(word(bill), address(to), text(remark)),
    "endorse": lambda bill, endorsement, endorsee, to, remark: arguments(
        word(bill), word(endorsement), address(endorsee), address(to), text(remark)
    ),
    "lodge": lambda bill, endorsement, endorsee, room, value: arguments(
        word(bill), word(endorsement), address(endorsee), address(room), text(value)
    ),
    "sign": lambda bill, purpose, remark: arguments(word(bill), word(purpose), text(remark)),
    "reject": lambda bill, rejection, remark: arguments(word(bill), word(rejection), text(remark)),
    "surrender": lambda bill, purpose, to, agreed, remark: arguments(
        word(bill), word(purpose), address(to), agreed, text(remark)
    ),
    "accept": lambda bill, remark: arguments(word(bill), text(remark)),
    "refuse": lambda bill, remark: arguments(word(bill), text(remark)),
    "recall": lambda bill, remark: arguments(word(bill), text(remark)),
    "deliver": lambda bill, remark: arguments(word(bill), text(remark)),
    "replace": _replace,
    "toPaper": lambda bill, originals, statement, remark: arguments(
        word(bill), word(originals), statement, text(remark)
    ),
    "recover": word,
    "transferFrom": lambda giver, to, bill: address(giver) + address(to) + word(bill),
    "safeTransferFrom": lambda giver, to, bill: address(giver) + address(to) + word(bill),
    "safeTransferFromWithData": lambda giver, to, bill, data: arguments(
        address(giver), address(to), word(bill), text(data)
    ),
    "approve": lambda account, bill: address(account) + word(bill),
    "setApprovalForAll": lambda operator, approved: address(operator) + word(approved),
    "assignCode": lambda codes, code, participant: left(codes) + left(code) + word(participant),
    "setProfile": lambda participant, parent, roles: word(participant) + word(parent) + word(roles),
    "removeAccount": lambda account, successor: address(account) + address(successor),
    "setAccountRoles": lambda account, roles: address(account) + word(roles),
    "setReceiving": lambda account, receiving: address(account) + word(receiving),
    "setGiver": lambda giver, listed: word(giver) + word(listed),
    "signRulebook": lambda rulebook: rulebook,
    "publishRecordLaws": word,
    "publishAnswerTime": word,
    "suspend": lambda participant, ground: arguments(word(participant), text(ground)),
    "liftSuspension": word,
    "setWindingDown": lambda participant, winding_down: word(participant) + word(winding_down),
    "vetoRecovery": address,
    "executeRecovery": address,
    "shorten": lambda number, hops: word(number) + word(hops),
    "listRoom": lambda room, countries: arguments(address(room), array([left(each) for each in countries])),
    "delistRoom": address,
    "setAuthority": address,
}
