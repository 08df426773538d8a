"""What the errors of the register of cargo say."""

from __future__ import annotations

from sampan.finance.registrations.subject import REGISTRATIONS

_WHICH = "`sampan finance free DOCUMENT --registrar FILE` tells which box that is"

REGISTRATIONS.refusals.update(
    {
        "DebtOutOfRange": ("a room has no debt {debt}", "number debts below 2^40"),
        "PrintMalformed": (
            "this stands for no piece of cargo: {print}",
            "name the box; of a part load its weight and what the box may carry in all, of a whole load neither",
        ),
        "DayOutOfRange": (
            "the day of departure lies more than a year from today: {print}",
            "compare it with the bill; cargo of another year secures no debt",
        ),
        "PrintsNotAscending": ("the print {print} is not above the one before it", "sort them, each once"),
        "Taken": (
            "this cargo secures a debt already: debt {debt} of {room} (print {print})",
            f"do not lend on it: {_WHICH}; ask the borrower, and the lender of that debt, how that comes",
        ),
        "Overloaded": (
            "with this part load the box would carry {weight} kg, and it may carry {payload} (print {print})",
            f"{_WHICH}; compare the weights with the bills: one of them, or of those that secure other debts, is wrong",
        ),
        "TooManyDepartures": (
            "three departures of this box secure debts that are unpaid (print {print})",
            f"{_WHICH}; ask the borrower how that comes: a debt that is paid is taken off the register",
        ),
        "NotRegistered": ("this cargo does not secure debt {debt}: {print}", "name what was registered for it"),
    }
)
