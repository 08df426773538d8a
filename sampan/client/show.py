"""How records look: panels, tables and a timeline for a terminal, the same as HTML for a notebook."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from sampan.chain.fees import format_ether
from sampan.client import show_cargo, show_trade
from sampan.client.next_acts import NextAct, next_acts
from sampan.client.tables import Rows, grid, lines
from sampan.identity.telling import RECEIVES
from sampan.subjects import DRIVEN as SUITE
from sampan.suite import tell
from sampan.suite.events import OperationExecuted, OperationScheduled, Transfer
from sampan.suite.tell import Names, amount, bill_name, duration, earliest, law, moment, plain
from sampan.suite.words import Kind, Status

if TYPE_CHECKING:
    from rich.console import RenderableType

    from sampan.client.records import Account, Act, Bill, History, Lodging, Participant, Room, ShownPowers

_COLOURS = {
    Status.LIVE: "green",
    Status.PENDING_DELIVERY: "yellow",
    Status.PENDING_AMENDMENT: "yellow",
    Status.PENDING_PAPER: "yellow",
    Status.SURRENDERED: "cyan",
    Status.DELIVERED: "blue",
}
_KINDS = {
    Kind.STRAIGHT: "straight",
    Kind.ORDER: "to order",
    Kind.NAMED: "by name",
    Kind.BLANK: "in blank: whoever possesses it is entitled",
}


def render(record: Any) -> RenderableType:
    """A record for a terminal; records know this module, which knows them by the names of their types only."""
    return _VIEWS[type(record).__name__](record)


def plain_text(record: Any) -> str:
    """A record as text without colours, 110 columns wide."""
    console = Console(width=110, file=io.StringIO(), emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(render(record))
    return captured.get().rstrip("\n")


def html(record: Any) -> str:
    """A record for a notebook: what a terminal shows, in HTML."""
    console = Console(record=True, width=110, file=io.StringIO(), emoji=False)
    console.print(render(record))
    style = "font-family:monospace;line-height:1.25;white-space:pre"
    return console.export_html(inline_styles=True, code_format=f'<pre style="{style}">{{code}}</pre>')


# ---------------------------------------------------------------------------------------------------------------- bills


def bill_panel(bill: Bill) -> RenderableType:
    """A bill in a panel: what it is, who has it, who is entitled, what may be done next."""
    colour = _COLOURS.get(bill.status, "default")
    status = Text(plain(bill.status), style=f"bold {colour}")
    parts: list[RenderableType] = [lines([("status", status), *bill_lines(bill)])]
    options = next_acts(bill)
    if options:
        parts += [Text(""), Text("what may be done next", style="bold"), _next(bill, options)]
    title = Text.assemble((bill.reference, "bold"), f"  version {bill.version}")
    return Panel(Group(*parts), title=title, title_align="left", border_style=colour, expand=False, padding=(0, 1))


def bill_lines(bill: Bill) -> list[tuple[str, RenderableType]]:
    """What a bill is, line by line."""
    names = bill.names
    possessor = names.account(bill.possessor.address)
    if bill.possessor.room:
        possessor = f"the room {names.account(bill.possessor.address)}, for {names.participant(bill.holder)}"
    elif bill.possessor.lei is not None:
        possessor = f"{names.participant(bill.possessor.participant)}, account {possessor}"
    entitled = "whoever possesses it" if bill.titleholder is None else names.participant(bill.titleholder)
    rows: list[tuple[str, RenderableType]] = [
        ("carrier", names.participant(bill.carrier)),
        ("kind", _KINDS[bill.kind]),
        ("possessor", possessor),
        ("titleholder", entitled),
        ("acts", str(bill.act_count)),
        ("root", "0x" + bill.root.hex()),
        ("id", hex(bill.id)),
        ("as of", f"block {bill.block}, {moment(bill.time)}"),
    ]
    if bill.lodging is not None:
        rows.insert(3, ("lodged by", _lodged(bill.lodging, names)))
    if bill.agreed is not None:
        rows.insert(-4, ("agreed", f"replacements 0x{bill.agreed.hex()}"))
    return rows


def _lodged(lodging: Lodging, names: Names) -> str:
    """Who lodged it, how, and under which deal a room holds it; of one that a room surrendered, for whom it did."""
    how = ", endorsed in blank by it" if lodging.endorsed else ""
    deal = f", under deal {lodging.deal if lodging.deal < 2**64 else hex(lodging.deal)}" if lodging.deal else ""
    return f"{names.account(lodging.lodged_by)}{how}; held for {names.participant(lodging.holder)}{deal}"


def _next(bill: Bill, options: Iterable[NextAct]) -> RenderableType:
    """A line each; what a room may do, which does it when its own verbs are called, in one."""
    table, of_the_room = grid("cyan", "", ""), []
    for option in options:
        if bill.possessor.room and option.account == bill.possessor.address:
            of_the_room.append(option.verb)
        else:
            table.add_row(Text(option.verb), Text(option.who_in(bill.names)), Text(option.when, "dim"))
    if of_the_room:
        table.add_row(Text("by the room"), Text("as its terms say"), Text(", ".join(of_the_room), "dim"))
        if bill.shown_by is not None:
            return Group(table, Text(f"`{bill.shown_by}` tells what may be done there, and by whom."))
    return table


def history(record: History, *, long: bool = False) -> RenderableType:
    """A bill's panel and the timeline of what happened to it; `long`: with each transaction, and where an explorer
    shows it."""
    table = grid("dim", "cyan", "", "dim")
    table.columns[1].justify = "right"
    for entry in record.entries:
        text = Text(entry.sentence)
        if entry.remark:
            text.append(f"\n“{entry.remark}”", style="italic dim")
        at = entry.event.at
        link = None if at is None else record.links.get(at.transaction)
        if long and at is not None:
            text.append(f"\n{at.transaction}" + (f"\n{link}" if link else ""), style="dim")
        block = Text("" if at is None else f"block {at.block}", f"link {link}" if link else "")
        count = "" if entry.act_count is None else str(entry.act_count)
        table.add_row(moment(entry.time), count, text, block)
    facts: list[tuple[str, RenderableType]] = [
        ("law of carriage", record.carriage_law),
        ("law of record", law(record.record_law)),
        ("checksum", "0x" + record.checksum.hex()),
    ]
    if record.replaces:
        facts.append(("replaces", ", ".join(map(bill_name, record.replaces))))
    if record.replaced_by:
        facts.append(("replaced by", ", ".join(map(bill_name, record.replaced_by))))
    return Group(bill_panel(record.bill), lines(facts), Text(""), table)


# ----------------------------------------------------------------------------------------------------------- who is who


def participant(record: Participant) -> RenderableType:
    """A participant in a panel, with its accounts."""
    accounts = [
        (
            account.address,
            str(account.number),
            plain(account.roles),
            RECEIVES[account.receiving],
            "yes" if account.acts else "no",
            "yes" if account.receives else "no",
        )
        for account in record.accounts
    ]
    table = Rows(
        ("account", "no", "roles", "takes bills", "acts", "receives"), [list(map(Text, row)) for row in accounts], ()
    )
    rows: list[tuple[str, RenderableType]] = [
        ("LEI", record.lei),
        ("number", str(record.number)),
        ("country", record.country),
        ("ultimate parent", "itself" if record.parent == record.lei else record.parent),
        ("roles", plain(record.roles)),
        ("standing", standing(record)),
        ("answers within", amount(record.answer_hours, "hour")),
        ("rulebook", "0x" + record.rulebook.hex()),
    ]
    if record.record_laws:
        rows.append(("record laws", "; ".join(law(one) for one in record.record_laws)))
    if record.codes:
        rows.append(("carrier codes", ", ".join(" ".join(code) for code in record.codes)))
    return Panel(
        Group(lines(rows), Text(""), table),
        title=Text(record.told or record.lei, style="bold"),
        title_align="left",
        expand=False,
        padding=(0, 1),
    )


def standing(record: Participant) -> str:
    """A participant's standing in words."""
    words = []
    if record.suspended_until is not None:
        words.append(f"suspended until {moment(record.suspended_until)}")
    if record.winding_down:
        words.append("winding down: receives nothing new")
    return ", ".join(words) or "acts and receives"


def account(record: Account) -> RenderableType:
    """An account, line by line."""
    rows = [
        ("address", record.address),
        ("participant", "a room" if record.room else f"{record.lei} (participant {record.participant})"),
        ("number", str(record.number)),
        ("roles", plain(record.roles)),
        ("takes bills", RECEIVES[record.receiving]),
        ("acts", "yes" if record.acts else "no"),
        ("receives", "yes" if record.receives else "no"),
        ("bills issued", str(record.issued)),
    ]
    return lines(rows)


def room(record: Room) -> RenderableType:
    """A room, line by line."""
    rows = [
        ("room", record.address),
        ("number", str(record.number)),
        ("listed for", ", ".join(record.countries)),
        ("standing", "delisted: lets out, receives nothing new" if record.delisted else "listed"),
    ]
    return lines(rows)


def powers(record: ShownPowers) -> RenderableType:
    """Who may administer what, with which delay; and what is announced."""
    names = record.names or Names()
    rows = []
    for role in record.roles:
        may = ["change every power"] if role.number == 0 else []
        may += [f"{each.contract}.{each.signature.split('(')[0]}" for each in role.functions]
        delays = dict.fromkeys(duration(member.delay.now) for member in role.members)
        members = [names.account(member.account) + ("" if member.active else " (not yet)") for member in role.members]
        columns = (role.name, "\n".join(may), "\n".join(delays), "\n".join(members) or "nobody")
        rows.append(list(map(Text, columns)))
    table = Rows(("role", "may", "takes effect", "members"), rows, ())
    waits = [
        Text(
            f"announced by {names.account(each.caller)}: {each.target}.{each.what}, "
            + ("expired" if each.expired else f"ready from {earliest(each.ready)}")
        )
        for each in record.operations
    ]
    head = Text(f"Powers at block {record.block}, {moment(record.time)}, by the manager {record.manager}", "dim")
    return Group(head, table, *waits)


# ----------------------------------------------------------------------------------------------------------------- acts


def sentences(record: Act) -> list[str]:
    """What an act did, or would do: a sentence for each event that says something of its own."""
    names = record.names or Names()
    found = []
    for event in record.events or ():
        if not _is_beside(event):
            sentence, remark = tell.sentence(SUITE.facts.get(type(event)), event, names), tell.remark(event)
            bill = getattr(event, "bill", None)
            start = f"{bill_name(bill)}: " if bill else ""
            found.append(start + sentence + (f" (“{remark}”)" if remark else ""))
    return found


def act(record: Act) -> RenderableType:
    """What became of an act: its events, told, and what it cost."""
    parts: list[RenderableType] = [Text(sentence) for sentence in sentences(record)]
    if record.ready_from is not None:
        parts.append(
            Text(
                f"Announced. It takes effect when it is sent again, from {earliest(record.ready_from)}.", style="yellow"
            )
        )
    parts += [Text(f"warning: {warning}", style="yellow") for warning in record.warnings]
    if record.sent:
        cost = f"{record.gas:,} gas, {format_ether(record.cost)} ether"
        transaction = Text(str(record.transaction), f"link {record.link}" if record.link else "")
        parts.append(Text.assemble(transaction, f"  block {record.block}, {cost}", style="dim"))
    else:
        parts.append(
            Text(
                f"Rehearsed, nothing sent: {record.label}; up to {record.gas:,} gas, {format_ether(record.cost)} ether",
                style="dim",
            )
        )
        if record.events is None:
            parts.append(Text("This RPC cannot tell which events it would make.", style="dim"))
    return Group(*parts)


def _is_beside(event: object) -> bool:
    """Whether an event adds nothing to what else is told: ERC-721's beside ours, the manager's beside its time."""
    return isinstance(event, Transfer | OperationScheduled | OperationExecuted)


_VIEWS: Mapping[str, Callable[[Any], RenderableType]] = {
    "Bill": bill_panel,
    "History": history,
    "Participant": participant,
    "Account": account,
    "Room": room,
    "ShownPowers": powers,
    "Act": act,
    "Deposit": show_trade.deposit,
    "Offer": show_trade.offer,
    "Loan": show_trade.loan,
    "Producer": show_cargo.producer,
    "BillFacts": show_cargo.facts,
    "Condition": show_cargo.condition,
    "Answer": show_cargo.answer,
}
