"""The one table of what a node may do to us, and what comes of it. A row is a `Case`; its id says where it was met.

To add rows (of sending, of a deployment): append to `CASES`. `faults(scene)` makes the node's faults, `before(scene)`
acts on the chain first, `asked(scene)` is the command. Where an outcome is no answer to compare with an honest node's,
`run(scene, faults)` does it all and gives a `Ran`, and `judge(scene, honest, ran)` a verdict. `says` must be in what is
printed. What a node can alter unnoticed is `UNKNOWN`: the row names it.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hostile import lies, sending
from hostile.scene import Ran, Scene, grant_to_thief, grant_to_trader
from support import faults
from support.lying_rpc import Fault

from sampan.chain.accounts import ROLES
from sampan.keccak import keccak

CAUGHT: Final = "caught"
"""A finding of the audit."""
SAID: Final = "said"
"""An error in words (exit 4): nothing is believed, and nobody accused."""
SURVIVED: Final = "survived"
"""The same answer as from an honest node, byte for byte."""
UNKNOWN: Final = "not to be known"
"""Another answer than an honest node's, and no finding: no other source tells it."""


def judged(scene: Scene, honest: Ran, ran: Ran) -> str:
    """What came of a question: one of the verdicts above, or a fault of ours in words."""
    if ran.code == 70:
        return "a crash"
    if ran.same_as == honest.same_as:
        return SURVIVED
    if ran.code == 4:
        return SAID
    return {0: UNKNOWN, 1: CAUGHT}.get(ran.code, f"exit {ran.code}")


@dataclass(frozen=True)
class Case:
    """One thing that a node does, and what should come of it."""

    id: str
    group: str
    what: str
    verdict: str
    faults: Callable[[Scene], Sequence[Fault]]
    asked: Callable[[Scene], tuple[str, ...]]
    says: str = ""
    before: Callable[[Scene], None] | None = None
    run: Callable[[Scene, tuple[Fault, ...]], Ran] | None = None
    judge: Callable[[Scene, Ran, Ran], str] = judged
    alone: bool = False
    """Whether it needs a node of its own: what it does to the chain cannot be undone."""

    def tried(self, scene: Scene) -> tuple[str, Ran]:
        """The verdict, and what was printed. The chain is left as it is: set it back."""
        if self.before is not None:
            self.before(scene)

        def run(*given: Fault) -> Ran:
            return self.run(scene, given) if self.run else scene.command(*self.asked(scene), faults=given)

        honest = Ran(0, "", "")
        if self.judge is judged:
            plain = self.run is None and self.before is None and not self.alone
            honest = scene.honestly(*self.asked(scene)) if plain else run()
        made = tuple(self.faults(scene))
        ran = run(*made)
        assert any(fault.struck for fault in made), "faults that never strike show nothing"
        return self.judge(scene, honest, ran), ran


def audit(_: Scene) -> tuple[str, ...]:
    return ("audit",)


def history(scene: Scene) -> tuple[str, ...]:
    return ("bill", "history", hex(scene.bills["endorsed"]))


def listed(_: Scene) -> tuple[str, ...]:
    return ("bill", "list")


def powers(_: Scene) -> tuple[str, ...]:
    return ("powers",)


def check(_: Scene) -> tuple[str, ...]:
    return ("network", "check")


def _rows(
    group: str,
    asked: Callable[[Scene], tuple[str, ...]],
    verdict: str,
    rows: dict[str, tuple[Any, ...]],
    start: str,
    **more: Any,
) -> list[Case]:
    """Rows that share what is asked and what comes of it: what the node does → a fault, or a function of the scene that
    makes one, and what is said."""
    found = []
    for number, (what, (fault, *says)) in enumerate(rows.items(), start=1):

        def made(scene: Scene, fault: Any = fault) -> Sequence[Fault]:
            one = fault() if not _takes_scene(fault) else fault(scene)
            return one if isinstance(one, (list, tuple)) else [one]

        found.append(Case(f"{start}.{number}", group, what, verdict, made, asked, says[0] if says else "", **more))
    return found


def _takes_scene(function: Any) -> bool:
    return "scene" in inspect.signature(function).parameters


def _is_of(bill: int) -> Callable[[dict[str, Any]], bool]:
    return lambda log: hex(bill)[2:] in "".join(log["topics"])


def _bill(scene: Scene, name: str) -> int:
    return scene.bills[name]


LEFT_OUT = "An audit, and logs that are left out"
ALTERED = "An audit, and logs that are altered"
INVENTED = "An audit, and logs that are invented or moved"
STATE = "An audit, and state, blocks and chains"
FAULTS = "Faults of nodes, and an audit"
READING = "Faults of nodes, and what the client reads"
TYPES = "Answers that are none"
SENDING = "Acts that are sent"


def _last_logged(scene: Scene) -> int:
    """The time of the block that the ledger logged in last."""
    return scene.chain.time(scene.chain.logs(_ledger(scene))[-1].block_number)


CASES: list[Case] = []

# ------------------------------------------------------------------------------------------------------------ left out

CASES += _rows(
    LEFT_OUT,
    audit,
    CAUGHT,
    {
        "one act": (
            lambda scene: lies.hidden("Transferred", where=_is_of(_bill(scene, "endorsed"))),
            "the chain has counted|act . is not in the logs",
        ),
        "one act with its Transfer": (
            lambda scene: lies.hidden("Transferred", "Transfer", where=_is_of(_bill(scene, "endorsed"))),
            "act . is not in the logs|the chain has counted",
        ),
        "the last act of a bill": (
            lambda scene: lies.hidden("Delivered"),
            "the chain has counted",
        ),
        "all logs of one bill": (
            lambda scene: faults.logs(
                lambda found: [log for log in found if not _is_of(_bill(scene, "endorsed"))(log)]
            ),
            "SAM-H2",
        ),
        "the approval of a bill": (lambda: lies.hidden("Approval"), ""),
        "a rulebook that was signed": (lambda: lies.hidden("RulebookSigned"), ""),
        "every Transfer": (lambda: lies.hidden("Transfer"), ""),
        "the laws that a carrier published": (lambda: lies.hidden("RecordLawsPublished"), ""),
        "an account": (lambda: lies.hidden("AccountAdded"), ""),
        "the last participant": (
            lambda scene: lies.hidden(
                "ParticipantEnrolled",
                where=lambda log: log["topics"][1] == lies.word(scene.trade.participants["issuing_bank"]),
            ),
            "",
        ),
        "everything": (lambda: faults.logs(lambda found: []), ""),
        "a suspension that stands": (lambda: lies.hidden("ParticipantSuspended"), ""),
    },
    "1.1",
)
CASES += [
    Case(
        "1.8.1",
        LEFT_OUT,
        "a power that was given to a thief, from a second reading",
        SURVIVED,
        # The logs are asked for twice, since some tell of deposits whose logs are wanted too.
        lambda scene: [lies.hidden("RoleGranted").after(2), faults.passing().on("eth_getLogs")],
        audit,
        before=grant_to_thief,
        judge=lambda scene, honest, ran: SURVIVED if "SAM-A1" in ran.out and ran.code == 1 else "unnoticed",
    )
]
CASES += _rows(
    LEFT_OUT,
    audit,
    UNKNOWN,
    {
        "that an operation was scheduled and done": (lambda: lies.hidden("OperationScheduled", "OperationExecuted"),),
        "the name of a power": (lambda: lies.hidden("RoleLabel"),),
    },
    "1.1.u",
)
CASES += _rows(
    LEFT_OUT,
    audit,
    UNKNOWN,
    {
        "a power that was given to a thief, from every reading": (
            lambda: lies.hidden("RoleGranted", where=lambda log: ROLES["thief"][2:].lower() in log["topics"][2]),
        ),
    },
    "1.1.t",
    before=grant_to_thief,
    judge=lambda scene, honest, ran: UNKNOWN if ran.code == 0 else judged(scene, honest, ran),
)

NOTED: dict[str, str] = {
    "a suspension": "ParticipantSuspended",
    "the lifting of a suspension": "SuspensionLifted",
    "a winding down": "WindingDownSet",
    "that somebody is a giver": "GiverListed",
    "from whom an account takes bills": "ReceivingSet",
    "the roles of an account": "AccountRolesSet",
    "that an account was removed": "AccountRemoved",
    "the profile of a participant": "ProfileSet",
    "who has a carrier code": "CodeAssigned",
    "a rulebook that was signed": "RulebookSigned",
    "the laws that a carrier published": "RecordLawsPublished",
    "an answer time, before it counts": "AnswerTimePublished",
    "that a recovery was proposed": "RecoveryProposed",
    "a veto": "RecoveryVetoed",
    "that an account was recovered": "AccountRecovered",
    "a room": "RoomListed",
    "that a room was delisted": "RoomDelisted",
    "an approval of one bill": "BillOperatorSet",
    "an approval for all bills": "OperatorSet",
    "a move by an operator": "MovedByOperator",
    "that an act was signed and handed in by another": "ActedBySignature",
    "an agreement that was recorded": "AgreementRecorded",
    "that a signed act was withdrawn": "Cancelled",
    "a deal that a room changed": "DealChanged",
}
"""What no count but the ledger's notes covers."""
BESIDE: Final = {"BillOperatorSet": "Approval", "OperatorSet": "ApprovalForAll"}


def _hidden_with_what_it_repeats(name: str) -> Callable[[], Fault]:
    return lambda: lies.hidden(name, *filter(None, [BESIDE.get(name)]))


def _noted_once_more(name: str) -> Callable[[Scene], Fault]:
    """The event with the number that the next one would have."""
    return lambda scene: lies.invented(
        _ledger(scene), name, **lies.plausible(name, note=scene.trade.ask("noteCount") + 1)
    )


CASES += _rows(
    LEFT_OUT,
    audit,
    CAUGHT,
    {what: (_hidden_with_what_it_repeats(name), "SAM-H5") for what, name in NOTED.items()},
    "1.1.n",
)
CASES += _rows(
    LEFT_OUT,
    audit,
    CAUGHT,
    {
        "a suspension together with its lifting": (
            lambda: lies.hidden("ParticipantSuspended", "SuspensionLifted"),
            "the chain has noted|of the events that are noted is not in the logs",
        ),
    },
    "1.1.p",
)

CASES += _rows(
    LEFT_OUT,
    audit,
    CAUGHT,
    {
        "a power that was given to a participant's account": (
            lambda: lies.hidden("RoleGranted", where=lambda log: ROLES["trader"][2:].lower() in log["topics"][2]),
            "SAM-A1",
        ),
    },
    "1.1.q",
    before=grant_to_trader,
)

# ------------------------------------------------------------------------------------------------------------- altered

CASES += _rows(
    ALTERED,
    audit,
    CAUGHT,
    {
        "the root of a document": (lambda: lies.altered("Issued", root=keccak(b"another")), ""),
        "who is entitled after an endorsement": (lambda: lies.altered("Endorsed", titleholder=lambda old: old + 1), ""),
        "the kind of a bill": (lambda: lies.altered("Issued", kind=lambda old: old ^ 1), ""),
        "who acted": (lambda: lies.altered("Signed", actor=ROLES["trader"]), ""),
        "to whom a bill went": (lambda: lies.altered("Transferred", to=ROLES["thief"]), ""),
        "the rulebook of a participant": (lambda: lies.altered("ParticipantEnrolled", rulebook=keccak(b"other")), ""),
        "an act's number": (lambda: lies.altered("Transferred", actCount=lambda old: old + 1), ""),
        "the time of a block": (
            lambda scene: faults.blocks(
                lambda block: (
                    {**block, "timestamp": hex(int(block["timestamp"], 16) - 40 * 86_400)}
                    if int(block["number"], 16) == scene.chain.block_number() - 301
                    else block
                )
            ),
            "",
        ),
    },
    "1.2",
)
CASES += _rows(
    ALTERED,
    audit,
    UNKNOWN,
    {
        "a remark": (lambda: lies.altered("Transferred", remark=b"unpaid"),),
        "a remark that is gone": (lambda: lies.altered("Endorsed", remark=b""),),
        "a document's checksum": (lambda: lies.altered("Issued", checksum=keccak(b"another")),),
        "the law of carriage": (lambda: lies.altered("Issued", carriageLaw=b"US\0\0\0\0\0\0"),),
        "the law of a record, for another that the carrier published": (
            lambda: lies.altered("Issued", recordLaw=lambda old: (old + 1) % 4),
        ),
        "for what a party signed": (lambda: lies.altered("Signed", purpose=lambda old: old ^ 1),),
        "the number of paper originals": (lambda: lies.altered("SwitchedToPaper", originals=2),),
        "the statement of a change of medium": (lambda: lies.altered("SwitchedToPaper", statement=keccak(b"x")),),
        "the ground of a suspension": (lambda: lies.altered("ParticipantSuspended", ground=b"fraud"),),
        "who handed in a signed act": (lambda: lies.altered("ActedBySignature", relayer=ROLES["thief"]),),
        "the transaction of an act that moves nothing": (
            lambda: lies.altered("Signed", transactionHash="0x" + "ab" * 32),
        ),
        "every block's hash, alike in blocks and logs": (
            lambda: [faults.blocks(_rehashed), faults.logs(lambda found: [_renamed(log) for log in found])],
        ),
    },
    "1.2.u",
)


def _rehashed(block: dict[str, Any]) -> dict[str, Any]:
    return block if block["number"] == "0x0" else {**block, "hash": "0x" + keccak(block["hash"].encode()).hex()}


def _renamed(log: dict[str, Any]) -> dict[str, Any]:
    return {**log, "blockHash": "0x" + keccak(log["blockHash"].encode()).hex()}


# ------------------------------------------------------------------------------------------------------------ invented


def _ledger(scene: Scene) -> str:
    return scene.trade.address


CASES += _rows(
    INVENTED,
    audit,
    CAUGHT,
    {
        "a transfer": (
            lambda scene: lies.invented(
                _ledger(scene),
                "Transferred",
                bill=_bill(scene, "endorsed"),
                **{"from": ROLES["consignee"]},
                to=ROLES["thief"],
                actCount=4,
                remark=b"",
            ),
        ),
        "that a party signed": (
            lambda scene: lies.invented(
                _ledger(scene),
                "Signed",
                bill=_bill(scene, "endorsed"),
                actor=ROLES["consignee"],
                purpose=0,
                actCount=4,
                remark=b"",
            ),
        ),
        "a suspension and its lifting": (
            lambda scene: [
                lies.invented(
                    _ledger(scene),
                    "ParticipantSuspended",
                    participant=scene.trade.participants["bank"],
                    until=-(-(_last_logged(scene) + 90 * 86_400) // 3_600) * 3_600,
                    ground=b"fraud",
                    note=scene.trade.ask("noteCount") + 1,
                ),
                lies.invented(
                    _ledger(scene),
                    "SuspensionLifted",
                    index=100,
                    participant=scene.trade.participants["bank"],
                    note=scene.trade.ask("noteCount") + 2,
                ),
            ],
            "the chain has noted",
        ),
        "a rulebook that was signed once more": (
            lambda scene: lies.invented(
                _ledger(scene),
                "RulebookSigned",
                participant=scene.trade.participants["bank"],
                rulebook=int.from_bytes(keccak(b"rulebook 1"), "big"),
                by=ROLES["bank"],
                note=scene.trade.ask("noteCount") + 1,
            ),
            "the chain has noted",
        ),
        "one signature, used twice": (
            lambda: faults.logs(
                lambda found: [
                    *found,
                    *({**log, "logIndex": "0x63"} for log in found if lies.is_a(log, "ActedBySignature")),
                ]
            ),
        ),
        "a power": (
            lambda scene: lies.invented(
                scene.trade.manifest.address("AccessManager"),
                "RoleGranted",
                roleId=3,
                account=ROLES["thief"],
                delay=0,
                since=1_700_000_000,
                newMember=True,
            ),
        ),
        "an event that no code logs": (
            lambda: faults.logs(
                lambda found: (
                    [*found, {**found[-1], "topics": ["0x" + "77" * 32], "logIndex": "0x63"}] if found else found
                )
            ),
            "no event of this code|cannot be",
        ),
        "a log moved to the place of another": (lambda: faults.logs(_swapped),),
    },
    "1.3",
)


def _swapped(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An endorsement and the log before it change places in their block."""
    for one, other in itertools.pairwise(found):
        if one["blockNumber"] == other["blockNumber"] and lies.is_a(other, "Endorsed"):
            places = {id(one): other["logIndex"], id(other): one["logIndex"]}
            return [{**log, "logIndex": places.get(id(log), log["logIndex"])} for log in found]
    return found


CASES += _rows(
    INVENTED,
    audit,
    CAUGHT,
    {f"{what}, by the next number": (_noted_once_more(name), "SAM-H5") for what, name in NOTED.items()},
    "1.3.n",
)
CASES += _rows(
    INVENTED,
    audit,
    SAID,
    {
        "two logs in one place": (
            lambda: faults.logs(lambda found: [*found, *({**log, "data": "0x"} for log in found[-1:])]),
            "two logs in one place",
        ),
        "a log of another contract": (
            lambda: faults.logs(lambda found: [*found, *({**log, "address": "0x" + "22" * 20} for log in found[-1:])]),
            "a log that was not asked for",
        ),
        "a log of a block that was not asked for": (
            lambda: faults.logs(lambda found: [*found, *({**log, "blockNumber": "0xfffff"} for log in found[-1:])]),
            "a log that was not asked for",
        ),
        "a log that a reorganisation took away": (
            lambda: faults.logs(lambda found: [{**log, "removed": True} for log in found]),
            "was taken back",
        ),
        "a negative place": (
            lambda: faults.logs(lambda found: [{**log, "logIndex": "-0x1"} for log in found]),
            "the logIndex of a log",
        ),
        "a place that no database holds": (
            lambda: faults.logs(lambda found: [{**log, "transactionIndex": hex(2**64)} for log in found]),
            "the transactionIndex of a log",
        ),
        "another block's hash in a log": (
            lambda: faults.logs(lambda found: [{**log, "blockHash": "0x" + "ab" * 32} for log in found]),
            "contradicts itself",
        ),
    },
    "1.3.s",
)
CASES += _rows(
    INVENTED,
    audit,
    SURVIVED,
    {
        "the right logs in any order": (lambda: faults.logs(lambda found: found[::-1]),),
        "each log twice": (lambda: faults.logs(lambda found: [*found, *found]),),
    },
    "1.3.o",
)
CASES += _rows(
    INVENTED,
    audit,
    UNKNOWN,
    {
        "an agreement": (
            lambda scene: lies.invented(
                _ledger(scene),
                "Agreed",
                bill=_bill(scene, "endorsed"),
                signer=ROLES["consignee"],
                verb=int.from_bytes(bytes.fromhex("12345678").ljust(32, b"\0"), "big"),
                actCount=3,
                possessor=ROLES["thief"],
                titleholder=0,
                kind=3,
                detail=bytes(32),
            ),
        ),
    },
    "1.3.u",
)

# --------------------------------------------------------------------------------------------------------------- state


def _of_contract(scene: Scene, name: str) -> Callable[[Any], bool]:
    return lambda call: call.params[0].lower() == scene.trade.manifest.address(name).lower()


CASES += _rows(
    STATE,
    audit,
    CAUGHT,
    {
        "answers and words of an older block": (lambda scene: faults.stale_state(scene.chain.block_number() - 304),),
        "words of an older block": (
            lambda scene: faults.stale_state(scene.chain.block_number() - 304, "eth_getStorageAt"),
        ),
        "answers of an older block": (lambda scene: faults.stale_state(scene.chain.block_number() - 304, "eth_call"),),
        "words that are all zero": (lambda: faults.answer("0x0").on("eth_getStorageAt"),),
        "other code": (
            lambda scene: (
                faults.change(lambda code: code[:-2] + "00").on("eth_getCode").given(_of_contract(scene, "Bills"))
            ),
            "SAM-C1",
        ),
        "no code": (lambda: faults.answer("0x").on("eth_getCode"), "SAM-C1"),
    },
    "1.4",
)
CASES += _rows(
    STATE,
    audit,
    SAID,
    {
        "another chain's id": (lambda: faults.answer("0x1").on("eth_chainId"), "wrong chain"),
        "another first block": (
            lambda: faults.blocks(
                lambda block: {**block, "hash": "0x" + "ab" * 32} if block["number"] == "0x0" else block
            ),
            "another chain of the same id",
        ),
        "a head that stays unknown": (
            lambda scene: faults.unknown_head(10**6),
            "there is no block",
        ),
    },
    "1.4.s",
)
CASES += _rows(
    STATE,
    audit,
    SURVIVED,
    {
        "a head that one node knows and the next does not yet": (lambda: faults.unknown_head(3),),
        "logs from a node that is behind the others": (lambda: faults.stale_head(303).on("eth_getLogs").times(1),),
        "state that one node does not have yet": (
            lambda: faults.error(-32000, "header not found").on("eth_call", "eth_getStorageAt").times(3),
        ),
        "words without leading zeros": (lambda: faults.change(lambda word: hex(int(word, 16))).on("eth_getStorageAt"),),
    },
    "1.4.o",
)
CASES += _rows(
    STATE,
    audit,
    SURVIVED,
    {
        "a reorganisation of the last blocks while it is read": (
            lambda: faults.reorganise(2).on("eth_getLogs").times(1),
        ),
    },
    "1.4.r",
    alone=True,
    judge=lambda scene, honest, ran: SURVIVED if ran.code == 0 else judged(scene, honest, ran),
)
CASES += _rows(
    STATE,
    audit,
    UNKNOWN,
    {"a head that is 300 blocks behind": (lambda: faults.stale_head(302),)},
    "1.4.u",
)

# -------------------------------------------------------------------------------------------------------------- faults

_BUSY: dict[str, tuple[Any, ...]] = {
    "every third connection breaks": (lambda: faults.drop().every(3),),
    "every fifth answer is lost": (lambda: faults.swallow().every(5),),
    "every third request: 429, HTML, Retry-After": (lambda: faults.busy(429).every(3),),
    "every third request: 503, HTML": (lambda: faults.busy(503, None).every(3),),
    "it is busy six times in a row": (lambda: faults.busy(429).times(6),),
    "every fourth answer is HTML": (lambda: faults.text(b"<html>one moment</html>").every(4),),
    "every fourth answer ends in the middle": (lambda: faults.text(b'{"jsonrpc":"2.0","id":1,"resu').every(4),),
    "no batches": (faults.no_batches,),
    "batches of at most 10 (JSON)": (lambda: faults.batch_limit(10, http=200, code=-32600),),
    "batches of at most 10 (413, HTML)": (lambda: faults.batch_limit(10),),
    "batches of at most 3 (413, JSON)": (lambda: faults.batch_limit(3, code=-32600),),
    "batches of at most 10 (503, HTML)": (lambda: faults.batch_limit(10, http=503),),
    "one call in 7 of a batch is turned away": (lambda: faults.busy_item(7),),
    "one call in 37 of a batch is turned away": (lambda: faults.busy_item(37, 429, "compute units per second"),),
    "200 calls in a tenth of a second": (lambda: faults.compute_units(200, 0.1),),
    "several of these at once": (
        lambda: [
            faults.drop().chance(0.1),
            faults.busy(429).chance(0.1),
            faults.batch_limit(20),
            faults.busy_item(9),
            faults.range_limit(60, "limit exceeded"),
        ],
    ),
}
CASES += _rows(FAULTS, audit, SURVIVED, _BUSY, "1.6")
CASES += [
    Case(
        f"1.6.r.{number}",
        FAULTS,
        f"ranges over 50 blocks are refused ({whose})",
        SURVIVED,
        lambda scene, whose=whose: [faults.range_limit(50, whose)],
        audit,
    )
    for number, whose in enumerate(faults.RANGE_WORDS, start=1)
]
CASES += [
    Case(
        f"1.6.c.{most}",
        FAULTS,
        f"answers cut at {most} logs, without a word",
        SURVIVED,
        lambda scene, most=most: [faults.cut_logs(most)],
        audit,
    )
    for most in (100, 64, 7, 2, 1)
]
CASES += _rows(
    FAULTS,
    audit,
    SAID,
    {
        "it is gone": (faults.drop, "the connection broke"),
        "it is gone in the middle": (lambda: faults.drop().after(6), "the connection broke"),
        "the key is refused": (lambda: faults.status(401), "it refuses us"),
        "what is allowed in a day is used up": (faults.quota, "daily request limit reached"),
        "no block's logs at all": (lambda: faults.error(-32601, "no such method").on("eth_getLogs"), "no such method"),
        "answers that unpack to 300 MB": (lambda: faults.gzip_bomb().on("eth_getLogs"), "more than 64 MiB"),
        "state is not kept": (
            lambda: faults.error(-32000, "missing trie node 12ab").on("eth_call"),
            "missing trie node",
        ),
    },
    "1.6.s",
)

# ----------------------------------------------------------------------------------------------------------- the client

for _name, _asked in {"history": history, "list": listed, "powers": powers}.items():
    CASES += [
        Case(
            f"P01.{_name}.{number}",
            READING,
            f"ranges over 50 blocks are refused ({whose})",
            SURVIVED,
            lambda scene, whose=whose: [faults.range_limit(50, whose)],
            _asked,
        )
        for number, whose in enumerate(faults.RANGE_WORDS, start=1)
        if _name == "history" or whose in ("limit exceeded", "HTML 503", "HTML 429", "429", "HTML 413")
    ]
    CASES += [
        Case(
            f"P03.{_name}.{most}",
            READING,
            f"answers cut at {most} logs, without a word",
            SURVIVED,
            lambda scene, most=most: [faults.cut_logs(most)],
            _asked,
        )
        for most in (1, 2, 20)
        if _name != "history" or most < 3
    ]
    CASES += _rows(
        READING,
        _asked,
        SAID,
        {
            "null for no logs": (lambda: faults.answer(None).on("eth_getLogs"), "eth_getLogs with null"),
            "acts or issues are left out": (
                lambda: lies.hidden("Transferred", "Issued"),
                "the logs lack 3 of its 3 acts|the logs tell 3",
            ),
        }
        if _name != "powers"
        else {"null for no logs": (lambda: faults.answer(None).on("eth_getLogs"), "eth_getLogs with null")},
        f"P06.{_name}",
    )
CASES += _rows(
    READING,
    history,
    SURVIVED,
    {
        "it is busy, with Retry-After": (lambda: faults.busy(429).every(2),),
        "one node of many is behind": (lambda: faults.unknown_head(2),),
        "a redirect that keeps the question (307)": (lambda scene: faults.redirect(scene.url, 307),),
    },
    "P10",
)
CASES += _rows(
    READING,
    history,
    SAID,
    {
        "a redirect (301)": (
            lambda: faults.redirect("https://elsewhere.example/rpc"),
            "redirects to https://elsewhere",
        ),
        "a quota that is used up": (lambda: faults.quota("monthly quota exceeded"), "monthly quota exceeded"),
        "ids as text": (faults.text_ids, "wrong ids"),
        "ids of other requests": (faults.wrong_ids, "wrong ids"),
        "another chain": (lambda: faults.answer("0x1").on("eth_chainId"), "wrong chain"),
        "an answer without end": (lambda: faults.huge(70_000_000).on("eth_getLogs"), "more than 64 MiB"),
    },
    "P12",
)
CASES += _rows(
    READING,
    lambda _: ("room", "show"),
    SAID,
    {"a room is left out": (lambda: lies.hidden("RoomListed"), "the listing of .* is not in the logs")},
    "N13",
)

# --------------------------------------------------------------------------------------------------------------- types

_WRONG: dict[str, Any] = {"null": None, "0x": "0x", "no hex": "0xzz", "a list": [], "too large": "0x" + "f" * 66}
_OF: dict[str, tuple[Callable[[Scene], tuple[str, ...]], ...]] = {
    "eth_chainId": (history, audit, check),
    "eth_blockNumber": (history, audit),
    "eth_getStorageAt": (audit,),
    "eth_call": (history, audit, powers),
    "eth_getCode": (audit,),
    "eth_getBlockByNumber": (history, audit, check),
    "eth_getLogs": (history, audit),
}
_FITS = {
    ("eth_getCode", "0x"),
    ("eth_getCode", "too large"),
    ("eth_getBlockByNumber", "null"),
    ("eth_getLogs", "a list"),
}
CASES += [
    Case(
        f"P08.{method}.{name}.{asked.__name__}",
        TYPES,
        f"{method}: {name}",
        SAID,
        lambda scene, method=method, value=value: [faults.answer(value).on(method)],
        asked,
        method,
    )
    for method, questions in _OF.items()
    for asked in questions
    for name, value in _WRONG.items()
    if (method, name) not in _FITS
]
CASES += _rows(
    TYPES,
    history,
    SAID,
    {
        "a block without a hash": (lambda: faults.blocks(lambda block: {**block, "hash": None}), "the hash of a block"),
        "a block without a time": (lambda: faults.blocks(lambda block: {**block, "timestamp": None}), "timestamp"),
        "a time that no calendar has": (
            lambda: faults.blocks(lambda block: {**block, "timestamp": hex(2**62)}),
            "the timestamp of a block",
        ),
        "another block than was asked for": (
            lambda: faults.blocks(lambda block: {**block, "number": hex(int(block["number"], 16) + 1)}),
            "block .* for block",
        ),
    },
    "P08.b",
)

# ------------------------------------------------------------------------------------------------------------- sending


def transfer(scene: Scene) -> tuple[str, ...]:
    return ("bill", "transfer", hex(scene.bills["endorsed"]), "--to", "bank", "--from", "consignee", "--yes")


def told(scene: Scene, honest: Ran, ran: Ran) -> str:
    """Of an act, which is done once: an error in words, and the act stands."""
    stands = scene.trade.ask("bill", scene.bills["endorsed"]).act_count == 4
    return SAID if ran.code == 4 and stands else f"exit {ran.code}, {'done' if stands else 'not done'}"


CASES += _rows(
    SENDING,
    transfer,
    SAID,
    {
        f"receipts {what}": (lambda change=change: faults.change(change).on("eth_getTransactionReceipt"), words)
        for what, change, words in (
            ("without their logs", lambda receipt: receipt and {**receipt, "logs": []}, "without the events of"),
            ("with null for logs", lambda receipt: receipt and {**receipt, "logs": None}, "a list of logs"),
            (
                "of another transaction",
                lambda receipt: receipt and {**receipt, "transactionHash": "0x" + "ab" * 32},
                "for that of",
            ),
        )
    },
    "S.r",
    judge=told,
)
CASES += _rows(
    SENDING,
    transfer,
    SAID,
    {
        f"{method}: {name}": (
            lambda method=method, value=value: faults.answer(value).on(method),
            method,
        )
        for method in (
            "eth_getTransactionCount",
            "eth_estimateGas",
            "eth_maxPriorityFeePerGas",
            "eth_getTransactionReceipt",
        )
        for name, value in {"null": None, "0x": "0x", "a list": []}.items()
        if (method, name) != ("eth_getTransactionReceipt", "null")
    },
    "S.n",
    judge=lambda scene, honest, ran: SAID if ran.code == 4 else f"exit {ran.code}",
)

# ------------------------------------------------------------------------------------------------------------- sending

ACTS: Final = "Acts, and whether they are done once"
CASES += _rows(
    ACTS,
    sending.sign,
    sending.ONCE,
    {what: (made,) for what, made in sending.FAULTS.items() if what != "sound"},
    "S.1",
    run=sending.signed,
    judge=sending.once,
)
CASES += _rows(
    ACTS,
    sending.sign,
    sending.ONCE,
    {
        "a tip of 5,000 gwei is suggested": (lambda: faults.tip(5_000 * 10**9),),
        "no tip is suggested": (lambda: faults.tip(None),),
        "the base fee rises tenfold when it is sent": (
            lambda: faults.base_fee_rises(20 * 10**9).on("eth_sendRawTransaction").times(1),
        ),
    },
    "S.2",
    run=sending.signed,
    judge=sending.once,
)
CASES += _rows(
    ACTS,
    sending.sign,
    SAID,
    {
        "it estimates too little gas": (lambda: faults.low_estimate(0.6), "ran out of gas"),
        "its base fee is more than may be offered": (lambda: faults.base_fee(600 * 10**9), "gas costs 600 gwei now"),
        "a chain without base fees": (faults.no_base_fee, "has no EIP-1559 fees"),
        "its pool refuses": (lambda: faults.send_fails("txpool is full"), "txpool is full"),
        "its estimate is no number": (lambda: faults.answer("0x").on("eth_estimateGas"), "eth_estimateGas"),
        "its count of nonces is no number": (lambda: faults.answer(None).on("eth_getTransactionCount"), ""),
        "what it suggests as a tip is no number": (lambda: faults.answer("0xzz").on("eth_maxPriorityFeePerGas"), ""),
    },
    "S.3",
    run=sending.signed,
    judge=sending.once,
)
CASES += _rows(
    ACTS,
    sending.sign,
    sending.NEXT,
    {
        "it takes the act and is gone": (
            lambda: [faults.take_and_break(50), faults.drop().on("eth_getTransactionByHash")],
            "may have been sent",
        ),
        "its receipt is no receipt": (lambda: faults.answer({"x": 1}).on("eth_getTransactionReceipt"), "may have been"),
    },
    "S.4",
    run=sending.signed,
    judge=sending.once,
)
DEPLOYING: Final = "Deployments"
CASES += _rows(
    DEPLOYING,
    sending.deploying,
    sending.ONCE,
    {
        "answers are lost and receipts late": (lambda: [faults.take_and_break(4), faults.late_receipts(looks=4)],),
        "earlier transactions are dropped while a later one is sent": (
            lambda: faults.reorganise(2).on("eth_sendRawTransaction").after(3).times(1),
        ),
        "the base fee rises tenfold meanwhile": (
            lambda: faults.base_fee_rises(20 * 10**9).on("eth_sendRawTransaction").after(2).times(1),
        ),
        "what is sent is forgotten twice": (lambda: faults.forget_sends().times(2),),
    },
    "S.5",
    run=sending.deployed,
    judge=sending.whole,
    alone=True,
)
CASES += _rows(
    DEPLOYING,
    sending.deploying,
    sending.NEXT,
    {
        "the node goes away at the third transaction": (
            lambda: faults.drop().on("eth_sendRawTransaction").after(2),
            "call again: it goes on at",
        ),
        "a transaction is taken, and the node is gone": (
            lambda: [faults.take_and_break(50).after(3), faults.drop().on("eth_getTransactionReceipt").after(12)],
            "call again: it goes on at",
        ),
    },
    "S.6",
    run=sending.deployed,
    judge=sending.whole,
)
