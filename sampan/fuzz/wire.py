"""Signs what a call carries with the cast's keys, so that it can go over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sampan.keccak import keccak
from sampan.model.perform import Call
from sampan.suite import kinds, typed
from sampan.suite.chance import DigestOf
from sampan.suite.verb import Signature, SignedTerms, Verb

_NO_DIGEST = bytes(32)
_OF_SIGNATURES = (kinds.SIGNATURE, kinds.SIGNATURES)


class Wire:
    """Signs for one platform on one chain."""

    def __init__(self, chain_id: int, addresses: Mapping[str, str], keys: Mapping[str, bytes]) -> None:
        """`addresses`: contract → where it stands; `keys`: account → the private key whose signatures are that
        account's (a wallet's owner's)."""
        from coincurve import PrivateKey

        self._keys = {account: PrivateKey(secret) for account, secret in keys.items()}
        self._stranger = PrivateKey(keccak(b"nobody's key"))
        self._chain_id = chain_id
        self._addresses = addresses

    def prepare(self, call: Call, state: Any) -> Call:
        """The call with its signatures made; `state` is the model's at the call, for what a text takes from it."""
        verb = self._prepared(call.verb, state)
        return call if verb is call.verb else Call(call.sender, verb, call.value)

    def _prepared(self, verb: Verb, state: Any) -> Verb:
        holders, signatures = _to_prepare(type(verb))
        # Calls inside first: what is signed holds them as they go over the wire.
        for name in holders:
            value = getattr(verb, name)
            inside = self._inside(value, state)
            if inside is not value:
                verb = _with(verb, {name: inside})
        if signatures:
            texts = verb.texts(state)
            made = {name: self._all_signed(getattr(verb, name), self.digest(texts[name])) for name in signatures}
            verb = _with(verb, made)
        return verb

    def _inside(self, value: Any, state: Any) -> Any:
        """An argument with the calls in it prepared, and with digests for texts."""
        if isinstance(value, DigestOf):
            return self.digest(self._inside(value.text, state))
        if isinstance(value, SignedTerms):
            return value.signed(self._signed(value.signature, self.digest(value.text)))
        if isinstance(value, Verb):
            return self._prepared(value, state)
        if isinstance(value, tuple) and value and isinstance(value[0], Verb):
            return tuple([self._prepared(each, state) for each in value])
        call = getattr(value, "call", None)
        return replace(value, call=self._prepared(call, state)) if isinstance(call, Verb) else value

    def digest(self, text: Any) -> bytes:
        """The EIP-712 digest of a text; zero where no contract makes one."""
        return typed.digest(typed.domain_of(self._chain_id, text, self._addresses), text) if text else _NO_DIGEST

    def _all_signed(self, given: Any, digest: bytes) -> Any:
        """One signature or several, over one text."""
        if isinstance(given, Signature):
            return self._signed(given, digest)
        return tuple([self._signed(each, digest) for each in given])

    def _signed(self, signature: Signature, digest: bytes) -> Signature:
        if signature.empty:
            return Signature(signature.by, digest, empty=True)
        # Rooms cannot sign; whatever comes in their name is signed by nobody who counts.
        key = self._keys.get(signature.by) if signature.by else None
        raw = (key or self._stranger).sign_recoverable(digest, hasher=None)
        return Signature(signature.by if key else None, digest, raw=raw[:64] + bytes([27 + raw[64]]))


@cache
def _to_prepare(verb: type[Verb]) -> tuple[tuple[str, ...], list[str]]:
    """The arguments of a verb that may hold calls or digests, and those that are signatures."""
    return verb.holders(), [argument.name for argument in verb.arguments() if argument.kind in _OF_SIGNATURES]


def _with(verb: Verb, made: Mapping[str, Any]) -> Verb:
    """The verb with some of its arguments made (`dataclasses.replace` takes twice the time)."""
    return type(verb)(*[made.get(name, value) for name, value in zip(verb.names(), verb.values(), strict=True)])
