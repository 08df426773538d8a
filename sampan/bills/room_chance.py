"""Random acts of what every room can be told: signed calls, and several at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sampan.identity.chance import IdentityChance
from sampan.suite.verb import Subject, Verb

_KEPT = 8


class RoomChance(IdentityChance):
    """Draws for the chance of a room: `next_` makes an act of its subject."""

    _key: Callable[[str], str]

    def _call_inside(self, subject: Subject, next_: Callable[[], Any]) -> tuple[str, Verb]:
        """A call of the room, and who would send it."""
        for _ in range(8):
            call = next_()
            if call.verb.subject is subject and not isinstance(call.verb, subject.verbs["act"]):
                return call.sender, call.verb
        return self.any(self.stage.keys), _made(subject, "multicall", ())

    def signed_call(self, subject: Subject, next_: Callable[[], Any], text_of: type[Any]) -> Any:
        """Somebody sends what another signed; the same once more, now and then."""
        sent = self.__dict__.setdefault(f"_sent_{subject.name}", [])
        relayer = self._key(self.anybody())
        if sent and self.chance(0.15):
            return self.stage.call(relayer, self.any(sent))
        signer, call = self._call_inside(subject, next_)
        text = text_of(signer, call, self.hash(), self.deadline())
        made = _made(subject, "act", signer, call, text.salt, text.deadline, self._signature(signer))
        self.texts.append(text)
        sent.append(made)
        del sent[:-_KEPT]
        return self.stage.call(relayer, made)

    def several_calls(self, subject: Subject, next_: Callable[[], Any]) -> Any:
        """One call or two in one transaction."""
        signer, first = self._call_inside(subject, next_)
        more = tuple(self._call_inside(subject, next_)[1] for _ in range(self.below(2)))
        # Each is signed before the first is shown: of two permits of one owner the second would not count.
        more = tuple(each for each in more if each.function != "permit")
        return self.stage.call(self._key(signer), _made(subject, "multicall", (first, *more)))


def _made(subject: Subject, function: str, *arguments: Any) -> Verb:
    """A call of what every room can be told."""
    verb: Any = subject.verbs[function]
    made: Verb = verb(*arguments)
    return made
