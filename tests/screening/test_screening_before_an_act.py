"""T35: "Screening is each participant's own act, on its own lists ... A hit lets it decline or hold its *own* next act
with a reason code; it moves nothing and stops nobody else." On the embedded chain, with the real ledger."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support import banking
from support.banking import HKD, OTHER_HKD

from sampan.client import batch
from sampan.client.ledger import Ledger
from sampan.client.screening import Held
from sampan.errors import BadInput, Missing, UsageError
from sampan.scenarios.parties import PARTIES
from sampan.screening.record import Decision
from sampan.suite import events
from sampan.suite.words import Ground, Kind, Rejection
from sampan.testing import SampanChain, bare_terms, sample

pytestmark = pytest.mark.usefixtures("banked", "sampan_chain")

As = Callable[[str], Ledger]
Recorded = Callable[[], list[Any]]
SHIP, OTHER_SHIP = 9_074_729, 9_321_483
LEI = {role: party.lei for role, party in PARTIES.items()}


@pytest.fixture
def bill(sampan_chain: SampanChain) -> int:
    return banking.bills(sampan_chain, "SCREENED1")[0]


def put(lists: Path, text: str, name: str = "un.csv") -> Path:
    """One more list, or another text of one."""
    (lists / name).write_text(text)
    return lists / name


def listing(role: str, ground: str = "resolution 1") -> str:
    return f"lei,ground,listed,source\n{LEI[role]},{ground},2026-03-01,UN\n"


# ----------------------------------------------------------------------------------------------------- what is recorded


@pytest.mark.slow
def test_t35_result_hash_of_each_list_and_time_go_to_its_own_record(
    screening: As, lists: Path, log: Path, recorded: Recorded, bill: int
) -> None:
    shipper = screening("shipper")
    act = shipper.bills.transfer(bill, "trader")
    (one,) = recorded()
    own = lists / "own.csv"
    assert [(each.file, each.sha256, each.rows) for each in one.lists] == [
        (str(own), hashlib.sha256(own.read_bytes()).hexdigest(), 1)
    ]
    assert (one.decision, one.hits, one.reason) == (Decision.CLEAR, (), None)
    assert (one.sender, one.act, one.bills) == (shipper.address, act.label, (shipper.bill(bill).name,))
    assert (one.network, one.ledger) == (shipper.connection.network.name, shipper.ledger_address)
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == 0o700


def test_t35_whoever_the_act_names_and_whoever_the_bill_has_is_screened(
    screening: As, recorded: Recorded, bill: int, identified: Callable[..., None]
) -> None:
    identified(bill, SHIP)
    screening("shipper").bills.transfer(bill, "trader")
    (one,) = recorded()
    found = {value: party for party in one.parties for key in ("lei", "imo") for value in party.keys.get(key, ())}
    assert set(found) == {LEI["trader"], LEI["shipper"], LEI["carrier"], str(SHIP)}
    trader = found[LEI["trader"]]
    assert trader.who.startswith("receiver: ")
    assert trader.keys["country"] == ("HK",)
    assert trader.keys["name"] == (PARTIES["trader"].company,)
    assert screening("trader").address in trader.keys["account"]
    name = screening("carrier").bill(bill).name
    assert found[LEI["shipper"]].who.startswith(f"holder, titleholder, possessor of {name}: ")
    assert "carrier of " in found[LEI["carrier"]].who
    assert f"ship of {name}" in found[str(SHIP)].who


@pytest.mark.slow
def test_t35_buyer_seller_payee_and_the_bank_of_each_money_are_screened_at_payment(
    sampan_chain: SampanChain, screening: As, recorded: Recorded, bill: int
) -> None:
    sampan_chain.as_role("shipper").sale.offer(
        [bill], buyer="importer", price="HKD 1,000.00", into=HKD, until=timedelta(days=9)
    )
    screening("importer").sale.pay(bill)
    (one,) = recorded()
    said = {lei: party.who for party in one.parties for lei in party.keys.get("lei", ())}
    assert {"seller", "payee"} <= set(said[LEI["shipper"]].split(": ")[0].split(", "))
    assert "buyer" in said[LEI["importer"]].split(": ")[0].split(", ")
    assert "bank of the money that is asked" in said[LEI["bank"]]
    assert "bank of the money that is paid with" in said[banking.SECOND.lei]


def test_t35_the_buyer_is_screened_when_bills_are_offered(screening: As, lists: Path, bill: int) -> None:
    put(lists, listing("importer"))
    with pytest.raises(Held) as held:
        screening("shipper").sale.offer(
            [bill], buyer="importer", price="HKD 1,000.00", into=HKD, until=timedelta(days=9)
        )
    (hit,) = held.value.hits
    assert hit.who.startswith("buyer: ")


def test_t35_the_ultimate_parent_is_screened_with_its_country(
    sampan_chain: SampanChain, screening: As, recorded: Recorded, bill: int, lists: Path
) -> None:
    enroller = sampan_chain.as_role("enroller")
    number = enroller.number_of("trader")
    roles = enroller.participant(number).roles
    enroller.bills.set_profile(number, parent=LEI["carrier"], roles=roles)
    put(lists, "country\nSG\n")
    with pytest.raises(Held) as held:
        screening("shipper").bills.transfer(bill, "trader")
    parents = [hit for hit in held.value.hits if "ultimate parent of" in hit.who]
    assert [(hit.by, hit.value) for hit in parents] == [("country", "SG")]


NO_PARTIES = {
    # bills and deals
    *(
        "found",
        "bill",
        "act_count",
        "deal",
        "version",
        "unit",
        "sequence",
        "units",
        "least",
        "producers",
        "quiet_hours",
        "facility",
        "position",
        "shares",
    ),
    # amounts and times
    *(
        "total",
        "price",
        "amount",
        "value",
        "nonce",
        "count",
        "expiry",
        "deadline",
        "firm_until",
        "happened_at",
        "roles",
        "had",
    ),
    *("valid_until", "said_at", "earliest", "latest", "anchored_at"),
    # loans and positions
    *(
        "advance",
        "available_until",
        "clock",
        "filed_at",
        "grace_days",
        "maturity",
        "on_trust",
        "rate",
        "reserve",
        "stands_until",
    ),
}


def test_t35_no_field_of_a_struct_that_is_somebody_is_left_out() -> None:
    from sampan.subjects import DRIVEN
    from sampan.suite import tell

    structs = [record for subject in DRIVEN.subjects for record in subject.structs.values()]
    fields = {(each.name, str(each.type)) for record in structs for each in dataclasses.fields(record)}
    numbers = {name for name, type_ in fields if type_ == "int"}
    assert numbers - tell.PARTICIPANTS - tell.LEIS == numbers & NO_PARTIES
    assert {"buyer", "seller"} <= numbers


# -------------------------------------------------------------------------------------------------------- what is held


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (listing("trader"), "LEI"),
        ("account,ground\n{address},resolution 1\n", "account"),
        ("country,ground\nHK,resolution 1\n", "country"),
        ("name,country,ground\n{company},KP,resolution 1\n", "name: look whether it is the same"),
    ],
)
def test_t35_a_hit_holds_the_own_next_act_and_names_who_list_and_ground(
    screening: As, lists: Path, recorded: Recorded, bill: int, text: str, by: str
) -> None:
    shipper = screening("shipper")
    company = f"“{PARTIES['trader'].company.upper()}, Limited".replace("“", "")
    list_ = put(lists, text.replace("{address}", screening("trader").address).replace("{company}", f'"{company}"'))
    with pytest.raises(Held) as held:
        shipper.bills.transfer(bill, "trader")
    assert str(list_) in held.value.message
    assert f"by {by}" in held.value.message
    assert "ground: resolution 1" in held.value.message
    assert LEI["trader"] in held.value.message
    assert "--despite REASON" in str(held.value.hint)
    assert held.value.exit_code == 1
    # It moves nothing.
    assert shipper.bill(bill).possessor.address == shipper.address
    (one,) = recorded()
    assert (one.decision, one.hits) == (Decision.HELD, held.value.hits)


def test_t35_it_stops_nobody_else(sampan_chain: SampanChain, screening: As, lists: Path, bill: int) -> None:
    put(lists, listing("trader"))
    with pytest.raises(Held):
        screening("shipper").bills.transfer(bill, "trader")
    assert sampan_chain.as_role("shipper").bills.transfer(bill, "trader").sent
    assert sampan_chain.as_role("trader").bills.reject(bill, Rejection.POSSESSION).sent


def test_t35_it_is_sent_all_the_same_for_a_reason_and_the_reason_is_recorded(
    screening: As, lists: Path, recorded: Recorded, bill: int
) -> None:
    put(lists, listing("trader"))
    shipper = screening("shipper")
    act = shipper.despite("  licence 17 of 4 May  ").bills.transfer(bill, "trader")
    assert act.sent
    assert any("goes on despite" in warning and LEI["trader"] in warning for warning in act.warnings)
    (one,) = recorded()
    assert (one.decision, one.reason) == (Decision.DESPITE, "licence 17 of 4 May")
    with pytest.raises(UsageError, match="say why"):
        shipper.despite("  ")


def test_a_rehearsal_is_screened_and_told_and_holds_nothing(
    screening: As, lists: Path, recorded: Recorded, bill: int
) -> None:
    put(lists, listing("trader"))
    act = screening("shipper").rehearsing().bills.transfer(bill, "trader")
    assert not act.sent
    assert any("it would be held" in warning and LEI["trader"] in warning for warning in act.warnings)
    assert [one.decision for one in recorded()] == [Decision.DRY_RUN]


def test_what_others_will_send_for_us_is_held_as_what_we_send(
    screening: As, lists: Path, recorded: Recorded, bill: int
) -> None:
    put(lists, listing("trader"))
    shipper = screening("shipper")
    call = shipper.bills.calls.transfer(bill, "trader")
    with pytest.raises(Held):
        shipper.sign_act(call)
    with pytest.raises(Held):
        shipper.rehearsing(for_others=True).do(call)
    paper = shipper.despite("licence").sign_act(call)
    assert paper.signer == shipper.address
    assert [one.decision for one in recorded()] == [Decision.HELD, Decision.HELD, Decision.DESPITE]


def test_a_relayer_screens_whoever_stands_in_what_was_signed(
    sampan_chain: SampanChain, screening: As, lists: Path, bill: int
) -> None:
    put(lists, listing("trader"))
    shipper = sampan_chain.as_role("shipper")
    paper = shipper.sign_act(shipper.bills.calls.transfer(bill, "trader"))
    with pytest.raises(Held) as held:
        screening("relayer").bills.send_act(paper)
    assert {hit.value for hit in held.value.hits} == {LEI["trader"]}


@pytest.mark.slow
def test_none_of_several_acts_is_sent_where_one_is_held(
    sampan_chain: SampanChain, screening: As, lists: Path, recorded: Recorded, bill: int
) -> None:
    (second,) = banking.bills(sampan_chain, "SCREENED2")
    put(lists, listing("trader"))
    shipper = screening("shipper")
    calls = [shipper.bills.calls.transfer(bill, "importer"), shipper.bills.calls.transfer(second, "trader")]
    with pytest.raises(Held):
        shipper.do_all(calls)
    assert [shipper.bill(each).possessor.address for each in (bill, second)] == [shipper.address] * 2
    assert [one.decision for one in recorded()] == [Decision.CLEAR, Decision.HELD]
    assert all(act.sent for act in shipper.do_all(calls[:1]))


def test_of_a_carriers_issues_of_a_day_one_that_is_held_stops_no_other(
    screening: As, lists: Path, tmp_path: Path, identified: Callable[..., None]
) -> None:
    carrier = screening("carrier")
    files = [tmp_path / f"{name}.json" for name in ("to-order", "split")]
    for file in files:
        file.write_bytes(sample(file.stem))
    planned = batch.plan(carrier, files, lambda document: {"carriage_law": "SG"})
    # Which ship it is may be known before the bill is.
    identified(planned.items[1].bill or 0, SHIP)
    put(lists, f"IMO {SHIP}\n", "ships.txt")
    batch.carry_out(carrier, planned)
    assert planned.counts == {"issued": 1, "stood": 0, "refused": 1}
    assert isinstance(planned.items[1].error, Held)
    assert planned.exit_code == 1


# --------------------------------------------------------------------------------------------------------------- exits


def test_p12_a_recall_a_rejection_and_a_refusal_are_told_and_not_held(
    sampan_chain: SampanChain, screening: As, lists: Path, recorded: Recorded, bill: int
) -> None:
    sampan_chain.as_role("shipper").bills.transfer(bill, "trader")
    put(lists, listing("shipper"))
    act = screening("trader").bills.reject(bill, Rejection.POSSESSION)
    assert act.sent
    assert any("not held, since it gives nothing new" in warning for warning in act.warnings)
    assert [one.decision for one in recorded()] == [Decision.EXIT]
    assert screening("trader").bill(bill).possessor.address == screening("shipper").address


@pytest.mark.slow
def test_p12_a_buyer_declines_what_a_listed_seller_offers_and_a_bank_declines_a_listed_account(
    sampan_chain: SampanChain, screening: As, lists: Path, bill: int
) -> None:
    sampan_chain.as_role("shipper").sale.offer(
        [bill], buyer="importer", price="HKD 1,000.00", into=HKD, until=timedelta(days=9)
    )
    put(lists, listing("shipper"))
    importer, bank = screening("importer"), screening("bank")
    with pytest.raises(Held):
        importer.sale.pay(bill)
    assert importer.sale.decline(bill, reason="listed").sent
    assert bank.deposit.decline(HKD, "shipper", Ground.SANCTIONS).sent
    with pytest.raises(Held):
        bank.deposit.decline(HKD, "shipper", Ground.NONE)


def test_t35_who_suspends_a_listed_participant_is_not_held_by_it(
    screening: As, lists: Path, recorded: Recorded
) -> None:
    put(lists, listing("trader"))
    suspender = screening("suspender")
    assert suspender.bills.suspend("trader", ground="listed").sent
    assert [one.decision for one in recorded()] == [Decision.EXIT]


def test_l4_what_gives_somebody_something_is_no_exit() -> None:
    from sampan.subjects import DRIVEN

    exits = [verb for verb in DRIVEN.verbs.values() if verb.exits]
    assert len(exits) > 15
    for verb in exits:
        assert not any(argument.kind.giving for argument in verb.arguments()), verb
        assert not any(DRIVEN.facts[kind].gives for kind in verb.logs if kind in DRIVEN.facts), verb


# ----------------------------------------------------------------------------------------------------------- mid-voyage


@pytest.mark.slow
def test_t35_a_ship_that_is_listed_in_mid_voyage_holds_the_buyers_payment_and_nobody_elses(
    sampan_chain: SampanChain,
    screening: As,
    lists: Path,
    recorded: Recorded,
    identified: Callable[..., None],
    bill: int,
) -> None:
    """ "Vessels and parties are screened again at transfer, presentation, drawing, payment and release; a vessel listed
    after issue is an event to each holder and lender." """
    (other,) = banking.bills(sampan_chain, "SCREENED3")
    identified(bill, SHIP)
    identified(other, SHIP)
    said: dict[str, Any] = {"buyer": "importer", "price": "HKD 1,000.00", "into": HKD, "until": timedelta(days=9)}
    shipper = screening("shipper")
    ships = put(lists, f"imo,ground\n{OTHER_SHIP},another ship\n", "ships.csv")
    # Nobody is listed when the bills are offered.
    shipper.sale.offer([bill], **said)
    shipper.sale.offer([other], **said)
    before = ships.read_text()
    ships.write_text(before + f"IMO {SHIP},listed in mid-voyage\n")
    importer = screening("importer")
    with pytest.raises(Held) as held:
        importer.sale.pay(bill)
    assert {(hit.by, hit.value, hit.ground) for hit in held.value.hits} == {("imo", str(SHIP), "listed in mid-voyage")}
    assert importer.bill(bill).holder == importer.number_of("shipper")
    assert importer.balance(importer, OTHER_HKD) == 200_000_000
    # Another who has other lists pays for a bill of the same ship.
    assert sampan_chain.as_role("importer").sale.pay(other).event(events.Paid)
    hashes = [one.lists[-1].sha256 for one in recorded()]
    assert len(set(hashes)) == 2
    assert [one.decision for one in recorded()] == [Decision.CLEAR, Decision.CLEAR, Decision.HELD]


def test_t35_the_ship_that_is_named_now_counts_and_not_the_one_before(
    screening: As, lists: Path, sampan_chain: SampanChain, identified: Callable[..., None], bill: int
) -> None:
    put(lists, f"imo\n{SHIP}\n")
    identified(bill, SHIP)
    shipper = screening("shipper")
    with pytest.raises(Held):
        shipper.bills.transfer(bill, "trader")
    sampan_chain.advance(timedelta(hours=1))
    identified(bill, OTHER_SHIP)
    assert shipper.bills.transfer(bill, "trader").sent


# -------------------------------------------------------------------------------------------------- lists and record


def test_what_cannot_be_read_or_recorded_stops_the_act(
    screening: As, lists: Path, log: Path, recorded: Recorded, bill: int
) -> None:
    shipper = screening("shipper")
    spoilt = put(lists, "lei\nnobody\n")
    with pytest.raises(BadInput, match="line 2"):
        shipper.bills.transfer(bill, "trader")
    spoilt.unlink()
    log.mkdir(parents=True)
    with pytest.raises(BadInput, match="nobody could repeat"):
        shipper.bills.transfer(bill, "trader")
    log.rmdir()
    for each in lists.iterdir():
        each.unlink()
    with pytest.raises(Missing, match="holds no list"):
        shipper.bills.transfer(bill, "trader")
    assert shipper.bill(bill).possessor.address == shipper.address
    assert recorded() == []


def test_without_lists_nothing_is_asked_and_nothing_recorded(
    sampan_chain: SampanChain, log: Path, monkeypatch: pytest.MonkeyPatch, bill: int
) -> None:
    shipper = sampan_chain.as_role("shipper")
    asked: list[Any] = []
    monkeypatch.setattr(type(shipper), "ask_bundled", lambda *_, **__: asked.append(1) or [])
    shipper.bills.transfer(bill, "trader")
    assert not asked
    assert not log.exists()


def test_a_bill_that_is_not_issued_yet_is_screened_by_its_terms(screening: As, lists: Path) -> None:
    carrier = screening("carrier")
    terms = bare_terms(carrier, "SCREENED9", kind=Kind.ORDER, titleholder="shipper")
    put(lists, listing("shipper"))
    with pytest.raises(Held) as held:
        carrier.bills.issue(terms, "trader")
    (hit,) = held.value.hits
    assert hit.who.startswith("titleholder: ")
