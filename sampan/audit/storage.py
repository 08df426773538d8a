"""What the logs give, held against what the chain answers and keeps at the same block (P10).

The subjects say what should be answered and which words should stand in storage. Words are read raw and compared bit by
bit.
"""

from __future__ import annotations

from collections import defaultdict
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from sampan.suite.check import Answers, Mismatch
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sampan.audit.asking import Asker
    from sampan.suite.check import Audited, Question, Word


def compare(
    state: Any,
    subjects: Iterable[Audited],
    askers: Mapping[str, Asker],
    *,
    time: int,
    progress: Callable[[int, int], None] | None = None,
) -> Answers:
    """Ask everything and compare it. `time` is that of the askers' block; each contract has its asker, by its name,
    or by its address where there are several.

    Raises `ChainError` when the node does not answer.
    """
    questions: dict[str, list[Question]] = defaultdict(list)
    words: dict[str, list[Word]] = defaultdict(list)
    for subject in subjects:
        for question in subject.questions(state, time):
            questions[question.where or subject.subject.contract].append(question)
        for word in subject.words(state):
            words[word.where or subject.subject.contract].append(word)
    total, done = sum(map(len, questions.values())) + sum(map(len, words.values())), 0

    def advance(steps: int) -> None:
        nonlocal done
        done += steps
        if progress is not None:
            progress(done, total)

    replies: dict[tuple[str, str], dict[tuple[Any, ...], Any]] = defaultdict(dict)
    values: dict[tuple[str, int], int] = {}
    mismatches: list[Mismatch] = []
    for contract, asker in askers.items():
        asked = questions[contract]
        answers = asker.views([(question.view, question.arguments) for question in asked], progress=advance)
        for question, reply in zip(asked, answers, strict=True):
            if not question.pure:
                replies[contract, question.view][question.arguments] = reply
            if question.expected is not None:
                mismatches += _reply_differs(question, reply)
    # Where a view differs already, the word under it says nothing new.
    told = {item.subject for item in mismatches}
    for contract, asker in askers.items():
        kept = words[contract]
        for word, value in zip(kept, asker.words([word.slot for word in kept]), strict=True):
            values[contract, word.slot] = value
            if word.about not in told:
                mismatches += _word_differs(word, value)
    advance(sum(map(len, words.values())))
    return Answers(dict(replies), mismatches, values)


def fits(state: Any, subjects: Iterable[Audited], answers: Answers, *, time: int, views: bool, words: bool) -> bool:
    """Whether what was answered (`views`, `words`, or both) is what an older state would give, and no more."""
    known: set[tuple[str, int]] = set()
    asked: dict[tuple[str, str], set[tuple[Any, ...]]] = defaultdict(set)
    for subject in subjects:
        for question in subject.questions(state, time) if views else ():
            contract = question.where or subject.subject.contract
            asked[contract, question.view].add(question.arguments)
            replies = answers.replies.get((contract, question.view), {})
            compared = question.expected is not None and question.arguments in replies
            if compared and _reply_differs(question, replies[question.arguments]):
                return False
        for word in subject.words(state) if words else ():
            contract = word.where or subject.subject.contract
            known.add((contract, word.slot))
            kept = answers.words.get((contract, word.slot))
            if kept is not None and _word_differs(word, kept):
                return False
    # What came later was not there yet: nothing can have been answered of it.
    later = [
        reply
        for view, replies in (answers.replies.items() if views else ())
        for arguments, reply in replies.items()
        if arguments not in asked[view]
    ]
    later += [value for place, value in answers.words.items() if words and place not in known]
    return all(map(_is_nothing, later))


def _is_nothing(reply: Any) -> bool:
    """What a view answers of what is not there."""
    if isinstance(reply, dict):
        return all(map(_is_nothing, reply.values()))
    if isinstance(reply, bytes):
        return not any(reply)
    return reply in (None, 0, "", (), "0x" + "0" * 40)


def _reply_differs(question: Question, reply: Any) -> list[Mismatch]:
    expected = question.expected
    if reply is None:
        return [Mismatch(question.about, question.view, _said(expected), "no answer")]
    if not isinstance(expected, dict):
        return _part_differs(question.about, question.view, expected, reply)
    return [
        mismatch
        for name in sorted({*expected, *reply})
        for mismatch in _part_differs(question.about, f"{question.view}.{name}", expected.get(name), reply.get(name))
    ]


def _part_differs(about: str, what: str, expected: Any, found: Any) -> list[Mismatch]:
    if isinstance(expected, frozenset) and isinstance(found, tuple):
        same = len(expected) == len(found) and expected == frozenset(found)
    else:
        same = expected == found
    return [] if same else [Mismatch(about, what, _said(expected), _said(found))]


def _word_differs(word: Word, value: int) -> list[Mismatch]:
    try:
        expected = word.layout.pack(word.record)
    except ValueError as error:
        # A history that cannot have happened may give numbers that no word holds.
        return [Mismatch(word.about, word.what, f"what no word holds ({error})", hex(value))]
    wide = {field.name for field in word.layout.fields if field.bits == 160}
    return [
        Mismatch(word.about, ", ".join(filter(None, (word.what, name))), *(_bits(name in wide, n) for n in numbers))
        for name, *numbers in word.layout.differences(expected, value)
    ]


def _bits(is_address: bool, value: int) -> str:
    return checksum(f"0x{value:040x}") if is_address else str(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (IntEnum, int)):
        return str(int(value))
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return checksum(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_said(part)}" for name, part in value.items()) + "}"
    if isinstance(value, (tuple, list, frozenset)):
        return "[" + ", ".join(sorted(map(_said, value))) + "]"
    return str(value)
