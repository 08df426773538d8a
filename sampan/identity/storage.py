"""Every slot of storage that identity's state predicts, and what must stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sampan.identity.records import ACCOUNT_WORD, Account, Identity, Participant
from sampan.suite import layout
from sampan.suite.codec import address, left, word


def slots(state: Identity, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word. `at` is where solc put each variable."""
    found = {
        at["_participantCount"]: len(state.participants),
        at["_accountCount"]: state.account_count,
        at["_noteCount"]: state.note_count,
    }
    for account in state.accounts.values():
        found[layout.owner_slot(account.address)] = ACCOUNT_WORD.pack(account)
    for participant in state.participants.values():
        found |= _participant(participant, at)
    for number, where in state.account_at.items():
        found[layout.entry(at["_accountAt"], word(number))] = int(where, 16)
    for (receiver, giver), listed in state.givers.items():
        found[layout.entry(at["_isGiver"], word(receiver), word(giver))] = listed
    for (room, country), listed in state.listed.items():
        found[layout.entry(at["_roomListedFor"], address(room), left(country))] = listed
    for (codes, code), owner in state.codes.items():
        found[layout.entry(at["_codeOwner"], left(codes), left(code))] = owner
    for lost in state.accounts:
        waiting = state.recoveries.get(lost)
        first = layout.entry(at["_recoveries"], address(lost))
        found[first] = int(waiting.successor, 16) if waiting else 0
        found[first + 1] = waiting.roles if waiting else 0
        found[first + 2] = waiting.executable_from if waiting else 0
        found[first + 3] = waiting.account_count if waiting else 0
    for (signer, digest), cancelled in state.cancelled.items():
        found[layout.entry(at["_cancelled"], address(signer), digest)] = cancelled
    return found


def _participant(participant: Participant, at: Mapping[str, int]) -> dict[int, int]:
    """A participant's record but its accounts, whose number stands in the last slot; see `unordered`."""
    first = layout.entry(at["_records"], word(participant.number))
    return {
        first: participant.lei
        | participant.parent << 96
        | layout.text(participant.country) << 192
        | participant.roles << 208
        | participant.record_laws << 224
        | participant.winding_down << 232,
        first + 1: int.from_bytes(participant.rulebook, "big"),
        first + 2: participant.answer_hours
        | participant.next_answer_hours << 16
        | participant.next_from << 32
        | participant.suspended_until << 72,
        first + 3: len(participant.accounts),
        layout.entry(at["_participantOf"], word(participant.lei)): participant.number,
    }


def unordered(state: Identity, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """How what storage lists in no order differs, in words: the accounts of each participant."""
    for participant in state.participants.values():
        array = layout.entry(at["_records"], word(participant.number)) + 3
        found = {f"0x{read(layout.element(array, index)):040x}" for index in range(len(participant.accounts))}
        if found != set(participant.accounts):
            yield f"participant {participant.number} has accounts {found}"


def changed(state: Identity) -> Iterator[tuple[int, layout.Layout, Account]]:
    """The words of what the last transaction changed: slot, how it is packed, of which record."""
    for address_ in state.changed(state.accounts):
        yield layout.owner_slot(address_), ACCOUNT_WORD, state.accounts[address_]
