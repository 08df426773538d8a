"""The words of storage that the model predicts: bills, accounts, participants, and everything beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from sampan.fuzz.wire import address as in_word
from sampan.fuzz.wire import left, word
from sampan.keccak import keccak
from sampan.model.state import HOUR, NOBODY, Account, Bill, Participant, State

_SEED = bytes.fromhex("7d882553")
_SEED_REST = bytes.fromhex("0a5a2e7a00000000")
_MODULO = 1 << 256


@lru_cache(maxsize=1 << 16)
def bill_slot(bill: int) -> int:
    """Where Solady's ERC721 keeps owner and extra data of a token; the approved account stands one further."""
    return (2 * bill + int.from_bytes(keccak(word(bill)[:28] + _SEED), "big")) % _MODULO


@lru_cache(maxsize=1 << 12)
def account_slot(account: str) -> int:
    """Where Solady's ERC721 keeps balance and auxiliary data of an owner."""
    return int.from_bytes(keccak(bytes.fromhex(account[2:]) + _SEED_REST), "big")


def bill_word(bill: Bill) -> int:
    """Possessor and everything that changes in a bill, as contracts/bills/BillWord.sol lays it out."""
    return int(bill.possessor, 16) | (
        (
            bill.status
            | bill.kind << 4
            | bill.may_reject_possession << 6
            | bill.may_reject_title << 7
            | bill.act_count << 9
            | (bill.since & 0xFFFF) << 20
            | bill.titleholder << 36
            | bill.previous_account << 56
            | bill.previous_titleholder << 76
        )
        << 160
    )


def account_word(account: Account) -> int:
    """Balance and everything that an act asks of an account, as contracts/identity/AccountWord.sol lays it out."""
    return account.possessed | (
        (
            account.lei
            | account.participant << 94
            | account.number << 114
            | account.roles << 134
            | int.from_bytes(account.country.encode(), "big") << 150
            | account.may_act << 166
            | account.may_receive << 167
            | account.room << 168
            | account.receiving << 169
            | account.issued << 174
            | account.suspended_until // HOUR << 198
            | account.record_laws << 218
        )
        << 32
    )


def entry(slot: int, *keys: bytes) -> int:
    """Where a mapping, or a mapping of mappings, keeps an entry."""
    at = word(slot)
    for key in keys:
        at = keccak(key + at)
    return int.from_bytes(at, "big")


def operator_slot(owner: str, operator: str) -> int:
    """Where Solady's ERC721 keeps whether an operator is approved for all."""
    return int.from_bytes(keccak(bytes.fromhex(owner[2:]) + _SEED_REST + bytes.fromhex(operator[2:])), "big")


def bill_words(state: State, bill: Bill, layout: Mapping[str, int]) -> dict[int, int]:
    """All slots of a bill and what must stand there."""
    at = bill_slot(bill.id)
    return {
        at: bill_word(bill),
        (at + 1) % _MODULO: int(state.approvals.get(bill.id, NOBODY), 16),
        entry(layout["_rootOf"], word(bill.id)): int.from_bytes(bill.root, "big"),
        entry(layout["_agreedReplacements"], word(bill.id)): int.from_bytes(bill.agreed, "big"),
    }


def participant_words(participant: Participant, layout: Mapping[str, int]) -> dict[int, int]:
    """The slots of a participant's record but its accounts, whose number stands in the last; see `accounts_of`."""
    at = entry(layout["_records"], word(participant.number))
    return {
        at: participant.lei
        | participant.parent << 96
        | int.from_bytes(participant.country.encode(), "big") << 192
        | participant.roles << 208
        | participant.record_laws << 224
        | participant.winding_down << 232,
        at + 1: int.from_bytes(participant.rulebook, "big"),
        at + 2: participant.answer_hours
        | participant.next_answer_hours << 16
        | participant.next_from << 32
        | participant.suspended_until << 72,
        at + 3: len(participant.accounts),
        entry(layout["_participantOf"], word(participant.lei)): participant.number,
    }


def accounts_of(participant: int, layout: Mapping[str, int], count: int, read: Callable[[int], int]) -> set[str]:
    """The accounts that storage lists for a participant, in no order."""
    array = entry(layout["_records"], word(participant)) + 3
    first = int.from_bytes(keccak(word(array)), "big")
    return {f"0x{read(first + index):040x}" for index in range(count)}


def everything_else(state: State, layout: Mapping[str, int]) -> dict[int, int]:
    """The slots of all mappings and counters beside bills, accounts and participants."""
    slots = {
        layout["_participantCount"]: len(state.participants),
        layout["_accountCount"]: state.account_count,
    }
    for number, address in state.account_at.items():
        slots[entry(layout["_accountAt"], word(number))] = int(address, 16)
    for (participant, giver), listed in state.givers.items():
        slots[entry(layout["_isGiver"], word(participant), word(giver))] = listed
    for (room, country), listed in state.listed.items():
        slots[entry(layout["_roomListedFor"], in_word(room), left(country))] = listed
    for (codes, code), participant in state.codes.items():
        slots[entry(layout["_codeOwner"], left(codes), left(code))] = participant
    for address in state.accounts:
        waiting = state.recoveries.get(address)
        at = entry(layout["_recoveries"], in_word(address))
        slots[at] = int(waiting.successor, 16) if waiting else 0
        slots[at + 1] = waiting.roles if waiting else 0
        slots[at + 2] = waiting.executable_from if waiting else 0
    for (signer, digest), cancelled in state.cancelled.items():
        slots[entry(layout["_cancelled"], in_word(signer), digest)] = cancelled
    for (owner, operator), approved in state.operators.items():
        slots[operator_slot(owner, operator)] = approved
    return slots
