"""`sampan room check`: what it says of a room, and of a file that is none or a description that does not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from support.widths import WIDE

from sampan.cli.commands.room import _told
from sampan.errors import BadInput
from sampan.keccak import keccak
from sampan.rooms.description import FIELDS, FOLDER, ActOfRoom, beside, read, read_code
from sampan.rooms.run import CHECKS, Report, Verdict, _tried, try_room
from sampan.rooms.stage import Stage

HERE = Path(__file__).parent
TRAP = HERE.parent / "artifacts" / "WaitsForEver.json"
SAMPLE = (FOLDER / "contracts" / "Escrow.toml").read_text(encoding="utf-8")
GIVES_BACK = """ways = [["give_back"]]
terms = { types = ["uint48"], values = ["start + 30 days"] }
[acts.give_back]
call = ["giveBack", "bill"]
by = ["lodger"]
"""

Check = Callable[..., Any]


@pytest.fixture
def check(sampan_command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Check:
    """Runs `sampan room check ARGUMENTS`; nothing that is given to it ends in a traceback."""
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: str | Path) -> Any:
        ran = sampan_command("room", "check", *arguments)
        assert "Traceback" not in ran.out + ran.err
        return ran

    return run


@pytest.mark.slow
def test_the_sample_falls_into_no_trap(check: Check) -> None:
    ran = check("Escrow", "--json")
    assert ran.code == 0
    verdicts = {verdict["id"]: verdict["ended"] for verdict in ran.document["verdicts"]}
    assert list(verdicts) == list(CHECKS)
    assert set(verdicts.values()) == {"holds", "not tried"}


@pytest.mark.slow
def test_it_says_how_a_room_falls_why_that_matters_and_how_it_is_mended(check: Check) -> None:
    ran = check(TRAP, "--description", HERE / "described" / "without_end.toml")
    assert ran.code == 1
    said = " ".join(ran.out.split())
    assert "silence: without claimant nobody brings the bill out, not after 400 days either" in said
    assert (
        "1. lodger lodges the bill with the room 2. claimant calls accept(bill) 3. from here on claimant does" in said
    )
    assert f"Why it matters: {CHECKS['silence'].goes_wrong}" in said
    assert f"To mend it: {CHECKS['silence'].mend}" in said
    for one in CHECKS.values():
        assert one.title in said
    assert "ended: in no way does the room surrender a bill for delivery" in said


@pytest.mark.parametrize("width", [32, 40, 80])
def test_a_narrow_terminal_breaks_no_word_of_the_traps(width: int) -> None:
    verdicts = [Verdict(one, "holds", 1_234) for one in CHECKS.values()]
    drawn = [Console(file=StringIO(), width=columns) for columns in (WIDE, width)]
    for console in drawn:
        _told(Report("Escrow", tuple(verdicts)), console)
    wide, narrow = (set(console.file.getvalue().split()) for console in drawn)  # type: ignore[attr-defined]
    assert wide <= narrow


# ------------------------------------------------------------------------------------------------- what is no room


def test_an_artifact_that_is_not_there_is_asked_for(check: Check, tmp_path: Path) -> None:
    for given in ("Nowhere", tmp_path):
        ran = check(given, "--json")
        assert (ran.code, ran.error["message"]) == (2, "no such artifact")
        assert ran.error["subject"] == str(given)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not JSON", "is no artifact of a contract"),
        ("[]", "is no artifact of a contract"),
        ("7", "is no artifact of a contract"),
        (f'{{"abi": [{{"type": "error", "inputs": [{{"type": "{"(" * 5000}"}}]}}]}}', "is no artifact of a contract"),
        ('{"abi": []}', "is no artifact of a contract"),
        ('{"abi": 7, "bytecode": "0x60"}', "is no artifact of a contract"),
        ('{"abi": [{"type": "function"}], "bytecode": "0x60"}', "is no artifact of a contract"),
        ('{"abi": [{"type": "error", "inputs": [{"type": "x["}]}], "bytecode": "00"}', "is no artifact of a contract"),
        ('{"abi": [], "bytecode": "0x__$unlinked$__"}', "is no artifact of a contract"),
        ('{"abi": [], "bytecode": null}', "is no artifact of a contract"),
        ('{"abi": [], "bytecode": {"object": "0x"}}', "has no code to deploy"),
        ('{"abi": [], "bytecode": ""}', "has no code to deploy"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_artifact_is_named(check: Check, tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "Room.json"
    file.write_text(content)
    ran = check(file, "--json")
    assert (ran.code, ran.error["message"], ran.error["subject"]) == (3, message, str(file))


def test_bytes_that_are_no_text_and_code_that_does_not_start_are_named(check: Check, tmp_path: Path) -> None:
    file = tmp_path / "Room.json"
    file.write_bytes(b"\xff\xfe\x00")
    assert check(file, "--json").error["message"] == "is no artifact of a contract"
    file.write_text(json.dumps({"abi": [], "bytecode": "0xfe"}))
    (tmp_path / "Room.toml").write_text("constructor = []\n" + GIVES_BACK)
    ran = check(file, "--json")
    assert (ran.code, ran.error["subject"]) == (3, "constructor")
    assert ran.error["message"].startswith("the room is not deployed")


def says(words: bytes) -> bytes:
    """Code that reverts with these bytes."""
    return b"\x61" + len(words).to_bytes(2, "big") + bytes.fromhex("80600b5f395ffd00") + words


def leaves(code: bytes) -> bytes:
    """Code of a deployment that leaves other code behind."""
    return b"\x61" + len(code).to_bytes(2, "big") + bytes.fromhex("80600b5f395ff300") + code


ERROR = bytes.fromhex("08c379a0") + (32).to_bytes(32, "big")
NO_UTF8 = ERROR + (2).to_bytes(32, "big") + b"\xff" * 32


@pytest.mark.parametrize(
    ("code", "subject", "message"),
    [
        pytest.param(bytes.fromhex("5b5f56"), "constructor", "the room is not deployed", id="runs for ever"),
        pytest.param(bytes.fromhex("5f5ffd"), "constructor", "the room is not deployed", id="reverts"),
        pytest.param(bytes.fromhex("5fff"), "constructor", "leaves no code behind", id="destroys itself"),
        pytest.param(bytes.fromhex("5f5ff3"), "constructor", "leaves no code behind", id="is empty"),
        pytest.param(says(NO_UTF8), "constructor", "not deployed: Error", id="no UTF-8"),
        pytest.param(leaves(bytes.fromhex("5b5f56")), "terms", "the room takes no bill", id="room runs for ever"),
        pytest.param(leaves(bytes.fromhex("fe")), "terms", "the room takes no bill", id="room uses all gas"),
        pytest.param(leaves(says(ERROR + b"\xff" * 64)), "terms", "takes no bill: Error", id="room says too much"),
        pytest.param(leaves(says(NO_UTF8)), "terms", "takes no bill: Error", id="room says no UTF-8"),
    ],
)  # fmt: skip
def test_a_room_that_does_not_start_or_says_nonsense_is_named(
    check: Check, tmp_path: Path, code: bytes, subject: str, message: str
) -> None:
    (tmp_path / "Room.json").write_text(json.dumps({"abi": [], "bytecode": code.hex()}))
    (tmp_path / "Room.toml").write_text("constructor = []\n" + GIVES_BACK)
    ran = check(tmp_path / "Room.json", "--json")
    assert (ran.code, ran.error["subject"]) == (3, subject)
    assert message in ran.error["message"]


def test_what_a_room_says_is_told_in_short(check: Check, tmp_path: Path) -> None:
    said = leaves(says(ERROR + (9000).to_bytes(32, "big") + b"[/red]" * 2000))
    (tmp_path / "Room.json").write_text(json.dumps({"abi": [], "bytecode": said.hex()}))
    (tmp_path / "Room.toml").write_text("constructor = []\n" + GIVES_BACK)
    assert len(check(tmp_path / "Room.json", "--json").error["message"]) < 300


def lies(abi: list[Any], name: str, **said: Any) -> list[Any]:
    """An ABI in which a function is another than the room's."""
    return [{**item, **said} if item.get("name") == name else item for item in abi]


OTHER = {"type": "function", "name": "act", "stateMutability": "nonpayable", "inputs": [], "outputs": []}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lie", "ended"),
    [
        (lambda abi: lies(abi, "eip712Domain", outputs=[{"type": "uint7", "name": ""}]), "holds"),
        (lambda abi: [{key: of for key, of in item.items() if key != "outputs"} for item in abi], "holds"),
        (lambda abi: [*abi, OTHER], "holds"),
        (lambda abi: lies(abi, "act", inputs=[]), "not tried"),
    ],
    ids=["outputs of no type", "no outputs", "one name for two", "another function of the name"],
)
def test_signatures_are_tried_by_what_a_room_does_and_not_by_what_its_abi_says_of_it(
    lie: Callable[[Any], Any], ended: str
) -> None:
    code = read_code("Escrow")
    stage = Stage(replace(code, abi=lie(code.abi)), read(FOLDER / "contracts" / "Escrow.toml"))
    assert _tried(stage, CHECKS["signatures"]).ended == ended


def test_a_room_that_does_not_say_under_which_domain_it_takes_signatures_is_not_tried_on_them() -> None:
    domain = keccak(b"eip712Domain()")[:4]
    code = read_code("Escrow")
    assert code.bytecode.count(domain) == 1
    deaf = replace(code, bytecode=code.bytecode.replace(domain, b"\0" * 4))
    verdict = _tried(Stage(deaf, read(FOLDER / "contracts" / "Escrow.toml")), CHECKS["signatures"])
    assert (verdict.ended, verdict.said) == ("not tried", "the room does not say the domain of what it takes signed")


@pytest.mark.parametrize("type_", ["uint7", "foo", "(" * 5000])
def test_an_act_of_a_type_that_there_is_not_is_named(tmp_path: Path, type_: str) -> None:
    code = read_code("Escrow")
    odd = replace(code, abi=lies([*code.abi], "claim", inputs=[{"type": type_, "name": "bill"}]))
    with pytest.raises(BadInput, match=r"no (uint7|foo|[(])"):
        try_room(odd, read(FOLDER / "contracts" / "Escrow.toml"))


def test_an_artifact_without_a_description_is_told_where_it_is_looked_for(check: Check, tmp_path: Path) -> None:
    file = tmp_path / "Room.json"
    file.write_bytes(TRAP.read_bytes())
    ran = check(file, "--json")
    assert (ran.code, ran.error["subject"]) == (2, str(tmp_path / "Room.toml"))
    assert "--description" in ran.error["hint"]


# ------------------------------------------------------------------------------------ descriptions that do not fit


@pytest.mark.parametrize(
    ("old", "new", "subject", "message"),
    [
        ("ways = [", "ways = [ [", "", "is no TOML"),
        ("parties =", "partys =", "partys", "no such field"),
        ('parties = ["lodger", "claimant"]', "parties = 7", "parties", "is no list"),
        ('parties = ["lodger", "claimant"]', 'parties = ["claimant"]', "parties", "names no `lodger`"),
        ('parties = ["lodger", "claimant"]', 'parties = ["lodger", "carrier"]', "carrier", "no name for a party"),
        ('parties = ["lodger", "claimant"]', 'parties = ["lodger", "lodger"]', "parties", "names a party twice"),
        ('["give_back"],', '["giveback"],', "giveback", "no such act"),
        ('["give_back"],', '"give_back",', "ways", "is no list"),
        ('["give_back"],', "[7],", "ways", "is no word"),
        ('["give_back"],', '["give_back", "wait 3 days"],', "ways", "says no way out"),
        ('["give_back"],', "[],", "ways", "says no way out"),
        ('"wait 31 days", "expire"],', '"wait a while", "expire"],', "ways: a while", "no length of time"),
        ('["give_back"],', '["claim"],', "ways", "cannot be played: lodger lodges the bill with the room; claimant"),
        ('["give_back"],', '["offer"],', "ways", "leads to no end"),
        ('call = ["claim", "bill"]', 'calls = ["claim", "bill"]', "acts.claim", "no such field"),
        ('call = ["claim", "bill"]', 'call = "claim"', "acts.claim", "is no list"),
        ('call = ["claim", "bill"]', "call = []", "acts.claim", "says no call"),
        ('call = ["claim", "bill"]', 'call = ["grab", "bill"]', "acts.claim", "grab(bill) is no function of Escrow"),
        ('call = ["claim", "bill"]', 'call = ["claim"]', "acts.claim", "claim() is no function of Escrow"),
        ('call = ["claim", "bill"]', 'call = ["claim", "tomorrow"]', "acts.claim", "'tomorrow' is no uint256"),
        ('call = ["claim", "bill"]', 'call = ["claim", -1]', "acts.claim", "are no uint256"),
        ('call = ["claim", "bill"]', 'call = ["claim", "start + soon"]', "acts.claim", "'start + soon' is no uint256"),
        ('["offer", "bill", "claimant"]', '["offer", "bill", "nowhere"]', "acts.offer", "'nowhere' is no address"),
        ('by = ["lodger"]', 'by = ["shipper"]', "acts.offer.by", "shipper is no party"),
        ('by = ["lodger"]', "", "acts.offer", "says not who may"),
        ('constructor = ["ledger"]', "constructor = []", "constructor", "0 given, 1 needed: address"),
        ('constructor = ["ledger"]', 'constructor = ["lodgers"]', "constructor", "'lodgers' is no address"),
        ('constructor = ["ledger"]', 'endorsement = "order"', "endorsement", "'order' is no way to lodge"),
        ('constructor = ["ledger"]', 'patience = "never"', "patience", "no length of time"),
        ("terms = {", "terms = 7 #", "terms", "7 is no bytes"),
        ('types = ["uint48"], values', 'types = ["uint49"], values', "terms", "are no uint49"),
        ('types = ["uint48"], values', 'types = ["uint48", "bool"], values', "terms", "1 values for 2 types"),
        ('types = ["uint48"], values', 'type = ["uint48"], values', "terms", "is no bytes"),
        ('"start + 30 days"]', '"start - 1 day"]', "terms", "the room takes no bill: TimePassed("),
    ],
)  # fmt: skip
def test_a_description_that_does_not_fit_is_named_where_it_does_not(
    check: Check, tmp_path: Path, old: str, new: str, subject: str, message: str
) -> None:
    assert old in SAMPLE
    file = tmp_path / "escrow.toml"
    file.write_text(SAMPLE.replace(old, new, 1))
    ran = check("Escrow", "--description", file, "--json")
    assert ran.code == 3
    assert subject in ran.error["subject"]
    assert message in ran.error["message"]


VALUES = ("7", "true", '"words"', "[]", "[[]]", "[7, [true]]", "{ a = 1 }", "{ types = 1, values = 2 }")
FITS = {("before", "[]"), *(("values", value) for value in VALUES if value.startswith("{"))}


@pytest.mark.parametrize(("field", "value"), [(f, v) for f in sorted(FIELDS) for v in VALUES if (f, v) not in FITS])
def test_no_value_in_any_field_ends_in_a_traceback(check: Check, tmp_path: Path, field: str, value: str) -> None:
    others = [line for line in GIVES_BACK.splitlines() if not line.startswith(field)]
    file = tmp_path / "escrow.toml"
    acts = others if field != "acts" else [line for line in others if line.partition(" ")[0] in ("ways", "terms")]
    file.write_text("\n".join([f"{field} = {value}", *acts]))
    ran = check("Escrow", "--description", file, "--json")
    assert ran.code == 3, ran.out


LOANS = beside("LoanBook").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "subject", "message"),
    [
        ('signed = "agent", text = "Acc', 'signed = "carrier", text = "Acc', "terms", "carrier is no party"),
        ('text = "Acceptance(uint256 f', 'texts = "Acceptance(uint256 f', "terms", "is no bytes"),
        ('[1, "bill", "acts", 1000000, "prints"', '[1, "bill", "acts", "prints"', "terms", "is no uint256"),
        ('[1, "bill", "acts", 1000000, "prints"', '[1, "bill", 1, 1000000, "prints"', "terms", "NotSignedBy(agent)"),
        ('deploy = "LoanDesk"', 'deploy = "LoanDisk"', "LoanDisk", "no such contract"),
        ('deploy = "LoanDesk", values = ["ledger", ', 'deploy = "LoanDesk", values = [', "constructor", "3 values"),
        ('interface = "ILoans"', 'interface = "IBorrows"', "IBorrows", "no such contract"),
        ('parties = ["lodger", "agent"', 'parties = ["Sale", "lodger", "agent"', "Sale", "a contract of the suite"),
        ('call = ["openBook"', 'calls = ["openBook"', "before.1", "no such field"),
        ('by = "agent"\nto = "Reserves"', 'to = "Reserves"', "before.1", "neither calls nor asks"),
        ('by = "agent"\nto = "Reserves"', 'by = "nobody"\nto = "Reserves"', "before.1", "nobody is no party"),
        ('by = "agent"\nto = "Reserves"', 'by = "agent"\nto = "Purse"', "before.1", "Purse is no contract"),
        ('call = ["openBook", "0x484b44", 2]', 'call = ["openBook", 2]', "before.1", "is no function of Reserves"),
        ('call = ["openBook", "0x484b44", 2]', "call = []", "before.1", "names no function"),
        ('call = ["openDeposit", "agent', 'call = ["openDeposit", "buyer', "before.2", "refused, NoSuchBook"),
        ('ask = ["depositOf"', 'ask = ["isDeposit"', "before.3", "is no function of Reserves"),
        ('{ packed = [["bill", 160]', '{ packed = [["bill"]', "terms", "is no uint256"),
        ('leaving = [', 'leaving = "leaving" #', "acts.repay", "'leaving' is no"),
    ],
)  # fmt: skip
def test_a_description_of_more_than_one_contract_is_named_where_it_does_not_fit(
    check: Check, tmp_path: Path, old: str, new: str, subject: str, message: str
) -> None:
    assert old in LOANS
    file = tmp_path / "loans.toml"
    file.write_text(LOANS.replace(old, new, 1))
    ran = check("LoanBook", "--description", file, "--json")
    assert ran.code == 3
    assert subject in ran.error["subject"]
    assert message in ran.error["message"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("why", "trap"),
    [
        ("again", "left"),
        ("again", "ended"),
        ("anew", "standing"),
        ("alone", "together"),
        ("kept", "together"),
        ("kept", "givenback"),
    ],
)
def test_what_a_description_excuses_the_kit_would_find(why: str, trap: str) -> None:
    """Nothing is excused that is not a trap by itself, and by no more than its own reason."""
    said = read(beside("LoanBook"))
    unexcused = {name: replace(act, **{why: ""}) for name, act in said.acts.items()}
    ways = tuple(tuple(unexcused[s.name] if isinstance(s, ActOfRoom) else s for s in way) for way in said.ways)
    verdict = _tried(Stage(read_code("LoanBook"), replace(said, acts=unexcused, ways=ways)), CHECKS[trap])
    assert verdict.ended == "falls"


def test_a_call_that_the_room_does_not_have_is_answered_by_those_that_it_has(check: Check, tmp_path: Path) -> None:
    """The hint said that it had none of that name."""
    file = tmp_path / "escrow.toml"
    file.write_text(SAMPLE.replace('call = ["claim", "bill"]', 'call = ["grab", "bill"]'))
    has = check("Escrow", "--description", file, "--json").error["hint"].removeprefix("it has: ").split(", ")
    assert {"offer(uint256,address)", "accept(uint256,uint48)", "claim(uint256)", "giveBack(uint256)"} < set(has)
    assert "LEDGER()" not in has


def test_a_room_whose_constructor_takes_nothing_says_so(check: Check, tmp_path: Path) -> None:
    given = json.loads((FOLDER / "artifacts" / "Escrow.json").read_text(encoding="utf-8"))
    given["abi"] = [item for item in given["abi"] if item["type"] != "constructor"]
    room = tmp_path / "Room.json"
    room.write_text(json.dumps(given))
    (tmp_path / "Room.toml").write_text(SAMPLE)
    ran = check(room, "--json")
    assert (ran.code, ran.error["message"], ran.error["subject"]) == (3, "1 given, none needed", "constructor")


def test_arguments_of_the_constructor_stand_in_place_of_the_descriptions(check: Check) -> None:
    ran = check("Escrow", "--constructor", "nobody", "--json")
    assert (ran.code, ran.error["subject"]) == (3, "terms")
    assert ran.error["message"].startswith("the room takes no bill")
    ran = check("Escrow", "--constructor", "ledger", "--constructor", "7", "--json")
    assert (ran.code, ran.error["subject"]) == (3, "constructor")
