"""What parties of a loan do."""

from sampan.bills import inside
from sampan.finance import inside as finance
from sampan.finance.loans import rules
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.verbs import agency, lending, opening, repaying, securing, selling  # noqa: F401  (declare)
from sampan.finance.registrations.verbs import TELLING
from sampan.money import inside as money
from sampan.suite import events as ev

# What all rooms do stands behind the room's own: its first verb says where it lives.
SignedCall = inside.declare(LOANS, "Sampan Loan Book", enters=ev.Pledged, called=ev.LoanCalledBySignature)
money.declare(LOANS, ev.Opened, ev.Repaid, ev.PledgeSold, keeps=True)
finance.declare(LOANS, rules.paid_in)
TELLING.add(LOANS.contract)
