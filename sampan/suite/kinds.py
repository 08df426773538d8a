"""The kinds of argument that verbs take. What each is for a client, a command and chance is said there, by its name."""

from __future__ import annotations

from typing import Final

from sampan.suite.verb import Kind

BILL: Final = Kind("bill")
BILLS: Final = Kind("bills")
RECEIVER: Final = Kind("receiver", giving=True)
"""An account that is given a bill."""
ENDORSEE: Final = Kind("endorsee", giving=True)
"""An account of whoever is entitled next; nobody in blank."""
ANSWERING: Final = Kind("answering", giving=True)
"""An account of the bill's carrier that answers surrenders."""
ACCOUNT: Final = Kind("account")
"""Any account."""
SPENDER: Final = Kind("spender")
"""An account or a contract that may spend another's money."""
ROOM: Final = Kind("room")
PERSON: Final = Kind("person")
"""A participant's number."""
REMARK: Final = Kind("remark")
"""Text that is logged for everybody to read."""
ROOM_TERMS: Final = Kind("room-terms", holds=True)
HASH: Final = Kind("hash", holds=True)
AGREED: Final = Kind("agreed")
"""The hash of replacements, or the replacements."""
COUNT: Final = Kind("count")
HOURS: Final = Kind("hours")
FLAG: Final = Kind("flag")
ROLES: Final = Kind("roles")
LEI: Final = Kind("lei")
COUNTRIES: Final = Kind("countries")
CODE: Final = Kind("code")
DEPOSIT: Final = Kind("deposit")
"""A bank's deposit, by its address."""
COIN: Final = Kind("coin")
"""A listed token's adapter, by its address."""
AMOUNT: Final = Kind("amount")
"""Of money, in its smallest unit."""
ALLOWANCE: Final = Kind("allowance")
"""How much of one's money another may spend; it may be more than there is."""
CURRENCY: Final = Kind("currency")
"""Three capitals."""
DECIMALS: Final = Kind("decimals")
"""Minor units of a currency."""
COUNTRY: Final = Kind("country")
"""A country, or none."""
LAWS: Final = Kind("laws")
"""Laws of the electronic record, a bit each."""
NUMBER: Final = Kind("number")
DEAL: Final = Kind("deal")
"""Under which deal a room holds a bill: a number of 208 bits, the room's own."""
POWER: Final = Kind("power")
"""A role of the AccessManager, by its number."""
DELAY: Final = Kind("delay")
"""Seconds between an announcement and its effect."""
LABEL: Final = Kind("label")
CONTRACT: Final = Kind("contract")
"""The address of a contract of the suite."""
FUNCTIONS: Final = Kind("functions")
"""Selectors of functions of the contract that is named before them."""
CALL: Final = Kind("call", holds=True)
"""A call of another contract, encoded."""
DEADLINE: Final = Kind("deadline")
FACILITY: Final = Kind("facility")
"""A facility of the loan book, by its number."""
ACCOUNTS: Final = Kind("accounts")
POSITIONS: Final = Kind("positions")
DEPOSITS: Final = Kind("deposits")
UNIT: Final = Kind("unit")
"""Which piece of a bill's equipment, by its place in the document; 0: the bill as a whole."""
TIME: Final = Kind("time")
"""A second since 1970 in the past."""
PLACE: Final = Kind("place")
"""A facility, a port or a country, in 32 bytes; zero: none."""
FACT_KINDS: Final = Kind("fact-kinds")
"""Kinds of facts, a bit each."""
DEBT: Final = Kind("debt")
"""A room's own number of a debt."""
PRINTS: Final = Kind("prints")
"""What stands for pieces of cargo, a word each."""
POSITION: Final = Kind("position")
"""Shares of a loan, by the id of their position."""
SHARES: Final = Kind("shares")
"""How many shares of a loan."""
STRUCT: Final = Kind("struct", holds=True)
"""A struct of the contract, or several."""
SIGNATURE: Final = Kind("signature")
SIGNATURES: Final = Kind("signatures")
"""Of several, all over one text."""
CALLS: Final = Kind("calls", holds=True)
"""Calls of the same contract."""

MOST: Final = 2**16 - 1
"""The largest count that a person means, and the last version of a bill."""
