"""Hints of the client in the words of a scenario: they name commands and options, which a file has not."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from sampan.client.verbs import name_of
from sampan.scenarios.vocabulary import vocabulary
from sampan.subjects import DRIVEN as SUITE

_AGREEMENT = re.compile(r"`sampan bill agree [^`]*`; then (?:add --agreement \S+\.json|show it with the act)")
_COMMAND = re.compile(r"`sampan ([a-z -]+)[^`]*`")
_OPTION = re.compile(r"--([a-z][a-z-]*)(?: [A-Z]+\b)?")

_OF_A_FILE = {
    "participant enrol": "`parties:`",
    "participant code": "`code:` of the party",
    "participant profile": "`roles:` of the party",
    "participant record-laws": "`laws:` of the party",
    "bill issue": "`do: issue`",
}
"""What a file says in other words than as a verb that is declared with its command."""


@cache
def _acts() -> dict[str, str]:
    """What a file says instead of each command that it has."""
    known = vocabulary()
    made = {}
    for subject in SUITE.subjects:
        contract = name_of(subject.contract)
        for verb in subject.verbs.values():
            alike = known.get(verb.method)
            if verb.command and alike is not None:
                made[verb.command] = f"`do: {'' if alike.contract == contract else f'{contract}.'}{verb.method}`"
    return made | _OF_A_FILE


def in_a_file(hint: str, arguments: Collection[str]) -> str:
    """A hint as whoever wrote the file can follow it; `arguments` are those that the step's verb takes. What a file has
    no word for, as a command that shows something, is left as it is."""

    def act(found: re.Match[str]) -> str:
        words = found[1].split()
        called = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        return next((_acts()[name] for name in called if name in _acts()), found[0])

    def argument(found: re.Match[str]) -> str:
        name = found[1].replace("-", "_")
        if name in arguments:
            return f"`with: {{{name}: ...}}`"
        return {"from": "`by:`", "agreement": "`agreed:`"}.get(name, found[0])

    return _OPTION.sub(argument, _COMMAND.sub(act, _AGREEMENT.sub("`agreed:` names it at the act", hint)))
