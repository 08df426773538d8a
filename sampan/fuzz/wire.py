"""Signs what a call carries with the cast's keys, so that it can go over the wire."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sampan.keccak import keccak
from sampan.model.perform import Call
from sampan.suite import typed
from sampan.suite.chance import DigestOf
from sampan.suite.verb import Signature, Verb


class Wire:
    """Signs for one ledger on one chain."""

    def __init__(self, chain_id: int, ledger: str, keys: Mapping[str, bytes]) -> None:
        """`keys`: account → the private key whose signatures are that account's (a wallet's owner's)."""
        from coincurve import PrivateKey

        self._keys = {account: PrivateKey(secret) for account, secret in keys.items()}
        self._stranger = PrivateKey(keccak(b"nobody's key"))
        self._domain = typed.domain(chain_id, ledger)

    def prepare(self, call: Call, state: Any) -> Call:
        """The call with its signatures made; `state` is the model's at the call, for what a text takes from it."""
        return Call(call.sender, self._prepared(call.verb, state), call.value)

    def _prepared(self, verb: Verb, state: Any) -> Verb:
        texts = verb.texts(state)
        changes: dict[str, Any] = {}
        for name in verb.names():
            value = getattr(verb, name)
            if isinstance(value, Signature):
                changes[name] = self._signed(value, self.digest(texts[name]))
            elif isinstance(value, DigestOf):
                changes[name] = self.digest(value.text)
            elif isinstance(value, tuple) and value and isinstance(value[0], Verb):
                changes[name] = tuple([self._prepared(each, state) for each in value])
        return dataclasses.replace(verb, **changes) if changes else verb  # type: ignore[type-var]

    def digest(self, text: Any) -> bytes:
        """The EIP-712 digest of a text."""
        return typed.digest(self._domain, text)

    def _signed(self, signature: Signature, digest: bytes) -> Signature:
        if signature.empty:
            return Signature(signature.by, digest, empty=True)
        # Rooms cannot sign; whatever comes in their name is signed by nobody who counts.
        key = self._keys.get(signature.by) if signature.by else None
        raw = (key or self._stranger).sign_recoverable(digest, hasher=None)
        return Signature(signature.by if key else None, digest, raw=raw[:64] + bytes([27 + raw[64]]))
