"""Storage words as they must be: a bill's word and an account's, packed from the model, and the slots they stand in.

The token keeps 96 bits beside each owner and 224 beside each balance (Solady's ERC721); the ledger keeps a bill and an
account there (`contracts/bills/BillWord.sol`, `contracts/identity/AccountWord.sol`). Comparing whole words leaves no
bit unexplained, and is what one storage proof of one word will show later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.keccak import keccak

if TYPE_CHECKING:
    from sampan.model.state import Account, Bill

_SEED = bytes.fromhex("7d8825530a5a2e7a")
_HOURS = 1 << 16


def bill_slot(bill: int) -> int:
    """The slot of a bill's word."""
    raw = bill.to_bytes(32, "big")
    return (2 * bill + int.from_bytes(keccak(raw[:28] + _SEED[:4]), "big")) % 2**256


def account_slot(address: str) -> int:
    """The slot of an account's word."""
    return int.from_bytes(keccak(bytes.fromhex(address[2:]) + _SEED[4:] + bytes(4)), "big")


def mapping_slot(key: int, slot: int) -> int:
    """The slot of a value in a Solidity mapping that is declared at `slot`."""
    return int.from_bytes(keccak(key.to_bytes(32, "big") + slot.to_bytes(32, "big")), "big")


def bill_word(bill: Bill) -> int:
    """A bill's word: the possessor, and beside it the fields of `_BILL_FIELDS`."""
    beside = (
        int(bill.status)
        | int(bill.kind) << 4
        | bill.may_reject_possession << 6
        | bill.may_reject_title << 7
        | bill.act_count << 9
        | bill.since % _HOURS << 20
        | bill.titleholder << 36
        | bill.previous_account << 56
        | bill.previous_titleholder << 76
    )
    return int(bill.possessor, 16) | beside << 160


def account_word(account: Account) -> int:
    """An account's word: the number of bills possessed, and beside it the fields of `_ACCOUNT_FIELDS`."""
    country = int.from_bytes(account.country.encode("ascii").ljust(2, b"\0"), "big")
    beside = (
        account.lei
        | account.participant << 94
        | account.number << 114
        | account.roles << 134
        | country << 150
        | account.may_act << 166
        | account.may_receive << 167
        | account.room << 168
        | int(account.receiving) << 169
        | account.issued << 174
        | account.suspended_until // 3600 << 198
        | account.record_laws << 218
    )
    return account.possessed | beside << 32


_BILL_FIELDS = (
    ("possessor", 0, 160),
    ("status", 160, 4),
    ("kind", 164, 2),
    ("right to reject possession", 166, 1),
    ("right to reject title", 167, 1),
    ("kept bit", 168, 1),
    ("act count", 169, 11),
    ("hour", 180, 16),
    ("titleholder", 196, 20),
    ("previous account", 216, 20),
    ("previous titleholder", 236, 20),
)
_ACCOUNT_FIELDS = (
    ("balance", 0, 32),
    ("LEI", 32, 94),
    ("participant", 126, 20),
    ("number", 146, 20),
    ("roles", 166, 16),
    ("country", 182, 16),
    ("acts bit", 198, 1),
    ("receives bit", 199, 1),
    ("room bit", 200, 1),
    ("receiving", 201, 2),
    ("kept bits", 203, 3),
    ("bills issued", 206, 24),
    ("suspended until (hour)", 230, 20),
    ("record laws", 250, 4),
    ("spare bits", 254, 2),
)


def bill_differences(expected: int, found: int) -> list[tuple[str, int, int]]:
    """In which fields two words of a bill differ: name, expected, found."""
    return _differences(_BILL_FIELDS, expected, found)


def account_differences(expected: int, found: int) -> list[tuple[str, int, int]]:
    """In which fields two words of an account differ: name, expected, found."""
    return _differences(_ACCOUNT_FIELDS, expected, found)


def _differences(fields: tuple[tuple[str, int, int], ...], expected: int, found: int) -> list[tuple[str, int, int]]:
    differ = []
    for name, at, size in fields:
        mask = (1 << size) - 1
        one, other = expected >> at & mask, found >> at & mask
        if one != other:
            differ.append((name, one, other))
    return differ
