"""What the errors of cargo say."""

from __future__ import annotations

from typing import Final

from sampan.cargo.subject import CARGO

_STATUS: Final = "`sampan cargo show` shows what is recorded"
_ACCREDITED: Final = "`sampan cargo producers` shows who is accredited for what, and where"

CARGO.refusals.update(
    {
        "NoKinds": ("no kind of fact is named, or one that there is not", "name one or more, as loaded or insured"),
        "PlaceUnfit": (
            "a place does not fit these kinds ({kinds}): {place}",
            "name facility, port or country for what happens there, none for certificates and policies, and do not mix",
        ),
        "NoSuchProducer": (
            "there is no participant {producer}",
            "let it be enrolled first (`sampan participant enrol`)",
        ),
        "GroupStands": ("{producer} is of the group {group} already", None),
        "EmptyBatch": ("the batch has no root, or no events", "seal one that has (`sampan cargo seal`)"),
        "OutOfSequence": (
            "the next batch of {producer} is {next}, not {given}",
            "`sampan cargo status` tells which were anchored; each is anchored once and in order",
        ),
        "RangeUnfit": ("the batch ends ({latest}) before it begins ({earliest})", "give the times of its events"),
        "NotAnchored": (
            "{producer} anchored no batch {sequence} with this header",
            "take the header from the log: `sampan cargo status` tells which batches there are",
        ),
        "NotInBatch": ("the proof does not lead from event {key} to the root of its batch", "prove it anew"),
        "NotAboutThisBill": (
            "the event does not speak of {bill}",
            "show the salt behind its subject, or the right bill",
        ),
        "NoFact": ("nothing acts on {kind}", "record what happened, or what is certified"),
        "NotAttestable": (
            "{kind} is anchored, not attested: it happens at a terminal or a port",
            "anchor the event and record it by its proof",
        ),
        "NotAccredited": ("{producer} is not accredited for {kind} ({place})", _ACCREDITED),
        "NotYetHappened": ("it is said to happen at {happenedAt}", "record it when it has happened"),
        "NotYetSaid": ("it is said at {saidAt}, which is not yet", "sign it with the present time"),
        "FactStands": (
            "{producer} said this before of {bill} ({kind}, unit {unit}), and this does not correct that",
            "name the key of what it corrects; " + _STATUS,
        ),
        "SaidSince": (
            "it was said at {saidAt}, and the producer's last word on it is of {last}",
            "an older word does not come back: let the producer say it anew",
        ),
        "NotACorrection": ("event {key} takes back nothing that is recorded here", _STATUS),
        "ConditionStands": ("this condition was laid down before: {condition}", "name it in the terms"),
        "NoSuchCondition": ("no condition {condition} was laid down", "lay it down first (`sampan cargo lay`)"),
        "NoClauses": ("a condition has at least one clause", "say what must have happened"),
        "ClauseUnfit": (
            "clause {index} says nothing, or can never hold",
            "give it a kind, one producer or more, and a measure where there is a least amount",
        ),
    }
)
