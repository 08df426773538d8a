"""What the errors of positions say."""

from __future__ import annotations

from sampan.finance.positions.subject import POSITIONS

POSITIONS.refusals.update(
    {
        "NotTheRoomOf": (
            "{room} did not lend what position {position} is a part of",
            "claim from the room that lent",
        ),
        "LoanOutOfRange": ("a room has no loan {loan}", "number loans below 2^24"),
        "NotOpenTo": (
            "positions are not open to participants of {country}, as {account} is one",
            "sell it to somebody of another country, or let administration open them (`sampan position open-to`)",
        ),
        "SharesOutOfRange": (
            "{shares} shares are none, or not less than there are",
            "name at least one, and fewer than the position has",
        ),
        "TooManySplits": (
            "position {position} was split, or is a part of what was split, a hundred times",
            "split a part that was split less",
        ),
        "NoConsent": ("no consent is named", "give the hash of the consent, or of the law, by which they are open"),
        "NotAsOffered": (
            "position {position} has {shares} shares and has had {had}, which is not what was offered",
            "ask for another offer: it was split, or what it was owed was taken",
        ),
        "NotTheBuyer": ("it was offered to somebody else than {participant}", "let the participant buy that it names"),
    }
)
