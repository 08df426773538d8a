"""What the errors of money say: of the books of reserves, of deposits, of the exchange and of coins."""

from __future__ import annotations

from sampan.money.coins.subject import COINS
from sampan.money.deposits.subject import DEPOSITS
from sampan.money.exchange.subject import EXCHANGE
from sampan.money.listing.subject import LISTING
from sampan.money.reserves.subject import RESERVES

_LOOK = "`sampan money settle` shows the books and their deposits"

RESERVES.refusals.update(
    {
        "NotTheAgent": (
            "{account} is no account of the settlement agent with the role bank",
            "let the agent act that settles this deposit; " + _LOOK,
        ),
        "NoCurrency": ("{currency} is no currency", "give three capitals, as in HKD (ISO 4217) or CNH"),
        "DecimalsOutOfRange": ("a currency has no {decimals} decimals", "give 0 to 18: 2 for HKD"),
        "NoSuchBook": ("{agent} settles no {currency}", "let it open a book first (`sampan money open-book`)"),
        "BookIsOpen": ("{agent} settles {currency} already", "open deposits in its book (`sampan money open`)"),
        "DepositIsOpen": ("this deposit is open already: {deposit}", "use it; " + _LOOK),
        "NoSuchDeposit": ("{deposit} is no deposit of these books", _LOOK),
        "NotAdmitted": (
            "{deposit} does not take part in settlement",
            "let its settlement agent admit it (`sampan money admit`), or pay within one bank",
        ),
        "NotOneBook": (
            "{from} and {to} are settled by different agents, or in different currencies",
            "pay out of a deposit of the same book, or exchange (`sampan money exchange`)",
        ),
        "ReservesShort": (
            "{deposit} has reserves of {held}: too few to pay out {amount}",
            "pay less, or let the bank pay reserves in, which the agent issues (`sampan money reserve`)",
        ),
    }
)

DEPOSITS.refusals.update(
    {
        "NotTheBank": (
            "{account} is no account of the bank that owes this deposit, with the role bank",
            "let the bank act; " + _LOOK,
        ),
        "NotForARoom": (
            "{room} is a room, which takes in for others: whoever it is for could not be paid",
            "decline those who are paid out of it",
        ),
        "NotTheReserves": ("{account} is not the book in which the bank settles", "pay (`sampan money pay`)"),
        "TooMuch": ("{amount} more is more than a deposit holds", "at most 2^120 - 1 of the smallest unit in all"),
        "PaymentDeclined": (
            "the bank takes nothing in for {account}, on the ground {ground}",
            "pay it at another bank, or let it ask this one",
        ),
        "NotOfTheCountry": ("{account} is not of {country}, whose participants alone hold this deposit", _LOOK),
        "NoSuccessor": (
            "{account} acts still, or has nothing here, or nobody follows it",
            "`sampan participant account show` tells its standing",
        ),
    }
)

EXCHANGE.refusals.update(
    {
        "QuoteUsedUp": ("{left} of the quote is left, less than {amount}", "buy less, or ask for another quote"),
        "NothingBought": ("nothing is bought", "name an amount above zero"),
    }
)

LISTING.refusals.update(
    {
        "AnotherCurrency": ("{coin} is listed for another currency than {currency}", "name the one that it has"),
        "NoCountries": ("no country is named", "name those in which it may be used"),
        "NoLicence": ("no licence is named", "give the hash of the issuer's licence"),
        "NoRenminbi": ("no coin of {currency} is listed", "use a bank's deposit"),
        "NoSuchCoin": ("{coin} is no coin of this list", None),
        "NoToken": ("there is no token at {token}", "give the address of the token itself"),
    }
)

COINS.refusals.update(
    {
        "NotAllowed": ("{spender} may spend {allowance}, not {amount}", "let whoever pays allow it first"),
        "NotListedFor": ("the coin is not listed for {country}, the country of {account}", "pay in other money"),
        "NotTheAmount": (
            "of {told} the payer gave {left} and the payee got {arrived}: this token takes or loses something",
            "pay in other money",
        ),
        "NotThisCoin": ("{from} is another coin", "pay in the coin that was named"),
        "PaysItself": ("{account} would pay itself", "name another payee"),
    }
)
