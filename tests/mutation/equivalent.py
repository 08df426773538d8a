"""Mutants that nothing can tell from the original, each with the reason."""

from __future__ import annotations

from typing import Final

EQUIVALENT: Final[dict[str, str]] = {
    "identity/verbs/recovery.py Shorten.run: drop the operand `account.may_act`": (
        "the number of an account that may act leads to itself"
    ),
    "identity/rules.py signed: drop the operand `at.logged`": "no text has a digest of zeros",
    "bills/rules.py may_hold: drop the operand `person is not None`": "no room is listed for nobody's country",
    "bills/verbs/steps.py named: drop the operand `found[:1]`": "every participant has a living account",
    "bills/verbs/amendments.py Replace.run: drop the operand `first is None`": (
        "of a first bill that does not exist it was said before that there is no such bill"
    ),
    "bills/verbs/amendments.py Replace.run: drop the operand `at.logged`": "what is unproven comes from a log alone",
    "bills/verbs/amendments.py _ways: False for True in `strict=True`": "there is one titleholder for each event",
    "bills/verbs/signed.py agreed: False for True in `state.put(state.agreements, _shown(state, e), True)`": (
        "what is asked is whether it stands there"
    ),
    "bills/verbs/circulation.py Lodge._answer: False for True in `state.put(state.asked, self.bill, True)`": (
        "what is asked is whether it stands there"
    ),
    "model/replay.py Replayed.log: drop the operand `found is None`": "what is missing has the type of no event",
    "suite/tell.py earliest: bound `time >= NO_END`": "what is rounded up from there has no end either",
    "suite/tell.py plain: drop the operand `one.name`": "every role that there is has a name",
    "suite/tell.py in_full: drop the operand `Names()`": "what is told of an argument takes no names for such names",
    "suite/tell.py in_full: False for True in `strict=True`": "a verb has a value for each of its arguments",
    "suite/tell.py label: drop the operand `Names(whole=True)`": "without names nobody has a label",
    "suite/tell.py label: False for True in `whole=True`": "without names nobody has a label",
    "suite/tell.py as_json: drop the operand `value is None`": "what is none of all these stays as it is, too",
    "bills/verbs/tokens.py _safely: drop the operand `not at.logged`": "a ledger that is rebuilt knows of no contracts",
    "cargo/rules.py proven: bound `here < sibling`": "of two hashes that are the same either comes first",
    "finance/inside.py declare: drop `LENDS[subject.contract] = paid_in`": "it ran when the suite was loaded",
    "finance/loans/rules.py all_producers: drop the operand `known.participant in state.accreditations`": (
        "the word of who is not accredited counts for nothing"
    ),
    "finance/loans/rules.py all_producers: drop the operand `known.acts(state.now)`": (
        "the word of who may not act counts for nothing"
    ),
    "finance/loans/rules.py accrued: bound `day <= debt.day`": "on the day itself no interest is added",
    "finance/positions/verbs.py position_sold: False for True in `state.put(state.positions_sold, e.offer, True)`": (
        "what is asked is whether it stands there"
    ),
    "finance/positions/verbs.py SafeTransferFrom.run: drop the operand `not at.logged`": (
        "a ledger that is rebuilt knows of no contracts"
    ),
    "finance/registrations/verbs.py Register.may: drop `rules.Register(at.state).enter(self.prints, debt)`": (
        "the effect of its event asks the same"
    ),
    "finance/registrations/verbs.py Move.may: "
    "drop `rules.Register(at.state).pass_on(self.prints, self.debt, debt, to)`": (
        "the effect of its event asks the same"
    ),
    "finance/registrations/verbs.py Deregister.may: "
    "drop `rules.Register(at.state).pass_on(self.prints, self.debt, debt, None)`": (
        "the effect of its event asks the same"
    ),
    "finance/loans/verbs/agency.py ReplaceAgent.may: False for True in `strict=True`": (
        "how many there are was asked before"
    ),
    "finance/loans/verbs/opening.py Open.run: False for True in `strict=True`": "how many there are was asked before",
    "finance/loans/verbs/opening.py Open.run: False for True in `strict=True` (2)": (
        "how many there are was asked before"
    ),
    "finance/loans/verbs/securing.py Allot.run: drop the operand `other.joint`": (
        "what has no share yet is under the debt of its pledge as a joint bill alone"
    ),
    "finance/loans/verbs/securing.py Allot.run: drop the operand `not other.units`": (
        "of a debt only the bill that is shared out has prints"
    ),
    "finance/loans/verbs/securing.py Allot.run: drop the operand `share.bill == self.bill`": (
        "the bill that is shared out has prints"
    ),
    "finance/loans/cargo.py is_one: drop the operand `one.cargo == other.cargo`": (
        "what is compared is of one box already"
    ),
    "finance/loans/checks/duplicates.py _Register._end: bound `last.number < each.number`": (
        "each ends once, and no two have one number"
    ),
    "finance/loans/checks/duplicates.py _Register._seen_before: drop the operand `last.ended is None`": (
        "what ended has its end"
    ),
    "finance/loans/checks/duplicates.py _Register._seen_before: drop the operand `last.bill is None`": (
        "none is kept that had no bill"
    ),
    "finance/loans/checks/held.py _look: drop the operand `where in (event.from_, event.to)`": (
        "what passes by the book adds nothing to what it has"
    ),
    "finance/loans/history.py Loan.run: bound `day > self.day`": "on the day itself no interest is added",
    "finance/loans/history.py Loans.securing: drop the operand `loan is None`": (
        "where no loan is known, no bill of it was found"
    ),
    "finance/loans/history.py Loans._bills: drop `return`": "where no bill is named, nothing is counted or changed",
    "finance/loans/sales.py Sales._sold: drop `return`": "a bill that lay in the sale is let out by no other room",
    "finance/loans/sales.py Sales._sold: drop the operand `isinstance(each, ev.PledgeSold)`": (
        "the loan book alone lets bills out to whoever pays"
    ),
    "finance/prints.py Registrar.cargo: drop the operand `1`": "nobody knows a box whose hash is zero",
    "client/prints.py standing: drop the operand `said.weight`": "all of a box is asked of twice, and answered alike",
}
"""Mutant's name → why it is none."""
